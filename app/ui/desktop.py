"""Puts the screens together: presenters, views, navigation, session, timers. Knows services and runtime, no adapter."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, QTimer

from app import memory
from app.domain.ids import RetireeId, VisitId
from app.domain.operator import Operator
from app.domain.standing import Severity
from app.errors import AppError
from app.runtime.printing import Printing
from app.services.desk_settings import DeskSettings
from app.services.home import Home
from app.services.lists import ListQuery
from app.services.month import MonthForms
from app.services.paper_facts import PaperFacts
from app.services.ports import SyncReport
from app.services.records import Records
from app.services.roster import Roster
from app.services.stored_settings import PRINTER
from app.services.sync_status import SyncStatus
from app.services.visits import Visits, VisitView
from app.ui import text, trip_text, wiring
from app.ui.away_mode import Ending, place, rail_state
from app.ui.error_text import UNEXPECTED, words
from app.ui.guide import Guide
from app.ui.held_up_dialog import look_up
from app.ui.idle import IdleTimer
from app.ui.live import Live
from app.ui.main_window import MainWindow
from app.ui.means import Means
from app.ui.resume_dialog import ask_resume
from app.ui.rooms import make_rooms
from app.ui.rule_text import RULES
from app.ui.screens.find.presenter import FindPresenter
from app.ui.screens.find.view import FindView
from app.ui.screens.home.presenter import HomePresenter
from app.ui.screens.home.view import HomeView
from app.ui.screens.login.presenter import LoginPresenter
from app.ui.screens.login.view import LoginView
from app.ui.screens.records.presenter import RecordsPresenter
from app.ui.screens.records.view import RecordsView
from app.ui.screens.retiree_side.corner import RetireeCorner
from app.ui.screens.sync.presenter import SyncPresenter
from app.ui.screens.sync.view import SyncView
from app.ui.screens.visit.presenter import VisitPresenter
from app.ui.screens.visit.view import VisitView as VisitScreen
from app.ui.session import Session

SYNC_EVERY_MS = 5 * 60 * 1000
BACKUP_EVERY_MS = 60 * 60 * 1000
"""How often it is looked whether a backup is due."""
TICK_MS = 300


class Desktop(QObject):
    """The running program. Attributes: means, window, session, rooms, and the presenters by name."""

    def __init__(self, means: Means) -> None:
        super().__init__()
        self.means = means
        self.session = Session()
        self.away, self.ending = means.away is not None, None  # type: tuple[bool, Ending | None]
        self._settings = DeskSettings(means.desk)
        self._make_views()
        self._make_presenters()
        self._wire_screens()
        self.live.wire(self.visit_, self.rooms.settings, self.rooms.forms)
        self.side.wire_settings(self.rooms.settings.view, chosen=means.dialect, remember=self._remember)
        self._make_timers()
        self.open("login")

    # ------------------------------------------------------------------ building

    def _make_views(self) -> None:
        self._login = LoginView(unit=self.means.unit_name, hint=self.means.login_hint, away=self.away)
        self._home, self._find, self._visit = HomeView(), FindView(), VisitScreen()
        self._records, self._sync = RecordsView(), SyncView()
        self._printing = Printing(self.means.tasks, window=lambda: self.window, last=self.means.printer, parent=self)
        self.rooms = make_rooms(
            self.means,
            session=self.session,
            say=self,
            navigate=self,
            printing=self._printing,
            sent=lambda: self.sync_.run(),
            roster_changed=self._roster_changed,
            sound=lambda: self.side.try_voice(),
            wipe=lambda: self.end(Ending.WIPE),
        )
        others = {name: room.view for name, room in self.rooms.by_name().items()}
        self.window = MainWindow(
            {
                **others,
                "login": self._login,
                "home": self._home,
                "find": self._find,
                "visit": self._visit,
                "records": self._records,
                "sync": self._sync,
            },
            rail=trip_text.NAVIGATION if self.away else text.NAVIGATION,
        )
        self.guide = Guide(self.means, self.window, open_screen=self.open, say=self)
        self._printing.chosen.connect(lambda choice: self._remember(PRINTER, choice))
        self._printing.attention.connect(lambda _reason: self.notice("打印机需要照看一下：看看纸张和盖子。"))

    def _make_presenters(self) -> None:
        m, desk, tasks = self.means, self.means.desk, self.means.tasks
        roster, facts = Roster(desk), PaperFacts(desk)
        self.visits = Visits(desk)
        self.side = RetireeCorner(clerk=self._visit, voice=m.voice)
        self.live = Live(
            camera=m.camera,
            pump=m.pump,
            clip=m.clip,
            screen=self._visit,
            side=self.side,
            clock=desk.clock,
            tasks=tasks,
            chosen=m.camera_key,
            failed=self.error,
            remember=self._remember,
        )
        status = SyncStatus(desk)
        self.login = LoginPresenter(view=self._login, accounts=m.accounts, tasks=tasks, entered=self._entered)
        self.home_ = HomePresenter(
            view=self._home,
            home=Home(desk),
            forms=MonthForms(desk),
            clock=desk.clock,
            tasks=tasks,
            say=self,
            navigate=self,
        )
        self.find_ = FindPresenter(
            view=self._find, roster=roster, clock=desk.clock, tasks=tasks, say=self, navigate=self
        )
        self.visit_ = VisitPresenter(
            screen=self.side.screen,
            services=wiring.visit_services(m, self.visits),
            capture=self.live,
            printing=self._printing,
            session=self.session,
            say=self,
            navigate=self,
            recorded=lambda: self.sync_.run(),
        )
        self.records_ = RecordsPresenter(
            view=self._records,
            records=Records(desk),
            facts=facts,
            papers=m.papers,
            printing=self._printing,
            tasks=tasks,
            say=self,
        )
        self.sync_ = SyncPresenter(
            view=self._sync, engine=m.sync, status=status, tasks=tasks, say=self, finished=self._synced
        )

    def _wire_screens(self) -> None:
        self.window.asked.connect(self.open)
        self.window.lock_asked.connect(self.lock)
        self.window.closing.connect(self.side.window.close)
        self.window.help_asked.connect(self.guide.show_screen)
        self.window.article_asked.connect(self.article)
        self._login.submitted.connect(self.login.log_in)
        self._login.take_along_asked.connect(lambda: self.end(Ending.TAKE_ALONG))
        wiring.wire_home(self._home, self.home_, self, sync=self.sync_.run)
        camera = look_up(self.window, self.live, self.means, self)
        wiring.wire_find(self._find, self.find_, article=self.article, look_up=camera)
        wiring.wire_records(self._records, self.records_, person=self.person)
        wiring.wire_sync(self._sync, self.sync_, self.session)
        wiring.wire_visit(self._visit, self.visit_, say=self, article=self.article)
        wiring.wire_clock(self._visit, self.visit_, self.means, visits=self.visits, say=self)

    def _make_timers(self) -> None:
        self._sync_timer, self._tick = QTimer(self), QTimer(self)
        self.idle = IdleTimer(self, self.means.idle_lock_s)
        self._backup_timer = QTimer(self)
        self._backup_timer.timeout.connect(self.rooms.settings.backup.run_if_due)
        self._backup_timer.timeout.connect(self._seal)
        self._backup_timer.start(BACKUP_EVERY_MS)
        self._sync_timer.timeout.connect(self._sync_when_logged_in)
        self._sync_timer.start(SYNC_EVERY_MS)
        self._tick.timeout.connect(self.sync_.tick)
        wiring.wire_packages(self._sync.packages, self.means, say=self, arrived=self.sync_.arrived, tick=self._tick)
        self._tick.start(TICK_MS)
        self.idle.timeout.connect(self.lock)
        self.idle.calm.connect(self._clean_up)

    # ------------------------------------------------------------------ session

    def _entered(self, operator: Operator) -> None:
        returning = self.session.operator is not None and self.session.operator.id == operator.id
        self.session.operator = operator
        self.idle.begin()
        self._show_state("")
        if returning and self._before_lock != "login":
            self.window.open_screen(self._before_lock)
            self.side.follow(on_visit=self._before_lock == "visit", visit_open=self.visit_.visit_id is not None)
            self.live.on_screen(self._before_lock)
            return
        self.open("home")
        m = self.means
        m.tasks.io(m.desk.room, lambda enough: None if enough else self.error(AppError("disk.no_room")), self.error)
        self.side.begin()
        self.find_.reload()
        self.guide.welcome(operator.id)
        self.means.tasks.database(self.visits.unfinished, self._offer, self.error)
        self.sync_.run()
        if not self.away:
            self.rooms.settings.backup.run_if_due(at_login=True)
            self.rooms.settings.privacy.run_if_due()
        self._seal()

    _before_lock = "login"

    def _clean_up(self) -> None:
        """Nobody types; during a visit the retiree may be looking into the camera."""
        if self.window.present() != "visit":
            memory.clean_up()

    def lock(self) -> None:
        """Back to log-in; the visit on screen is kept."""
        if self.session.operator is None or self.window.present() == "login":
            return
        self._before_lock = self.window.present()
        self.guide.close()
        self.idle.stop()
        self.side.follow(on_visit=False, visit_open=self.visit_.visit_id is not None)
        self.live.on_screen("login")
        self.window.open_screen("login")
        self._login.ask(self.session.operator.login)

    def _offer(self, unfinished: tuple[VisitView, ...]) -> None:
        """After a crash or a power cut: go on with the saved visit, or close it."""
        for view in unfinished[:1]:
            if ask_resume(self.window, view):
                self.resume(view)
            else:
                self._give_up(view.visit.id)

    def _give_up(self, visit_id: VisitId) -> None:
        self.means.tasks.database(lambda: self.visits.abandon(visit_id), lambda _v: None, self.error)

    # ------------------------------------------------------------------ navigation: the Navigate port

    def open(self, name: str) -> None:
        """A screen, with fresh contents."""
        if name != "login" and self.session.operator is None:
            return
        aside = {"side": self.side.toggle, "side_repeat": self.side.repeat, "side_pace": self.side.change_pace}
        if name in aside:
            aside[name]()
            return
        if name == "find" and self.visit_.visit_id is not None:
            name = "visit"
        name = place(name, away=self.away)
        self.window.open_screen(name)
        self.side.follow(on_visit=name == "visit", visit_open=self.visit_.visit_id is not None)
        self.live.on_screen(name)
        if name != "visit":  # pages and pictures of the last screen are free now
            self.means.tasks.io(memory.give_back, lambda _none: None, self.error)
        refresh: dict[str, Callable[[], None]] = {
            "login": self._login.ask,
            "home": self.home_.refresh,
            "find": self._find.ask,
            "records": self.records_.refresh,
            "sync": self.sync_.refresh,
            "visit": lambda: None,
            **{room: made.open for room, made in self.rooms.by_name().items()},
        }
        refresh[name]()

    def home(self) -> None:
        """To the home screen."""
        self.open("home")

    def lists(self, query: ListQuery) -> None:
        """To the lists, with this one up."""
        self.rooms.lists.show(query)
        self.open("lists")

    def audit(self) -> None:
        """To the reviewer's room."""
        self.open("audit")

    def home_visit(self, retiree_ids: Sequence[RetireeId]) -> None:
        """These people onto the next visit's list; without any, to the room."""
        if retiree_ids:
            self.notice(f"已加入上门名单，共 {self.rooms.home_visits.add(retiree_ids)} 人。")
        else:
            self.open("home_visits")

    def find(self, typed: str = "") -> None:
        """To the find screen."""
        self.open("find")
        if typed:
            self._find.ask(typed)

    def visit(self, retiree_id: RetireeId) -> None:
        """Begin a visit; one that is still open comes up instead."""
        if self.visit_.visit_id is not None:
            self.notice("还有一位没有办完，请先办完或点“不办了”。")
        else:
            self._visit.clear()
            self.visit_.start(retiree_id)
        self.open("visit")

    def person(self, retiree_id: RetireeId) -> None:
        """Somebody's page."""
        self.rooms.person.show(retiree_id)
        self.open("person")

    def resume(self, visit: VisitView) -> None:
        """Go on with a saved visit."""
        self._visit.clear()
        self.visit_.resume(visit)
        self.open("visit")

    def article(self, articles: str) -> None:
        """The notice, at these sections."""
        self.guide.show_articles(articles)

    # ------------------------------------------------------------------ words: the Say port

    def error(self, error: Exception) -> None:
        """Expected: words. A bug: its number here, and a report of it."""
        if isinstance(error, AppError):
            self.window.say(Severity.WARNING, words(error), RULES.get(error.code, ""))
            return
        self.incident(self.means.incident(error))

    def incident(self, number: str) -> None:
        """Something nobody expected, reported under ``number``."""
        self.window.say(Severity.DANGER, UNEXPECTED.format(incident=number))

    def notice(self, words_: str) -> None:
        """Plain words."""
        self.window.say(Severity.NOTICE, words_)

    # ------------------------------------------------------------------ sync

    def _sync_when_logged_in(self) -> None:
        if self.session.operator is not None:
            self.sync_.run_when_due()

    def _roster_changed(self) -> None:
        self.find_.reload()
        self.means.pump.tend()

    def _synced(self, report: SyncReport) -> None:
        self._show_state(rail_state(report, away=self.away))
        self.rooms.settings.packs.follow()
        if report.pulled:
            self._roster_changed()
        room = self.rooms.by_name().get(self.window.present())
        if room is not None:
            room.synced()
        elif self.window.present() == "home":
            self.home_.refresh()
        elif self.window.present() == "records":
            self.records_.refresh()
        self.visit_.refresh_record()

    def _show_state(self, state: str) -> None:
        operator = self.session.operator
        clerk = f"{operator.name}\n{text.ROLE[operator.role]}" if operator is not None else ""
        self.window.show_state(clerk=clerk, sync=state)

    # ------------------------------------------------------------------ parts

    def _seal(self) -> None:
        """The audit log's signature of the day, if it is not there yet."""
        self.means.tasks.database(self.means.seal, lambda _seal: None, self.error)

    def _remember(self, key: str, value: str) -> None:
        self.means.tasks.database(lambda: self._settings.set(key, value), lambda _n: None, self.error)

    def end(self, ending: Ending) -> None:
        """Close the window for another purpose than leaving."""
        self.ending = ending
        self.window.close()

    def close(self) -> None:
        """Stop the timers and following print jobs; bootstrap ends the rest."""
        for timer in (self._sync_timer, self._backup_timer, self._tick):
            timer.stop()
        self.idle.close()
        self._printing.close()
        self.side.close()
