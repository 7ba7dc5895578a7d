"""Port to what decides how everybody stands; app.services.ports hands it on."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from app.domain.calendar import Month
from app.domain.ids import RetireeId
from app.domain.standing import StandingFacts

FactsId = int
"""Stands for one StandingFacts that many people share; valid inside one transaction."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonFacts:
    """What is kept of one person: ``facts`` None for somebody who has left the roster; ``months``: certified in which, how often."""

    retiree_id: RetireeId
    facts: StandingFacts | None
    months: Mapping[Month, int]


class StandingRepository(Protocol):
    """What decides how everybody stands, kept beside the roster; the store itself notes whose is out of date."""

    def stale(self, limit: int) -> Sequence[RetireeId]:
        """People of whom something was written since they were put last."""
        ...

    def put(self, people: Iterable[PersonFacts]) -> None:
        """Replace these people's; they are no longer stale."""
        ...

    def outdate(self) -> None:
        """Everybody is stale."""
        ...

    def groups(self) -> Sequence[tuple[FactsId, StandingFacts, int]]:
        """Every set of facts with how many people of the roster share it."""
        ...

    def sharing(self, wanted: Iterable[FactsId]) -> Mapping[RetireeId, FactsId]:
        """Who on the roster has one of these."""
        ...

    def of(self, whose: Iterable[RetireeId]) -> Mapping[RetireeId, FactsId]:
        """These people's, as far as they are on the roster."""
        ...

    def everybody(self) -> Mapping[RetireeId, FactsId]:
        """The whole roster."""
        ...

    def certified_in(self, year: int) -> Mapping[Month, int]:
        """How many certifications count from each month of the year, those of people who left too."""
        ...
