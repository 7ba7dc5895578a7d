"""Tables: cells in words, other columns over the same rows, and painting that needs no Python."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QImage
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QTableView
from pytestqt.qtbot import QtBot

from app.bootstrap import make_application
from app.ui.widgets.table import AHEAD, KEPT, Column, RowsModel, table

ROLE = Qt.ItemDataRole


def numbered(count: int) -> RowsModel[int]:
    model: RowsModel[int] = RowsModel([Column("数", str, 80), Column("两倍", lambda n: str(2 * n))])
    model.set_rows(tuple(range(count)))
    return model


def shown(qtbot: QtBot, model: RowsModel[int]) -> QTableView:
    view = table(model, name="numbers", words="数")
    qtbot.addWidget(view)
    view.resize(400, 500)
    with qtbot.waitExposed(view):
        view.show()
    return view


def test_a_cell_is_shown_said_aloud_and_told_when_pointed_at_but_never_edited(qtbot: QtBot) -> None:
    model = numbered(3)
    view = shown(qtbot, model)
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    index = model.index(2, 1)
    assert [index.data(role) for role in (ROLE.DisplayRole, ROLE.ToolTipRole)] == ["4"] * 2
    aloud = QAccessible.queryAccessibleInterface(view)
    said = [aloud.child(place).text(QAccessible.Text.Name) for place in range(aloud.childCount())]
    assert said[-2:] == ["2", "4"], "the last row, after its number"
    assert not index.flags() & Qt.ItemFlag.ItemIsEditable
    assert model.headerData(1, Qt.Orientation.Horizontal) == "两倍"
    assert (model.rowCount(), model.columnCount(), model.row_at(2)) == (3, 2, 2)


def test_fewer_rows_and_other_columns_leave_nothing_behind(qtbot: QtBot) -> None:
    model = numbered(50)
    view = shown(qtbot, model)
    view.selectRow(49)
    model.set_rows((7,))
    assert not view.currentIndex().isValid(), "the chosen row is gone"
    model.set_columns([Column("三倍", lambda n: str(3 * n))])
    assert (model.rowCount(), model.columnCount(), model.index(0, 0).data()) == (1, 1, "21")
    view.viewport().repaint()


def test_painting_what_is_in_sight_asks_python_for_nothing(qtbot: QtBot) -> None:
    asked: list[int] = []
    model: RowsModel[int] = RowsModel([Column("数", lambda n: asked.append(n) or str(n))])
    model.set_rows(tuple(range(1000)))
    view = shown(qtbot, model)
    assert asked == list(range(AHEAD)), "more than is in sight would be waste"
    view.viewport().repaint()
    assert len(asked) == AHEAD
    view.scrollTo(model.index(500, 0), QTableView.ScrollHint.PositionAtTop)
    view.viewport().repaint()
    rows = view.viewport().height() // view.verticalHeader().defaultSectionSize() + 1
    assert set(asked[AHEAD:]) <= set(range(500, 501 + rows)), "only what came into sight"
    assert model.index(500, 0).data() == "500"
    view.viewport().repaint()
    assert len(asked) <= AHEAD + rows + 1


def test_a_long_walk_down_keeps_few_rows_in_words_and_comes_back_to_the_same(qtbot: QtBot) -> None:
    model = numbered(3 * KEPT)
    view = shown(qtbot, model)
    for first in range(0, 3 * KEPT, 10):
        view.verticalScrollBar().setValue(first)
        view.viewport().repaint()
    assert sum(model.item(number, 0) is not None for number in range(model.rowCount())) <= KEPT
    view.scrollToTop()
    view.viewport().repaint()
    assert [model.index(number, 1).data() for number in range(5)] == ["0", "2", "4", "6", "8"]


def test_what_is_painted_is_the_cells_own_text(qtbot: QtBot) -> None:
    make_application(["test"])  # with the program's letters: a machine may have none

    def picture(words: str) -> QImage:
        model: RowsModel[str] = RowsModel([Column("名", lambda row: row)])
        model.set_rows((words,))
        view = table(model, name="names", words="名")
        qtbot.addWidget(view)
        view.resize(300, 200)
        return view.grab().toImage()

    assert picture("王秀英") == picture("王秀英")
    assert picture("王秀英") != picture("李建国")


def test_the_row_where_the_keyboard_arrives_is_seen(qtbot: QtBot) -> None:
    view = shown(qtbot, numbered(3))
    view.clearFocus()
    view.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.waitUntil(view.hasFocus)
    assert {index.row() for index in view.selectedIndexes()} == {0}
