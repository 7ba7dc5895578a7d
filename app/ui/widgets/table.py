"""Read-only tables: a model with set_rows() and set_columns(), and a view that suits it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QStandardItemModel
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from app.ui import theme

R = TypeVar("R")
Index = QModelIndex | QPersistentModelIndex

SHOWN_AS = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole)
"""A cell that is too narrow tells the rest when pointed at."""


READ_ONLY = Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemNeverHasChildren


@dataclass(frozen=True, slots=True)
class Column(Generic[R]):
    """A heading, the text of a row's cell, and the width in pixels (0: takes the rest)."""

    heading: str
    text: Callable[[R], str]
    width: int = 0


class RowsModel(QStandardItemModel, Generic[R]):
    """Frozen rows under fixed columns.

    Qt keeps the counts, and asks Python once for each cell that it paints: a table model of Python's own is asked ten times, and each
    time the window may have to wait for a worker to let the interpreter go (bench.window_sync).
    """

    def __init__(self, columns: Sequence[Column[R]]) -> None:
        super().__init__()
        self._columns: tuple[Column[R], ...] = ()
        self._rows: Sequence[R] = ()
        self.set_columns(columns)

    @property
    def columns(self) -> tuple[Column[R], ...]:
        """In their order."""
        return self._columns

    def set_columns(self, columns: Sequence[Column[R]]) -> None:
        """Other columns over the same rows."""
        count, rows = len(columns), self._rows
        self.setRowCount(0)
        self._columns = tuple(columns)
        self.setColumnCount(count)
        self.set_rows(rows)

    def set_rows(self, rows: Sequence[R]) -> None:
        """Replace everything."""
        self.setRowCount(0)
        self._rows = rows
        self.setRowCount(len(rows))

    @property
    def rows(self) -> Sequence[R]:
        """All of them."""
        return self._rows

    def row_at(self, number: int) -> R:
        """The row object."""
        return self._rows[number]

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Cells are chosen, never edited or dragged."""
        return READ_ONLY if index.isValid() else Qt.ItemFlag.NoItemFlags

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or role not in SHOWN_AS:
            return None
        return self._columns[index.column()].text(self._rows[index.row()])

    def multiData(self, index: Index, roleDataSpan: Any) -> None:  # noqa: N803 - Qt's own name
        """What a delegate asks for one cell, all at once."""
        words = self._columns[index.column()].text(self._rows[index.row()])
        for one in roleDataSpan:
            if one.role() in SHOWN_AS:
                one.setData(words)
            else:
                one.clearData()

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self._columns[section].heading if section < len(self._columns) else None
        return None


class WordsTable(QTableView):
    """A table that says in words why it is empty."""

    def __init__(self, nothing: str) -> None:
        super().__init__()
        self._nothing = self._usual = nothing

    def say(self, nothing: str) -> None:
        """Other words for a list without rows; "" for the plain ones."""
        self._nothing = nothing or self._usual
        self.viewport().update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Words in the middle while there is no row."""
        super().paintEvent(event)
        model = self.model()
        if model is None or model.rowCount() or not self._nothing:
            return
        painter = QPainter(self.viewport())
        painter.setPen(QColor(theme.PALETTE.muted))
        room = self.viewport().rect().adjusted(24, 4, -24, -4)
        painter.drawText(room, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, self._nothing)
        painter.end()


def table(model: RowsModel[Any], *, name: str, words: str, nothing: str = "") -> QTableView:
    """A view over ``model``: whole rows, one at a time, no grid; ``words`` is its accessible name, ``nothing`` is shown without rows."""
    view = WordsTable(nothing)
    view.setObjectName(name)
    view.setAccessibleName(words)
    view.setModel(model)
    view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    view.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
    view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    view.setShowGrid(False)
    view.setAlternatingRowColors(True)
    view.setTabKeyNavigation(False)
    view.setWordWrap(False)
    view.verticalHeader().hide()
    view.verticalHeader().setDefaultSectionSize(42)
    header = view.horizontalHeader()
    header.setHighlightSections(False)
    header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    for number, column in enumerate(model.columns):
        if column.width:
            view.setColumnWidth(number, column.width)
        else:
            header.setSectionResizeMode(number, QHeaderView.ResizeMode.Stretch)
    return view
