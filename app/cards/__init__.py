"""Reading the numbers printed on ID cards and social-security cards, in a process of its own."""
