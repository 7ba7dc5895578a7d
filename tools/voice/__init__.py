"""Makes the voice prompts."""
