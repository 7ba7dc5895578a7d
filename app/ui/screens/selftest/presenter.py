"""Examines when the screen comes up and when asked again; the report is saved as a file."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol

from app.errors import AppError
from app.services.checks import CheckLine
from app.services.ports import TaskRunner
from app.ui.ports import Printing, Say


@dataclass(frozen=True, slots=True, kw_only=True)
class Care:
    """What the screen sets going.

    Attributes:
        printers: their names, asked on the window's thread.
        examine: looks at everything (blocks).
        bundle: the report of these lines as a zip.
    """

    printers: Callable[[], tuple[str, ...]]
    examine: Callable[[tuple[str, ...]], tuple[CheckLine, ...]]
    bundle: Callable[[tuple[CheckLine, ...]], bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class SelftestState:
    """Attributes: lines: what was found; running: it is being looked at; saved: the report was saved."""

    lines: tuple[CheckLine, ...] = ()
    running: bool = False
    saved: bool = False

    @property
    def bad(self) -> int:
        """How many want a look."""
        return sum(not line.good for line in self.lines)


class SelftestView(Protocol):
    """What the presenter asks of the view."""

    def show_state(self, state: SelftestState) -> None: ...


class SelftestPresenter:
    """One examination at a time."""

    def __init__(self, *, view: SelftestView, care: Care, tasks: TaskRunner, printing: Printing, say: Say) -> None:
        self._view, self._care, self._tasks, self._printing, self._say = view, care, tasks, printing, say
        self._state = SelftestState()

    def examine(self) -> None:
        """Look at everything anew."""
        if self._state.running:
            return
        self._show(SelftestState(running=True))
        printers = self._care.printers()
        self._tasks.io(lambda: self._care.examine(printers), self._examined, self._failed)

    def save(self) -> None:
        """The report as a file."""
        lines = self._state.lines
        self._tasks.io(lambda: self._care.bundle(lines), self._bundled, self._say.error)

    def _examined(self, lines: tuple[CheckLine, ...]) -> None:
        self._show(SelftestState(lines=lines))

    def _failed(self, error: Exception) -> None:
        self._show(SelftestState())
        self._say.error(error)

    def _bundled(self, data: bytes) -> None:
        try:
            if self._printing.save_file(data, suggested_name="selftest.zip", kinds="ZIP (*.zip)"):
                self._show(replace(self._state, saved=True))
        except AppError as error:
            self._say.error(error)

    def _show(self, state: SelftestState) -> None:
        self._state = state
        self._view.show_state(state)
