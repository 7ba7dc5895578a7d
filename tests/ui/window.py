"""The whole window with every screen filled from the office; no adapter, no thread."""

from dataclasses import dataclass, replace

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication, QWidget

from app.bootstrap import make_application
from app.domain.confirmation import FormReason
from app.domain.evidence import Advice, AdviceReason, Band, Cue, CueVerdict, Hint
from app.domain.follow_up import FollowUpResult, FollowUpWay
from app.domain.home_visit import Trip, TripReturn
from app.domain.ids import Sha256, TripId
from app.domain.standing import Severity, StandingKind
from app.domain.visit import VisitStep
from app.errors import AppError
from app.services.away import AwayRow, AwayState, Done
from app.services.away_limits import AwayTrip
from app.services.cases import Cases
from app.services.checks import CheckLine
from app.services.erasure import Erasure
from app.services.follow_ups import FollowUps
from app.services.gallery import GalleryReport
from app.services.home import Home, HomeGroup
from app.services.home_visits import TripRow
from app.services.list_choices import SavedList
from app.services.lists import ListQuery, Lists
from app.services.month import MonthForms
from app.services.paper_facts import PaperFacts
from app.services.plans import Plans
from app.services.ports import CameraDevice, EngineInfo, Papers
from app.services.progress import Progress
from app.services.records import Records
from app.services.reports import Period, Reports
from app.services.roster import Roster
from app.services.roster_file import Sheet, headed
from app.services.roster_import import ImportMark, RosterImport
from app.services.scrutiny import Scrutiny
from app.services.sync_status import SyncStatus
from app.services.trip_return import BroughtBack
from app.ui import trip_text
from app.ui.error_text import ERROR_TEXT, words as words_of
from app.ui.main_window import MainWindow
from app.ui.screens.audit.room import AuditRoom
from app.ui.screens.away.presenter import AwayShown
from app.ui.screens.away.view import AwayView
from app.ui.screens.find.presenter import FindPresenter
from app.ui.screens.find.view import FindView
from app.ui.screens.forms.view import FormsView
from app.ui.screens.home.presenter import HomePresenter
from app.ui.screens.home.view import HomeView
from app.ui.screens.home_visits.presenter import HomeVisitsState
from app.ui.screens.home_visits.view import HomeVisitsView
from app.ui.screens.lists.presenter import ListState
from app.ui.screens.lists.view import ListsView
from app.ui.screens.login.view import LoginView
from app.ui.screens.person.room import PersonRoom
from app.ui.screens.plans.presenter import PlanState
from app.ui.screens.plans.view import PlansView
from app.ui.screens.records.presenter import RecordsState
from app.ui.screens.records.view import RecordsView
from app.ui.screens.reports import words
from app.ui.screens.reports.presenter import ReportState
from app.ui.screens.reports.view import ReportsView
from app.ui.screens.roster_import.presenter import ImportState, Step
from app.ui.screens.roster_import.view import ImportView
from app.ui.screens.selftest.presenter import SelftestState
from app.ui.screens.selftest.view import SelftestView
from app.ui.screens.settings.faces_card import FacesState
from app.ui.screens.settings.presenter import SettingsState
from app.ui.screens.settings.view import SettingsView
from app.ui.screens.sync.presenter import SyncState
from app.ui.screens.sync.view import SyncView
from app.ui.screens.visit.state import CaptureState, VisitState
from app.ui.screens.visit.view import VisitView
from app.ui.session import Session
from tests.builders.office import Office
from tests.fakes.face import summary
from tests.fakes.screens import FakePapers

CUES = tuple(
    Cue(name=name, value=0.5, verdict=CueVerdict.LIVE) for name in ("depth", "screen", "motion", "repetition", "blink")
)


@dataclass
class Shown:
    """A window with its screens by name."""

    window: MainWindow
    home: HomeView
    find: FindView
    visit: VisitView
    states: dict[str, VisitState]

    def settle(self) -> None:
        """Layouts done."""
        for _ in range(3):
            QApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest)
            QApplication.processEvents()


def filled_window(desk: Office) -> Shown:
    """Every screen with contents, in the program's own style."""
    make_application(["test"])
    home, find, visit = HomeView(), FindView(), VisitView()
    records, sync, settings = RecordsView(), SyncView(), SettingsView()
    person = PersonRoom(
        desk.real.desk,
        erasure=Erasure(desk.real.desk),
        papers=FakePapers(),
        tasks=desk.tasks,
        session=desk.session,
        say=desk.ears,
        navigate=desk.ears,
        printing=desk.ears,
    )
    late = desk.person(StandingKind.OVERDUE_SAVABLE).id
    FollowUps(desk.real.desk).log(
        retiree_id=late, operator_id=desk.clerk.id, way=FollowUpWay.PHONE, result=FollowUpResult.HOME_VISIT_PLANNED,
        note="女儿接的电话，说好了时间", next_on=desk.real.clock.today(), next_time="09:30",
    )  # fmt: skip
    person.show(late)
    forms = FormsView()
    Cases(desk.real.desk).draft(
        retiree_id=desk.person(StandingKind.NEAR).id, operator_id=desk.clerk.id, reason=FormReason.ABROAD_ONLINE_FAILED
    )
    forms.show_board(MonthForms(desk.real.desk).board())
    lists = ListsView()
    people = Lists(desk.real.desk).rows()
    saved = (SavedList(name="东区", query=ListQuery()),)
    lists.show_state(ListState(people, ListQuery(group=HomeGroup.LOSES_NEXT_MONTH), len(people), saved, "东区"))

    login = LoginView(unit="湖南省演示事务中心", hint="演示：账号 jingban，密码 yanshi-2026")
    screens: dict[str, QWidget] = {
        "login": login,
        "home": home,
        "find": find,
        "visit": visit,
        "records": records,
        "sync": sync,
        "settings": settings,
        "person": person.view,
        "lists": lists,
        "forms": forms,
        "reports": reports_view(desk),
        "audit": audit_view(desk),
        "selftest": selftest_view(),
        "plans": plans_view(desk),
        "roster_import": import_view(desk, Step.CHOOSE),
        "import_columns": import_view(desk, Step.COLUMNS),
        "import_preview": import_view(desk, Step.PREVIEW),
        "home_visits": home_visits_view(desk),
        "away": away_view(desk),
    }
    window = MainWindow(screens)
    roster = Roster(desk.real.desk)
    HomePresenter(
        view=home,
        home=Home(desk.real.desk),
        forms=MonthForms(desk.real.desk),
        clock=desk.real.clock,
        tasks=desk.tasks,
        say=desk.ears,
        navigate=desk.ears,
    ).refresh()
    finder = FindPresenter(
        view=find, roster=roster, clock=desk.real.clock, tasks=desk.tasks, say=desk.ears, navigate=desk.ears
    )
    finder.reload()
    finder.typed("4399")
    rows = Records(desk.real.desk).rows()
    records.show_state(RecordsState(rows, len(rows), here_only=False))
    figures = SyncStatus(desk.real.desk).figures()
    sync.show_state(SyncState(figures, Progress("photos", 12, 60, 3_400_000)))
    cameras = (CameraDevice(key="a", name="罗技高清网络摄像头 C270"),)
    settings.show_state(SettingsState(desk.accounts.all(), True, figures, cameras, "a"))
    missing = ("no_dlib", "pack_uncalibrated")
    settings.faces.show_state(
        FacesState(
            info=EngineInfo(versions=("dlib 20.0.1",), degraded=missing),
            gallery=GalleryReport(photos=60, done=60, unusable=2, pairs=1),
            may_manage=True,
        )
    )
    window.show_state(clerk="王芳\n经办员", sync="待上报 12 条")
    return Shown(window=window, home=home, find=find, visit=visit, states=visit_states(desk))


def home_visits_view(desk: Office) -> HomeVisitsView:
    """People chosen, one package out, one late, one back; the wordiest sentence."""
    view, now = HomeVisitsView(), desk.real.clock.now()
    people = tuple(row.retiree for row in Roster(desk.real.desk).rows()[:7])
    ids, until = tuple(one.id for one in people), now.date()
    back = TripReturn(at=now, operator_id=desk.clerk.id, sha256="", log_number=1, records=4, forms=1)
    trips = [
        Trip(
            id=TripId(f"t-{number}"), made_at=now, operator_id=desk.clerk.id, expires_on=until, people=ids,
            public_key="", secret="", returned=returned, lost_at=lost,
        )
        for number, (returned, lost) in enumerate((((), None), ((back,), None), ((), now)))
    ]  # fmt: skip
    rows = tuple(
        TripRow(trip=trip, standing=trip.standing(until), names=tuple(p.name for p in people), clerk="王芳")
        for trip in trips
    )
    brought = BroughtBack(
        certifications=3, forms=1, contacts=2, reports=1, merged=("王重阳", "李四"), code="12345 67890"
    )
    view.show_state(
        HomeVisitsState(
            chosen=people, planned=2, trips=rows, longest=until, passphrase="K7MQ-3XPA-9RTV-2HWC",
            severity=Severity.WARNING, sentence=trip_text.brought(brought),
        )
    )  # fmt: skip
    return view


def away_view(desk: Office) -> AwayView:
    """The laptop's room with a refusal."""
    view, now = AwayView(), desk.real.clock.now()
    trip = AwayTrip(id="t", unit_id="u", made_at=now, expires_on=now.date(), desk_key="", trip_key="", secret="")
    people = [row.retiree for row in Roster(desk.real.desk).rows()[:5]]
    rows = tuple(AwayRow(retiree=one, done=done) for one, done in zip(people, Done, strict=True))
    state = AwayState(
        trip=trip, rows=rows, made=True, brought_back=False, expired=False, unit_name="湖南省演示事务中心"
    )
    view.show_state(AwayShown(state=state, severity=Severity.WARNING, sentence=words_of(AppError("away.code_wrong"))))
    return view


def plans_view(desk: Office) -> PlansView:
    """A day with somebody to visit and somebody who comes."""
    real, today = desk.real.desk, desk.real.clock.today()
    view = PlansView()
    for kind, result, time in (
        (StandingKind.OVERDUE_SAVABLE, FollowUpResult.HOME_VISIT_PLANNED, "09:30"),
        (StandingKind.NEAR, FollowUpResult.DESK_APPOINTMENT, ""),
    ):
        FollowUps(real).log(
            retiree_id=desk.person(kind).id, operator_id=desk.clerk.id, way=FollowUpWay.PHONE, result=result,
            note="女儿接的电话，说好了时间", next_on=today, next_time=time,
        )  # fmt: skip
    view.show_state(PlanState(Plans(real).day(), missed=False))
    return view


def reports_view(desk: Office) -> ReportsView:
    """The year of the demo's people."""
    view = ReportsView()
    report, unit = Reports(desk.real.desk).report(Period(year=2026)), PaperFacts(desk.real.desk).unit()
    view.show_state(ReportState(report=report, periods=(report.period,), feedback=words.feedback(report, unit)))
    return view


def audit_view(desk: Office, papers: Papers | None = None) -> QWidget:
    """What the reviewer sees: signs and the log of what was done up to now."""
    session = Session()
    session.operator = desk.reviewer
    room = AuditRoom(
        Scrutiny(desk.real.desk, lambda _data: None, lambda: "操作日志完整。"),
        papers=papers or FakePapers(),
        tasks=desk.tasks,
        session=session,
        say=desk.ears,
        navigate=desk.ears,
        printing=desk.ears,
    )
    room.open()
    return room.view


def selftest_view() -> SelftestView:
    """Good lines and bad ones, with long words."""
    view = SelftestView()
    bad = ERROR_TEXT["camera.absent"].partition("。")
    lines = (
        CheckLine("磁盘", True, "还有 30.2 GB"),
        CheckLine("摄像头", False, bad[0], bad[2]),
        CheckLine("扫描仪", False, "这台电脑还没有装扫描仪的程序", "请联系管理员安装；也可以从文件读取。"),
        CheckLine("省中心", False, "连不上省中心", "不用管它，照常办理；有网后会自动补报。"),
    )
    view.show_state(SelftestState(lines=lines * 3))
    return view


def import_view(desk: Office, step: Step) -> ImportView:
    """A step of the import, with rows of every kind."""
    head = ("序号", "姓名", "身份证号码", "个人编号", "联系电话", "家庭住址", "退休日期")
    people = [row.row.retiree for row in Lists(desk.real.desk).rows()[:9]]
    rows = [(str(n), p.name, p.id_number, p.personnel_number, "0731-00009999", p.address) for n, p in enumerate(people)]
    rows += [("10", "张三", "4.30102E+17", "", "", "", "不详"), ("11", "李四", "11010119500307001X", "", "", "")]
    table = headed(Sheet(name="2026年退休人员花名册.xlsx", rows=tuple(enumerate([head, *rows], 1))))
    importer, view = RosterImport(desk.real.desk), ImportView()
    plan = importer.preview(table, table.guess)
    mark = ImportMark(at=desk.real.clock.now(), journal=Sha256("0" * 64), file=table.name, new=3, changed=12)
    view.show_state(ImportState(step=step, table=table, columns=table.guess, plan=plan, rows=plan.rows, last=mark))
    return view


def visit_states(desk: Office) -> dict[str, VisitState]:
    """A state for each step, the wordiest there is."""
    presenter = desk.visit_presenter()
    presenter.start(desk.person(StandingKind.NEAR).id)
    first = desk.screen.state
    presenter.pass_precheck()
    consent = desk.screen.state
    presenter.consent(True)
    reasons = (AdviceReason.LIVENESS_ATTACK, AdviceReason.FACE_DIFFERS, AdviceReason.PHOTO_OLD)
    unsure = replace(
        first.view.visit,
        step=VisitStep.REVIEW,
        advice=Advice(band=Band.UNSURE, reasons=(*reasons, AdviceReason.PERSON_CHANGED)),
        summary=replace(summary(), cues=CUES),
    )
    other = desk.visit_presenter()
    other.start(desk.person(StandingKind.OVERDUE_SAVABLE).id)
    other.to_form()
    form = desk.screen.state
    other.leave()
    other.start(desk.person(StandingKind.DECEASED).id)
    return {
        "precheck": first,
        "dead": desk.screen.state,
        "consent": consent,
        "review": replace(first, view=replace(first.view, visit=unsure)),
        "receipt": replace(first, view=replace(first.view, visit=replace(first.view.visit, step=VisitStep.RECEIPT))),
        "form": form,
    }


CAPTURES = {
    "capture": CaptureState(hint=Hint.TURN_SLOWLY, progress=0.5, simulated=True),
    "lamp": CaptureState(hint=Hint.TOO_DARK, progress=0.3, simulated=True, lamp=True),
    "trouble": CaptureState(simulated=True, trouble="摄像头被别的程序占用。请关掉微信、会议软件等，关掉后会自动再试。"),
}
