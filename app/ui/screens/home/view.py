"""The home screen's widgets: numbers above in the order of what they cost, the opened list below, the desk's own state beside it."""

from datetime import datetime

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtWidgets import QGridLayout, QPushButton

from app.domain.standing import Severity
from app.services.home import HomeFigures, HomeGroup
from app.ui import home_text, text, theme
from app.ui.screens.home.state import FORM_LINES, HomeLine, HomeRow, HomeState, Opened
from app.ui.screens.home.year_chart import YearChart
from app.ui.widgets.basic import Card, Page, button, label, row
from app.ui.widgets.rule_link import RuleLink
from app.ui.widgets.table import Column, RowsModel, WordsTable, table

SIDE_PX, CHART_PX, TILE_PX = 292, 220, 50
"""Width of the side, greatest height of the chart, height of a tile's two lines."""


class HomeView(Page):
    """Signals: list_asked(HomeGroup | HomeLine), article_asked(str), retiree_chosen(str id), work_asked(), find_asked(), sync_asked()."""

    list_asked = Signal(object)
    retiree_chosen = Signal(str)
    article_asked = Signal(str)
    work_asked = Signal()
    find_asked = Signal()
    sync_asked = Signal()

    def __init__(self) -> None:
        super().__init__(spacing=12)
        self._date = label("", "title")
        find, sync = button("查找老人，开始认证", "home_find", "primary"), button("现在同步", "home_sync")
        find.clicked.connect(self.find_asked)
        sync.clicked.connect(self.sync_asked)
        self.box.addLayout(row(self._date, 1, sync, find))
        self._tiles: dict[HomeGroup, QPushButton] = {}
        grid = QGridLayout()
        grid.setSpacing(10)
        for number, group in enumerate(HomeGroup):
            tile = button(text.HOME_GROUP[group], f"home_{group.value}")
            tile.setCheckable(True)
            tile.clicked.connect(lambda _checked=False, g=group: self.list_asked.emit(g))
            self._tiles[group] = tile
            grid.addWidget(tile, number // 4, number % 4)
        self.box.addLayout(grid)
        for group in HomeGroup:
            self._tile(group, None, chosen=False)
        self.box.addLayout(row(self._list(), self._side(), spacing=14), 1)

    def _list(self) -> Card:
        self._list_title = label("", "large")
        self._work = button("到名单里办理", "home_work", "link", tip="打印、发短信、记联系，都在那里")
        self._work.clicked.connect(self.work_asked)
        self._model: RowsModel[HomeRow] = RowsModel(
            [
                Column("姓名", lambda r: r.name, 100),
                Column("现在的情况", lambda r: r.words),
                Column("电话", lambda r: r.phone, 145),
            ]
        )
        self._table = table(self._model, name="home_list", words="名单", nothing="这里没有人。")
        if isinstance(self._table, WordsTable):
            self._table.say("正在清点，请稍等")
        self._table.activated.connect(self._activated)
        self._table.clicked.connect(self._activated)
        card = Card(margin=14)
        self._rule = RuleLink("home_article")
        self._rule.article_asked.connect(self.article_asked)
        card.box.addLayout(row(self._list_title, self._rule, 1, self._work))
        card.box.addWidget(self._table, 1)
        return card

    def _side(self) -> Card:
        side = Card(margin=12, spacing=1)
        side.setFixedWidth(SIDE_PX)
        self._lines: dict[HomeLine, QPushButton] = {}
        for which in HomeLine:
            made = button("…", f"home_line_{which.value}", "line")
            made.clicked.connect(lambda _checked=False, w=which: self.list_asked.emit(w))
            self._lines[which] = made
            side.box.addWidget(made)
        side.box.addSpacing(6)
        self._year = YearChart()
        self._year.setMaximumHeight(CHART_PX)
        side.box.addWidget(self._year, 100)
        side.box.addStretch(1)
        return side

    def show_state(self, state: HomeState, now: datetime) -> None:
        """Show the figures and the opened list."""
        figures = state.figures
        weekday = "一二三四五六日"[figures.today.weekday()]
        self._date.setText(f"{text.day(figures.today)}　星期{weekday}　共 {figures.total} 人")
        for figure in figures.groups:
            self._tile(figure.group, figure.count, chosen=figure.group is state.opened)
        self._show_list(state)
        self._show_side(figures, now)
        self._year.show_year(figures.year)

    def _show_list(self, state: HomeState) -> None:
        opened: Opened = state.opened
        forms = opened in FORM_LINES
        title = text.HOME_GROUP[opened] if isinstance(opened, HomeGroup) else home_text.TITLE[opened]
        part = f"，先看最急的 {len(state.rows)} 人" if len(state.rows) < state.count else ""
        self._list_title.setText(f"{title}（{state.count} {'张' if forms else '人'}{part}）")
        self._rule.show_rule(home_text.ARTICLES.get(opened, ""))
        forms_room = "到稽核里复核" if opened is HomeLine.REVIEW else "到确认表里办理"
        self._work.setText(forms_room if forms else "到名单里办理")
        self._work.setAccessibleName(self._work.text())
        if isinstance(self._table, WordsTable):
            self._table.say(home_text.NOTHING.get(opened, "这里没有人。") if isinstance(opened, HomeLine) else "")
        self._model.set_rows(state.rows)

    def _tile(self, group: HomeGroup, count: int | None, *, chosen: bool) -> None:
        """``count`` None while it is being counted."""
        tile = self._tiles[group]
        severity = home_text.SEVERITY[group] if count else Severity.NEUTRAL
        ink, back = theme.SEVERITY_COLOURS[severity]
        words = text.HOME_GROUP[group]
        number = "…" if count is None else f"{count} 人"
        tile.setText(f"{theme.SEVERITY_SIGNS[severity]} {number}\n{words}")
        tile.setAccessibleName(f"{words}：{number}")
        tile.setChecked(chosen)
        edge = theme.PALETTE.primary if chosen else back
        tile.setStyleSheet(
            f"QPushButton {{ color: {ink}; background: {back}; border: 3px solid {edge}; border-radius: 10px;"
            f" text-align: left; padding: 6px 14px; min-height: {TILE_PX}px; font-weight: 500; }}"
            f" QPushButton:focus {{ border: 3px solid {theme.PALETTE.focus}; }}"
        )

    def _show_side(self, figures: HomeFigures, now: datetime) -> None:
        for which, made in self._lines.items():
            severity, words = home_text.line(which, figures, now)
            made.setText(f"{theme.SEVERITY_SIGNS[severity]} {words}")
            made.setAccessibleName(words)
            made.setStyleSheet(f"color: {theme.SEVERITY_COLOURS[severity][0]};" if severity is Severity.WARNING else "")

    def _activated(self, index: QModelIndex) -> None:
        self.retiree_chosen.emit(self._model.row_at(index.row()).retiree_id)

    def focus_first(self) -> None:
        """Put the keyboard where work begins."""
        self._table.setFocus(Qt.FocusReason.OtherFocusReason)
