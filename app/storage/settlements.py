"""Settled fraud signs over one connection."""

from collections.abc import Sequence

from sqlalchemy import Connection, select
from sqlalchemy.dialects.sqlite import insert

from app.domain.fraud import Settlement
from app.services.codec import from_json, to_json
from app.storage.tables import settled_signs as t


class SettlementStore:
    """See app.services.ports.SettlementRepository."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, settlement: Settlement) -> None:
        """Keep it; the first answer to a sign stays."""
        row = {"key": settlement.key, "document": to_json(settlement)}
        self._connection.execute(insert(t).values(row).on_conflict_do_nothing())

    def all(self) -> Sequence[Settlement]:
        """Every one."""
        return [from_json(Settlement, row[0]) for row in self._connection.execute(select(t.c.document))]
