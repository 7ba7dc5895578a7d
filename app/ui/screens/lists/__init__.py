"""Whose turn it is: lists, contacts, letters."""
