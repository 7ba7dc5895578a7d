"""The plans' widgets: days on the left with how much is planned, the chosen day's people beside them."""

from datetime import date
from typing import Any

from PySide6.QtCore import QModelIndex, Signal

from app.services.plans import Planned
from app.ui.screens.lists.contact import Contact
from app.ui.screens.lists.contact_dialog import ContactDialog
from app.ui.screens.plans import words
from app.ui.screens.plans.presenter import PlanState
from app.ui.widgets.basic import Card, Page, button, column, label, row
from app.ui.widgets.table import Column, RowsModel, table

DAYS_PX = 262
Day = tuple[date | None, str, int]
"""The day (None: what was missed), its words, how many."""


class PlansView(Page):
    """Signals: day_chosen(date | None), print_asked(), contact_asked(Planned), start_asked(Planned), person_asked(Planned),
    back_asked()."""

    day_chosen = Signal(object)
    print_asked = Signal()
    contact_asked = Signal(object)
    start_asked = Signal(object)
    person_asked = Signal(object)
    back_asked = Signal()

    def __init__(self) -> None:
        super().__init__(spacing=12)
        self._title = label("", "muted")
        back = button("返回名单", "plans_back", "link")
        back.clicked.connect(self.back_asked)
        self.box.addLayout(row(label("日程", "title"), self._title, 1, back))
        self._days: RowsModel[Day] = RowsModel(
            [Column("日期", lambda d: d[1]), Column("人数", lambda d: f"{d[2]}" if d[2] else "", 60)]
        )
        self._day_table = table(self._days, name="plans_days", words="哪一天")
        self._day_table.setFixedWidth(DAYS_PX)
        self._day_table.selectionModel().currentRowChanged.connect(self._day_changed)
        self._rows: RowsModel[Planned] = RowsModel(
            [
                Column("时间", lambda p: words.when(p, self._shown_day), 120),
                Column("什么事", lambda p: words.KIND[p.kind], 80),
                Column("姓名", lambda p: p.retiree.name, 110),
                Column("电话", lambda p: p.retiree.phone, 160),
                Column("地址", lambda p: p.retiree.address),
            ]
        )
        self._shown_day = date.min
        self._table = table(
            self._rows,
            name="plans_table",
            words="这一天的安排，双击或按回车看此人",
            nothing="这一天没有安排。在名单或个人页面“记一次联系”时约好日期，就会出现在这里。",
        )
        self._table.activated.connect(lambda index: self.person_asked.emit(self._rows.row_at(index.row())))
        self._detail = label("", wrap=True, name="plans_detail")
        self._table.selectionModel().currentRowChanged.connect(lambda now, _before: self._show_detail(now))
        about = Card(margin=12)
        about.box.addWidget(self._detail)
        people = column(spacing=10)
        people.addWidget(self._table, 1)
        people.addWidget(about)
        both = row(self._day_table, people, spacing=14)
        both.setStretch(1, 1)
        self.box.addLayout(both, 1)
        paper, contact = button("打印这一天", "plans_print"), button("记一次联系", "plans_contact")
        start = button("开始认证", "plans_start", "primary")
        paper.clicked.connect(self.print_asked)
        contact.clicked.connect(lambda: self._about_chosen(self.contact_asked))
        start.clicked.connect(lambda: self._about_chosen(self.start_asked))
        self._about = (contact, start)
        self.box.addLayout(row(paper, contact, 1, start))

    def show_state(self, state: PlanState) -> None:
        """The days and the chosen one's people."""
        plan = state.plan
        self._shown_day = plan.day
        days: list[Day] = [(None, words.MISSED, len(plan.missed))] if plan.missed else []
        days += [(day, words.day_words(day, plan.today), number) for day, number in plan.counts]
        chosen = next((n for n, d in enumerate(days) if d[0] == (None if state.missed else plan.day)), 0)
        self._day_table.blockSignals(True)
        self._day_table.selectionModel().blockSignals(True)
        self._days.set_rows(days)
        self._day_table.selectRow(chosen)
        self._day_table.selectionModel().blockSignals(False)
        self._day_table.blockSignals(False)
        title = words.MISSED if state.missed else words.day_words(plan.day, plan.today)
        self._title.setText(f"{title}　{len(state.rows)} 人")
        self._rows.set_rows(state.rows)
        if state.rows:
            self._table.selectRow(0)
        self._show_detail(self._table.currentIndex())
        for made in self._about:
            made.setEnabled(bool(state.rows))

    def _show_detail(self, now: QModelIndex) -> None:
        one = self._rows.row_at(now.row()) if now.isValid() else None
        said = f"\n上次说：{one.contact.note}" if one is not None and one.contact.note else ""
        self._detail.setText(f"{one.retiree.name}：{words.situation(one)}{said}" if one is not None else "")

    def ask_contact(self, name: str) -> Contact | None:
        """The dialog."""
        dialog = ContactDialog(self, name)
        return dialog.contact() if dialog.exec() else None

    def _day_changed(self, now: QModelIndex, _before: QModelIndex) -> None:
        if now.isValid():
            self.day_chosen.emit(self._days.row_at(now.row())[0])

    def _about_chosen(self, signal: Any) -> None:
        index = self._table.currentIndex()
        if index.isValid():
            signal.emit(self._rows.row_at(index.row()))
