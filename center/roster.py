"""Rosters, photos and everything else that flows to a unit's desks as numbered changes."""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from center import certifications, clock
from center.registry import note, unit_ids
from center.rules import Policy, policy_of
from center.tables import changes, photos, retirees, units
from protocol.canonical import canonical_text, sha256_hex
from protocol.messages import Change, ChangeKind, RetireeBody


def add_changes(connection: Connection, unit_id: str, wanted: Sequence[tuple[ChangeKind, str, dict[str, Any]]]) -> int:
    """Append (kind, subject, body) for one unit; returns the last number. The unit's row is the lock that orders them."""
    if not wanted:
        return 0
    taken = connection.execute(
        update(units)
        .where(units.c.id == unit_id)
        .values(next_change=units.c.next_change + len(wanted))
        .returning(units.c.next_change)
    ).scalar_one()
    first, at = int(taken) - len(wanted), clock.now()
    rows = [
        {
            "unit_id": unit_id,
            "number": first + index,
            "kind": kind.value,
            "subject": subject,
            "body": canonical_text(body),
            "made_at": at,
        }
        for index, (kind, subject, body) in enumerate(wanted)
    ]
    connection.execute(insert(changes), rows)
    told = [body for kind, _subject, body in wanted if kind is ChangeKind.CERTIFICATION]
    certifications.keep(connection, unit_id, told)
    return first + len(rows) - 1


def changes_after(connection: Connection, unit_id: str, since: int, limit: int) -> tuple[list[Change], int, bool]:
    """A page: changes with number > ``since``, the next cursor, and whether more follow."""
    rows = (
        connection.execute(
            select(changes.c.number, changes.c.kind, changes.c.body)
            .where(changes.c.unit_id == unit_id, changes.c.number > since)
            .order_by(changes.c.number)
            .limit(limit + 1)
        )
        .mappings()
        .all()
    )
    page = [Change(number=r["number"], kind=r["kind"], body=json.loads(r["body"])) for r in rows[:limit]]
    return page, page[-1].number if page else since, len(rows) > limit


def newest(connection: Connection, unit_id: str) -> int:
    """The number of the unit's last change, 0 before the first: a desk shows with it how much is left."""
    return int(connection.execute(select(units.c.next_change - 1).where(units.c.id == unit_id)).scalar_one())


def put_retirees(connection: Connection, unit_id: str, people: Iterable[RetireeBody], *, who: str) -> int:
    """Upsert retirees; only those that differ become changes. Returns how many did."""
    known = {
        row["id"]: row["body"]
        for row in connection.execute(
            select(retirees.c.id, retirees.c.body).where(retirees.c.unit_id == unit_id)
        ).mappings()
    }
    fresh: dict[str, tuple[ChangeKind, str, dict[str, Any]]] = {}
    added: dict[str, dict[str, Any]] = {}
    for person in people:
        body = person.model_dump(mode="json")
        text = canonical_text(body)
        if known.get(person.id) == text:
            continue
        values = {"name": person.name, "id_number": person.id_number, "body": text}
        if person.id in known and person.id not in added:
            here = (retirees.c.unit_id == unit_id) & (retirees.c.id == person.id)
            connection.execute(update(retirees).where(here).values(values))
        else:
            added[person.id] = {"unit_id": unit_id, "id": person.id, **values}
        known[person.id] = text
        fresh[person.id] = (ChangeKind.RETIREE, person.id, body)
    if added:
        connection.execute(insert(retirees), list(added.values()))
    add_changes(connection, unit_id, list(fresh.values()))
    note(connection, who=who, action="roster_put", unit_id=unit_id, subject=str(len(fresh)))
    return len(fresh)


def send_policy(connection: Connection, values: dict[str, Any], unit_ids: Sequence[str], *, who: str) -> None:
    """Policy values to the desks of some units; the center's own lists and runs keep to them too. ValueError for what is none."""
    policy_of(values)
    for unit_id in unit_ids:
        add_changes(connection, unit_id, [(ChangeKind.POLICY, "policy", values)])
        note(connection, who=who, action="policy_sent", unit_id=unit_id, detail=canonical_text(values))


def remove_retiree(connection: Connection, unit_id: str, retiree_id: str, *, why: str, who: str) -> bool:
    """Off the roster, at the desks too; what was certified stays. False when there is nobody such."""
    here = (retirees.c.unit_id == unit_id) & (retirees.c.id == retiree_id)
    if connection.execute(delete(retirees).where(here)).rowcount == 0:
        return False
    add_changes(connection, unit_id, [(ChangeKind.RETIREE_REMOVED, retiree_id, {"id": retiree_id})])
    note(connection, who=who, action="retiree_removed", unit_id=unit_id, subject=retiree_id, detail=why)
    return True


def send_layout(connection: Connection, layout: dict[str, Any], *, who: str) -> int:
    """A layout of the confirmation form to every unit; how many there are. KeyError or ValueError for what is no layout."""
    if len(str(layout["version"])) != 1 or not layout["cells"] or not layout["zones"]:
        raise ValueError("version, cells or zones")
    body = {"id": "confirmation", "template": layout}
    known = unit_ids(connection)
    for unit_id in known:
        add_changes(connection, unit_id, [(ChangeKind.FORM_TEMPLATE, "confirmation", body)])
        note(connection, who=who, action="form_layout_sent", unit_id=unit_id, subject=str(layout["version"]))
    return len(known)


def policy(connection: Connection, unit_id: str) -> Policy:
    """The values that this unit's desks were last told; those of the notice when nothing was."""
    here = (changes.c.unit_id == unit_id) & (changes.c.kind == ChangeKind.POLICY)
    last = select(changes.c.body).where(here).order_by(changes.c.number.desc()).limit(1)
    row = connection.execute(last).first()
    return policy_of(json.loads(row[0]) if row is not None else {})


def people(connection: Connection, unit_id: str) -> list[RetireeBody]:
    """The unit's roster as it is, in no order."""
    rows = connection.execute(select(retirees.c.body).where(retirees.c.unit_id == unit_id))
    return [RetireeBody.model_validate_json(row[0]) for row in rows]


def put_photo(connection: Connection, unit_id: str, data: bytes, media_type: str = "image/jpeg") -> str:
    """Keep a reference photo; returns its SHA-256, by which a retiree names it."""
    digest = sha256_hex(data)
    here = (photos.c.unit_id == unit_id) & (photos.c.sha256 == digest)
    if connection.execute(select(photos.c.sha256).where(here)).first() is None:
        connection.execute(insert(photos).values(unit_id=unit_id, sha256=digest, media_type=media_type, data=data))
    return digest


def photo(connection: Connection, unit_id: str, digest: str) -> tuple[bytes, str] | None:
    """The bytes and media type, None when the unit has no such photo."""
    here = (photos.c.unit_id == unit_id) & (photos.c.sha256 == digest)
    row = connection.execute(select(photos.c.data, photos.c.media_type).where(here)).first()
    return None if row is None else (bytes(row[0]), str(row[1]))
