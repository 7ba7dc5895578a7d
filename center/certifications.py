"""Every certification as the center last spoke of it: kept beside the changes, so that deadlines can be reckoned from it."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Connection, select

from center.registry import aware
from center.rules import Proof
from center.tables import certifications
from center.upsert import put_rows

ZONE = ZoneInfo("Asia/Shanghai")


def civil_day(moment: datetime) -> date:
    """The date in Asia/Shanghai, by which the rules reckon."""
    return aware(moment).astimezone(ZONE).date()


def keep(connection: Connection, unit_id: str, bodies: Iterable[dict[str, Any]]) -> None:
    """Bodies of certification changes, in their order: the last word about each counts."""
    rows = {}
    for body in bodies:
        captured = datetime.fromisoformat(str(body["captured_at"])).astimezone(UTC)
        signed = body.get("signed_on") if body["channel"] == "unit_confirmed" else None
        rows[str(body["id"])] = {
            "unit_id": unit_id,
            **{name: body[name] for name in ("id", "retiree_id", "channel", "state")},
            "captured_at": captured,
            "counts_from": date.fromisoformat(str(signed)) if signed else civil_day(captured),
            "supersedes": body.get("supersedes"),
            "void": bool(body.get("void", False)),
        }
    put_rows(connection, certifications, list(rows.values()))


def proofs(connection: Connection, unit_id: str, retiree_id: str | None = None) -> dict[str, list[Proof]]:
    """All that were not rejected, by retiree; of the whole unit or of one retiree."""
    here: ColumnElement[bool] = (certifications.c.unit_id == unit_id) & (certifications.c.state != "rejected")
    if retiree_id is not None:
        here &= certifications.c.retiree_id == retiree_id
    found: dict[str, list[Proof]] = {}
    for row in connection.execute(select(certifications).where(here)).mappings():
        one = Proof(
            id=row["id"],
            on=row["counts_from"],
            seen=civil_day(row["captured_at"]),
            pending=row["state"] == "pending",
            void=row["void"],
            supersedes=row["supersedes"],
        )
        found.setdefault(row["retiree_id"], []).append(one)
    return found


def of_person(connection: Connection, unit_id: str, retiree_id: str) -> Sequence[Any]:
    """Rows of one retiree, newest first, rejected ones too."""
    here = (certifications.c.unit_id == unit_id) & (certifications.c.retiree_id == retiree_id)
    wanted = select(certifications).where(here).order_by(certifications.c.captured_at.desc())
    return connection.execute(wanted).mappings().all()


def superseded_by(connection: Connection, unit_id: str, certification_id: str) -> str | None:
    """The record that corrected it, if any stands."""
    here = (certifications.c.unit_id == unit_id) & (certifications.c.supersedes == certification_id)
    wanted = select(certifications.c.id).where(here, certifications.c.state != "rejected").limit(1)
    return connection.execute(wanted).scalar_one_or_none()
