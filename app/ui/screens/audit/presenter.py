"""Reads signs and log off the window's thread; only reviewers and administrators see them."""

from dataclasses import dataclass, replace
from typing import Any, Protocol

from app.domain.operator import Role
from app.services.ports import Papers, TaskRunner
from app.services.scrutiny import LogRow, Scrutiny, SignRow
from app.ui import audit_text
from app.ui.ports import Navigate, Printing, Say
from app.ui.session import Session
from app.ui.to_file import XLSX, to_file

HEADINGS = ("序号", "时间", "经办人", "做了什么", "对象", "详情")


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditState:
    """``allowed``: the clerk may look. ``signs`` None while they are looked for; ``pictures`` of the one in hand.
    ``log``: lines after the search."""

    allowed: bool = False
    signs: tuple[SignRow, ...] | None = None
    pictures: tuple[bytes, ...] = ()
    log: tuple[LogRow, ...] = ()
    lines: int = 0
    verified: str = ""


class AuditShown(Protocol):
    """What the presenter asks of the view."""

    def show_state(self, state: AuditState) -> None: ...


class AuditPresenter:
    """Loads, searches, exports, verifies."""

    def __init__(
        self,
        *,
        view: AuditShown,
        scrutiny: Scrutiny,
        papers: Papers,
        printing: Printing,
        session: Session,
        tasks: TaskRunner,
        say: Say,
        navigate: Navigate,
    ) -> None:
        self._view, self._scrutiny, self._papers, self._printing = view, scrutiny, papers, printing
        self._session, self._tasks, self._say, self._navigate = session, tasks, say, navigate
        self._state, self._all, self._words = AuditState(), tuple[LogRow, ...](), ""
        self._chosen: SignRow | None = None

    def refresh(self) -> None:
        """Read again."""
        operator = self._session.operator
        allowed = operator is not None and operator.role in (Role.REVIEWER, Role.ADMIN)
        self._all = ()
        self._state = AuditState(allowed=allowed)
        self._view.show_state(self._state)
        if allowed:
            self._tasks.database(self._scrutiny.log, self._logged, self._say.error)
            self._tasks.io(self._scrutiny.signs, lambda found: self._change(signs=found), self._say.error)

    def search(self, words: str) -> None:
        """Part of anything in a line."""
        self._words = words.strip()
        self._change(log=self._fitting())

    def open_sign(self, row: SignRow, number: int = 0) -> None:
        """The page of one of those it is about."""
        if number < len(row.sign.retirees):
            self._navigate.person(row.sign.retirees[number])

    def look_at(self, row: SignRow) -> None:
        """The pictures of a sign."""
        self._chosen = row
        self._tasks.io(
            lambda: self._scrutiny.pictures(row.sign),
            lambda found: self._change(pictures=found) if self._chosen == row else None,
            self._say.error,
        )

    def settle(self, row: SignRow, note: str) -> None:
        """Somebody looked into it."""
        who = self._session.operator_id

        def done(_made: object) -> None:
            self._say.notice("已记下核实的结果。")
            self._tasks.io(self._scrutiny.signs, lambda found: self._change(signs=found), self._say.error)

        self._tasks.database(lambda: self._scrutiny.settle(row.sign, operator_id=who, note=note), done, self._say.error)

    def verify(self) -> None:
        """Check the whole chain."""
        self._tasks.io(self._scrutiny.verify, lambda said: self._change(verified=said), self._say.error)

    def export(self) -> None:
        """The lines as shown, as xlsx."""
        rows = [audit_text.log_cells(row) for row in self._state.log]
        made = to_file(self._printing, self._say, "操作日志已保存。", name="操作日志.xlsx", kinds=XLSX)
        self._tasks.io(lambda: self._papers.workbook("操作日志", HEADINGS, rows), made, self._say.error)

    def _logged(self, rows: tuple[LogRow, ...]) -> None:
        self._all = rows
        self._change(log=self._fitting(), lines=len(rows))

    def _fitting(self) -> tuple[LogRow, ...]:
        if not self._words:
            return self._all
        return tuple(row for row in self._all if self._words in "\n".join(audit_text.log_cells(row)))

    def _change(self, **values: Any) -> None:
        if self._state.allowed:
            self._state = replace(self._state, **values)
            self._view.show_state(self._state)
