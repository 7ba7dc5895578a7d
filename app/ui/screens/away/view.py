"""The laptop's room: the people above, going back below."""

from pathlib import Path

from PySide6.QtCore import QModelIndex, Signal
from PySide6.QtWidgets import QFileDialog, QLineEdit, QMessageBox

from app.services.away import AwayRow
from app.ui import trip_text
from app.ui.screens.away.presenter import AwayShown
from app.ui.widgets.badge import Badge
from app.ui.widgets.basic import Card, Page, button, label, row
from app.ui.widgets.table import Column, RowsModel, table


class AwayView(Page):
    """Signals: start_asked(AwayRow), person_asked(AwayRow), brought(Path), confirmed(str)."""

    start_asked = Signal(object)
    person_asked = Signal(object)
    brought = Signal(object)
    confirmed = Signal(str)

    def __init__(self) -> None:
        super().__init__(spacing=12)
        self._unit = label("", "muted", name="away_unit")
        self.box.addLayout(row(label("上门名单", "title"), self._unit, 1))
        self._badge = Badge("away_badge")
        self.box.addWidget(self._badge)
        self._rows: RowsModel[AwayRow] = RowsModel(
            [
                Column("姓名", lambda r: r.retiree.name, 140),
                Column("住址和电话", trip_text.away_standing),
                Column("办了没有", lambda r: trip_text.DONE[r.done], 190),
            ]
        )
        self._table = table(self._rows, name="away_people", words="上门名单，双击或按回车开始办理", nothing="")
        self._table.activated.connect(self._started)
        self.box.addWidget(self._table, 1)
        start, page = button("开始认证", "away_start", "primary"), button("看资料、报告情况变化", "away_person")
        start.clicked.connect(lambda: self._emit(self.start_asked))
        page.clicked.connect(lambda: self._emit(self.person_asked))
        self._start = start
        self.box.addLayout(row(page, 1, start))
        self.box.addWidget(self._back_card())

    def _back_card(self) -> Card:
        card = Card(margin=16, spacing=10)
        self._pack = button("做带回包……", "away_bring")
        self._pack.clicked.connect(self._choose_folder)
        self._code = QLineEdit()
        self._code.setObjectName("away_code")
        self._code.setAccessibleName("核对码")
        self._code.setPlaceholderText("核对码，10 位数字")
        self._code.setFixedWidth(240)
        self._code.returnPressed.connect(self._confirm)
        self._forget = button("核对并抹掉本机数据", "away_forget")
        self._forget.clicked.connect(self._confirm)
        self._said = Badge("away_said")
        card.box.addLayout(row(label("回单位以后", "large"), 1, self._pack, self._code, self._forget))
        card.box.addWidget(label(trip_text.BACK_STEPS, wrap=True))
        card.box.addWidget(label(trip_text.WIPE_WORDS, "muted", wrap=True))
        card.box.addWidget(self._said)
        return card

    def show_state(self, shown: AwayShown) -> None:
        """Everything."""
        state = shown.state
        if state is not None:
            chosen = max(self._table.currentIndex().row(), 0)
            self._rows.set_rows(state.rows)
            self._table.selectRow(min(chosen, len(state.rows) - 1))
            self._unit.setText(state.unit_name)
            self._badge.show_sentence(*trip_text.away_sentence(state))
            self._start.setEnabled(not state.expired)
            self._pack.setVisible(state.made)
            self._code.setVisible(state.made)
            self._forget.setText("核对并抹掉本机数据" if state.made else "没有办，直接抹掉本机数据")
        self._forget.setEnabled(not shown.busy)
        self._pack.setEnabled(not shown.busy)
        self._said.setVisible(bool(shown.sentence))
        self._said.show_sentence(shown.severity, shown.sentence)

    def ask_wipe(self) -> bool:
        """Whether nothing is to be brought back."""
        asked = "本机上没有办过任何人。抹掉以后，要再上门得重新做带出包。现在抹掉吗？"
        return QMessageBox.question(self, "抹掉本机数据", asked) is QMessageBox.StandardButton.Yes

    def _emit(self, signal: object) -> None:
        index = self._table.currentIndex()
        if index.isValid():
            signal.emit(self._rows.row_at(index.row()))  # type: ignore[attr-defined]

    def _started(self, index: QModelIndex) -> None:
        if self._start.isEnabled():
            self.start_asked.emit(self._rows.row_at(index.row()))

    def _confirm(self) -> None:
        self.confirmed.emit(self._code.text())

    def _choose_folder(self) -> None:
        name = QFileDialog.getExistingDirectory(self, "带回包放在哪里（U 盘）")
        if name:
            self.brought.emit(Path(name))
