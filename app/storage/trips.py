"""Take-along packages over one connection."""

from collections.abc import Sequence

from sqlalchemy import Connection, select
from sqlalchemy.dialects.sqlite import insert

from app.domain.home_visit import Trip
from app.domain.ids import TripId
from app.services.codec import from_json, to_json
from app.storage.tables import trips as t


class TripStore:
    """See app.services.ports.TripRepository."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def save(self, trip: Trip) -> None:
        """Insert or replace."""
        row = {"id": trip.id, "document": to_json(trip)}
        statement = insert(t).values(row)
        self._connection.execute(statement.on_conflict_do_update(index_elements=["id"], set_=row))

    def get(self, trip_id: TripId) -> Trip | None:
        """One trip."""
        row = self._connection.execute(select(t.c.document).where(t.c.id == trip_id)).first()
        return None if row is None else from_json(Trip, row[0])

    def all(self) -> Sequence[Trip]:
        """Newest first (UUID v7 sorts by time)."""
        rows = self._connection.execute(select(t.c.document).order_by(t.c.id.desc()))
        return [from_json(Trip, row[0]) for row in rows]
