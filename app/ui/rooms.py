"""Screens that the desktop needs to know only by name: each brings its view and what happens when it is opened.

To add a screen: a room in ``app/ui/screens/<name>/room.py``, a line in ``make_rooms``, and, for a place on the rail, its words in
``text.NAVIGATION`` and its key in ``shortcuts.SHORTCUTS``.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from PySide6.QtWidgets import QWidget

from app.services.erasure import Erasure
from app.ui.means import Means
from app.ui.ports import Navigate, Printing, Say
from app.ui.screens.audit.room import AuditRoom
from app.ui.screens.away.room import AwayRoom
from app.ui.screens.forms.room import FormsRoom
from app.ui.screens.home_visits.room import HomeVisitsRoom
from app.ui.screens.lists.room import ListsRoom
from app.ui.screens.person.room import PersonRoom
from app.ui.screens.plans.room import PlansRoom
from app.ui.screens.reports.room import ReportsRoom
from app.ui.screens.roster_import.room import ImportRoom
from app.ui.screens.selftest.room import SelftestRoom
from app.ui.screens.settings.room import SettingsRoom
from app.ui.session import Session


class Room(Protocol):
    """Attributes: view: the screen."""

    @property
    def view(self) -> QWidget: ...
    def open(self) -> None:
        """The screen is coming up: fresh contents."""
        ...

    def synced(self) -> None:
        """A sync has brought something, and the screen is up."""
        ...


@dataclass(frozen=True, slots=True)
class Rooms:
    """All rooms by name; ``person`` is also called with whom to show."""

    person: PersonRoom
    lists: ListsRoom
    forms: FormsRoom
    settings: SettingsRoom
    audit: AuditRoom
    roster_import: ImportRoom
    reports: ReportsRoom
    plans: PlansRoom
    selftest: SelftestRoom
    home_visits: HomeVisitsRoom
    away: AwayRoom | None

    def by_name(self) -> Mapping[str, Room]:
        """Name → room."""
        away: dict[str, Room] = {"away": self.away} if self.away is not None else {}
        return {
            **away,
            "home_visits": self.home_visits,
            "person": self.person,
            "lists": self.lists,
            "forms": self.forms,
            "settings": self.settings,
            "audit": self.audit,
            "roster_import": self.roster_import,
            "reports": self.reports,
            "plans": self.plans,
            "selftest": self.selftest,
        }


def make_rooms(
    means: Means,
    *,
    session: Session,
    say: Say,
    navigate: Navigate,
    printing: Printing,
    sent: Callable[[], None],
    roster_changed: Callable[[], None],
    sound: Callable[[], None],
    wipe: Callable[[], None],
) -> Rooms:
    """Build them. ``wipe``: on a laptop, end the program and forget."""

    def arrived() -> None:
        """A home visit came back: its records go to the center, its people are read anew."""
        sent()
        roster_changed()

    return Rooms(
        person=PersonRoom(
            means.desk,
            erasure=Erasure(means.desk, means.scrutiny.open_signs),
            papers=means.papers,
            tasks=means.tasks,
            session=session,
            say=say,
            navigate=navigate,
            printing=printing,
        ),
        lists=ListsRoom(means, session=session, say=say, navigate=navigate, printing=printing),
        forms=FormsRoom(means, session=session, say=say, navigate=navigate, printing=printing, sent=sent),
        audit=AuditRoom(
            means.scrutiny,
            papers=means.papers,
            tasks=means.tasks,
            session=session,
            say=say,
            navigate=navigate,
            printing=printing,
        ),
        settings=SettingsRoom(means, session=session, say=say, navigate=navigate, printing=printing, enrolled=sent),
        roster_import=ImportRoom(means, session=session, say=say, navigate=navigate, changed=roster_changed),
        reports=ReportsRoom(means, say=say, printing=printing),
        plans=PlansRoom(means, session=session, say=say, navigate=navigate, printing=printing),
        selftest=SelftestRoom(means, say=say, navigate=navigate, printing=printing, sound=sound),
        home_visits=HomeVisitsRoom(means, session=session, say=say, navigate=navigate, arrived=arrived),
        away=AwayRoom(means.away, session=session, tasks=means.tasks, say=say, navigate=navigate, wipe=wipe)
        if means.away is not None
        else None,
    )
