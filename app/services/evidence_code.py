"""The dated random code that a person holds up or says in front of the camera, so that an old recording is seen."""

import secrets
from datetime import date

DIGITS = 4


def new_code(today: date) -> str:
    """Month and day, then random digits: ``1124-4837``. Easy to read aloud, useless tomorrow."""
    return f"{today:%m%d}-{secrets.randbelow(10**DIGITS):0{DIGITS}d}"
