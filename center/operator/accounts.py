"""Accounts of the center's clerks: argon2id, and a lock-out that grows with every further failure."""

import secrets
import uuid
from dataclasses import dataclass
from datetime import timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import Connection, insert, select, update
from sqlalchemy.exc import IntegrityError

from center import clock
from center.errors import Refused
from center.registry import aware, note
from center.tables import operators, secret_values

SHORTEST_PASSWORD = 10
LONGEST_TEXT = 200
FREE_FAILURES = 5
FIRST_LOCK = timedelta(minutes=1)
LONGEST_LOCK = timedelta(hours=1)
WRONG = "姓名或密码不对，请再输一次。"

_hasher = PasswordHasher()
_NOBODY = _hasher.hash(secrets.token_hex())
"""Checked for a name that does not exist, so that the time of the answer does not tell."""


@dataclass(frozen=True, slots=True)
class Operator:
    """A clerk. ``session`` changes at sign-out and with a new password: older cookies are worth nothing then."""

    id: str
    name: str
    session: str


@dataclass(frozen=True, slots=True)
class Failure:
    """Why somebody was not signed in, as a sentence."""

    text: str


def put(connection: Connection, name: str, password: str, *, who: str) -> None:
    """A new account, or a new password that also ends the lock-out. 422 with words for what is too short or too long."""
    if not 1 <= len(name.strip()) <= LONGEST_TEXT or "\0" in name:
        raise Refused(422, "name_bad", "姓名不能为空，也不能太长。")
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_TEXT:
        raise Refused(422, "password_short", f"密码至少要 {SHORTEST_PASSWORD} 个字，最多 {LONGEST_TEXT} 个字。")
    values = {
        "password_hash": _hasher.hash(password),
        "failures": 0,
        "locked_until": None,
        "session": secrets.token_hex(),
    }
    found = connection.execute(update(operators).where(operators.c.name == name.strip()).values(values))
    if found.rowcount == 0:
        values |= {"id": str(uuid.uuid4()), "name": name.strip(), "made_at": clock.now()}
        connection.execute(insert(operators).values(values))
    note(connection, who=who, action="operator_put", subject=name.strip())


def sign_in(connection: Connection, name: str, password: str) -> Operator | Failure:
    """Count the attempt first: the row's lock keeps parallel guesses in line. Never raises: the count must stay."""
    name = name.strip()[:LONGEST_TEXT].replace("\0", "")
    row = (
        connection.execute(
            update(operators)
            .where(operators.c.name == name)
            .values(failures=operators.c.failures + 1)
            .returning(operators)
        )
        .mappings()
        .first()
    )
    if row is None:
        _fits(_NOBODY, password)
        note(connection, who="?", action="sign_in_unknown")
        return Failure(WRONG)
    here = operators.c.id == row["id"]
    at = clock.now()
    if row["locked_until"] is not None and aware(row["locked_until"]) > at:
        connection.execute(update(operators).where(here).values(failures=row["failures"] - 1))
        left = aware(row["locked_until"]) - at
        note(connection, who=row["id"], action="sign_in_locked")
        return Failure(f"输错的次数太多，请在 {-(-left // timedelta(minutes=1))} 分钟后再试。")
    if _fits(row["password_hash"], password):
        connection.execute(update(operators).where(here).values(failures=0, locked_until=None))
        note(connection, who=row["id"], action="signed_in")
        return Operator(row["id"], row["name"], row["session"])
    note(connection, who=row["id"], action="sign_in_failed", detail=str(row["failures"]))
    lock = lock_after(row["failures"])
    if not lock:
        return Failure(WRONG)
    connection.execute(update(operators).where(here).values(locked_until=at + lock))
    return Failure(f"姓名或密码不对。输错的次数太多，请在 {lock // timedelta(minutes=1)} 分钟后再试。")


def lock_after(failures: int) -> timedelta:
    """Nothing before the fifth failure, then a minute, doubled each time up to an hour."""
    if failures < FREE_FAILURES:
        return timedelta(0)
    doubled: int = 2 ** min(failures - FREE_FAILURES, 10)
    return min(FIRST_LOCK * doubled, LONGEST_LOCK)


def sign_out(connection: Connection, operator: Operator) -> None:
    """Ends every session of this clerk, on all computers."""
    connection.execute(update(operators).where(operators.c.id == operator.id).values(session=secrets.token_hex()))
    note(connection, who=operator.id, action="signed_out")


def by_session(connection: Connection, operator_id: str, session: str) -> Operator | None:
    """Whose valid session it is."""
    row = connection.execute(select(operators).where(operators.c.id == operator_id)).mappings().first()
    if row is None or not secrets.compare_digest(row["session"].encode(), session.encode()):
        return None
    return Operator(row["id"], row["name"], row["session"])


def cookie_secret(connection: Connection) -> bytes:
    """One for all workers, made when there is none."""
    wanted = select(secret_values.c.value).where(secret_values.c.name == "operator_cookie")
    found = connection.execute(wanted).scalar_one_or_none()
    if found is None:
        try:
            with connection.begin_nested():
                connection.execute(insert(secret_values).values(name="operator_cookie", value=secrets.token_bytes(32)))
        except IntegrityError:  # another worker was faster
            pass
        found = connection.execute(wanted).scalar_one()
    return bytes(found)


def _fits(password_hash: str, password: str) -> bool:
    try:
        return _hasher.verify(password_hash, password[:LONGEST_TEXT])
    except (VerificationError, InvalidHashError):
        return False
