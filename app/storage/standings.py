"""What decides how everybody stands, over one connection. Facts are interned: people who share them share a row."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from app.domain.calendar import Month
from app.domain.ids import RetireeId
from app.domain.standing import StandingFacts
from app.services.codec import from_json, to_json
from app.services.standing_ports import FactsId, PersonFacts
from app.storage import tables
from app.storage.parts import in_parts
from app.storage.tables import certified_months, stale_standings, standing_facts, standings


class StandingStore:
    """See app.services.ports.StandingRepository."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def stale(self, limit: int) -> Sequence[RetireeId]:
        """People of whom something was written since."""
        rows = self._connection.execute(select(stale_standings.c.retiree_id).limit(limit))
        return [RetireeId(row[0]) for row in rows]

    def put(self, people: Iterable[PersonFacts]) -> None:
        """Replace these people's."""
        for part in in_parts(people):
            ids = [one.retiree_id for one in part]
            for table in (standings, certified_months, stale_standings):
                self._connection.execute(delete(table).where(table.c.retiree_id.in_(ids)))
            numbers = self._interned({to_json(one.facts) for one in part if one.facts is not None})
            self._insert(
                standings,
                [
                    {"retiree_id": one.retiree_id, "facts_id": numbers[to_json(one.facts)]}
                    for one in part
                    if one.facts is not None
                ],
            )
            self._insert(
                certified_months,
                [
                    {"retiree_id": one.retiree_id, "month": str(month), "number": number}
                    for one in part
                    for month, number in one.months.items()
                ],
            )
        used = select(standings.c.facts_id).where(standings.c.facts_id == standing_facts.c.id)
        self._connection.execute(delete(standing_facts).where(~used.exists()))

    def outdate(self) -> None:
        """Everybody is stale."""
        for found in (select(tables.retirees.c.id), select(tables.certifications.c.retiree_id).distinct()):
            statement = insert(stale_standings).prefix_with("OR IGNORE")
            self._connection.execute(statement.from_select(["retiree_id"], found))

    def groups(self) -> Sequence[tuple[FactsId, StandingFacts, int]]:
        """Every set of facts with how many share it."""
        counted = select(standings.c.facts_id, func.count().label("number")).group_by(standings.c.facts_id).subquery()
        rows = self._connection.execute(
            select(standing_facts.c.id, standing_facts.c.document, counted.c.number).join(
                counted, counted.c.facts_id == standing_facts.c.id
            )
        )
        return [(int(row[0]), from_json(StandingFacts, row[1]), int(row[2])) for row in rows]

    def sharing(self, wanted: Iterable[FactsId]) -> Mapping[RetireeId, FactsId]:
        """Who has one of these."""
        return self._where(standings.c.facts_id, wanted)

    def of(self, whose: Iterable[RetireeId]) -> Mapping[RetireeId, FactsId]:
        """These people's."""
        return self._where(standings.c.retiree_id, whose)

    def everybody(self) -> Mapping[RetireeId, FactsId]:
        """The whole roster."""
        rows = self._connection.execute(select(standings.c.retiree_id, standings.c.facts_id))
        return {RetireeId(row[0]): row[1] for row in rows}

    def certified_in(self, year: int) -> Mapping[Month, int]:
        """How many certifications count from each month."""
        t = certified_months
        rows = self._connection.execute(
            select(t.c.month, func.sum(t.c.number))
            .where(t.c.month.between(f"{year:04d}-01", f"{year:04d}-12"))
            .group_by(t.c.month)
        )
        return {Month.parse(row[0]): int(row[1]) for row in rows}

    def _where(self, column: Any, wanted: Iterable[Any]) -> dict[RetireeId, FactsId]:
        return {
            RetireeId(row[0]): row[1]
            for part in in_parts(wanted)
            for row in self._connection.execute(
                select(standings.c.retiree_id, standings.c.facts_id).where(column.in_(part))
            )
        }

    def _interned(self, documents: set[str]) -> dict[str, FactsId]:
        if documents:
            statement = sqlite_insert(standing_facts).on_conflict_do_nothing()
            self._connection.execute(statement, [{"document": one} for one in sorted(documents)])
        t = standing_facts
        rows = self._connection.execute(select(t.c.document, t.c.id).where(t.c.document.in_(documents)))
        return {row[0]: int(row[1]) for row in rows}

    def _insert(self, table: Any, rows: list[dict[str, Any]]) -> None:
        if rows:
            self._connection.execute(insert(table), rows)
