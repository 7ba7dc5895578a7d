"""The records screen's widgets."""

from PySide6.QtCore import QModelIndex, Signal
from PySide6.QtWidgets import QCheckBox, QLineEdit

from app.services.records import RecordRow
from app.ui import text
from app.ui.screens.records.presenter import RecordsState
from app.ui.widgets.basic import Page, button, label, row
from app.ui.widgets.table import Column, RowsModel, table


def _state(record: RecordRow) -> str:
    return "省中心没有接受" if record.refusal else text.certification_state(record.certification)


class RecordsView(Page):
    """Signals: filtered(str), here_only(bool), print_asked(RecordRow), person_asked(str id) on a double click."""

    filtered = Signal(str)
    here_only = Signal(bool)
    print_asked = Signal(object)
    person_asked = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        search = QLineEdit()
        search.setObjectName("records_search")
        search.setPlaceholderText("姓名或身份证号")
        search.setAccessibleName("筛选")
        search.textChanged.connect(self.filtered)
        self._here = QCheckBox("只看本机办的")
        self._here.setObjectName("records_here")
        self._here.toggled.connect(self.here_only)
        self._count = label("", "muted")
        self._print = button("补打回执", "records_print")
        self._print.clicked.connect(self._print_chosen)
        self.box.addWidget(label("认证记录", "title"))
        bar = row(search, self._here, self._count, 1, self._print)
        bar.setStretch(0, 1)
        self.box.addLayout(bar)
        self._model: RowsModel[RecordRow] = RowsModel(
            [
                Column("姓名", lambda r: r.retiree.name if r.retiree else "（已不在名册）", 150),
                Column("认证时间", lambda r: text.moment(r.certification.captured_at), 180),
                Column("方式", lambda r: text.CHANNEL[r.certification.channel], 200),
                Column("状态", _state),
                Column("经办人", lambda r: r.clerk, 110),
                Column("回执号", lambda r: r.receipt_number, 270),
            ]
        )
        self._table = table(
            self._model,
            name="records_list",
            words="认证记录",
            nothing="没有符合的记录。",
        )
        self._table.activated.connect(self._opened)
        self.box.addWidget(self._table, 1)

    def show_state(self, state: RecordsState) -> None:
        """Rows and counts."""
        self._here.blockSignals(True)
        self._here.setChecked(state.here_only)
        self._here.blockSignals(False)
        self._count.setText(f"{len(state.rows)} 条" if state.rows else "还没有记录")
        self._model.set_rows(state.rows)
        self._print.setEnabled(bool(state.rows))

    def _print_chosen(self) -> None:
        index = self._table.currentIndex()
        if index.isValid():
            self.print_asked.emit(self._model.row_at(index.row()))

    def _opened(self, index: QModelIndex) -> None:
        person = self._model.row_at(index.row()).retiree
        if person is not None:
            self.person_asked.emit(person.id)
