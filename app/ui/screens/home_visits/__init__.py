"""Home visits at the desk."""
