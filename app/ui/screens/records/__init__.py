"""Certifications made and known."""
