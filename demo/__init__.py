"""The demo unit: made-up people, a reference center on loopback, stand-in clips. Never part of an installed desk."""
