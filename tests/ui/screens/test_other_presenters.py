"""Log-in, home, find, records, sync and settings over the real services."""

from collections.abc import Callable

import pytest

from app.domain.evidence import Band
from app.domain.ids import DeskId
from app.domain.operator import Operator, Role
from app.domain.standing import StandingKind
from app.errors import AppError
from app.services.paper_facts import PaperFacts
from app.services.ports import SyncReport
from app.services.records import Records
from app.services.roster import Roster
from app.services.sync_status import SyncStatus
from app.ui.screens.find.presenter import FindPresenter
from app.ui.screens.login.presenter import LoginPresenter
from app.ui.screens.records.presenter import RecordsPresenter
from app.ui.screens.settings.presenter import SettingsPresenter
from app.ui.screens.sync.presenter import SyncPresenter
from tests.builders.office import PASSWORD, Office
from tests.fakes.screens import FakePapers, LastState
from tests.ui.screens.test_visit_presenter import at_review, result


class FakeSync:
    """Implements SyncEngine; ``error`` is raised when set."""

    def __init__(self) -> None:
        self.enrolled_with: tuple[str, str] | None = None
        self.runs = 0
        self.paused = self.resting = self.at_once = False
        self.error: Exception | None = None

    def enrol(self, *, base_url: str, code: str) -> DeskId:
        if self.error is not None:
            raise self.error
        self.enrolled_with = (base_url, code)
        return DeskId("desk")

    def pause(self) -> None:
        self.paused = True

    def due(self) -> bool:
        return not self.resting

    def run(self, progress: Callable[[str, int, int], None] | None = None, *, at_once: bool = False) -> SyncReport:
        self.runs += 1
        self.at_once = at_once
        if self.error is not None:
            raise self.error
        return SyncReport()

    def enrolled(self) -> bool:
        return self.enrolled_with is not None


# ---------------------------------------------------------------------- log-in


def login_presenter(desk: Office, view: LastState, entered: list[Operator]) -> LoginPresenter:
    return LoginPresenter(view=view, accounts=desk.accounts, tasks=desk.tasks, entered=entered.append)


def test_the_right_password_lets_in_and_leaves_nothing_typed(desk: Office) -> None:
    view, entered = LastState(), []
    login_presenter(desk, view, entered).log_in("jingban", PASSWORD)
    assert [o.name for o in entered] == ["王芳"]
    assert view.cleared == 1
    assert not view.busy


def test_a_wrong_password_says_how_often_it_can_be_tried(desk: Office) -> None:
    view, entered = LastState(), []
    login_presenter(desk, view, entered).log_in("jingban", "wrong")
    assert not entered
    assert "还可以再试" in view.trouble
    assert view.cleared == 1


def test_an_empty_password_is_not_even_tried(desk: Office) -> None:
    view, entered = LastState(), []
    login_presenter(desk, view, entered).log_in("jingban", "")
    assert view.trouble
    assert view.cleared == 0


# ---------------------------------------------------------------------- find


def find_presenter(desk: Office, view: LastState) -> FindPresenter:
    made = FindPresenter(
        view=view,
        roster=Roster(desk.real.desk),
        clock=desk.real.clock,
        tasks=desk.tasks,
        say=desk.ears,
        navigate=desk.ears,
    )
    made.reload()
    return made


def test_the_first_hit_is_shown_at_once_and_enter_begins(desk: Office) -> None:
    view = LastState()
    presenter = find_presenter(desk, view)
    person = desk.person(StandingKind.NEAR)
    presenter.typed(person.id_number[-8:])
    assert view.state.found.card.retiree.id == person.id
    presenter.start()
    assert desk.ears.went == [f"visit {person.id}"]


def test_nobody_found_shows_nobody_and_begins_nothing(desk: Office) -> None:
    view = LastState()
    presenter = find_presenter(desk, view)
    presenter.typed("没有这个人")
    presenter.start()
    assert view.state.found is None
    assert desk.ears.went == []


# ---------------------------------------------------------------------- records


def records_presenter(desk: Office, view: LastState) -> RecordsPresenter:
    return RecordsPresenter(
        view=view,
        records=Records(desk.real.desk),
        facts=PaperFacts(desk.real.desk),
        papers=FakePapers(),
        printing=desk.ears,
        tasks=desk.tasks,
        say=desk.ears,
    )


def test_records_show_first_what_this_desk_did_and_print_the_receipt_again(desk: Office) -> None:
    at_review(desk, result(Band.MATCH)).decide_pass()
    view = LastState()
    presenter = records_presenter(desk, view)
    presenter.refresh()
    assert len(view.state.rows) == 1
    presenter.print_again(view.state.rows[0])
    assert desk.ears.printed[0].startswith(b"receipt A5")


def test_a_record_from_elsewhere_has_no_receipt_here(desk: Office) -> None:
    view = LastState()
    presenter = records_presenter(desk, view)
    presenter.refresh()
    presenter.only_here(False)
    presenter.print_again(view.state.rows[0])
    assert not desk.ears.printed
    assert desk.ears.notices


def test_records_are_filtered_by_any_part_of_the_id_number(desk: Office) -> None:
    view = LastState()
    presenter = records_presenter(desk, view)
    presenter.refresh()
    presenter.only_here(False)
    wanted = view.state.rows[0].retiree
    presenter.filter(wanted.id_number[-6:].lower())
    assert {r.retiree.id for r in view.state.rows} == {wanted.id}


# ---------------------------------------------------------------------- sync and settings


def test_a_run_ends_with_fresh_figures_and_tells_the_other_screens(desk: Office) -> None:
    view, engine, finished = LastState(), FakeSync(), []
    presenter = SyncPresenter(
        view=view,
        engine=engine,
        status=SyncStatus(desk.real.desk),
        tasks=desk.tasks,
        say=desk.ears,
        finished=finished.append,
    )
    presenter.run()
    assert len(finished) == 1
    assert view.state.figures is not None
    assert not view.state.running


def test_the_timer_waits_after_failed_runs_and_the_clerk_need_not(desk: Office) -> None:
    engine = FakeSync()
    presenter = SyncPresenter(
        view=LastState(),
        engine=engine,
        status=SyncStatus(desk.real.desk),
        tasks=desk.tasks,
        say=desk.ears,
        finished=lambda _report: None,
    )
    engine.resting = True
    presenter.run_when_due()
    assert engine.runs == 0
    presenter.run_now()
    assert (engine.runs, engine.at_once) == (1, True)
    engine.resting = False
    presenter.run_when_due()
    assert (engine.runs, engine.at_once) == (2, False)
    presenter.pause()
    assert engine.paused


def test_a_run_that_breaks_is_told_and_can_be_tried_again(desk: Office) -> None:
    view, engine = LastState(), FakeSync()
    engine.error = AppError("sync.tls")
    presenter = SyncPresenter(
        view=view,
        engine=engine,
        status=SyncStatus(desk.real.desk),
        tasks=desk.tasks,
        say=desk.ears,
        finished=lambda _report: None,
    )
    presenter.run()
    presenter.run()
    assert engine.runs == 2
    assert [e.code for e in desk.ears.errors if isinstance(e, AppError)] == ["sync.tls", "sync.tls"]


def settings_presenter(desk: Office, view: LastState, engine: FakeSync, done: list[str]) -> SettingsPresenter:
    return SettingsPresenter(
        view=view,
        accounts=desk.accounts,
        status=SyncStatus(desk.real.desk),
        engine=engine,
        session=desk.session,
        tasks=desk.tasks,
        say=desk.ears,
        enrolled=lambda: done.append("enrolled"),
    )


@pytest.mark.parametrize(("role", "may"), [(Role.CLERK, False), (Role.REVIEWER, False), (Role.ADMIN, True)])
def test_only_an_administrator_is_offered_the_accounts(desk: Office, role: Role, may: bool) -> None:
    view = LastState()
    desk.session.operator = next(o for o in desk.accounts.all() if o.role is role)
    settings_presenter(desk, view, FakeSync(), []).refresh()
    assert view.state.may_manage is may


def test_a_clerk_who_tries_all_the_same_is_refused(desk: Office) -> None:
    view = LastState()
    presenter = settings_presenter(desk, view, FakeSync(), [])
    presenter.create(login="new", name="新人", role=Role.ADMIN, password="chang-mi-ma-1")
    assert [e.code for e in desk.ears.errors if isinstance(e, AppError)] == ["account.not_allowed"]


def test_an_administrator_makes_and_disables_an_account(desk: Office) -> None:
    view = LastState()
    desk.session.operator = next(o for o in desk.accounts.all() if o.role is Role.ADMIN)
    presenter = settings_presenter(desk, view, FakeSync(), [])
    presenter.create(login="new", name="新人", role=Role.CLERK, password="chang-mi-ma-1")
    made = next(o for o in view.state.operators if o.login == "new")
    presenter.set_active(made, False)
    assert not next(o for o in view.state.operators if o.login == "new").active
    assert not desk.ears.errors


def test_enrolment_begins_a_first_exchange(desk: Office) -> None:
    view, engine, done = LastState(), FakeSync(), []
    settings_presenter(desk, view, engine, done).enrol(address=" https://center.example ", code=" ABC-123 ")
    assert engine.enrolled_with == ("https://center.example", "ABC-123")
    assert done == ["enrolled"]
