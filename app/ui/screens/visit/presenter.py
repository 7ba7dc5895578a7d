"""The visit: every button saves a step through the services; camera and engine are driven while the step is CAPTURE."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Protocol

from app.domain.advice import needs_second_person
from app.domain.certification import Certification
from app.domain.confirmation import EvidenceKind, FormReason
from app.domain.evidence import FrameReading
from app.domain.idnumber import age_on
from app.domain.ids import RecordId, RetireeId, VisitId
from app.domain.precheck import blocked
from app.domain.visit import Override, VisitStep
from app.errors import AppError
from app.services.accounts import Accounts
from app.services.cases import Cases, CaseView
from app.services.paper_facts import PaperFacts
from app.services.ports import CaptureResult, Clock, Papers, ReferenceReport, TaskRunner
from app.services.roster import Roster
from app.services.visits import Visits, VisitView
from app.ui.consent_text import in_force
from app.ui.error_text import words
from app.ui.ports import Capture, Navigate, Printing, Say
from app.ui.screens.visit.guide import Guide
from app.ui.screens.visit.paper import Paper, make_paper
from app.ui.screens.visit.state import CaptureState, VisitState
from app.ui.session import Session

LEAVABLE = (VisitStep.PRECHECK, VisitStep.CONSENT, VisitStep.CAPTURE, VisitStep.REVIEW)


class VisitScreen(Protocol):
    """What the presenter asks of the view."""

    def show_state(self, state: VisitState) -> None: ...
    def show_capture(self, state: CaptureState) -> None: ...
    def show_page(self, width: int, height: int, rgb: bytes) -> None: ...
    def page_width(self) -> int: ...
    def ask_override(self) -> tuple[str, str, str] | None:
        """Reason, login and password of the second person; None when cancelled."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitServices:
    """Everything the presenter works with."""

    visits: Visits
    accounts: Accounts
    roster: Roster
    cases: Cases
    facts: PaperFacts
    papers: Papers
    clock: Clock
    tasks: TaskRunner
    form_hash: Callable[[Any], str]


class VisitPresenter:
    """One visit at a time."""

    def __init__(
        self,
        *,
        screen: VisitScreen,
        services: VisitServices,
        capture: Capture,
        printing: Printing,
        session: Session,
        say: Say,
        navigate: Navigate,
        recorded: Callable[[], None],
    ) -> None:
        self._screen = screen
        self._do = services
        self._capture = capture
        self._printing = printing
        self._session = session
        self._say = say
        self._navigate = navigate
        self._recorded = recorded
        self._state: VisitState | None = None
        self._live = CaptureState()
        self._guide = Guide()
        self._paper: Paper | None = None

    # ------------------------------------------------------------------ begin and end

    @property
    def visit_id(self) -> VisitId | None:
        """The visit now on screen."""
        return self._state.view.visit.id if self._state is not None else None

    @property
    def capturing(self) -> bool:
        """Whether the visit stands at CAPTURE: only then, after consent, the camera may be open."""
        return self._state is not None and self._state.step is VisitStep.CAPTURE

    def start(self, retiree_id: RetireeId) -> None:
        """Begin a visit with a retiree."""
        operator_id = self._session.operator_id

        def work() -> VisitState:
            visit = self._do.visits.begin(operator_id=operator_id, simulated=self._live.simulated)
            return self._loaded(self._do.visits.choose(visit.id, retiree_id))

        self._run(work, self._enter)

    def resume(self, view: VisitView) -> None:
        """Go on with a saved visit where it stands."""
        self._run(lambda: self._loaded(self._do.visits.view(view.visit.id)), self._enter)

    def leave(self) -> None:
        """Close the visit without a result where that is still possible, and go to the find screen."""
        state = self._state
        self._capture.drop()
        self._state = None
        if state is not None and state.step in LEAVABLE:
            visit_id = state.view.visit.id
            self._do.tasks.database(lambda: self._do.visits.abandon(visit_id), lambda _done: None, self._say.error)
        self._navigate.find()

    # ------------------------------------------------------------------ the clerk's buttons

    def pass_precheck(self) -> None:
        """PRECHECK → CONSENT."""
        self._step(self._do.visits.pass_precheck)

    def consent(self, given: bool) -> None:
        """CONSENT → CAPTURE or, without a reproach, the form route."""
        self._step(lambda visit_id: self._do.visits.consent(visit_id, given=given, wording_in_force=in_force))

    def capture_again(self) -> None:
        """REVIEW → CAPTURE."""
        self._step(self._do.visits.capture_again)

    def finish_capture_now(self) -> None:
        """The clerk ends the capture; what was seen is judged."""
        self._capture.conclude()

    def decide_pass(self) -> None:
        """REVIEW → RECORD → RECEIPT; asks for reason and second person when the advice is not a match."""
        state = self._require()
        visit_id, clerk = state.view.visit.id, self._session.operator_id
        override: tuple[str, str, str] | None = None
        if needs_second_person(state.view.visit.advice):
            override = self._screen.ask_override()
            if override is None:
                return

        def work() -> VisitState:
            if override is not None:
                reason, login, password = override
                second = self._do.accounts.second_person(login=login, password=password, other_than=clerk)
                self._do.visits.decide_pass(visit_id, Override(reason=reason, second_operator_id=second.id))
            else:
                self._do.visits.decide_pass(visit_id)
            self._do.visits.record(visit_id)
            return self._loaded(self._do.visits.view(visit_id))

        self._run(work, self._after_record)

    def record_again(self) -> None:
        """RECORD → RECEIPT after a kill between decision and record."""
        visit_id = self._require().view.visit.id

        def work() -> VisitState:
            self._do.visits.record(visit_id)
            return self._loaded(self._do.visits.view(visit_id))

        self._run(work, self._after_record)

    def to_form(self) -> None:
        """One step to the form route."""
        self._capture.drop()
        self._step(self._do.visits.to_form)

    def finish(self) -> None:
        """RECEIPT → DONE."""
        visit_id = self._require().view.visit.id
        self._do.tasks.database(lambda: self._do.visits.finish(visit_id), self._finished, self._say.error)

    def _finished(self, _view: VisitView) -> None:
        self._state = None
        self._navigate.find()

    # ------------------------------------------------------------------ camera and engine

    def on_opened(self, report: ReferenceReport) -> None:
        """The engine looked at the reference photo."""
        if not report.usable:
            self._say.notice("社保卡照片不能用来比对，只能采集画面，由您当面核对；也可以改走确认表。")

    def on_reading(self, reading: FrameReading) -> None:
        """One analysed frame: coaching and progress; a finished capture is concluded."""
        if self._state is None or self._state.step is not VisitStep.CAPTURE or reading.visit_id != self.visit_id:
            return
        self._live = self._guide.next(self._live, reading)
        self._screen.show_capture(self._live)
        if self._guide.enough(reading):
            self._capture.conclude()

    def on_concluded(self, result: CaptureResult) -> None:
        """CAPTURE → REVIEW."""
        state = self._state
        if state is None or state.step is not VisitStep.CAPTURE:
            return
        visit_id, result = state.view.visit.id, self._guide.noted(result)

        def work() -> VisitState:
            loaded = self._loaded(self._do.visits.finish_capture(visit_id, result))
            return replace(loaded, reference_chip=result.reference_chip_jpeg, best_chip=result.best_chip_jpeg)

        self._run(work, self._enter)

    def on_trouble(self, code: str) -> None:
        """Camera or engine trouble in words; nothing is lost."""
        self._live = replace(self._live, trouble=words(AppError(code)))
        self._screen.show_capture(self._live)

    def on_restored(self) -> None:
        """Camera or engine is back."""
        self._live = replace(self._live, trouble="")
        self._screen.show_capture(self._live)

    def on_camera(self, *, simulated: bool) -> None:
        """Which camera is open."""
        self._live = replace(self._live, simulated=simulated, trouble="")
        self._screen.show_capture(self._live)

    # ------------------------------------------------------------------ paper

    def choose_size(self, size: str) -> None:
        """A4 or A5."""
        self._state = replace(self._require(), receipt_size=size)
        self._screen.show_state(self._state)
        self._preview()

    def print_paper(self) -> None:
        """The shown paper through the system's dialog; printing never blocks the visit."""
        if (paper := self._paper) is None:
            return
        self._printing.print_pdf(paper.pdf, title="certdesk", done=lambda: self._printed(paper), failed=self._say.error)

    def save_paper(self) -> None:
        """The shown paper as a file."""
        paper = self._paper
        if paper is not None and self._printing.save_pdf(paper.pdf, suggested_name="certification.pdf"):
            self._say.notice("已另存为 PDF。")

    def save_details(self, *, reason: FormReason, reason_text: str, how_verified: str, verified_by: str) -> None:
        """Fill in the form's case; the day of verification is today."""
        case_id = self._case().case.id
        clerk, today = self._session.operator_id, self._do.clock.today()

        def work() -> CaseView:
            return self._do.cases.save_details(
                case_id,
                operator_id=clerk,
                reason=reason,
                reason_text=reason_text,
                how_verified=how_verified,
                verified_by=verified_by,
                verified_on=today,
            )

        self._do.tasks.database(work, self._case_changed, self._say.error)

    def add_evidence(self, kind: EvidenceKind, data: bytes, media_type: str, code: str = "") -> None:
        """A file, or a picture or video from the camera with the code that the person held up."""
        case_id, clerk = self._case().case.id, self._session.operator_id
        self._do.tasks.database(
            lambda: self._do.cases.add_evidence(
                case_id, operator_id=clerk, kind=kind, data=data, media_type=media_type, code=code
            ),
            self._case_changed,
            self._say.error,
        )

    def refresh_record(self) -> None:
        """After a sync: the state may have become 已认证."""
        state = self._state
        if state is None or state.step is not VisitStep.RECEIPT:
            return
        self._run(lambda: self._loaded(self._do.visits.view(state.view.visit.id)), self._after_refresh)

    # ------------------------------------------------------------------ parts

    def _loaded(self, view: VisitView) -> VisitState:
        """Runs on the database worker: everything the screen needs beside the visit."""
        assert view.card is not None
        retiree = view.card.retiree
        record = self._record_of(view.card.certifications, view.visit.record_id)
        case = self._do.cases.view(view.visit.case_id) if view.visit.case_id is not None else None
        return VisitState(
            view=view,
            age=age_on(retiree.birth_date, self._do.clock.today()),
            photo=self._do.roster.photo(retiree.id),
            blocks=blocked(view.findings),
            best_frame=self._do.visits.best_frame(view.visit) if view.visit.step is VisitStep.REVIEW else None,
            record=record,
            case=case,
            receipt_size=self._state.receipt_size if self._state is not None else "A5",
        )

    @staticmethod
    def _record_of(certifications: tuple[Certification, ...], record_id: RecordId | None) -> Certification | None:
        return next((c for c in certifications if c.id == record_id), None)

    def _step(self, act: Callable[[VisitId], VisitView]) -> None:
        if self._state is None:
            return  # a click that came while the visit is still being opened
        visit_id = self._state.view.visit.id
        self._run(lambda: self._loaded(act(visit_id)), self._enter)

    def _run(self, work: Callable[[], VisitState], done: Callable[[VisitState], None]) -> None:
        if self._state is not None:
            self._screen.show_state(replace(self._state, busy=True))
        self._do.tasks.database(work, done, self._failed)

    def _failed(self, error: Exception) -> None:
        if self._state is not None:
            self._screen.show_state(replace(self._state, busy=False))
        self._say.error(error)

    def _enter(self, state: VisitState) -> None:
        self._state = state
        self._screen.show_state(state)
        if state.step is VisitStep.CAPTURE:
            self._guide = Guide()
            self._live = replace(self._live, hint=None, challenge=None, progress=0.0, lamp=False)
            self._screen.show_capture(self._live)
            self._capture.begin(state.view.visit.id, state.photo)
        elif state.step in (VisitStep.RECEIPT, VisitStep.FORM):
            self._preview()

    def _after_record(self, state: VisitState) -> None:
        self._enter(state)
        self._recorded()

    def _after_refresh(self, state: VisitState) -> None:
        former = self._state.record if self._state is not None else None
        self._state = state
        self._screen.show_state(state)
        if former is not None and state.record is not None and former.center is not state.record.center:
            self._preview()

    def _preview(self) -> None:
        state = self._require()
        width = self._screen.page_width()

        self._paper = None  # the former paper must not be printed any more
        self._do.tasks.database(
            lambda: make_paper(state, self._do.papers, self._do.facts, self._do.form_hash, width),
            self._previewed,
            self._say.error,
        )

    def _previewed(self, paper: Paper) -> None:
        self._paper = paper
        self._screen.show_page(*paper.page)

    def _case_changed(self, case: CaseView) -> None:
        """What stands on the paper may have changed: it is made anew."""
        self._case_saved(case)
        self._preview()

    def _case_saved(self, case: CaseView) -> None:
        self._state = replace(self._require(), case=case)
        self._screen.show_state(self._state)
        self._preview()

    def _printed(self, paper: Paper) -> None:
        state = self._state
        self._say.notice("已交给打印机。")
        if state is None or state.case is None:
            return
        case_id, clerk = state.case.case.id, self._session.operator_id

        self._do.tasks.database(
            lambda: self._do.cases.mark_printed(case_id, operator_id=clerk, facts_hash=paper.code),
            self._case_saved,
            self._say.error,
        )

    def _case(self) -> CaseView:
        case = self._require().case
        if case is None:
            raise AppError("case.unknown")
        return case

    def _require(self) -> VisitState:
        if self._state is None:
            raise AppError("visit.unknown")
        return self._state
