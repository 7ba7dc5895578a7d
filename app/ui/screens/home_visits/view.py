"""The desk's room for home visits: who goes along above, what is out below."""

from datetime import date
from pathlib import Path

from PySide6.QtCore import QDate, QModelIndex, Signal
from PySide6.QtWidgets import QDateEdit, QFileDialog, QLineEdit

from app.domain.retiree import Retiree
from app.services.home_visits import RESULT_SUFFIX, TripRow
from app.ui import text, trip_text
from app.ui.screens.home_visits.presenter import HomeVisitsState
from app.ui.widgets.badge import Badge
from app.ui.widgets.basic import Card, Page, button, column, label, row
from app.ui.widgets.table import Column, RowsModel, table


class HomeVisitsView(Page):
    """Signals: packed(str passphrase, date, Path), taken(Path), dropped(Retiree), planned_asked(), find_asked(), lists_asked(),
    lost_asked(TripRow), person_asked(Retiree)."""

    packed = Signal(str, object, object)
    taken = Signal(object)
    dropped = Signal(object)
    planned_asked = Signal()
    find_asked = Signal()
    lists_asked = Signal()
    lost_asked = Signal(object)
    person_asked = Signal(object)

    def __init__(self) -> None:
        super().__init__(spacing=12)
        take = button("收带回包……", "trips_take", "primary")
        take.clicked.connect(self._choose_file)
        self._take = take
        self.box.addLayout(row(label("上门认证", "title"), label(trip_text.HOW, "muted"), 1, take))
        self._badge = Badge("trips_badge")
        self.box.addWidget(self._badge)
        self.box.addWidget(self._order_card(), 3)
        self.box.addWidget(self._trips_card(), 2)

    def _order_card(self) -> Card:
        card = Card(margin=16, spacing=10)
        self._people: RowsModel[Retiree] = RowsModel(
            [
                Column("姓名", lambda r: r.name, 120),
                Column("住址", lambda r: r.address or "——"),
                Column("电话", lambda r: r.phone or "——", 150),
            ]
        )
        self._chosen = table(
            self._people, name="trips_people", words="这次去看谁", nothing="还没有选人。可以查找加人、从名单里选。"
        )
        self._chosen.activated.connect(self._opened)
        self._planned = button("约好上门的", "trips_planned")
        find, lists, drop = (
            button("查找加人", "trips_find"),
            button("从名单选", "trips_lists"),
            button("去掉", "trips_drop"),
        )
        self._planned.clicked.connect(self.planned_asked)
        find.clicked.connect(self.find_asked)
        lists.clicked.connect(self.lists_asked)
        drop.clicked.connect(self._drop)
        left = column(row(label("这次去看谁", "large"), 1, self._planned, find, lists, drop), self._chosen)
        self._expires = QDateEdit()
        self._expires.setObjectName("trips_expires")
        self._expires.setAccessibleName("有效到哪一天")
        self._expires.setCalendarPopup(True)
        self._expires.setDisplayFormat("yyyy年M月d日")
        self._passphrase = QLineEdit()
        self._passphrase.setObjectName("trips_passphrase")
        self._passphrase.setAccessibleName("口令（至少 12 位）")
        self._pack = button("做成带出包……", "trips_pack", "primary")
        self._pack.clicked.connect(self._choose_folder)
        right = column(
            label("有效到", "muted"),
            self._expires,
            label("口令（至少 12 位）", "muted"),
            self._passphrase,
            label(trip_text.PASSPHRASE_HINT, "muted", wrap=True),
            1,
            self._pack,
            spacing=6,
        )
        both = row(left, right, spacing=20)
        both.setStretch(0, 5)
        both.setStretch(1, 2)
        card.box.addLayout(both)
        return card

    def _trips_card(self) -> Card:
        card = Card(margin=16, spacing=10)
        self._trips: RowsModel[TripRow] = RowsModel(
            [
                Column("做成时间", lambda r: text.moment(r.trip.made_at), 170),
                Column("带了谁", trip_text.people),
                Column("有效到", lambda r: trip_text.day(r.trip.expires_on), 110),
                Column("状态", lambda r: trip_text.STANDING[r.standing], 150),
                Column("带回", trip_text.returned, 110),
                Column("经办人", lambda r: r.clerk, 100),
            ]
        )
        self._out = table(self._trips, name="trips_table", words="做过的带出包", nothing="还没有做过带出包。")
        self._lost = button("报失 / 又找到了", "trips_lost")
        self._lost.clicked.connect(self._mark)
        card.box.addLayout(row(label("做过的带出包", "large"), 1, self._lost))
        card.box.addWidget(self._out, 1)
        return card

    def show_state(self, state: HomeVisitsState) -> None:
        """Everything."""
        self._people.set_rows(state.chosen)
        self._trips.set_rows(state.trips)
        self._planned.setText(f"约好上门的 {state.planned} 人")
        self._planned.setVisible(state.planned > 0)
        self._badge.setVisible(bool(state.sentence))
        self._badge.show_sentence(state.severity, state.sentence)
        if self._passphrase.text() != state.passphrase and not self._passphrase.isModified():
            self._passphrase.setText(state.passphrase)
        if not state.chosen:
            self._passphrase.setText(state.passphrase)
        if state.longest is not None and self._expires.maximumDate() != _qdate(state.longest):
            self._expires.setMaximumDate(_qdate(state.longest))
            self._expires.setDate(_qdate(state.longest))
        self._pack.setEnabled(bool(state.chosen) and not state.busy)
        self._take.setEnabled(not state.busy)
        self._lost.setEnabled(bool(state.trips))

    def _drop(self) -> None:
        index = self._chosen.currentIndex()
        if index.isValid():
            self.dropped.emit(self._people.row_at(index.row()))

    def _opened(self, index: QModelIndex) -> None:
        self.person_asked.emit(self._people.row_at(index.row()))

    def _mark(self) -> None:
        index = self._out.currentIndex()
        if index.isValid():
            self.lost_asked.emit(self._trips.row_at(index.row()))

    def _choose_folder(self) -> None:
        name = QFileDialog.getExistingDirectory(self, "带出包放在哪里（U 盘）")
        if name:
            self.packed.emit(self._passphrase.text(), self._expires.date().toPython(), Path(name))

    def _choose_file(self) -> None:
        name, _kind = QFileDialog.getOpenFileName(self, "选笔记本带回来的文件", "", f"带回包 (*{RESULT_SUFFIX})")
        if name:
            self.taken.emit(Path(name))


def _qdate(value: date) -> QDate:
    return QDate(value.year, value.month, value.day)
