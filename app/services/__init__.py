"""Use cases over ports. No library of the outside world is imported here."""
