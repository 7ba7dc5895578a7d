"""The settings' card about personal data: what is erased by itself, and the register of processing."""

from datetime import datetime, timedelta
from typing import Protocol

from PySide6.QtCore import Signal

from app.services.context import Desk
from app.services.erasure import Erasure, ErasurePlan
from app.services.ports import Papers, TaskRunner
from app.ui import privacy_text, text
from app.ui.ports import Printing, Say
from app.ui.session import Session
from app.ui.to_file import XLSX, to_file
from app.ui.to_printer import to_printer
from app.ui.widgets.basic import Card, button, label, row

LOOK_AGAIN = timedelta(minutes=10)


class PrivacyCard(Card):
    """Signals: erase_asked(), register_asked(), register_file_asked()."""

    erase_asked = Signal()
    register_asked = Signal()
    register_file_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._state = label("", wrap=True, name="privacy_due")
        self._now = button("现在删除", "privacy_erase")
        paper, file = button("打印处理活动记录", "privacy_register"), button("存成表格", "privacy_register_file")
        file.setAccessibleName("把处理活动记录存成表格")
        self._now.clicked.connect(self.erase_asked)
        paper.clicked.connect(self.register_asked)
        file.clicked.connect(self.register_file_asked)
        self.box.addWidget(label("个人信息", "large"))
        self.box.addWidget(self._state)
        self.box.addLayout(row(self._now, paper, file, 1))

    def show_due(self, words: str, *, may_erase: bool) -> None:
        """How it stands."""
        self._state.setText(words)
        self._now.setEnabled(may_erase)


class PrivacyShown(Protocol):
    """What the presenter asks of the card."""

    def show_due(self, words: str, *, may_erase: bool) -> None: ...


class PrivacyKeeper:
    """Erases by itself once a day, or now when the administrator says so."""

    def __init__(
        self,
        *,
        card: PrivacyShown,
        desk: Desk,
        erasure: Erasure,
        papers: Papers,
        printing: Printing,
        session: Session,
        tasks: TaskRunner,
        say: Say,
    ) -> None:
        self._card, self._desk, self._erasure = card, desk, erasure
        self._papers, self._printing = papers, printing
        self._session, self._tasks, self._say = session, tasks, say
        self._plan: ErasurePlan | None = None
        self._last: datetime | None = None
        self._looked_at, self._looking = desk.clock.now(), False

    def refresh(self) -> None:
        """When it last ran, at once; what is due, when the store was looked through (half a minute at a large unit), and not too often."""
        now = self._desk.clock.now()
        fresh = self._plan is not None and now - self._looked_at < LOOK_AGAIN

        def read(last: datetime | None) -> None:
            self._last = last
            self._show()
            if not fresh and not self._looking:
                self._looking, self._looked_at = True, now
                self._tasks.io(self._erasure.due, self._found, self._failed)

        self._tasks.database(self._erasure.last_run, read, self._say.error)

    def _found(self, plan: ErasurePlan | None) -> None:
        self._looking, self._plan = False, plan
        self._show()

    def _failed(self, error: Exception) -> None:
        self._found(None)
        self._say.error(error)

    def _show(self) -> None:
        operator, plan = self._session.operator, self._plan
        may = operator is not None and operator.administers and not self._looking
        due = privacy_text.due(plan) if plan is not None else privacy_text.LOOKING
        words = f"到期的资料每天自动删除，上次 {text.moment(self._last)}。{due}"
        self._card.show_due(words, may_erase=may and plan is not None and bool(plan.rows))

    def run_if_due(self) -> None:
        """Quietly, once a day."""
        self._tasks.io(self._erasure.run_if_due, lambda _plan: None, self._say.error)

    def erase(self) -> None:
        """Now."""
        by = self._session.operator_id

        def done(plan: ErasurePlan) -> None:
            self._say.notice(f"已删除到期资料 {len(plan.files)} 份，记入操作日志。")
            self._found(None)
            self.refresh()

        self._looking, self._plan = True, None
        self._show()
        self._tasks.io(lambda: self._erasure.run(operator_id=by), done, self._failed)

    def print_register(self) -> None:
        """The register on paper."""

        made = to_printer(self._printing, self._say, "处理活动记录已交给打印机。")

        def work() -> bytes:
            with self._desk.uow() as store:
                policy, unit = self._desk.policy(store), self._desk.unit_facts(store)
            on = text.day(self._desk.clock.today())
            return self._papers.listing(privacy_text.register_sheet(policy, unit, on))

        self._tasks.io(work, made, self._say.error)

    def save_register(self) -> None:
        """The register as xlsx."""

        def work() -> bytes:
            with self._desk.uow() as store:
                policy = self._desk.policy(store)
            return self._papers.workbook("处理活动记录", privacy_text.REGISTER_HEADINGS, privacy_text.register(policy))

        told, name = "处理活动记录已存成表格。", "个人信息处理活动记录.xlsx"
        made = to_file(self._printing, self._say, told, name=name, kinds=XLSX)
        self._tasks.io(work, made, self._say.error)
