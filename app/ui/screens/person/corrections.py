"""Corrections off the window's thread."""

from collections.abc import Callable
from datetime import date
from typing import Protocol

from PySide6.QtWidgets import QWidget

from app.domain.certification import Certification
from app.domain.standing import Standing
from app.errors import AppError
from app.services.corrections import Corrections
from app.services.ports import Clock, TaskRunner
from app.ui import text
from app.ui.error_text import words
from app.ui.ports import Say
from app.ui.screens.person.correction_dialog import Correction, CorrectionDialog
from app.ui.session import Session


class Dialog(Protocol):
    """What the presenter asks of the dialog."""

    def show_consequences(self, words: str) -> None: ...
    def show_problem(self, words: str) -> None: ...
    def accept(self) -> None: ...


class CorrectionPresenter:
    """``changed``: the person's page must be read again."""

    def __init__(
        self,
        *,
        corrections: Corrections,
        clock: Clock,
        session: Session,
        tasks: TaskRunner,
        say: Say,
        changed: Callable[[], None],
    ) -> None:
        self._corrections, self._clock, self._session = corrections, clock, session
        self._tasks, self._say, self._changed = tasks, say, changed

    @property
    def today(self) -> date:
        """Civil date."""
        return self._clock.today()

    def preview(self, dialog: Dialog, asked: Correction) -> None:
        """How the person would stand."""

        def found(standing: Standing) -> None:
            dialog.show_consequences(f"更正以后：{text.standing_sentence(standing)}")

        self._tasks.database(
            lambda: self._corrections.preview(asked.certification.id, signed_on=asked.signed_on),
            found,
            lambda error: self._refused(dialog, error),
        )

    def correct(self, dialog: Dialog, asked: Correction) -> None:
        """Write it."""
        by = self._session.operator_id

        def done(_made: Certification) -> None:
            dialog.accept()
            self._say.notice("已更正，会随下次同步报省中心；原来的记录保留。")
            self._changed()

        self._tasks.database(
            lambda: self._corrections.correct(
                asked.certification.id, operator_id=by, because=asked.because, signed_on=asked.signed_on
            ),
            done,
            lambda error: self._refused(dialog, error),
        )

    def _refused(self, dialog: Dialog, error: Exception) -> None:
        if isinstance(error, AppError):
            dialog.show_problem(words(error))
        else:
            self._say.error(error)


def open_correction(
    parent: QWidget, presenter: CorrectionPresenter, certification: Certification, name: str
) -> CorrectionDialog:
    """The dialog, wired and shown."""
    dialog = CorrectionDialog(parent, certification, name=name, today=presenter.today)
    dialog.changed.connect(lambda asked: presenter.preview(dialog, asked))
    dialog.submitted.connect(lambda asked: presenter.correct(dialog, asked))
    dialog.tell()
    dialog.open()
    return dialog
