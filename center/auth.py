"""Tokens: a desk's signed assertion (RFC 7523, EdDSA) against a short bearer token signed by the center."""

from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import Connection, delete

from center import clock
from center.errors import Refused
from center.registry import Desk, desk_by_id, key_set, note, signing_key
from center.tables import spent_assertions
from center.upsert import insert_over
from protocol.assertion import AUDIENCE as AUDIENCE
from protocol.signing import from_text

TOKEN_LIFE = timedelta(minutes=15)
LEEWAY_S = 600
"""Desk clocks are wrong by minutes; the answer tells the center's time."""
LONGEST_LIFE_S = 3600
LONGEST_JTI = 200


def desk_of_assertion(connection: Connection, assertion: str) -> Desk:
    """The desk that signed; 401 with words otherwise. Each assertion serves once."""
    try:
        claimed = jwt.decode(assertion, options={"verify_signature": False})
        desk = desk_by_id(connection, str(claimed.get("iss", "")))
        key = Ed25519PublicKey.from_public_bytes(from_text(desk.public_key))
        held = jwt.decode(
            assertion,
            key,
            algorithms=["EdDSA"],
            audience=AUDIENCE,
            leeway=LEEWAY_S,
            options={"require": ["iss", "sub", "aud", "exp", "iat", "jti"]},
        )
    except (jwt.ImmatureSignatureError, jwt.ExpiredSignatureError) as error:
        raise Refused(401, "clock_wrong", "电脑的日期或时间不对，请改正后再试。") from error
    except (jwt.InvalidTokenError, ValueError) as error:
        raise Refused(401, "assertion_invalid", "省中心没有认出这台电脑，请重新登记。") from error
    _spend(connection, desk, str(held["jti"]), int(held["exp"]))
    return desk


def _spend(connection: Connection, desk: Desk, jti: str, expires: int) -> None:
    """Note the assertion; 401 when it was here before. What has expired by itself is forgotten."""
    now = clock.now()
    if not 0 < len(jti) <= LONGEST_JTI or "\0" in jti or expires > now.timestamp() + LONGEST_LIFE_S + LEEWAY_S:
        raise Refused(401, "assertion_invalid", "省中心没有认出这台电脑，请重新登记。")
    connection.execute(delete(spent_assertions).where(spent_assertions.c.expires_at < now))
    until = datetime.fromtimestamp(expires + LEEWAY_S, UTC)
    added = connection.execute(
        insert_over(connection, spent_assertions)
        .values(desk_id=desk.id, jti=jti, expires_at=until)
        .on_conflict_do_nothing()
        .returning(spent_assertions.c.jti)
    )
    if added.first() is None:
        raise Refused(401, "assertion_replayed", "这次登录请求已经用过，程序会自动重试。")


def issue(connection: Connection, desk: Desk) -> str:
    """A bearer token for the desk."""
    note(connection, who=desk.id, action="desk_signed_in", unit_id=desk.unit_id)
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
