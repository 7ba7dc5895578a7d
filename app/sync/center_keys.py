"""The center's public keys as the desk keeps them in its settings."""

import json
from collections.abc import Sequence

from app.services.ports import Settings
from protocol.messages import SigningKey
from protocol.signing import from_text

KEYS = "center.keys"


def load_keys(settings: Settings) -> tuple[SigningKey, ...]:
    """As last heard, oldest first."""
    text = settings.get(KEYS)
    return tuple(SigningKey.model_validate(raw) for raw in json.loads(text)) if text else ()


def merged(known: Sequence[SigningKey], heard: Sequence[SigningKey]) -> tuple[SigningKey, ...]:
    """Both: an answer that was weeks on its way takes no key away and revives none that was retired since."""
    keys = {key.key_id: key for key in known}
    for key in heard:
        if key.key_id not in keys or keys[key.key_id].retired_at is None:
            keys[key.key_id] = key
    return tuple(keys.values())


def save_keys(settings: Settings, keys: Sequence[SigningKey]) -> None:
    """All of them."""
    settings.set(KEYS, json.dumps([key.model_dump(mode="json") for key in keys]))


def signing_keys(settings: Settings) -> list[bytes]:
    """The raw public keys that are not retired; empty before the desk is enrolled."""
    return [from_text(key.public_key) for key in load_keys(settings) if key.retired_at is None]
