"""Which signal of a view goes to which method of a presenter, screen by screen."""

from collections.abc import Callable

from PySide6.QtCore import QTimer

from app.domain.ids import RetireeId
from app.errors import AppError
from app.services.cases import Cases
from app.services.clock_check import ClockCheck
from app.services.paper_facts import PaperFacts
from app.services.ports import SyncReport
from app.services.roster import Roster
from app.services.visits import Visits
from app.ui.clock_dialog import settle_clock
from app.ui.means import Means
from app.ui.ports import Navigate, Say
from app.ui.screens.find.presenter import FindPresenter
from app.ui.screens.find.view import FindView
from app.ui.screens.home.presenter import HomePresenter
from app.ui.screens.home.view import HomeView
from app.ui.screens.records.presenter import RecordsPresenter
from app.ui.screens.records.view import RecordsView
from app.ui.screens.sync.packages import PackageCard, PackagePresenter
from app.ui.screens.sync.presenter import SyncPresenter
from app.ui.screens.sync.view import SyncView
from app.ui.screens.visit.presenter import VisitPresenter, VisitServices
from app.ui.screens.visit.view import VisitView
from app.ui.session import Session


def guarded(act: Callable[[], None], say: Say) -> Callable[[], None]:
    """``act`` with its AppError said instead of raised into Qt."""

    def held() -> None:
        try:
            act()
        except AppError as error:
            say.error(error)

    return held


def visit_services(means: Means, visits: Visits) -> VisitServices:
    """Everything the visit works with."""
    desk = means.desk
    return VisitServices(
        visits=visits,
        accounts=means.accounts,
        roster=Roster(desk),
        cases=Cases(desk),
        facts=PaperFacts(desk),
        papers=means.papers,
        clock=desk.clock,
        tasks=means.tasks,
        form_hash=means.form_hash,
    )


def wire_visit(view: VisitView, visit: VisitPresenter, *, say: Say, article: Callable[[str], None]) -> None:
    """Every button of the visit."""
    view.leave_asked.connect(visit.leave)
    view.precheck.go_on.connect(visit.pass_precheck)
    view.precheck.form_asked.connect(visit.to_form)
    view.precheck.article_asked.connect(article)
    view.consent.answered.connect(visit.consent)
    view.capture.form_asked.connect(visit.to_form)
    view.capture.enough_asked.connect(visit.finish_capture_now)
    view.review.passed.connect(visit.decide_pass)
    view.review.again_asked.connect(visit.capture_again)
    view.review.form_asked.connect(visit.to_form)
    view.record.record_asked.connect(visit.record_again)
    view.receipt.print_asked.connect(visit.print_paper)
    view.receipt.save_asked.connect(guarded(visit.save_paper, say))
    view.receipt.size_chosen.connect(visit.choose_size)
    view.receipt.finished.connect(visit.finish)
    view.form.saved.connect(
        lambda reason, reason_text, how, by: visit.save_details(
            reason=reason, reason_text=reason_text, how_verified=how, verified_by=by
        )
    )
    view.form.evidence_added.connect(visit.add_evidence)
    view.form.print_asked.connect(visit.print_paper)
    view.form.save_asked.connect(guarded(visit.save_paper, say))
    view.form.closed.connect(visit.leave)


def wire_clock(view: VisitView, visit: VisitPresenter, means: Means, *, visits: Visits, say: Say) -> None:
    """“核对时间” in the precheck; afterwards the visit is looked at anew."""
    check = ClockCheck(means.desk, means.accounts)

    def settled() -> None:
        visit_id = visit.visit_id
        if visit_id is not None:
            means.tasks.database(lambda: visits.view(visit_id), visit.resume, say.error)

    view.precheck.clock_asked.connect(
        lambda: settle_clock(view.window(), check, means.tasks, settled=settled, failed=say.error)
    )


def wire_records(view: RecordsView, records: RecordsPresenter, *, person: Callable[[RetireeId], None]) -> None:
    """The list of certifications."""
    view.person_asked.connect(person)
    view.filtered.connect(records.filter)
    view.here_only.connect(records.only_here)
    view.print_asked.connect(records.print_again)


def wire_sync(view: SyncView, sync: SyncPresenter, session: Session) -> None:
    """Now, later, once more."""
    view.run_asked.connect(sync.run_now)
    view.pause_asked.connect(sync.pause)
    view.resend_asked.connect(lambda record: sync.resend(record, session.operator_id))


def wire_packages(
    card: PackageCard, means: Means, *, say: Say, arrived: Callable[[SyncReport], None], tick: QTimer
) -> None:
    """Out to the stick and in from it; the presenter lives as long as its card."""
    packages = PackagePresenter(card=card, packages=means.packages, tasks=means.tasks, say=say, arrived=arrived)
    card.export_asked.connect(lambda folder: packages.export(folder))
    card.import_asked.connect(lambda path: packages.take(path))
    tick.timeout.connect(lambda: packages.tick())


def wire_home(view: HomeView, home: HomePresenter, navigate: Navigate, *, sync: Callable[[], object]) -> None:
    """Lists, their rules, and where to go on."""
    view.list_asked.connect(home.open_list)
    view.work_asked.connect(home.work_on)
    view.retiree_chosen.connect(home.choose)
    view.find_asked.connect(lambda: navigate.find())
    view.article_asked.connect(navigate.article)
    view.sync_asked.connect(sync)


def wire_find(
    view: FindView, find: FindPresenter, *, article: Callable[[str], None], look_up: Callable[[], None]
) -> None:
    """Search line, hits, camera."""
    view.typed.connect(find.typed)
    view.hit_chosen.connect(find.choose)
    view.start_asked.connect(find.start)
    view.article_asked.connect(article)
    view.person_asked.connect(find.open_person)
    view.camera_asked.connect(look_up)
