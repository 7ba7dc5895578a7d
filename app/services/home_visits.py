"""Home visits from the desk: who goes along, what is out, what came back; and the port behind the files."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Protocol

from app.domain.follow_up import FollowUpResult
from app.domain.home_visit import Trip, TripStanding
from app.domain.ids import OperatorId, RetireeId, TripId
from app.domain.retiree import Retiree
from app.errors import AppError
from app.services.context import Desk
from app.services.ports import AuditEntry
from app.services.trip_return import BroughtBack
from protocol.take_along import RESULT_SUFFIX as RESULT_SUFFIX, SUFFIX as SUFFIX

SHORTEST_PASSPHRASE = 12
MOST_PEOPLE = 200
LOOK_AHEAD = timedelta(days=14)
"""Home visits planned so far ahead are proposed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What is to be packed."""

    people: tuple[RetireeId, ...]
    passphrase: str
    expires_on: date
    folder: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Packed:
    """The file that was written."""

    path: Path
    trip: Trip
    size: int


class TripFiles(Protocol):
    """Writing the file out, reading the file back; either wholly or not at all."""

    def new_passphrase(self) -> str:
        """A proposal."""
        ...

    def pack(self, order: Order, *, operator_id: OperatorId) -> Packed:
        """AppError: trip.nobody, trip.too_many, trip.passphrase, trip.expiry, sync.not_enrolled, package.folder_missing,
        package.stick_full, package.not_written."""
        ...

    def take_back(self, path: Path, *, operator_id: OperatorId) -> BroughtBack:
        """AppError: trip.* by name with nothing written; trip.twice with the ``code`` again."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class TripRow:
    """A line of the list."""

    trip: Trip
    standing: TripStanding
    names: tuple[str, ...]
    clerk: str


@dataclass(frozen=True, slots=True)
class HomeVisits:
    """Use cases of the desk."""

    desk: Desk

    def rows(self) -> tuple[TripRow, ...]:
        """Every package, newest first."""
        with self.desk.uow() as store:
            trips = store.trips.all()
            clerks = {one.id: one.name for one in store.operators.all()}
            people = {one: store.retirees.get(one) for trip in trips for one in trip.people}
        today = self.desk.clock.today()
        return tuple(
            TripRow(
                trip=trip,
                standing=trip.standing(today),
                names=tuple(found.name for one in trip.people if (found := people[one]) is not None),
                clerk=clerks.get(trip.operator_id, ""),
            )
            for trip in trips
        )

    def planned(self) -> tuple[Retiree, ...]:
        """Those with whom a home visit was agreed lately, by the agreed day."""
        today = self.desk.clock.today()
        with self.desk.uow() as store:
            due = [
                one
                for one in store.follow_ups.due(today + LOOK_AHEAD)
                if one.result is FollowUpResult.HOME_VISIT_PLANNED and one.next_on is not None
            ]
            newest = {one.retiree_id: store.follow_ups.of_retiree(one.retiree_id)[0].id for one in due}
            wanted = [one for one in due if newest[one.retiree_id] == one.id and today - one.next_on <= LOOK_AHEAD]  # type: ignore[operator]
            found = [store.retirees.get(one.retiree_id) for one in sorted(wanted, key=lambda one: str(one.next_on))]
        return tuple(one for one in found if one is not None and one.died_on is None)

    def people(self, ids: Sequence[RetireeId]) -> tuple[Retiree, ...]:
        """The retirees of these ids that are on the roster."""
        with self.desk.uow() as store:
            found = [store.retirees.get(one) for one in ids]
        return tuple(one for one in found if one is not None)

    def longest(self) -> date:
        """The last day that a package made today may hold."""
        with self.desk.uow() as store:
            return self.desk.clock.today() + timedelta(days=self.desk.policy(store).take_along_days)

    def set_lost(self, trip_id: TripId, *, lost: bool, operator_id: OperatorId) -> None:
        """Laptop or stick are gone: nothing more of it is taken; or they were found again. AppError('trip.unknown')."""
        now = self.desk.clock.now()
        with self.desk.uow() as store:
            trip = store.trips.get(trip_id)
            if trip is None:
                raise AppError("trip.unknown")
            store.trips.save(replace(trip, lost_at=now if lost else None))
            action = "trip.lost" if lost else "trip.found"
            store.audit.append(AuditEntry(at=now, operator_id=operator_id, action=action, subject=trip_id))
            store.commit()
