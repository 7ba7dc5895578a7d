"""The laptop's own room on a home visit."""
