"""A machine secret in the data folder, sealed with a passphrase by argon2id: for the laptop of a home visit, and where no key store works.

Without the passphrase the folder opens to nobody. Wiping this one small file (app/storage/wipe.py) closes it to everybody.
"""

import json
import os
from base64 import b64decode, b64encode
from collections.abc import Callable
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from app.errors import AppError
from protocol.take_along import stretched

_SEAL = b"certdesk away secret v1"


class PassphraseSecretStore:
    """Implements app.security.keys.SecretStore. ``stretch``: how words become a key; ``wrong``: the error's code for other words."""

    name = "passphrase"

    def __init__(
        self,
        folder: Path,
        passphrase: str,
        *,
        stretch: Callable[[str, bytes], bytes] = stretched,
        wrong: str = "away.passphrase",
    ) -> None:
        self._folder, self._passphrase, self._stretch, self._wrong = folder, passphrase, stretch, wrong

    def read(self, account: str) -> bytes | None:
        """The secret; None when there is none (wiped). AppError(``wrong``) for another passphrase."""
        try:
            raw = json.loads((self._folder / f"{account}.sealed").read_text("utf-8"))
            salt, sealed = b64decode(raw["salt"]), b64decode(raw["sealed"])
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise AppError("keys.damaged") from error
        try:
            return AESGCM(self._stretch(self._passphrase, salt)).decrypt(
                sealed[:12], sealed[12:], _SEAL + account.encode()
            )
        except (InvalidTag, ValueError) as error:
            raise AppError(self._wrong) from error

    def write(self, account: str, secret: bytes) -> None:
        """Sealed; whole or not at all."""
        self._folder.mkdir(parents=True, exist_ok=True)
        salt, nonce = os.urandom(16), os.urandom(12)
        sealed = nonce + AESGCM(self._stretch(self._passphrase, salt)).encrypt(nonce, secret, _SEAL + account.encode())
        path = self._folder / f"{account}.sealed"
        part = path.with_suffix(".part")
        with part.open("w", encoding="utf-8") as file:
            json.dump({"salt": b64encode(salt).decode(), "sealed": b64encode(sealed).decode()}, file)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
