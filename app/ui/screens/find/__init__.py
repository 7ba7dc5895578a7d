"""Finding a retiree."""
