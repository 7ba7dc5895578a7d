"""The import's steps; reading, planning and writing happen off the window's thread."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from pathlib import Path
from typing import Protocol

from app.errors import AppError
from app.services.ports import TaskRunner
from app.services.roster_file import COLUMNS, REQUIRED, Field, Headed, Sheet, headed
from app.services.roster_import import ImportMark, ImportPlan, PlannedRow, RosterImport, RowKind, Undone
from app.services.roster_photos import RosterPhotos
from app.ui.ports import Say
from app.ui.session import Session

ReadSheet = Callable[[bytes, str], Sheet]
SAMPLE = 5


class Step(Enum):
    """Which part of the screen is up."""

    CHOOSE = "choose"
    COLUMNS = "columns"
    PREVIEW = "preview"


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportState:
    """The screen.

    Attributes:
        busy: words while something works, "" otherwise.
        last: the import that can be taken back.
        table, columns: the file and what its columns are; None for pictures.
        folder: of pictures.
        plan, shown, rows: the preview, the kind of rows chosen (None: all), and these rows.
    """

    step: Step = Step.CHOOSE
    busy: str = ""
    last: ImportMark | None = None
    table: Headed | None = None
    columns: Mapping[Field, int] = field(default_factory=dict)
    folder: Path | None = None
    plan: ImportPlan | None = None
    shown: RowKind | None = None
    rows: tuple[PlannedRow, ...] = ()

    @property
    def missing(self) -> tuple[Field, ...]:
        """Columns without which nothing can be told."""
        return tuple(one for one in REQUIRED if one not in self.columns)


class ImportView(Protocol):
    """What the presenter asks of the view."""

    def show_state(self, state: ImportState) -> None: ...
    def choose_file(self) -> Path | None: ...
    def choose_folder(self) -> Path | None: ...
    def sure(self, question: str) -> bool: ...


class ImportPresenter:
    """``changed`` is called after the roster was changed."""

    def __init__(
        self,
        *,
        view: ImportView,
        importer: RosterImport,
        photos: RosterPhotos,
        read: ReadSheet,
        session: Session,
        tasks: TaskRunner,
        say: Say,
        changed: Callable[[], None],
    ) -> None:
        self._view, self._importer, self._photos, self._read = view, importer, photos, read
        self._session, self._tasks, self._say, self._changed = session, tasks, say, changed
        self._state = ImportState()

    def open(self) -> None:
        """The screen comes up; a preview in hand stays."""
        self._tasks.database(self._importer.last, lambda last: self._show(last=last), self._say.error)

    def choose_table(self) -> None:
        """A file."""
        path = None if self._state.busy else self._view.choose_file()
        if path is None:
            return

        def work() -> Headed:
            try:
                data = path.read_bytes()
            except OSError as error:
                raise AppError("import.unreadable", name=path.name) from error
            return headed(self._read(data, path.name))

        self._show(busy="正在读表格……")
        self._tasks.io(work, self._table_read, self._failed)

    def choose_photos(self) -> None:
        """A folder."""
        folder = None if self._state.busy else self._view.choose_folder()
        if folder is None:
            return
        self._show(busy="正在看照片……", folder=folder, table=None)
        self._tasks.io(lambda: self._photos.preview(folder), self._planned, self._failed)

    def set_column(self, one: Field, column: int | None) -> None:
        """The clerk corrects; a column belongs to one field only."""
        others = {f: c for f, c in self._state.columns.items() if f is not one and c != column}
        chosen = others if column is None else {**others, one: column}
        self._show(columns={f: chosen[f] for f in COLUMNS if f in chosen})

    def look(self) -> None:
        """To the preview."""
        table, columns = self._state.table, self._state.columns
        if table is None or self._state.missing or self._state.busy:
            return
        self._show(busy="正在和名册比对……")
        self._tasks.database(lambda: self._importer.preview(table, columns), self._planned, self._failed)

    def show_kind(self, kind: RowKind | None) -> None:
        """Only these rows."""
        self._show(shown=kind)

    def back(self) -> None:
        """One step; nothing has been written."""
        to_columns = self._state.step is Step.PREVIEW and self._state.table is not None
        if to_columns:
            self._show(step=Step.COLUMNS, plan=None)
        else:
            self._show(step=Step.CHOOSE, plan=None, table=None, folder=None)

    def confirm(self) -> None:
        """Write."""
        state, plan = self._state, self._state.plan
        if plan is None or state.busy:
            return
        clerk, table, folder = self._session.operator_id, state.table, state.folder

        def work() -> ImportMark:
            if table is not None:
                return self._importer.apply(table, state.columns, plan, operator_id=clerk)
            assert folder is not None
            return self._photos.apply(folder, plan, operator_id=clerk)

        self._show(busy="正在写入……")
        self._tasks.database(work, self._written, self._failed)

    def undo(self) -> None:
        """Take the last import back."""
        last = self._state.last
        if last is None or self._state.busy:
            return
        question = f"要把“{last.file}”的导入撤销吗？新增的 {last.new} 人会移出名册，改动的 {last.changed} 人恢复原样。"
        if not self._view.sure(question):
            return
        clerk = self._session.operator_id
        self._show(busy="正在撤销……")
        self._tasks.database(lambda: self._importer.undo(operator_id=clerk), self._undone, self._failed)

    # ------------------------------------------------------------------ parts

    def _table_read(self, table: Headed) -> None:
        self._show(busy="", step=Step.COLUMNS, table=table, columns=table.guess, folder=None)

    def _planned(self, plan: ImportPlan) -> None:
        order = (RowKind.FAULTY, RowKind.CHANGED, RowKind.NEW, RowKind.UNCHANGED)
        first = next((kind for kind in order if plan.count(kind)), None)
        self._show(busy="", step=Step.PREVIEW, plan=plan, shown=first)

    def _written(self, mark: ImportMark) -> None:
        self._show(busy="", step=Step.CHOOSE, plan=None, table=None, folder=None, last=mark)
        self._say.notice(f"已写入名册：新增 {mark.new} 人，改动 {mark.changed} 人。发现弄错了，可以撤销。")
        self._changed()

    def _undone(self, undone: Undone) -> None:
        self._show(busy="", last=None)
        kept = f"；{undone.kept} 人后来又有改动或记录，没有动" if undone.kept else ""
        self._say.notice(f"已撤销：移出 {undone.removed} 人，恢复 {undone.restored} 人{kept}。")
        self._changed()

    def _failed(self, error: Exception) -> None:
        self._show(busy="")
        self._say.error(error)

    def _show(self, **changes: object) -> None:
        state = replace(self._state, **changes)  # type: ignore[arg-type]
        if {"plan", "shown"} & set(changes):
            rows = state.plan.rows if state.plan else ()
            state = replace(state, rows=tuple(r for r in rows if state.shown in (None, r.kind)))
        self._state = state
        self._view.show_state(state)
