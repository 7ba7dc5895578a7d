"""The recovery code printed at set-up: wraps the data key, so that a restored backup opens on another machine.

25 characters in groups of five, of Crockford's alphabet without Z: 31 is prime, so one check character finds every typing slip.
The other 24 carry 118 random bits.
"""

import secrets
import unicodedata

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXY"
LENGTH = 24
_LOOKALIKES = str.maketrans({"O": "0", "I": "1", "L": "1", "U": "V", "Z": "2"})


def new_code() -> str:
    """A fresh code as printed: XXXXX-XXXXX-XXXXX-XXXXX-XXXXX."""
    body = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    return grouped(body + _check(body))


def grouped(code: str) -> str:
    """Groups of five with dashes."""
    return "-".join(code[i : i + 5] for i in range(0, len(code), 5))


def normalise(typed: str) -> str | None:
    """The code's 25 characters without dashes, look-alikes mended; None when length or check character is wrong."""
    text = unicodedata.normalize("NFKC", typed).upper()
    plain = "".join(c for c in text if c.isalnum()).translate(_LOOKALIKES)
    if len(plain) != LENGTH + 1 or any(c not in ALPHABET for c in plain) or _check(plain[:-1]) != plain[-1]:
        return None
    return plain


def _check(body: str) -> str:
    """Weighted sum modulo 31: finds every single wrong character and every swap of neighbours."""
    total = sum((index + 1) * ALPHABET.index(c) for index, c in enumerate(body))
    return ALPHABET[total % 31]
