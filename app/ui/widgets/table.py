"""Read-only tables: a model with set_rows() and set_columns(), and a view that suits it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFocusEvent, QPainter, QPaintEvent, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from app.ui import theme

R = TypeVar("R")

AHEAD = 40
"""So many rows are ready before the first is painted: more than a window shows."""
KEPT = 2000
"""So many rows keep their words; where more have been looked at, the oldest are written anew when they come back into sight."""
READ_ONLY = Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemNeverHasChildren


@dataclass(frozen=True, slots=True)
class Column(Generic[R]):
    """A heading, the text of a row's cell, and the width in pixels (0: takes the rest)."""

    heading: str
    text: Callable[[R], str]
    width: int = 0


class RowsModel(QStandardItemModel, Generic[R]):
    """Frozen rows under fixed columns; a cell that is too narrow tells the rest when pointed at.

    Qt keeps the words of the rows in sight and paints them without Python: a model that is asked for each cell has to wait each time
    until a worker lets the interpreter go (bench.window_sync).
    """

    def __init__(self, columns: Sequence[Column[R]]) -> None:
        super().__init__()
        self._columns: tuple[Column[R], ...] = ()
        self._rows: Sequence[R] = ()
        self._worded: dict[int, None] = {}
        self.set_columns(columns)

    @property
    def columns(self) -> tuple[Column[R], ...]:
        """In their order."""
        return self._columns

    def set_columns(self, columns: Sequence[Column[R]]) -> None:
        """Other columns over the same rows."""
        rows = self._rows
        self.setRowCount(0)
        self._columns = tuple(columns)
        self.setColumnCount(len(columns))
        self.setHorizontalHeaderLabels([column.heading for column in columns])
        self.set_rows(rows)

    def set_rows(self, rows: Sequence[R]) -> None:
        """Replace everything."""
        self.setRowCount(0)
        self._rows, self._worded = rows, {}
        self.setRowCount(len(rows))
        self.word(0, AHEAD)

    def word(self, first: int, end: int) -> None:
        """The cells of these rows get their words, where they have none yet; nobody is told, for it is done before they are painted."""
        silent = self.blockSignals(True)
        for number in range(max(first, 0), min(end, len(self._rows))):
            if number in self._worded:
                continue
            row = self._rows[number]
            for place, column in enumerate(self._columns):
                words = column.text(row)
                item = QStandardItem(words)
                item.setToolTip(words)
                item.setFlags(READ_ONLY)
                self.setItem(number, place, item)
            self._worded[number] = None
        while len(self._worded) > KEPT:
            oldest = next(iter(self._worded))
            del self._worded[oldest]
            for place in range(len(self._columns)):
                self.takeItem(oldest, place)
        self.blockSignals(silent)

    @property
    def rows(self) -> Sequence[R]:
        """All of them."""
        return self._rows

    def row_at(self, number: int) -> R:
        """The row object."""
        return self._rows[number]


class WordsTable(QTableView):
    """A table that says in words why it is empty."""

    def __init__(self, nothing: str) -> None:
        super().__init__()
        self._nothing = self._usual = nothing

    def say(self, nothing: str) -> None:
        """Other words for a list without rows; "" for the plain ones."""
        self._nothing = nothing or self._usual
        self.viewport().update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """The row where the keyboard stands is seen: Qt makes one current without choosing it."""
        super().focusInEvent(event)
        here = self.currentIndex()
        if here.isValid() and event.reason() is not Qt.FocusReason.MouseFocusReason and not self.selectedIndexes():
            self.selectRow(here.row())

    def paintEvent(self, event: QPaintEvent) -> None:
        """The rows in sight; words in the middle while there is none."""
        model = self.model()
        if isinstance(model, RowsModel) and model.rowCount():
            last = self.rowAt(self.viewport().height() - 1)
            model.word(self.rowAt(0), last + 1 if last >= 0 else model.rowCount())
        super().paintEvent(event)
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
