"""Units, enrolment codes, desks and the center's signing keys."""

import secrets
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Connection, insert, select, update

from center import clock
from center.errors import Refused
from center.tables import audit, desks, enrolment_codes, signing_keys, units
from protocol.canonical import sha256_hex
from protocol.messages import SigningKey, UnitInfo
from protocol.signing import SignatureError, from_text, key_id, public_text, to_text

CODE_HOURS = 72
CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 12
KEY_BYTES = 32


@dataclass(frozen=True, slots=True)
class Desk:
    """An enrolled desk."""

    id: str
    unit_id: str
    public_key: str


def note(
    connection: Connection, *, who: str, action: str, unit_id: str = "", subject: str = "", detail: str = ""
) -> None:
    """One audit line; every write has one."""
    line = {"who": who, "action": action, "unit_id": unit_id, "subject": subject, "detail": detail}
    connection.execute(insert(audit).values(at=clock.now(), **line))


def notes(connection: Connection, *, who: str, unit_id: str, lines: Sequence[tuple[str, str]]) -> None:
    """Several audit lines (action, subject) of one doer at once."""
    at = clock.now()
    rows = [
        {"at": at, "who": who, "unit_id": unit_id, "action": action, "subject": subject} for action, subject in lines
    ]
    if rows:
        connection.execute(insert(audit), rows)


def aware(moment: datetime) -> datetime:
    """SQLite gives times back without zone; they were stored in UTC."""
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=clock.now().tzinfo)


def register_unit(connection: Connection, info: UnitInfo, *, who: str) -> None:
    """Register or rename a unit."""
    values = {"name": info.name, "code": info.code, "phone": info.phone, "address": info.address, "demo": info.demo}
    changed = connection.execute(update(units).where(units.c.id == info.id).values(values))
    if changed.rowcount == 0:
        connection.execute(insert(units).values(id=info.id, **values))
    note(connection, who=who, action="unit_registered", unit_id=info.id)


def unit_ids(connection: Connection) -> list[str]:
    """All of them."""
    return [str(row[0]) for row in connection.execute(select(units.c.id).order_by(units.c.id))]


def unit_info(connection: Connection, unit_id: str) -> UnitInfo:
    """The unit as desks see it."""
    row = connection.execute(select(units).where(units.c.id == unit_id)).mappings().one()
    fields = {name: row[name] for name in ("id", "name", "code", "phone", "address", "demo")}
    return UnitInfo.model_validate(fields)


def new_code(connection: Connection, unit_id: str, *, who: str) -> str:
    """A one-time enrolment code, shown once: only its hash is kept."""
    code = "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH))
    expires = clock.now() + timedelta(hours=CODE_HOURS)
    connection.execute(
        insert(enrolment_codes).values(code_sha256=_code_hash(code), unit_id=unit_id, expires_at=expires)
    )
    note(connection, who=who, action="code_made", unit_id=unit_id)
    return "-".join(code[i : i + 4] for i in range(0, CODE_LENGTH, 4))


def _code_hash(code: str) -> str:
    return sha256_hex("".join(c for c in code.upper() if c.isalnum()).encode("utf-8"))


def _check_key(public_key: str) -> None:
    """A code is not spent on something that can never log in."""
    try:
        sound = len(from_text(public_key)) == KEY_BYTES and to_text(from_text(public_key)) == public_key
    except SignatureError:
        sound = False
    if not sound:
        raise Refused(422, "key_invalid", "电脑的登记请求不完整，请重新安装程序后再试。")


def enrol(connection: Connection, *, code: str, public_key: str, desk_name: str, unit_code: str = "") -> Desk:
    """Spend a code on a desk. The same key with the same spent code gets the same desk again (a lost answer).

    ``unit_code``: the unit the desk was rolled out for; a code of another unit is refused and stays good.
    """
    _check_key(public_key)
    digest = _code_hash(code)
    wanted = select(enrolment_codes).where(enrolment_codes.c.code_sha256 == digest).with_for_update()
    row = connection.execute(wanted).mappings().first()  # locked: the same request may be here several times at once
    if row is None:
        raise Refused(403, "code_unknown", "登记码不对，请核对后再输一次。")
    if unit_code and unit_info(connection, row["unit_id"]).code != unit_code:
        raise Refused(403, "code_other_unit", "这个登记码是别的单位的，请向省中心要本单位的登记码。")
    known = connection.execute(select(desks).where(desks.c.public_key == public_key)).mappings().first()
    if known is not None and known["unit_id"] == row["unit_id"] and known["revoked_at"] is None:
        return Desk(known["id"], known["unit_id"], known["public_key"])
    if row["used_at"] is not None or known is not None:
        raise Refused(403, "code_used", "登记码已经用过了，请向省中心要一个新的。")
    if aware(row["expires_at"]) < clock.now():
        raise Refused(403, "code_expired", "登记码已过期（72 小时），请向省中心要一个新的。")
    spent = connection.execute(
        update(enrolment_codes)
        .where(enrolment_codes.c.code_sha256 == digest, enrolment_codes.c.used_at.is_(None))
        .values(used_at=clock.now())
    )
    if spent.rowcount != 1:
        raise Refused(403, "code_used", "登记码已经用过了，请向省中心要一个新的。")
    desk = Desk(str(uuid.uuid4()), row["unit_id"], public_key)
    connection.execute(
        insert(desks).values(
            id=desk.id, unit_id=desk.unit_id, name=desk_name, public_key=public_key, enrolled_at=clock.now()
        )
    )
    note(connection, who=desk.id, action="desk_enrolled", unit_id=desk.unit_id, subject=desk.id)
    return desk


def desk_by_id(connection: Connection, desk_id: str) -> Desk:
    """An enrolled desk that is not revoked; 401 with words otherwise."""
    row = connection.execute(select(desks).where(desks.c.id == desk_id)).mappings().first()
    if row is None:
        raise Refused(401, "desk_unknown", "省中心不认识这台电脑，请重新登记。")
    if row["revoked_at"] is not None:
        why = row["revoked_why"] or "请联系省中心"
        raise Refused(401, "desk_revoked", f"这台电脑的登记已被省中心撤销：{why}。")
    return Desk(row["id"], row["unit_id"], row["public_key"])


def revoke(connection: Connection, desk_id: str, *, why: str, who: str) -> None:
    """From now on the desk gets 401 with ``why``."""
    wanted = update(desks).where(desks.c.id == desk_id).values(revoked_at=clock.now(), revoked_why=why)
    unit_id = connection.execute(wanted.returning(desks.c.unit_id)).scalar_one_or_none()
    note(connection, who=who, action="desk_revoked", unit_id=unit_id or "", subject=desk_id, detail=why)


def signing_key(connection: Connection) -> tuple[str, Ed25519PrivateKey]:
    """The present key and its id; made when there is none."""
    wanted = select(signing_keys).where(signing_keys.c.retired_at.is_(None)).order_by(signing_keys.c.made_at.desc())
    row = connection.execute(wanted).mappings().first()
    if row is not None:
        return row["key_id"], Ed25519PrivateKey.from_private_bytes(bytes(row["private_key"]))
    key = Ed25519PrivateKey.generate()
    public = public_text(key)
    connection.execute(
        insert(signing_keys).values(
            key_id=key_id(public), private_key=key.private_bytes_raw(), public_key=public, made_at=clock.now()
        )
    )
    note(connection, who="center", action="signing_key_made", subject=key_id(public))
    return key_id(public), key


def key_by_id(connection: Connection, wanted: str) -> Ed25519PrivateKey | None:
    """A signing key by its id, retired ones too: a package may have been weeks on its way."""
    row = connection.execute(select(signing_keys.c.private_key).where(signing_keys.c.key_id == wanted)).first()
    return None if row is None else Ed25519PrivateKey.from_private_bytes(bytes(row[0]))


def rotate_key(connection: Connection, *, who: str) -> str:
    """Retire the present key and make the next; receipts already signed stay valid."""
    connection.execute(update(signing_keys).where(signing_keys.c.retired_at.is_(None)).values(retired_at=clock.now()))
    note(connection, who=who, action="signing_key_rotated")
    return signing_key(connection)[0]


def key_set(connection: Connection) -> list[SigningKey]:
    """All public keys, retired ones with their end."""
    signing_key(connection)
    rows = connection.execute(select(signing_keys).order_by(signing_keys.c.made_at)).mappings()
    return [
        SigningKey(
            key_id=row["key_id"],
            public_key=row["public_key"],
            retired_at=aware(row["retired_at"]) if row["retired_at"] else None,
        )
        for row in rows
    ]
