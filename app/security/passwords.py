"""argon2id password hashes."""

from argon2 import PasswordHasher as _Argon2
from argon2.exceptions import InvalidHashError, VerificationError


class Argon2Hasher:
    """Implements app.services.ports.PasswordHasher with the library's RFC 9106 low-memory parameters (64 MiB, 3 passes)."""

    def __init__(self) -> None:
        self._argon2 = _Argon2()

    def hash(self, password: str) -> str:
        """An encoded hash with its own salt and parameters."""
        return self._argon2.hash(password)

    def verify(self, password_hash: str, password: str) -> bool:
        """False for a wrong password or an unusable hash."""
        try:
            return self._argon2.verify(password_hash, password)
        except (VerificationError, InvalidHashError):
            return False
