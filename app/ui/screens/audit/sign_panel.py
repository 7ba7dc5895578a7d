"""The signs: which there are, why each is one, its people and pictures, and the answer that somebody else found."""

from collections.abc import Callable

from PySide6.QtCore import QModelIndex, Signal
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from app.services.scrutiny import MOST_PICTURES, SHORTEST_NOTE, SignRow
from app.ui import audit_text
from app.ui.widgets.basic import button, column, label, row
from app.ui.widgets.pictures import PhotoView
from app.ui.widgets.table import Column, RowsModel, table

PICTURE_PX = (112, 140)


class SignPanel(QWidget):
    """Signals: opened(SignRow, int which person), chosen(SignRow), settled(SignRow, str note)."""

    opened = Signal(object, int)
    chosen = Signal(object)
    settled = Signal(object, str)

    def __init__(self) -> None:
        super().__init__()
        self._signs: RowsModel[SignRow] = RowsModel(
            [
                Column("情况", audit_text.sign, 220),
                Column("谁", audit_text.about),
                Column("时间", lambda r: audit_text.when(r.sign), 170),
                Column("经办人", lambda r: r.clerk, 90),
                Column("核实", lambda r: f"✓ {r.settled_by}" if r.settled is not None else "还没有", 110),
            ]
        )
        words = "要看一看的情况，双击或按回车打开这个人"
        self._table = table(self._signs, name="audit_signs", words=words, nothing="没有要看的情况。")
        self._table.activated.connect(lambda index: self.opened.emit(self._signs.row_at(index.row()), 0))
        self._table.selectionModel().currentRowChanged.connect(self._moved)
        self._why = label("", wrap=True, name="audit_why")
        self._pictures = [PhotoView(*PICTURE_PX, name=f"audit_picture_{n}", nothing="") for n in range(MOST_PICTURES)]
        self._people = [button("", f"audit_person_{n}", "link", tip="打开这个人的页面") for n in range(MOST_PICTURES)]
        for number, made in enumerate(self._people):
            made.clicked.connect(lambda _on=False, n=number: self._open(n))
        self._note = QLineEdit()
        self._note.setObjectName("audit_note")
        self._note.setAccessibleName("怎样核实的、结果是什么")
        self._note.setPlaceholderText("怎样核实的、结果是什么")
        self._note.setMaxLength(300)
        self._note.textChanged.connect(self._check)
        self._settle = button("已核实", "audit_settle", "primary")
        self._settle.clicked.connect(lambda: self._with_row(lambda r: self.settled.emit(r, self._note.text())))
        answer = row(self._note, self._settle, spacing=10)
        answer.setStretch(0, 1)
        side = column(self._why, row(*self._people, 1), 1, answer, spacing=8)
        below = row(*self._pictures, side, spacing=12)
        below.setStretch(MOST_PICTURES, 1)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 12, 0, 0)
        box.setSpacing(10)
        box.addWidget(self._table, 1)
        box.addLayout(below)
        self._show(None)

    def show_signs(self, signs: tuple[SignRow, ...] | None, pictures: tuple[bytes, ...]) -> None:
        """The signs, None while they are looked for; the pictures of the one in hand."""
        for number, view in enumerate(self._pictures):
            view.setVisible(number < len(pictures))
            view.show_picture(pictures[number] if number < len(pictures) else None)
        if self._signs.rows != (signs or ()):
            self._signs.set_rows(signs or ())
            if signs:
                self._table.selectRow(0)
        if not signs:
            self._show(None)
            self._why.setText("正在查找，请稍等……" if signs is None else "")

    def _row(self) -> SignRow | None:
        index = self._table.currentIndex()
        return self._signs.row_at(index.row()) if index.isValid() else None

    def _with_row(self, act: Callable[[SignRow], object]) -> None:
        found = self._row()
        if found is not None:
            act(found)

    def _open(self, number: int) -> None:
        self._with_row(lambda found: self.opened.emit(found, number))

    def _moved(self, now: QModelIndex, _before: QModelIndex) -> None:
        if now.isValid():
            found = self._signs.row_at(now.row())
            self._show(found)
            self.chosen.emit(found)

    def _show(self, found: SignRow | None) -> None:
        self._why.setText(audit_text.why(found) if found is not None else "")
        for number, made in enumerate(self._people):
            names = found.names if found is not None else ()
            made.setVisible(number < len(names))
            made.setText(f"打开 {names[number]}" if number < len(names) else "")
            made.setAccessibleName(made.text())
        self._note.clear()
        self._note.setEnabled(found is not None and found.settled is None)
        self._check()

    def _check(self) -> None:
        self._settle.setEnabled(self._note.isEnabled() and len(self._note.text().strip()) >= SHORTEST_NOTE)
