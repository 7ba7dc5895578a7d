"""On the laptop of a home visit: who is to be visited, what is done, what is still to be brought back, when it may be wiped."""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from hashlib import sha256
from pathlib import Path
from typing import Protocol

from app.domain.ids import OperatorId, RetireeId
from app.domain.retiree import Retiree
from app.errors import AppError
from app.services.away_limits import TRIP, AwayTrip as AwayTrip, trip_of as trip_of
from app.services.codec import from_json, to_json
from app.services.context import Desk
from app.services.ports import AuditEntry, Settings, UnitOfWork
from app.services.stored_settings import LAST_RECORD_AT
from app.services.trip_contents import TripLoad, TripResult, collect_result, put_load

LOAD, RETURNED = "away.load", "away.returned"
"""Settings keys, in the laptop's own store only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Returned:
    """The last file that went back: its hash and the hash of the work in it."""

    sha256: str
    work: str


class Done(Enum):
    """How far somebody's visit is."""

    NOTHING = "nothing"
    CERTIFIED = "certified"
    FORM = "form"
    REPORTED = "reported"
    """Death, loss or custody."""
    CONTACTED = "contacted"


@dataclass(frozen=True, slots=True, kw_only=True)
class AwayRow:
    """One of the people on the trip."""

    retiree: Retiree
    done: Done


@dataclass(frozen=True, slots=True, kw_only=True)
class AwayState:
    """``made``: there is work here; ``brought_back``: all of it is in a file that went out; ``expired``: nobody new is certified."""

    trip: AwayTrip
    rows: tuple[AwayRow, ...]
    made: bool
    brought_back: bool
    expired: bool
    unit_name: str


class AwayFiles(Protocol):
    """Writing the file that goes back, and checking the desk's answer."""

    def bring_back(self, folder: Path, *, operator_id: OperatorId) -> Path:
        """AppError: trip.unfinished, package.folder_missing, package.stick_full, package.not_written."""
        ...

    def confirmation(self, secret: str, file_sha256: str) -> str:
        """The digits that the desk shows once it holds the file."""
        ...

    def digits(self, typed: str) -> str:
        """What counts of a typed code."""
        ...


def load_of(settings: Settings) -> TripLoad | None:
    """What the package brought; None while it has not been put in."""
    text = settings.get(LOAD)
    return None if text is None else from_json(TripLoad, text)


def begin(store: UnitOfWork, trip: AwayTrip, load: TripLoad) -> None:
    """Put the package's contents in, in the caller's transaction. A clock before the packing stops certification as at the desk."""
    put_load(store, load)
    store.settings.set(TRIP, to_json(trip))
    store.settings.set(LOAD, to_json(load))
    store.settings.set(LAST_RECORD_AT, trip.made_at.isoformat())
    store.audit.append(AuditEntry(at=trip.made_at, operator_id=None, action="trip.opened", subject=trip.id))


def work_hash(result: TripResult) -> str:
    """Hash of the work alone; log-ins don't change it."""
    return sha256(to_json(result.work()).encode("utf-8")).hexdigest()


@dataclass(frozen=True, slots=True)
class Away:
    """Use cases of the laptop."""

    desk: Desk
    files: AwayFiles

    def state(self) -> AwayState:
        """How it stands now."""
        with self.desk.uow() as store:
            trip, load = self._mine(store)
            made = _made(store, load)
            returned = _returned(store.settings)
            brought = bool(made) and returned is not None and returned.work == _hash_or_none(store, load)
            people = [store.retirees.get(one.id) or one for one in load.retirees]
        return AwayState(
            trip=trip,
            rows=tuple(AwayRow(retiree=one, done=made.get(one.id, Done.NOTHING)) for one in people),
            made=bool(made),
            brought_back=brought,
            expired=self.desk.clock.today() > trip.expires_on,
            unit_name=load.identity.unit_name,
        )

    def bring_back(self, folder: Path, *, operator_id: OperatorId) -> Path:
        """Write everything that was made here into one file for the desk."""
        return self.files.bring_back(folder, operator_id=operator_id)

    def confirm(self, typed: str) -> None:
        """The desk holds everything: this laptop may be wiped. AppError: away.not_brought_back, away.newer_work, away.code_wrong."""
        with self.desk.uow() as store:
            trip, load = self._mine(store)
            if not _made(store, load):
                return
            returned = _returned(store.settings)
            if returned is None:
                raise AppError("away.not_brought_back")
            if returned.work != _hash_or_none(store, load):
                raise AppError("away.newer_work")
        expected = self.files.confirmation(trip.secret, returned.sha256)
        if not hmac.compare_digest(expected.encode(), self.files.digits(typed).encode()):
            raise AppError("away.code_wrong")

    @staticmethod
    def _mine(store: UnitOfWork) -> tuple[AwayTrip, TripLoad]:
        trip, load = trip_of(store.settings), load_of(store.settings)
        if trip is None or load is None:
            raise AppError("away.not_loaded")
        return trip, load


def _returned(settings: Settings) -> Returned | None:
    text = settings.get(RETURNED)
    return None if text is None else from_json(Returned, text)


def _hash_or_none(store: UnitOfWork, load: TripLoad) -> str | None:
    """None while a visit is still open."""
    try:
        return work_hash(collect_result(store, load))
    except AppError:
        return None


def _made(store: UnitOfWork, load: TripLoad) -> Mapping[RetireeId, Done]:
    """Who has something here that must not be lost, the weightiest of it; NOTHING for a visit that was only begun."""
    made_ids = {record.id for record in store.outbox.waiting()}
    found = {visit.retiree_id: Done.NOTHING for visit in store.visits.all() if visit.retiree_id is not None}
    for one in load.retirees:
        if any(c.id in made_ids for c in store.follow_ups.of_retiree(one.id)):
            found[one.id] = Done.CONTACTED
        if any(case not in load.cases for case in store.cases.of_retiree(one.id)):
            found[one.id] = Done.FORM
        if any(c.id in made_ids for c in store.certifications.of_retiree(one.id)):
            found[one.id] = Done.CERTIFIED
        if any(report not in load.reports for report in store.reports.of_retiree(one.id)):
            found[one.id] = Done.REPORTED
    return found
