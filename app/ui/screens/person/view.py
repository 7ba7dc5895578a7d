"""The person's page: who, how things stand, and four lists: certifications, payments, forms, contacts."""

from PySide6.QtCore import QModelIndex, Signal
from PySide6.QtWidgets import QTabWidget

from app.domain.benefit import MonthState, PaymentMonth
from app.domain.certification import Certification
from app.domain.confirmation import FormCase
from app.domain.follow_up import FollowUp
from app.ui import text
from app.ui.screens.person.presenter import PersonState
from app.ui.screens.person.reports import ReportsTab
from app.ui.widgets.badge import Badge
from app.ui.widgets.basic import Card, Page, button, column, label, row
from app.ui.widgets.pictures import PhotoView
from app.ui.widgets.table import Column, RowsModel, table

SIGN = {
    MonthState.PAID: "✓",
    MonthState.SUSPENDED: "■",
    MonthState.BACK_PAID: "▲",
    MonthState.OVERPAID: "■",
    MonthState.NOT_DUE: "○",
    MonthState.BY_POLICY: "●",
}
"""A sign beside the words, as everywhere."""


def _payment(row_: PaymentMonth) -> str:
    words = text.MONTH_STATE[row_.state]
    later = f"（{text.month(row_.paid_in)}补发）" if row_.paid_in is not None else ""
    return f"{SIGN[row_.state]} {words}{later}"


def _reason(case: FormCase) -> str:
    return text.REASON[case.reason].split("（")[0]


class PersonView(Page):
    """Signals: start_asked(), back_asked(), article_asked(str), report_asked(). ``reports``: the tab about death, loss, custody."""

    start_asked = Signal()
    back_asked = Signal()
    article_asked = Signal(str)
    report_asked = Signal()

    def __init__(self) -> None:
        super().__init__(spacing=14)
        self._photo = PhotoView(122, 150, name="person_photo")
        self._name, self._who = label("", "huge", name="person_name"), label("", wrap=True)
        self._badge = Badge("person_standing")
        self._badge.article_asked.connect(self.article_asked)
        self._both = label("", "muted", wrap=True, name="person_deadlines")
        start, back = button("开始认证", "person_start", "primary"), button("返回查找", "person_back", "link")
        report = button("报告情况变化", "person_report", "link")
        report.clicked.connect(self.report_asked)
        start.clicked.connect(self.start_asked)
        back.clicked.connect(self.back_asked)
        head = row(self._photo, spacing=20)
        head.addLayout(column(self._name, self._who, 1, spacing=6), 1)
        head.addLayout(column(row(report, back), 1, row(1, start)))
        card = Card(margin=18)
        card.box.addLayout(head)
        card.box.addWidget(self._badge)
        card.box.addWidget(self._both)
        self.box.addWidget(card)
        self.box.addWidget(self._lists(), 1)

    def _lists(self) -> QTabWidget:
        self._certifications: RowsModel[Certification] = RowsModel(
            [
                Column("认证时间", lambda c: text.moment(c.captured_at), 190),
                Column("方式", lambda c: text.CHANNEL[c.channel], 220),
                Column("状态", text.certification_state, 220),
                Column("说明", lambda c: c.center_reason or ("更正前一条" if c.supersedes else "")),
            ],
        )
        self._payments: RowsModel[PaymentMonth] = RowsModel(
            [
                Column("月份", lambda m: text.month(m.month), 150),
                Column("预计（以省中心决定为准）", _payment),
                Column("依据", lambda m: "、".join(m.articles), 140),
            ],
        )
        self._cases: RowsModel[FormCase] = RowsModel(
            [
                Column("原因", _reason, 230),
                Column("状态", lambda c: text.CASE_STATE[c.state], 230),
                Column("签字日期", lambda c: text.day(c.signed_on), 180),
                Column("退回原因", lambda c: c.return_reason),
            ],
        )
        self._contacts: RowsModel[FollowUp] = RowsModel(
            [
                Column("时间", lambda f: text.moment(f.at), 180),
                Column("方式", lambda f: text.WAY[f.way], 90),
                Column("结果", lambda f: text.RESULT[f.result], 170),
                Column("说了什么", lambda f: f.note),
                Column("下次", lambda f: text.day(f.next_on), 170),
            ]
        )
        tabs = QTabWidget()
        tabs.setObjectName("person_tabs")
        tabs.setAccessibleName("认证、发放和确认表")
        payments = table(
            self._payments, name="person_payments", words="逐月发放情况，双击看依据", nothing="没有可预计的月份。"
        )
        payments.activated.connect(self._month_opened)
        certifications = table(
            self._certifications, name="person_certifications", words="历次认证", nothing="还没有认证过。"
        )
        tabs.addTab(certifications, "历次认证")
        tabs.addTab(payments, "逐月发放")
        cases = table(self._cases, name="person_cases", words="确认表", nothing="没有办过确认表。")
        tabs.addTab(cases, "确认表")
        contacts = table(self._contacts, name="person_contacts", words="联系记录", nothing="还没有联系记录。")
        tabs.addTab(contacts, "联系记录")
        self.reports = ReportsTab()
        tabs.addTab(self.reports, "情况变化")
        return tabs

    def _month_opened(self, index: QModelIndex) -> None:
        self.article_asked.emit("、".join(self._payments.row_at(index.row()).articles))

    def show_state(self, state: PersonState) -> None:
        """Everything about one person."""
        card = state.card
        retiree, standing = card.retiree, card.standing
        self._photo.show_picture(state.photo)
        self._name.setText(retiree.name)
        who = (
            f"{text.SEX[retiree.sex]}　{state.age} 岁　{text.RETIREMENT[retiree.kind]}",
            f"身份证号 {retiree.id_number}　个人编号 {retiree.personnel_number}　社保卡 {retiree.card_number or '未申领'}",
            f"电话 {retiree.phone or '——'}　{retiree.address}",
        )
        self._who.setText("\n".join(who))
        self._badge.show_sentence(standing.severity, text.standing_sentence(standing), standing.articles)
        both = standing.deadlines
        differs = both.confirmed != both.with_provisional
        self._both.setText(
            f"省中心已确认到 {text.day(both.confirmed)}；加上待确认的，到 {text.day(both.with_provisional)}"
            if differs
            else ""
        )
        self._both.setVisible(differs)
        self._certifications.set_rows(tuple(reversed(card.certifications)))
        self._payments.set_rows(card.payments)
        self._cases.set_rows(tuple(reversed(card.cases)))
        self._contacts.set_rows(card.follow_ups)
        self.reports.show_reports(card.reports)
