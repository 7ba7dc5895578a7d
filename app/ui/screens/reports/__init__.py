"""The figures of a month or a year."""
