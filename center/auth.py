"""Tokens: a desk's signed assertion (RFC 7523, EdDSA) against a short bearer token signed by the center."""

from datetime import timedelta
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import Connection

from center import clock
from center.errors import Refused
from center.registry import Desk, desk_by_id, key_set, signing_key
from protocol.signing import from_text

AUDIENCE = "certdesk-center"
TOKEN_LIFE = timedelta(minutes=15)
LEEWAY_S = 600
"""Desk clocks are wrong by minutes; the answer tells the center's time."""


def desk_of_assertion(connection: Connection, assertion: str) -> Desk:
    """The desk that signed; 401 with words otherwise."""
    try:
        claimed = jwt.decode(assertion, options={"verify_signature": False})
        desk = desk_by_id(connection, str(claimed.get("iss", "")))
        key = Ed25519PublicKey.from_public_bytes(from_text(desk.public_key))
        jwt.decode(
            assertion,
            key,
            algorithms=["EdDSA"],
            audience=AUDIENCE,
            leeway=LEEWAY_S,
            options={"require": ["iss", "sub", "aud", "exp", "iat"]},
        )
    except (jwt.ImmatureSignatureError, jwt.ExpiredSignatureError) as error:
        raise Refused(401, "clock_wrong", "电脑的日期或时间不对，请改正后再试。") from error
    except (jwt.InvalidTokenError, ValueError) as error:
        raise Refused(401, "assertion_invalid", "省中心没有认出这台电脑，请重新登记。") from error
    return desk


def issue(connection: Connection, desk: Desk) -> str:
    """A bearer token for the desk."""
    key_id, key = signing_key(connection)
    at = clock.now()
    claims: dict[str, Any] = {"iss": "center", "sub": desk.id, "aud": AUDIENCE, "iat": at, "exp": at + TOKEN_LIFE}
    return jwt.encode(claims, key, algorithm="EdDSA", headers={"kid": key_id})


def desk_of_token(connection: Connection, token: str) -> Desk:
    """The desk of a bearer token; asks the database each time, so that a revocation works at once."""
    try:
        kid = str(jwt.get_unverified_header(token).get("kid", ""))
        public = next((key.public_key for key in key_set(connection) if key.key_id == kid), None)
        if public is None:
            raise Refused(401, "token_invalid", "登录已失效，请稍候，程序会自动重试。")
        key = Ed25519PublicKey.from_public_bytes(from_text(public))
        claims = jwt.decode(token, key, algorithms=["EdDSA"], audience=AUDIENCE, issuer="center")
    except (jwt.InvalidTokenError, ValueError) as error:
        raise Refused(401, "token_invalid", "登录已失效，请稍候，程序会自动重试。") from error
    return desk_by_id(connection, str(claims["sub"]))
