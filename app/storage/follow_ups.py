"""The log of contacts over one connection."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime

from sqlalchemy import Connection, and_, func, insert, or_, select

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

    def open_plans(self, until: date) -> Sequence[FollowUp]:
        """Everybody's newest contact with a next day until then, unless one made on that day or after settled it; the earliest first."""
        t, later = follow_ups, follow_ups.alias("later")
        newest = func.row_number().over(partition_by=t.c.retiree_id, order_by=(t.c.at.desc(), t.c.id.desc()))
        ranked = select(t, newest.label("place")).where(t.c.next_on.is_not(None)).subquery()
        day_begins = func.date(ranked.c.next_on, "-1 day").op("||")("T16:00:00+00:00")  # midnight in Shanghai, as kept
        settled = select(later.c.id).where(
            later.c.retiree_id == ranked.c.retiree_id,
            later.c.at >= day_begins,
            or_(later.c.at > ranked.c.at, and_(later.c.at == ranked.c.at, later.c.id > ranked.c.id)),
        )
        wanted = select(ranked.c.document).where(
            ranked.c.place == 1, ranked.c.next_on <= until.isoformat(), ~settled.exists()
        )
        return [from_json(FollowUp, row[0]) for row in self._connection.execute(wanted.order_by(ranked.c.next_on))]

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
