"""The policy values of a unit, changed one by one: what was sent before stays in force."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, select

from center import clock
from center.registry import note
from center.roster import add_changes
from center.tables import changes, units
from protocol.canonical import canonical_text, sha256_hex
from protocol.messages import ChangeKind


def in_force(connection: Connection, unit_id: str) -> dict[str, Any]:
    """The values last sent to this unit; empty before the first."""
    here = (changes.c.unit_id == unit_id) & (changes.c.kind == ChangeKind.POLICY.value)
    row = connection.execute(select(changes.c.body).where(here).order_by(changes.c.number.desc()).limit(1)).first()
    return {} if row is None else dict(json.loads(row[0]))


def change(
    connection: Connection, values: Mapping[str, Any], *, unit_ids: Iterable[str] | None = None, who: str
) -> list[str]:
    """Send ``values`` beside what is in force; to every unit where ``unit_ids`` is None. Returns the units for which something changed.

    The set gets a new version, which every record made under it names. ValueError for a unit that is not known.
    """
    known = [str(row[0]) for row in connection.execute(select(units.c.id).order_by(units.c.id))]
    wanted = known if unit_ids is None else list(unit_ids)
    strangers = sorted(set(wanted) - set(known))
    if strangers:
        raise ValueError(f"没有这个单位：{'、'.join(strangers)}")
    told = []
    for unit_id in wanted:
        before = in_force(connection, unit_id)
        after = {**before, **values}
        if after == before:
            continue
        after["version"] = f"{clock.now():%Y-%m-%d}-{sha256_hex(canonical_text(after).encode())[:8]}"
        add_changes(connection, unit_id, [(ChangeKind.POLICY, "policy", after)])
        note(connection, who=who, action="policy_sent", unit_id=unit_id, subject=",".join(sorted(values)))
        told.append(unit_id)
    return told
