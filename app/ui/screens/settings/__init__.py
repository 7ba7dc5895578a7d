"""Camera, accounts, center, about."""
