"""The settings' card about personal data: what is erased by itself, and the register of processing."""

from typing import Protocol

from PySide6.QtCore import Signal

from app.domain.operator import Role
from app.services.context import Desk
from app.services.erasure import Erasure, ErasurePlan
from app.services.ports import Papers, TaskRunner
from app.ui import privacy_text, text
from app.ui.ports import Printing, Say
from app.ui.session import Session
from app.ui.to_printer import to_printer
from app.ui.widgets.basic import Card, button, label, row


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

    def refresh(self) -> None:
        """What is due."""

        def work() -> tuple[ErasurePlan, str]:
            return self._erasure.due(), text.moment(self._erasure.last_run())

        def read(found: tuple[ErasurePlan, str]) -> None:
            plan, last = found
            operator = self._session.operator
            may = operator is not None and operator.role is Role.ADMIN
            words = f"到期的资料每天自动删除，上次 {last}。{privacy_text.due(plan)}"
            self._card.show_due(words, may_erase=may and bool(plan.rows))

        self._tasks.io(work, read, self._say.error)

    def run_if_due(self) -> None:
        """Quietly, once a day."""
        self._tasks.io(self._erasure.run_if_due, lambda _plan: None, self._say.error)

    def erase(self) -> None:
        """Now."""
        by = self._session.operator_id

        def done(plan: ErasurePlan) -> None:
            self._say.notice(f"已删除到期资料 {len(plan.files)} 份，记入操作日志。")
            self.refresh()

        self._tasks.io(lambda: self._erasure.run(operator_id=by), done, self._say.error)

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

        def made(data: bytes) -> None:
            self._printing.save_file(data, suggested_name="个人信息处理活动记录.xlsx", kinds="Excel 表格 (*.xlsx)")

        self._tasks.io(work, made, self._say.error)
