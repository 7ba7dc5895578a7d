"""The desk's room for home visits and the laptop's room: what they show, what they ask, what the window says."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton, QTableView, QWidget
from pytestqt.qtbot import QtBot

from app.domain.follow_up import FollowUpResult, FollowUpWay
from app.domain.home_visit import Trip
from app.domain.ids import OperatorId, RetireeId, TripId
from app.domain.standing import Severity, StandingKind
from app.errors import AppError
from app.services.away import AwayRow, AwayState, Done
from app.services.away_limits import AwayTrip
from app.services.follow_ups import FollowUps
from app.services.home_visits import HomeVisits, Order, Packed
from app.services.trip_return import BroughtBack
from app.ui import error_text, trip_text
from app.ui.away_mode import ELSEWHERE, place, rail_state
from app.ui.screens.away.presenter import AwayPresenter, AwayShown
from app.ui.screens.away.view import AwayView
from app.ui.screens.home_visits.presenter import HomeVisitsPresenter, HomeVisitsState
from app.ui.screens.home_visits.view import HomeVisitsView
from app.ui.screens.login.view import LoginView
from app.ui.take_along_dialog import KnownTrip, TakeAlongStart
from tests.builders.office import Office
from tests.builders.trips import IDENTITY
from tests.fakes.screens import LastState


class FakeFiles:
    """Implements TripFiles: keeps the orders, gives what it is told to."""

    def __init__(self, desk: Office) -> None:
        self.desk = desk
        self.orders: list[Order] = []
        self.error: Exception | None = None
        self.proposals = 0
        self.back = BroughtBack(certifications=2, forms=1, contacts=0, reports=0, merged=(), code="12345 67890")

    def new_passphrase(self) -> str:
        self.proposals += 1
        return f"AAAA-BBBB-{self.proposals:04d}"

    def pack(self, order: Order, *, operator_id: OperatorId) -> Packed:
        if self.error is not None:
            raise self.error
        self.orders.append(order)
        trip = trip_of(order, operator_id, self.desk)
        with self.desk.real.uow() as store:
            store.trips.save(trip)
            store.commit()
        return Packed(path=order.folder / "x.certtrip", trip=trip, size=2048)

    def take_back(self, path: Path, *, operator_id: OperatorId) -> BroughtBack:
        if self.error is not None:
            raise self.error
        return self.back


def trip_of(order: Order, by: OperatorId, desk: Office) -> Trip:
    return Trip(
        id=TripId("t-1"),
        made_at=desk.real.clock.now(),
        operator_id=by,
        expires_on=order.expires_on,
        people=order.people,
        public_key="",
        secret="",
    )


class Room:
    """A presenter with a view that keeps its last state."""

    def __init__(self, desk: Office, view: object | None = None) -> None:
        self.view = view or LastState()
        self.files = FakeFiles(desk)
        self.arrived = 0
        self.presenter = HomeVisitsPresenter(
            view=self.view,  # type: ignore[arg-type]
            visits=HomeVisits(desk.real.desk),
            files=self.files,
            session=desk.session,
            tasks=desk.tasks,
            say=desk.ears,
            navigate=desk.ears,
            arrived=self._arrive,
        )

    def _arrive(self) -> None:
        self.arrived += 1

    @property
    def state(self) -> HomeVisitsState:
        return self.view.state  # type: ignore[attr-defined, no-any-return]


def test_people_come_onto_the_list_once_and_go_from_it(desk: Office) -> None:
    room = Room(desk)
    one, two = desk.person(StandingKind.NEAR), desk.person(StandingKind.SAFE)
    assert room.presenter.add([one.id, two.id, one.id]) == 2
    assert room.presenter.add([one.id]) == 2
    assert [person.id for person in room.state.chosen] == [one.id, two.id]
    room.presenter.drop(one)
    assert [person.id for person in room.state.chosen] == [two.id]
    room.presenter.add([RetireeId("nobody")])
    assert [person.id for person in room.state.chosen] == [two.id]


def test_agreed_visits_are_proposed_and_only_those_still_open(desk: Office) -> None:
    room, contacts, today = Room(desk), FollowUps(desk.real.desk), desk.real.clock.today()
    near, safe = desk.person(StandingKind.NEAR), desk.person(StandingKind.SAFE)

    def log(who: RetireeId, result: FollowUpResult, days: int) -> None:
        contacts.log(
            retiree_id=who,
            operator_id=desk.clerk.id,
            way=FollowUpWay.PHONE,
            result=result,
            next_on=today + timedelta(days=days),
        )

    log(near.id, FollowUpResult.HOME_VISIT_PLANNED, 3)
    log(safe.id, FollowUpResult.HOME_VISIT_PLANNED, 2)
    desk.real.clock.move(timedelta(minutes=1))
    log(safe.id, FollowUpResult.DESK_APPOINTMENT, 2)  # agreed otherwise since
    room.presenter.refresh()
    assert room.state.planned == 1
    room.presenter.add_planned()
    assert [person.id for person in room.state.chosen] == [near.id]
    assert room.state.planned == 0


def test_packing_empties_the_list_proposes_another_passphrase_and_tells_the_file(desk: Office, tmp_path: Path) -> None:
    room, today = Room(desk), desk.real.clock.today()
    person = desk.person(StandingKind.NEAR)
    room.presenter.add([person.id])
    proposed = room.state.passphrase
    room.presenter.refresh()
    assert room.state.passphrase == proposed, "it stays while the list is being made"
    room.presenter.pack(passphrase=proposed, expires_on=today, folder=tmp_path)
    (order,) = room.files.orders
    assert (order.people, order.passphrase, order.folder) == ((person.id,), proposed, tmp_path)
    assert room.state.chosen == ()
    assert (room.state.severity, "x.certtrip" in room.state.sentence) == (Severity.GOOD, True)
    assert [row.names for row in room.state.trips] == [(person.name,)]
    room.presenter.add([person.id])
    assert room.state.passphrase != proposed


def test_a_refusal_is_said_in_words_and_a_bug_gets_its_number(desk: Office, tmp_path: Path) -> None:
    room = Room(desk)
    room.files.error = AppError("trip.passphrase", least=12)
    room.presenter.pack(passphrase="x", expires_on=date(2026, 12, 1), folder=tmp_path)
    assert "至少 12 位" in room.state.sentence
    room.files.error = RuntimeError("bug")
    room.presenter.take_back(tmp_path / "x")
    assert (room.state.severity, len(desk.ears.errors), room.state.busy) == (Severity.WARNING, 1, False)


def test_what_came_back_is_told_with_the_code_and_the_other_screens_read_anew(desk: Office, tmp_path: Path) -> None:
    room = Room(desk)
    room.presenter.take_back(tmp_path / "x")
    assert "2 条认证、1 张确认表" in room.state.sentence
    assert "12345 67890" in room.state.sentence
    assert room.arrived == 1
    room.files.back = replace(room.files.back, certifications=0, forms=0, merged=("王重阳",))
    room.presenter.take_back(tmp_path / "x")
    assert "没有新内容" in room.state.sentence
    assert "王重阳" in room.state.sentence


def test_the_room_shows_everything_and_asks_with_what_is_typed(
    qtbot: QtBot, desk: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from PySide6.QtWidgets import QFileDialog

    view = HomeVisitsView()
    qtbot.addWidget(view)
    room = Room(desk, view)
    person = desk.person(StandingKind.NEAR)
    room.presenter.refresh()
    assert not view.findChild(QPushButton, "trips_pack").isEnabled()
    room.presenter.add([person.id])
    assert view.findChild(QTableView, "trips_people").model().rowCount() == 1
    assert view.findChild(QLineEdit, "trips_passphrase").text().startswith("AAAA-BBBB")
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", staticmethod(lambda *_a: str(tmp_path)))
    with qtbot.waitSignal(view.packed) as heard:
        view.findChild(QPushButton, "trips_pack").click()
    last = desk.real.clock.today() + timedelta(days=7)
    assert heard.args == [view.findChild(QLineEdit, "trips_passphrase").text(), last, tmp_path]
    monkeypatch.setattr(QFileDialog, "getOpenFileName", staticmethod(lambda *_a: (str(tmp_path / "b"), "")))
    with qtbot.waitSignal(view.taken) as heard:
        view.findChild(QPushButton, "trips_take").click()
    assert heard.args == [tmp_path / "b"]


# -------------------------------------------------------------------- the laptop


def away_state(desk: Office, **changes: object) -> AwayState:
    today = desk.real.clock.today()
    trip = AwayTrip(
        id="t-1", unit_id="u", made_at=desk.real.clock.now(), expires_on=today, desk_key="", trip_key="", secret=""
    )
    people = (desk.person(StandingKind.NEAR), desk.person(StandingKind.SAFE))
    rows = tuple(
        AwayRow(retiree=one, done=done) for one, done in zip(people, (Done.CERTIFIED, Done.NOTHING), strict=True)
    )
    fields: dict[str, object] = {
        "trip": trip,
        "rows": rows,
        "made": True,
        "brought_back": False,
        "expired": False,
        "unit_name": IDENTITY.unit_name,
    }
    return AwayState(**{**fields, **changes})  # type: ignore[arg-type]


class FakeAway:
    """Implements the use cases of the laptop."""

    def __init__(self, state: AwayState) -> None:
        self.now, self.error = state, AppError("away.code_wrong")
        self.typed: list[str] = []
        self.good = "1234567890"

    def state(self) -> AwayState:
        return self.now

    def bring_back(self, folder: Path, *, operator_id: OperatorId) -> Path:
        self.now = replace(self.now, brought_back=True)
        return folder / "带回.certback"

    def confirm(self, typed: str) -> None:
        self.typed.append(typed)
        if self.now.made and typed != self.good:
            raise self.error


class Screen(LastState):
    """``yes``: the answer about wiping."""

    state: AwayShown
    yes = True

    def ask_wipe(self) -> bool:
        return self.yes


def laptop(desk: Office, away: FakeAway) -> tuple[AwayPresenter, Screen, list[str]]:
    view, wiped = Screen(), list[str]()
    made = AwayPresenter(
        view=view,
        away=away,
        session=desk.session,
        tasks=desk.tasks,
        say=desk.ears,
        navigate=desk.ears,  # type: ignore[arg-type]
        wipe=lambda: wiped.append("wiped"),
    )
    made.refresh()
    return made, view, wiped


def test_the_laptop_forgets_only_after_the_right_code(desk: Office, tmp_path: Path) -> None:
    away = FakeAway(away_state(desk))
    presenter, view, wiped = laptop(desk, away)
    presenter.bring_back(tmp_path)
    assert "带回.certback" in view.state.sentence
    presenter.confirm("0")
    assert ("核对码不对" in view.state.sentence, wiped) == (True, [])
    presenter.confirm(away.good)
    assert wiped == ["wiped"]


def test_with_nothing_done_it_asks_before_it_forgets(desk: Office) -> None:
    presenter, view, wiped = laptop(desk, FakeAway(away_state(desk, made=False)))
    view.yes = False
    presenter.confirm("")
    assert wiped == []
    view.yes = True
    presenter.confirm("")
    assert wiped == ["wiped"]


def test_the_laptops_room_begins_visits_until_the_last_day_is_over(qtbot: QtBot, desk: Office) -> None:
    view = AwayView()
    qtbot.addWidget(view)
    view.show()
    presenter = AwayPresenter(
        view=view,
        away=FakeAway(away_state(desk)),
        session=desk.session,
        tasks=desk.tasks,  # type: ignore[arg-type]
        say=desk.ears,
        navigate=desk.ears,
        wipe=lambda: None,
    )
    presenter.refresh()
    start = view.findChild(QPushButton, "away_start")
    with qtbot.waitSignal(view.start_asked):
        start.click()
    with qtbot.waitSignal(view.person_asked):
        view.findChild(QPushButton, "away_person").click()
    view.show_state(AwayShown(state=away_state(desk, expired=True)))
    assert not start.isEnabled()
    assert "到期" in view.findChild(QWidget, "away_badge").accessibleName()
    view.show_state(AwayShown(state=away_state(desk, made=False)))
    assert not view.findChild(QLineEdit, "away_code").isVisible()
    assert "直接抹掉" in view.findChild(QPushButton, "away_forget").text()


def test_every_state_of_the_trip_has_its_sentence(desk: Office) -> None:
    done = tuple(replace(row, done=Done.FORM) for row in away_state(desk).rows)
    said = {
        trip_text.away_sentence(away_state(desk, **changes))
        for changes in ({}, {"expired": True}, {"brought_back": True}, {"rows": done})
    }
    assert len(said) == 4
    assert set(trip_text.DONE) == set(Done)


def test_screens_of_the_desk_lead_to_the_laptops_list(desk: Office) -> None:
    from app.services.ports import SyncReport

    assert {place(name, away=True) for name in ELSEWHERE} == {"away"}
    assert place("find", away=True) == "find"
    assert place("home", away=False) == "home"
    assert "3 条" in rail_state(SyncReport(waiting=3), away=True)
    assert "不联网" in rail_state(SyncReport(waiting=0), away=True)
    assert rail_state(SyncReport(waiting=0), away=False) == "已全部上报"


def test_the_dialog_takes_a_file_or_a_trip_that_lies_here(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = KnownTrip(id="t-9", unit="示范单位", expires_on=date(2026, 11, 27))
    dialog = TakeAlongStart(known=[here], file=None, error=AppError("away.passphrase"))
    qtbot.addWidget(dialog)
    assert dialog.trip == "t-9"
    assert "口令不对" in dialog.findChild(QLabel, "take_along_trouble").text()
    monkeypatch.setattr(dialog, "_ask", lambda: str(tmp_path / "上门.certtrip"))
    dialog.findChild(QPushButton, "take_along_choose").click()
    dialog.findChild(QLineEdit, "take_along_passphrase").setText("abcd")
    assert (dialog.trip, dialog.file, dialog.passphrase()) == ("", tmp_path / "上门.certtrip", "abcd")
    empty = TakeAlongStart(known=[], file=None)
    qtbot.addWidget(empty)
    assert not empty.findChild(QPushButton, "take_along_go").isEnabled()


def test_the_log_in_offers_the_package_at_a_desk_and_not_on_the_laptop(qtbot: QtBot) -> None:
    for away in (False, True):
        view = LoginView(unit="单位", away=away)
        qtbot.addWidget(view)
        view.show()
        assert view.findChild(QPushButton, "login_take_along").isVisible() is not away


def test_every_refusal_of_a_home_visits_file_has_words() -> None:
    from protocol.packages import Fault

    center_only = {Fault.RETIRED_KEY, Fault.REPLAY, Fault.GAP, Fault.RECEIPT}
    wanted = {f"trip.{fault.value}" for fault in Fault if fault not in center_only}
    assert wanted <= set(error_text.ERROR_TEXT)
