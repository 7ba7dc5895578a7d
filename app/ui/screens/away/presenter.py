"""On the laptop: who is still to be visited, the file that goes back, the code that lets the laptop forget."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

from app.domain.standing import Severity
from app.errors import AppError
from app.services.away import Away, AwayRow, AwayState
from app.services.ports import TaskRunner
from app.ui.error_text import words
from app.ui.ports import Navigate, Say
from app.ui.session import Session


@dataclass(frozen=True, slots=True, kw_only=True)
class AwayShown:
    """``state`` None before it is read; ``sentence``: how the last thing ended, "" for none."""

    state: AwayState | None = None
    busy: bool = False
    severity: Severity = Severity.NOTICE
    sentence: str = ""


class AwayScreen(Protocol):
    """What the presenter asks of the view."""

    def show_state(self, shown: AwayShown) -> None: ...
    def ask_wipe(self) -> bool:
        """Nothing was done: wipe without bringing anything back?"""
        ...


class AwayPresenter:
    """``wipe`` ends the program and wipes the folder."""

    def __init__(
        self,
        *,
        view: AwayScreen,
        away: Away,
        session: Session,
        tasks: TaskRunner,
        say: Say,
        navigate: Navigate,
        wipe: Callable[[], None],
    ) -> None:
        self._view, self._away, self._session, self._tasks = view, away, session, tasks
        self._say, self._navigate, self._wipe = say, navigate, wipe
        self._shown = AwayShown()

    def refresh(self) -> None:
        """Read again."""
        self._tasks.database(self._away.state, lambda state: self._show(state=state), self._say.error)

    def start(self, row: AwayRow) -> None:
        """Begin somebody's visit."""
        self._navigate.visit(row.retiree.id)

    def open_person(self, row: AwayRow) -> None:
        """Somebody's page."""
        self._navigate.person(row.retiree.id)

    def bring_back(self, folder: Path) -> None:
        """One file into ``folder``."""
        by = self._session.operator_id

        def done(path: Path) -> None:
            sentence = f"做好了：“{path.name}”。请“安全弹出”U 盘，带回单位收下。"
            self._show(busy=False, severity=Severity.GOOD, sentence=sentence)
            self.refresh()

        self._start(lambda: self._away.bring_back(folder, operator_id=by), done)

    def confirm(self, typed: str) -> None:
        """The desk's code: everything is there, this laptop forgets."""
        state = self._shown.state
        if state is not None and not state.made and not self._view.ask_wipe():
            return
        self._start(lambda: self._away.confirm(typed), lambda _none: self._wipe())

    def _start(self, work: Callable[[], Any], done: Callable[[Any], None]) -> None:
        if not self._shown.busy:
            self._show(busy=True, sentence="")
            self._tasks.io(work, done, self._failed)

    def _failed(self, error: Exception) -> None:
        sentence = words(error) if isinstance(error, AppError) else "没有办成，办好的都还在。"
        self._show(busy=False, severity=Severity.WARNING, sentence=sentence)
        if not isinstance(error, AppError):
            self._say.error(error)

    def _show(self, **values: Any) -> None:
        self._shown = replace(self._shown, **values)
        self._view.show_state(self._shown)
