"""The visit, step by step."""
