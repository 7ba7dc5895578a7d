"""Taking a roster or pictures in: choose, say which column is which, look, confirm; and take it back."""
