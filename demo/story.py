"""The self-playing visit: find, consent, capture, advice, decision, record, receipt, sync, the center's receipt back; then a form."""

import json
from collections.abc import Callable
from pathlib import Path

from app.domain.certification import CenterState
from app.domain.evidence import Band
from app.domain.visit import VisitStep
from app.services.paper_facts import PaperFacts
from app.services.ports import UnitOfWorkFactory
from app.ui.desktop import Desktop
from demo.accounts import PASSWORD
from demo.names import NAMES
from demo.player import Player, StepFailedError
from demo.roster import STAR

CAPTURE_LIMIT_S = 25.0


class Story:
    """Plays the steps on a desktop; ``said`` after each step's name is printed lets a test kill the process just then."""

    def __init__(self, desktop: Desktop, player: Player, uow: UnitOfWorkFactory, folder: Path) -> None:
        self._desktop = desktop
        self._player = player
        self._uow = uow
        self._folder = folder

    def _step_is(self, step: VisitStep) -> Callable[[], bool]:
        def holds() -> bool:
            visit_id = self._desktop.visit_.visit_id
            if visit_id is None:
                return False
            with self._uow() as store:
                visit = store.visits.get(visit_id)
            return visit is not None and visit.step is step

        return holds

    def log_in(self) -> None:
        """As the clerk."""
        player = self._player
        with player.step("log-in", "登录"):
            player.type("login_name", "jingban")
            player.type("login_password", PASSWORD)
            player.click("login_enter")
            player.wait_for(lambda: self._desktop.window.present() == "home", seconds=10, what="home screen")
            player.wait_for(lambda: player.widget("home_list") is not None, seconds=10, what="home list")
            player.wait_for(lambda: self._desktop.guide.settled, seconds=10, what="the tour, or none")
            if player.widget("tour_skip") is not None:
                player.click("tour_skip")

    def find(self) -> None:
        """By initials, as clerks do."""
        player = self._player
        with player.step("find", "查找"):
            player.click("home_find")
            player.type("find_search", "hbs")
            player.wait_for(lambda: self._words("find_name") == NAMES[STAR], seconds=5, what="the retiree's card")

    def precheck(self) -> None:
        """Begin; check who it is."""
        player = self._player
        with player.step("precheck", "核对"):
            player.click("find_start")
            player.wait_for(self._step_is(VisitStep.PRECHECK), seconds=5, what="step PRECHECK saved")
            player.shown("precheck_go")

    def consent(self) -> None:
        """Ask separately."""
        player = self._player
        with player.step("consent", "同意"):
            player.click("precheck_go")
            player.wait_for(self._step_is(VisitStep.CONSENT), seconds=5, what="step CONSENT saved")
            player.shown("consent_yes")

    def capture(self) -> None:
        """Agree; the camera opens."""
        player = self._player
        with player.step("capture", "拍摄"):
            player.click("consent_yes")
            player.wait_for(self._step_is(VisitStep.CAPTURE), seconds=5, what="step CAPTURE saved")
            player.shown("capture_hint")
            player.wait_for(self._desktop._visit.capture.picture_shown, seconds=8, what="a camera picture")

    def advice(self) -> None:
        """The engine concludes; both pictures side by side."""
        player = self._player
        with player.step("advice", "建议"):
            player.wait_for(self._step_is(VisitStep.REVIEW), seconds=CAPTURE_LIMIT_S, what="step REVIEW saved")
            player.shown("review_pass")
            band = self._advice()
            if band is not Band.MATCH:
                raise StepFailedError(f"the advice is {band.value}, expected match")

    def record(self) -> None:
        """The clerk decides; certification, audit and outbox in one transaction; the receipt appears."""
        player = self._player
        with player.step("record", "判断与记录"):
            player.click("review_pass")
            player.wait_for(self._step_is(VisitStep.RECEIPT), seconds=8, what="step RECEIPT saved")
            player.shown("receipt_until")

    def receipt(self) -> None:
        """The center's receipt turns 已采集 into 已认证; the papers are left in the folder."""
        player = self._player
        with player.step("accepted", "省中心回执"):
            player.wait_for(lambda: self._accepted() is not None, seconds=15, what="the center's receipt")
            player.wait_for(
                lambda: self._words("receipt_state", kind="badge") == "已认证", seconds=10, what="已认证 on screen"
            )
        self._leave_papers()

    def finish(self) -> None:
        """Next, please."""
        player = self._player
        with player.step("finish", "下一位"):
            player.click("receipt_done")
            player.wait_for(lambda: self._desktop.visit_.visit_id is None, seconds=5, what="visit closed")

    def form_route(self) -> None:
        """Another retiree who does not agree: the form, without a reproach."""
        player = self._player
        with player.step("form", "不同意，走确认表"):
            player.type("find_search", "tmx")
            player.wait_for(lambda: self._words("find_name").startswith("田满"), seconds=5, what="the card")
            for name in ("find_start", "precheck_go", "consent_no"):
                player.click(name)
            player.wait_for(self._step_is(VisitStep.FORM), seconds=5, what="step FORM saved")
            player.shown("form_save")
        visit_id = self._desktop.visit_.visit_id
        assert visit_id is not None
        with self._uow() as store:
            visit = store.visits.get(visit_id)
        assert visit is not None
        assert visit.case_id is not None
        with self._player.aside():
            pdf = self._desktop.means.papers.form(PaperFacts(self._desktop.means.desk).form(visit.case_id))
            (self._folder / "确认表.pdf").write_bytes(pdf)

    def play(self) -> None:
        """Everything."""
        for act in (self.log_in, self.find, self.precheck, self.consent, self.capture, self.advice):
            act()
        for act in (self.record, self.receipt, self.finish, self.form_route):
            act()

    def go_on(self) -> None:
        """From wherever the killed visit stands to its end."""
        player = self._player
        player.wait_for(lambda: self._desktop.visit_.visit_id is not None, seconds=10, what="the visit back on screen")
        order = [VisitStep.PRECHECK, VisitStep.CONSENT, VisitStep.CAPTURE, VisitStep.REVIEW, VisitStep.RECEIPT]
        present = next(step for step in order if self._step_is(step)())
        acts = (self.consent, self.capture, self.advice, self.record)
        for act in acts[order.index(present) :]:
            act()
        self.receipt()
        self.finish()

    # ------------------------------------------------------------------ looks

    def _words(self, name: str, kind: str = "") -> str:
        widget = self._player.widget(name)
        if widget is None:
            return ""
        return widget.accessibleName() if kind == "badge" else str(widget.property("text") or "")

    def _advice(self) -> Band:
        visit_id = self._desktop.visit_.visit_id
        assert visit_id is not None
        with self._uow() as store:
            visit = store.visits.get(visit_id)
        return visit.advice.band if visit is not None and visit.advice is not None else Band.NONE

    def _accepted(self) -> str | None:
        """The center's receipt of the present visit's record."""
        visit_id = self._desktop.visit_.visit_id
        if visit_id is None:
            return None
        with self._uow() as store:
            visit = store.visits.get(visit_id)
            if visit is None or visit.record_id is None:
                return None
            certification, outgoing = store.certifications.get(visit.record_id), store.outbox.get(visit.record_id)
        accepted = certification is not None and certification.center is CenterState.ACCEPTED
        return outgoing.receipt if accepted and outgoing is not None else None

    def _leave_papers(self) -> None:
        receipt = self._accepted()
        assert receipt is not None
        pretty = json.dumps(json.loads(receipt), ensure_ascii=False, indent=2)
        (self._folder / "省中心回执.json").write_text(pretty, "utf-8")
        visit_id = self._desktop.visit_.visit_id
        assert visit_id is not None
        with self._uow() as store:
            visit = store.visits.get(visit_id)
        assert visit is not None
        assert visit.record_id is not None
        facts = PaperFacts(self._desktop.means.desk).receipt(visit.record_id)
        with self._player.aside():
            for size in ("A4", "A5"):
                pdf = self._desktop.means.papers.receipt(facts, size=size)
                (self._folder / f"回执-{size}.pdf").write_bytes(pdf)
