"""The signed assertion with which a desk asks for a token (private_key_jwt, RFC 7523): what it says, not how it is signed."""

import uuid
from datetime import datetime, timedelta
from typing import Any

AUDIENCE = "certdesk-center"
GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
LIFE = timedelta(minutes=5)


def claims(desk_id: str, at: datetime) -> dict[str, Any]:
    """The claims of one assertion; its ``jti`` serves once."""
    return {"iss": desk_id, "sub": desk_id, "aud": AUDIENCE, "iat": at, "exp": at + LIFE, "jti": str(uuid.uuid4())}
