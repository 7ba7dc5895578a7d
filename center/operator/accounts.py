"""Accounts of the center's clerks: argon2id, and a lock-out that grows with every further failure."""

import secrets
import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import Connection, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from center import clock
from center.errors import Refused
from center.registry import aware, note
from center.tables import operator_units, operators, secret_values

SHORTEST_PASSWORD = 10
LONGEST_TEXT = 200
FREE_FAILURES = 5
FIRST_LOCK = timedelta(minutes=1)
LONGEST_LOCK = timedelta(hours=1)
WRONG = "姓名或密码不对，请再输一次。"

_hasher = PasswordHasher()
_NOBODY = _hasher.hash(secrets.token_hex())
"""Checked for a name that does not exist, so that the time of the answer does not tell."""


class Role(StrEnum):
    """What an account may do."""

    ADMIN = "admin"
    """All that a clerk may; units, codes and accounts too."""
    CLERK = "clerk"
    VIEWER = "viewer"
    """Looks, changes nothing."""


@dataclass(frozen=True, slots=True)
class Operator:
    """A clerk. ``session`` changes at sign-out and with a new password: older cookies are worth nothing then. ``units`` None: all."""

    id: str
    name: str
    session: str
    role: Role = Role.ADMIN
    units: frozenset[str] | None = None

    def may_see(self, unit_id: str) -> bool:
        """Whether the unit is among this clerk's."""
        return self.units is None or unit_id in self.units


@dataclass(frozen=True, slots=True)
class Failure:
    """Why somebody was not signed in, as a sentence."""

    text: str


def put(connection: Connection, name: str, password: str, *, who: str, role: Role | None = None) -> None:
    """A new account, or a new password that also ends the lock-out. 422 with words for what is too short or too long.

    ``role``: of a new account ADMIN unless said; None leaves a known one's.
    """
    if not 1 <= len(name.strip()) <= LONGEST_TEXT or "\0" in name:
        raise Refused(422, "name_bad", "姓名不能为空，也不能太长。")
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_TEXT:
        raise Refused(422, "password_short", f"密码至少要 {SHORTEST_PASSWORD} 个字，最多 {LONGEST_TEXT} 个字。")
    values: dict[str, Any] = {
        "password_hash": _hasher.hash(password),
        "failures": 0,
        "locked_until": None,
        "session": secrets.token_hex(),
        "disabled_at": None,
        **({"role": role.value} if role is not None else {}),
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
    if row is None or row["disabled_at"] is not None:
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
        return _operator(connection, row)
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
    if row is None or row["disabled_at"] is not None:
        return None
    if not secrets.compare_digest(row["session"].encode(), session.encode()):
        return None
    return _operator(connection, row)


def _operator(connection: Connection, row: Mapping[Any, Any]) -> Operator:
    units = None if row["all_units"] else frozenset(units_of(connection, row["id"]))
    return Operator(row["id"], row["name"], row["session"], Role(row["role"]), units)


def units_of(connection: Connection, operator_id: str) -> Sequence[str]:
    """Those named for an account that does not see all."""
    wanted = select(operator_units.c.unit_id).where(operator_units.c.operator_id == operator_id)
    return connection.execute(wanted).scalars().all()


def set_rights(
    connection: Connection, operator_id: str, *, role: Role, units: Collection[str] | None, disabled: bool, who: str
) -> None:
    """What the account may from its next page on; ``units`` None: all. The last administrator stays one (422)."""
    others = (operators.c.role == Role.ADMIN) & operators.c.disabled_at.is_(None) & (operators.c.id != operator_id)
    if (disabled or role is not Role.ADMIN or units is not None) and (
        connection.execute(select(operators.c.id).where(others, operators.c.all_units)).first() is None
    ):
        raise Refused(422, "last_admin", "至少要留一个能管理全部单位的系统管理员账号。")
    values = {"role": role.value, "all_units": units is None, "disabled_at": clock.now() if disabled else None}
    connection.execute(update(operators).where(operators.c.id == operator_id).values(values))
    connection.execute(delete(operator_units).where(operator_units.c.operator_id == operator_id))
    if units:
        rows = [{"operator_id": operator_id, "unit_id": unit_id} for unit_id in sorted(units)]
        connection.execute(insert(operator_units), rows)
    scope = "all" if units is None else f"{len(units)} units"
    detail = f"{role.value}, {scope}" + (", disabled" if disabled else "")
    note(connection, who=who, action="operator_rights", subject=operator_id, detail=detail)


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
