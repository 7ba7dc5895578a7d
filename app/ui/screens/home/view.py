"""The home screen's widgets: numbers on the left in the order of what they cost, the opened list beside them."""

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtWidgets import QGridLayout, QPushButton

from app.domain.standing import Severity
from app.services.home import HomeFigures, HomeGroup
from app.services.roster import RosterRow
from app.ui import text, theme
from app.ui.screens.home.presenter import HomeState
from app.ui.screens.home.year_chart import YearChart
from app.ui.widgets.basic import Card, Page, button, label, row
from app.ui.widgets.table import Column, RowsModel, table

SEVERITY = {
    HomeGroup.LOSES_NEXT_MONTH: Severity.DANGER,
    HomeGroup.SUSPENDED: Severity.DANGER,
    HomeGroup.DUE_7: Severity.WARNING,
    HomeGroup.DUE_30: Severity.NOTICE,
    HomeGroup.DUE_60: Severity.NOTICE,
    HomeGroup.WAITING: Severity.NOTICE,
    HomeGroup.DEAD_OVERPAID: Severity.WARNING,
    HomeGroup.SAFE: Severity.GOOD,
}


class HomeView(Page):
    """Signals: group_chosen(HomeGroup), retiree_chosen(str id), find_asked(), sync_asked()."""

    group_chosen = Signal(object)
    retiree_chosen = Signal(str)
    find_asked = Signal()
    sync_asked = Signal()

    def __init__(self) -> None:
        super().__init__(spacing=14)
        self._date = label("", "title")
        find = button("查找老人，开始认证", "home_find", "primary")
        find.clicked.connect(self.find_asked)
        self.box.addLayout(row(self._date, 1, find))
        self._tiles: dict[HomeGroup, QPushButton] = {}
        grid = QGridLayout()
        grid.setSpacing(12)
        for number, group in enumerate(HomeGroup):
            tile = button(text.HOME_GROUP[group], f"home_{group.value}")
            tile.setCheckable(True)
            tile.clicked.connect(lambda _checked=False, g=group: self.group_chosen.emit(g))
            self._tiles[group] = tile
            grid.addWidget(tile, number // 4, number % 4)
        self.box.addLayout(grid)
        for group in HomeGroup:
            self._tile(group, None, chosen=False)
        self._list_title = label("", "large")
        self._model: RowsModel[RosterRow] = RowsModel(
            [
                Column("姓名", lambda r: r.retiree.name, 130),
                Column("现在的情况", lambda r: text.standing_sentence(r.standing)),
                Column("电话", lambda r: r.retiree.phone, 170),
            ]
        )
        self._table = table(self._model, name="home_list", words="名单", nothing="这里没有人。")
        self._table.activated.connect(self._activated)
        self._table.clicked.connect(self._activated)
        card = Card(margin=16)
        card.box.addWidget(self._list_title)
        card.box.addWidget(self._table, 1)
        side = self._side()
        self.box.addLayout(row(card, side, spacing=16), 1)

    def _side(self) -> Card:
        side = Card(margin=16, spacing=8)
        side.setFixedWidth(340)
        self._forms, self._outbox, self._sync = label(wrap=True), label(wrap=True), label("", "muted", wrap=True)
        now = button("现在同步", "home_sync")
        now.clicked.connect(self.sync_asked)
        side.box.addWidget(label("本月报送", "large"))
        side.box.addWidget(self._forms)
        side.box.addWidget(label("上报省中心", "large"))
        side.box.addWidget(self._outbox)
        side.box.addWidget(self._sync)
        side.box.addWidget(now)
        self._year = YearChart()
        side.box.addWidget(self._year, 1)
        return side

    def show_state(self, state: HomeState) -> None:
        """Show the figures and the opened list."""
        figures = state.figures
        weekday = "一二三四五六日"[figures.today.weekday()]
        self._date.setText(f"{text.day(figures.today)}　星期{weekday}　共 {figures.total} 人")
        for figure in figures.groups:
            self._tile(figure.group, len(figure.retirees), chosen=figure.group is state.opened)
        self._list_title.setText(f"{text.HOME_GROUP[state.opened]}（{len(state.rows)} 人）")
        self._model.set_rows(state.rows)
        self._show_side(figures)

    def _tile(self, group: HomeGroup, count: int | None, *, chosen: bool) -> None:
        """``count`` None while it is being counted."""
        tile = self._tiles[group]
        severity = SEVERITY[group] if count else Severity.NEUTRAL
        ink, back = theme.SEVERITY_COLOURS[severity]
        words = text.HOME_GROUP[group]
        number = "…" if count is None else f"{count} 人"
        tile.setText(f"{theme.SEVERITY_SIGNS[severity]} {number}\n{words}")
        tile.setAccessibleName(f"{words}：{number}")
        tile.setChecked(chosen)
        edge = theme.PALETTE.primary if chosen else back
        tile.setStyleSheet(
            f"QPushButton {{ color: {ink}; background: {back}; border: 3px solid {edge}; border-radius: 10px;"
            f" text-align: left; padding: 10px 14px; font-weight: 500; }}"
            f" QPushButton:focus {{ border: 3px solid {theme.PALETTE.focus}; }}"
        )

    def _show_side(self, figures: HomeFigures) -> None:
        left = (figures.forms_aim - figures.today).days
        aim = f"最好 {figures.forms_aim.month} 月 {figures.forms_aim.day} 日（工作日）前报"
        late = f"还有 {left} 天" if left >= 0 else "已过"
        returned = f"；被退回 {figures.forms_returned} 张" if figures.forms_returned else ""
        self._forms.setText(
            f"确认表未报 {figures.forms_open} 张{returned}。\n{aim}，{late}；最晚 {figures.forms_due.day} 日。"
        )
        waiting = figures.outbox.waiting
        refused = f"，被退 {figures.outbox.refused} 条" if figures.outbox.refused else ""
        self._outbox.setText(f"待上报 {waiting} 条{refused}。" if waiting or refused else "全部已报到。")
        self._sync.setText(f"上次同步 {text.moment(figures.last_sync)}" + ("，没有成功" if figures.sync_error else ""))
        self._year.show_year(figures.year)

    def _activated(self, index: QModelIndex) -> None:
        self.retiree_chosen.emit(self._model.row_at(index.row()).retiree.id)

    def focus_first(self) -> None:
        """Put the keyboard where work begins."""
        self._table.setFocus(Qt.FocusReason.OtherFocusReason)
