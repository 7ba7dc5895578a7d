"""Exchange with the center."""
