"""Keys, passwords, the desk's own signing key."""
