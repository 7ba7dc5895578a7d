"""The log of contacts over one connection."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime

from sqlalchemy import Connection, func, insert, select

from app.domain.follow_up import FollowUp
from app.domain.ids import RetireeId
from app.services.codec import from_json, to_json
from app.storage.tables import follow_ups


class FollowUpStore:
    """See app.services.ports.FollowUpRepository."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, follow_up: FollowUp) -> None:
        """Append."""
        self._connection.execute(
            insert(follow_ups).values(
                id=follow_up.id,
                retiree_id=follow_up.retiree_id,
                at=_sortable(follow_up.at),
                next_on=follow_up.next_on.isoformat() if follow_up.next_on else None,
                document=to_json(follow_up),
            )
        )

    def of_retiree(self, retiree_id: RetireeId) -> Sequence[FollowUp]:
        """Newest first."""
        wanted = select(follow_ups.c.document).where(follow_ups.c.retiree_id == retiree_id)
        rows = self._connection.execute(wanted.order_by(follow_ups.c.at.desc(), follow_ups.c.id.desc()))
        return [from_json(FollowUp, row[0]) for row in rows]

    def since(self, at: datetime) -> Sequence[FollowUp]:
        """Oldest first."""
        wanted = select(follow_ups.c.document).where(follow_ups.c.at >= _sortable(at))
        return [from_json(FollowUp, row[0]) for row in self._connection.execute(wanted.order_by(follow_ups.c.at))]

    def due(self, day: date) -> Sequence[FollowUp]:
        """Whose next day has come, oldest first."""
        wanted = select(follow_ups.c.document).where(follow_ups.c.next_on <= day.isoformat())
        return [from_json(FollowUp, row[0]) for row in self._connection.execute(wanted.order_by(follow_ups.c.next_on))]

    def newest_planned(self, until: date) -> Sequence[FollowUp]:
        """Everybody's newest contact, as far as its next day is ``until`` or earlier; the earliest first."""
        t = follow_ups
        newest = func.row_number().over(partition_by=t.c.retiree_id, order_by=(t.c.at.desc(), t.c.id.desc()))
        last = select(t.c.document, t.c.next_on, newest.label("place")).subquery()
        wanted = select(last.c.document).where(last.c.place == 1, last.c.next_on <= until.isoformat())
        return [from_json(FollowUp, row[0]) for row in self._connection.execute(wanted.order_by(last.c.next_on))]

    def answered_since(self, at: datetime, results: Iterable[str]) -> set[RetireeId]:
        """Whose newest contact since ``at`` had one of these results; told by the database itself."""
        t = follow_ups
        newest = func.row_number().over(partition_by=t.c.retiree_id, order_by=(t.c.at.desc(), t.c.id.desc()))
        result = func.json_extract(t.c.document, "$.result")
        ranked = select(t.c.retiree_id, result.label("result"), newest.label("place"))
        last = ranked.where(t.c.at >= _sortable(at)).subquery()
        wanted = select(last.c.retiree_id).where(last.c.place == 1, last.c.result.in_(list(results)))
        return {RetireeId(row[0]) for row in self._connection.execute(wanted)}


def _sortable(at: datetime) -> str:
    return at.astimezone(UTC).isoformat()
