"""The person's reports: the list on the page, making one, taking one back, the notice for the family."""

from collections.abc import Callable
from datetime import date
from typing import Protocol

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QInputDialog, QWidget

from app.domain.eligibility_report import Consequences, EligibilityReport
from app.domain.ids import RetireeId
from app.domain.retiree import Retiree
from app.errors import AppError
from app.services.eligibility import Draft, Eligibility
from app.services.ports import Clock, Papers, TaskRunner
from app.ui import report_text
from app.ui.error_text import words
from app.ui.ports import Printing, Say
from app.ui.screens.person.report_dialog import ReportDialog
from app.ui.session import Session
from app.ui.to_printer import to_printer
from app.ui.widgets.basic import button, column, row
from app.ui.widgets.table import Column, RowsModel, table


class ReportsTab(QWidget):
    """Signals: notice_asked(EligibilityReport), withdraw_asked(EligibilityReport)."""

    notice_asked = Signal(object)
    withdraw_asked = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._model: RowsModel[EligibilityReport] = RowsModel(
            [
                Column("情况", lambda r: report_text.KIND[r.kind], 220),
                Column("日期", report_text.line, 330),
                Column("材料", lambda r: r.document, 180),
                Column("状态", report_text.state),
            ]
        )
        self._table = table(
            self._model, name="person_reports", words="报告过的情况", nothing="没有报告过去世、丧失资格或服刑。"
        )
        self._notice = button("打印告知书", "person_notice")
        self._withdraw = button("报错了，撤回", "person_withdraw")
        self._notice.clicked.connect(lambda: self._tell(self.notice_asked))
        self._withdraw.clicked.connect(lambda: self._tell(self.withdraw_asked))
        self._table.selectionModel().currentRowChanged.connect(lambda *_: self._follow())
        column_ = column(self._table, row(self._notice, self._withdraw, 1), spacing=8)
        column_.setContentsMargins(0, 0, 0, 8)
        self.setLayout(column_)

    def show_reports(self, reports: tuple[EligibilityReport, ...]) -> None:
        """Newest first."""
        self._model.set_rows(reports)
        if reports:
            self._table.selectRow(0)
        self._follow()

    def ask_reason(self) -> str | None:
        """Why it is taken back; None when cancelled."""
        said, done = QInputDialog.getMultiLineText(self, "撤回报告", "为什么撤回？省中心会收到更正。")
        return said if done else None

    def _chosen(self) -> EligibilityReport | None:
        index = self._table.currentIndex()
        return self._model.row_at(index.row()) if index.isValid() else None

    def _follow(self) -> None:
        chosen = self._chosen()
        self._notice.setEnabled(chosen is not None and chosen.stands)
        self._withdraw.setEnabled(chosen is not None and chosen.stands)

    def _tell(self, signal: object) -> None:
        chosen = self._chosen()
        if chosen is not None:
            signal.emit(chosen)  # type: ignore[attr-defined]


class Dialog(Protocol):
    """What the presenter asks of the dialog."""

    def show_consequences(self, words: str) -> None: ...
    def show_problem(self, words: str) -> None: ...
    def accept(self) -> None: ...


class ReportsPresenter:
    """Runs the reports off the window's thread. ``changed``: the person's page must be read again."""

    def __init__(
        self,
        *,
        eligibility: Eligibility,
        papers: Papers,
        printing: Printing,
        clock: Clock,
        session: Session,
        tasks: TaskRunner,
        say: Say,
        changed: Callable[[], None],
    ) -> None:
        self._eligibility, self._papers, self._printing = eligibility, papers, printing
        self._clock, self._session, self._tasks, self._say, self._changed = clock, session, tasks, say, changed

    @property
    def today(self) -> date:
        """Civil date."""
        return self._clock.today()

    def preview(self, dialog: Dialog, retiree_id: RetireeId, draft: Draft) -> None:
        """Show what would follow."""

        def found(result: Consequences) -> None:
            dialog.show_consequences(report_text.consequences(draft.kind, result))

        self._tasks.database(
            lambda: self._eligibility.preview(retiree_id, draft), found, lambda error: self._refused(dialog, error)
        )

    def report(self, dialog: Dialog, retiree_id: RetireeId, draft: Draft) -> None:
        """Write it."""
        by = self._session.operator_id

        def done(_made: EligibilityReport) -> None:
            dialog.accept()
            self._say.notice("已报告，会随下次同步报省中心。")
            self._changed()

        self._tasks.database(
            lambda: self._eligibility.report(retiree_id, draft, operator_id=by),
            done,
            lambda error: self._refused(dialog, error),
        )

    def withdraw(self, report: EligibilityReport, because: str) -> None:
        """Take it back."""
        by = self._session.operator_id

        def done(_made: EligibilityReport) -> None:
            self._say.notice("已撤回，更正会随下次同步报省中心。")
            self._changed()

        self._tasks.database(
            lambda: self._eligibility.withdraw(report.id, operator_id=by, because=because), done, self._say.error
        )

    def print_notice(self, report: EligibilityReport) -> None:
        """The notice for the family, to the printer."""

        made = to_printer(self._printing, self._say, "告知书已交给打印机。")

        self._tasks.database(
            lambda: self._papers.family_notice(self._eligibility.family_notice(report.id)), made, self._say.error
        )

    def _refused(self, dialog: Dialog, error: Exception) -> None:
        if isinstance(error, AppError):
            dialog.show_problem(words(error))
        else:
            self._say.error(error)


def open_dialog(parent: QWidget, presenter: ReportsPresenter, retiree: Retiree) -> ReportDialog:
    """The dialog about ``retiree``, wired and shown."""
    dialog = ReportDialog(parent, name=retiree.name, today=presenter.today)
    dialog.changed.connect(lambda draft: presenter.preview(dialog, retiree.id, draft))
    dialog.submitted.connect(lambda draft: presenter.report(dialog, retiree.id, draft))
    dialog.tell()
    dialog.open()
    return dialog
