"""This program's version, the same as in pyproject.toml (a test holds them together).

In a file beside the fonts, not in the code: a frozen program that is packed anew under another number then is that version, to itself, too.
"""

from app import resources

VERSION = resources.path("version.txt").read_text("ascii").strip()
