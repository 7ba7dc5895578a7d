"""The desk's key as the services use it: signing what the desk must answer for later."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from protocol.signing import SignatureError, public_text, sign, verify


@dataclass(frozen=True, slots=True)
class DeskSigner:
    """Implements app.services.ports.Signer."""

    key: Ed25519PrivateKey

    def sign(self, content: Mapping[str, Any]) -> str:
        """Ed25519 over the canonical JSON."""
        return sign(self.key, content)

    def holds(self, content: Mapping[str, Any], signature: str) -> bool:
        """False for another key's, another content's, or no signature at all."""
        try:
            verify(public_text(self.key), content, signature)
        except SignatureError:
            return False
        return True
