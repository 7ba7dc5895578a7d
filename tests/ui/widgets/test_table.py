"""Tables: cells in words, other columns over the same rows, and one question to Python for each cell that is painted."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QTableView
from pytestqt.qtbot import QtBot

from app.ui.widgets.table import Column, RowsModel, table

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
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    index = model.index(2, 1)
    assert [index.data(role) for role in (ROLE.DisplayRole, ROLE.AccessibleTextRole, ROLE.ToolTipRole)] == ["4"] * 3
    assert index.data(ROLE.EditRole) is None
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


def test_painting_asks_python_once_for_each_cell(qtbot: QtBot) -> None:
    asked: list[str] = []

    class Counted(RowsModel[int]):
        def multiData(self, index, roleDataSpan) -> None:  # type: ignore[no-untyped-def]  # noqa: N803
            asked.append("cell")
            super().multiData(index, roleDataSpan)

        def data(self, index, role=ROLE.DisplayRole):  # type: ignore[no-untyped-def]
            asked.append("role")
            return super().data(index, role)

    model: RowsModel[int] = Counted([Column("数", str, 80), Column("两倍", lambda n: str(2 * n))])
    model.set_rows(tuple(range(1000)))
    view = shown(qtbot, model)
    asked.clear()
    view.viewport().repaint()
    rows = view.viewport().height() // view.verticalHeader().defaultSectionSize() + 1
    assert set(asked) == {"cell"}
    assert len(asked) <= 2 * rows


def test_what_is_painted_is_the_cells_own_text(qtbot: QtBot) -> None:
    def picture(words: str) -> bytes:
        model: RowsModel[str] = RowsModel([Column("名", lambda row: row)])
        model.set_rows((words,))
        view = table(model, name="names", words="名")
        qtbot.addWidget(view)
        view.resize(300, 200)
        return bytes(view.grab().toImage().constBits())

    assert picture("王秀英") == picture("王秀英")
    assert picture("王秀英") != picture("李建国")
