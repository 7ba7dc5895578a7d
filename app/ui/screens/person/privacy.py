"""The person's data: what the dialog asks for."""

from collections.abc import Callable
from typing import Any, Protocol

from PySide6.QtWidgets import QWidget

from app.domain.ids import RetireeId
from app.errors import AppError
from app.services.data_sheet import DataSheets
from app.services.erasure import Erasure, Wishes
from app.services.ports import Papers, TaskRunner
from app.ui import privacy_text
from app.ui.error_text import words
from app.ui.ports import Printing, Say
from app.ui.screens.person.privacy_dialog import PrivacyDialog
from app.ui.session import Session
from app.ui.to_file import PDF, to_file
from app.ui.to_printer import to_printer

Start = Callable[[Callable[[], Any], Callable[[Any], None], Callable[[Exception], None]], None]


class Dialog(Protocol):
    """What the presenter asks of the dialog."""

    def show_wishes(self, wishes: Wishes, *, may_hold: bool) -> None: ...
    def show_working(self) -> None: ...
    def show_problem(self, words: str) -> None: ...


class PrivacyPresenter:
    """Works off the window's thread. ``changed``: the person's page must be read again."""

    def __init__(
        self,
        *,
        erasure: Erasure,
        sheets: DataSheets,
        papers: Papers,
        printing: Printing,
        session: Session,
        tasks: TaskRunner,
        say: Say,
        changed: Callable[[], None],
    ) -> None:
        self._erasure, self._sheets, self._papers, self._printing = erasure, sheets, papers, printing
        self._session, self._tasks, self._say, self._changed = session, tasks, say, changed

    def refresh(self, dialog: Dialog, retiree_id: RetireeId) -> None:
        """How it stands."""
        who = self._session.operator
        may = who is not None and who.reviews

        def read(wishes: Wishes) -> None:
            dialog.show_wishes(wishes, may_hold=may)

        self._tasks.database(lambda: self._erasure.wishes(retiree_id), read, self._say.error)

    def print_sheet(self, retiree_id: RetireeId) -> None:
        """To the printer, for the person."""
        self._sheet(retiree_id, to_printer(self._printing, self._say, "清单已交给打印机。"))

    def save_sheet(self, retiree_id: RetireeId) -> None:
        """As a file where the clerk says, for the person's stick."""
        self._sheet(
            retiree_id, to_file(self._printing, self._say, "清单已存成 PDF。", name="个人信息清单.pdf", kinds=PDF)
        )

    def _sheet(self, retiree_id: RetireeId, made: Callable[[bytes], None]) -> None:
        by = self._session.operator_id

        def work() -> bytes:
            return self._papers.listing(privacy_text.sheet(self._sheets.hand_out(retiree_id, operator_id=by)))

        self._tasks.database(work, made, self._say.error)

    def hold(self, dialog: Dialog, retiree_id: RetireeId, because: str) -> None:
        """Nothing of hers is erased."""
        by = self._session.operator_id
        self._do(dialog, retiree_id, lambda: self._erasure.hold(retiree_id, because, operator_id=by))

    def release(self, dialog: Dialog, retiree_id: RetireeId) -> None:
        """It is, when its time has passed."""
        by = self._session.operator_id
        self._do(dialog, retiree_id, lambda: self._erasure.release(retiree_id, operator_id=by))

    def withdraw(self, dialog: Dialog, retiree_id: RetireeId) -> None:
        """Her pictures go now. Not on the database's worker: at a large unit the whole store takes half a minute to look through."""
        by = self._session.operator_id
        dialog.show_working()
        self._do(dialog, retiree_id, lambda: self._erasure.withdraw(retiree_id, operator_id=by), start=self._tasks.io)

    def _do(
        self, dialog: Dialog, retiree_id: RetireeId, work: Callable[[], object], start: Start | None = None
    ) -> None:
        def done(_made: object) -> None:
            self.refresh(dialog, retiree_id)
            self._changed()

        def failed(error: Exception) -> None:
            if isinstance(error, AppError):
                dialog.show_problem(words(error))
            else:
                self._say.error(error)

        (start or self._tasks.database)(work, done, failed)


def open_privacy(parent: QWidget, presenter: PrivacyPresenter, retiree_id: RetireeId, name: str) -> PrivacyDialog:
    """The dialog about one person, wired and shown."""
    dialog = PrivacyDialog(parent, name)
    dialog.sheet_asked.connect(lambda: presenter.print_sheet(retiree_id))
    dialog.sheet_file_asked.connect(lambda: presenter.save_sheet(retiree_id))
    dialog.hold_asked.connect(lambda because: presenter.hold(dialog, retiree_id, because))
    dialog.release_asked.connect(lambda: presenter.release(dialog, retiree_id))
    dialog.withdraw_asked.connect(lambda: presenter.withdraw(dialog, retiree_id))
    presenter.refresh(dialog, retiree_id)
    dialog.open()
    return dialog
