"""The month's forms: board, batch, paper mark."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from app.domain.calendar import Month
from app.domain.confirmation import CaseState, FormCase
from app.domain.papers import UnitFacts
from app.services.cases import Cases, CaseView
from app.services.month import BatchEntry, Board, BoardRow, MonthForms
from app.services.paper_facts import PaperFacts
from app.services.ports import TaskRunner
from app.ui import text
from app.ui.ports import Navigate, Say
from app.ui.session import Session

WriteFolder = Callable[[Path, UnitFacts, Month, Sequence[BatchEntry], Sequence[str]], Path]


class FormsView(Protocol):
    """What the presenter asks of the view."""

    def show_board(self, board: Board) -> None: ...
    def choose_folder(self) -> Path | None: ...
    def ask_unreviewed(self, count: int) -> bool | None:
        """So many are due and nobody reviewed them: along with the others (True), not (False), or nothing now (None)."""
        ...


class FormsPresenter:
    """Everything on the database worker."""

    def __init__(
        self,
        *,
        view: FormsView,
        month: MonthForms,
        facts: PaperFacts,
        write_folder: WriteFolder,
        session: Session,
        tasks: TaskRunner,
        say: Say,
        navigate: Navigate,
        sent: Callable[[], None],
    ) -> None:
        self._view, self._month = view, month
        self._facts, self._write_folder = facts, write_folder
        self._session, self._tasks, self._say, self._navigate = session, tasks, say, navigate
        self._sent = sent
        self._board: Board | None = None

    # ------------------------------------------------------------------ board

    def refresh(self) -> None:
        """Read the board again."""
        self._tasks.database(self._month.board, self._read, self._say.error)

    def _read(self, board: Board) -> None:
        self._board = board
        self._view.show_board(board)

    def go_on(self, row: BoardRow) -> None:
        """Fill in, print or rework: through a visit of that person."""
        if row.case.state in (CaseState.IN_BATCH, CaseState.SENT, CaseState.ACCEPTED):
            self._navigate.person(row.case.retiree_id)
        else:
            self._navigate.visit(row.case.retiree_id)

    def deliver(self, row: BoardRow) -> None:
        """The paper was handed over."""
        clerk = self._session.operator_id
        self._tasks.database(
            lambda: self._month.deliver_paper(row.case.id, operator_id=clerk), self._delivered, self._say.error
        )

    def step_back(self, row: BoardRow) -> None:
        """A printed form is to be changed, or a wrong scan was taken."""
        clerk = self._session.operator_id

        def done(_view: CaseView) -> None:
            self._say.notice("已退回一步。已经打印的那张纸作废，改好后重新打印。")
            self.refresh()

        self._tasks.database(
            lambda: Cases(self._month.desk).step_back(row.case.id, operator_id=clerk), done, self._say.error
        )

    def send(self) -> None:
        """The batch: records to the center, and the folder for 人社通 where the clerk says."""
        due = self._board.due_unreviewed if self._board is not None else 0
        unreviewed = self._view.ask_unreviewed(due) if due else False
        folder = self._view.choose_folder() if unreviewed is not None else None
        if folder is None:
            return
        clerk = self._session.operator_id

        def work() -> tuple[Path, int]:
            entries = self._month.send(operator_id=clerk, unreviewed=bool(unreviewed))
            reasons = [text.REASON[entry.case.reason].split("（")[0] for entry in entries]
            batch = entries[0].case.batch
            assert batch is not None
            return self._write_folder(folder, self._facts.unit(), batch, entries, reasons), len(entries)

        self._tasks.database(work, self._batch_made, self._say.error)

    def _delivered(self, _case: FormCase) -> None:
        self._say.notice("已记下：纸质表已交。")
        self.refresh()

    def _batch_made(self, made: tuple[Path, int]) -> None:
        folder, count = made
        self._say.notice(f"{count} 张已列入报送；人社通要用的文件夹：{folder.name}。")
        self.refresh()
        self._sent()
