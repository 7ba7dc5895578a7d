"""The person's page: who, how things stand, the timeline, and the lists: certifications, payments, forms, contacts, documents, reports."""

from typing import Any

from PySide6.QtCore import QModelIndex, Signal
from PySide6.QtWidgets import QPushButton, QTableView, QTabWidget, QWidget

from app.domain.benefit import PaymentMonth
from app.domain.certification import Certification
from app.domain.confirmation import FormCase
from app.domain.follow_up import FollowUp
from app.services.roster import Document
from app.ui import text
from app.ui.screens.lists.columns import planned
from app.ui.screens.person.presenter import PersonState
from app.ui.screens.person.reports import ReportsTab
from app.ui.screens.person.timeline import SIGN, Timeline
from app.ui.widgets.badge import Badge
from app.ui.widgets.basic import Card, Page, button, column, label, row
from app.ui.widgets.pictures import PhotoView
from app.ui.widgets.table import Column, RowsModel, table

Contacted = tuple[FollowUp, str]
"""A contact and who made it."""


def _payment(row_: PaymentMonth) -> str:
    words = text.MONTH_STATE[row_.state]
    later = f"（{text.month(row_.paid_in)}补发）" if row_.paid_in is not None else ""
    return f"{SIGN[row_.state]} {words}{later}"


def _said_by(row_: PaymentMonth) -> str:
    return text.SAID_BY[row_.decided]


def _note(one: Certification) -> str:
    """What the center said of it, or what was wrong with the one it corrects."""
    if one.void:
        return f"作废前一条：{one.correction_reason}"
    if one.supersedes is not None:
        return f"更正前一条：{one.correction_reason}"
    return one.center_reason


def _document(one: Document) -> str:
    if one.kind is not None:
        return text.EVIDENCE[one.kind]
    return one.name or "签字盖章的确认表"


class PersonView(Page):
    """Signals: start_asked(), back_asked(), article_asked(str), report_asked(), contact_asked(), correct_asked(Certification),
    document_asked(Document), home_visit_asked(), privacy_asked(). ``reports``: the tab about death, loss, custody."""

    start_asked = Signal()
    back_asked = Signal()
    article_asked = Signal(str)
    report_asked = Signal()
    contact_asked = Signal()
    correct_asked = Signal(object)
    document_asked = Signal(object)
    home_visit_asked = Signal()
    privacy_asked = Signal()

    def __init__(self) -> None:
        super().__init__(spacing=12)
        self._photo = PhotoView(102, 126, name="person_photo")
        self._name, self._who = label("", "huge", name="person_name"), label("", wrap=True)
        self._badge = Badge("person_standing")
        self._badge.article_asked.connect(self.article_asked)
        self._both = label("", "muted", wrap=True, name="person_deadlines")
        start, back = button("开始认证", "person_start", "primary"), button("返回查找", "person_back", "link")
        report, home = (
            button("报告情况变化", "person_report", "link"),
            button("加入上门名单", "person_home_visit", "link"),
        )
        privacy = button("个人信息", "person_privacy", "link")
        privacy.clicked.connect(self.privacy_asked)
        home.clicked.connect(self.home_visit_asked)
        report.clicked.connect(self.report_asked)
        start.clicked.connect(self.start_asked)
        back.clicked.connect(self.back_asked)
        head = row(self._photo, spacing=20)
        facts = row(self._who, start)
        facts.setStretch(0, 1)
        head.addLayout(column(row(self._name, 1, privacy, home, report, back), facts, 1, spacing=4), 1)
        card = Card(margin=14, spacing=8)
        card.box.addLayout(head)
        card.box.addWidget(self._badge)
        card.box.addWidget(self._both)
        self.box.addWidget(card)
        self._timeline = Timeline()
        line = Card(margin=10, spacing=0)
        line.box.addWidget(self._timeline)
        self.box.addWidget(line)
        self.box.addWidget(self._lists(), 1)

    def _lists(self) -> QTabWidget:
        tabs = QTabWidget()
        tabs.setObjectName("person_tabs")
        tabs.setAccessibleName("认证、发放和确认表")
        tabs.setMinimumHeight(230)
        tabs.addTab(self._certification_tab(), "历次认证")
        tabs.addTab(self._payment_tab(), "逐月发放")
        self._cases: RowsModel[FormCase] = RowsModel(
            [
                Column("原因", lambda c: text.SHORT_REASON[c.reason], 230),
                Column("状态", lambda c: text.CASE_STATE[c.state], 230),
                Column("签字日期", lambda c: text.day(c.signed_on), 180),
                Column("退回原因", lambda c: c.return_reason),
            ],
        )
        cases = table(self._cases, name="person_cases", words="确认表", nothing="没有办过确认表。")
        tabs.addTab(cases, "确认表")
        tabs.addTab(self._contact_tab(), "联系记录")
        tabs.addTab(self._document_tab(), "材料")
        self.reports = ReportsTab()
        tabs.addTab(self.reports, "情况变化")
        return tabs

    def _certification_tab(self) -> QWidget:
        self._certifications: RowsModel[Certification] = RowsModel(
            [
                Column("认证时间", lambda c: text.moment(c.captured_at), 170),
                Column("方式", lambda c: text.CHANNEL[c.channel], 210),
                Column("签字日期", lambda c: text.day(c.signed_on) if c.signed_on else "", 160),
                Column("状态", text.certification_state, 210),
                Column("说明", _note),
            ],
        )
        shown = table(self._certifications, name="person_certifications", words="历次认证", nothing="还没有认证过。")
        return _with_buttons(
            shown, _asking(shown, "更正这一条", "person_correct", self._certifications, self.correct_asked)
        )

    def _payment_tab(self) -> QWidget:
        self._payments: RowsModel[PaymentMonth] = RowsModel(
            [
                Column("月份", lambda m: text.month(m.month), 150),
                Column("养老金和职业年金", _payment),
                Column("谁说的", _said_by, 140),
                Column("依据", lambda m: "、".join(m.articles), 140),
            ],
        )
        shown = table(
            self._payments,
            name="person_payments",
            words="逐月发放情况，双击或按回车看依据",
            nothing="没有可预计的月份。",
        )
        shown.activated.connect(self._month_opened)
        return shown

    def _contact_tab(self) -> QWidget:
        self._contacts: RowsModel[Contacted] = RowsModel(
            [
                Column("时间", lambda f: text.moment(f[0].at), 170),
                Column("方式", lambda f: text.WAY[f[0].way], 80),
                Column("结果", lambda f: text.RESULT[f[0].result], 150),
                Column("谁联系的", lambda f: f[1], 110),
                Column("说了什么", lambda f: f[0].note),
                Column("约定日期", lambda f: planned(f[0]), 190),
            ]
        )
        shown = table(self._contacts, name="person_contacts", words="联系记录", nothing="还没有联系记录。")
        log = button("记一次联系", "person_contact")
        log.clicked.connect(self.contact_asked)
        return _with_buttons(shown, log)

    def _document_tab(self) -> QWidget:
        self._documents: RowsModel[Document] = RowsModel(
            [
                Column("时间", lambda d: text.moment(d.at), 190),
                Column("材料", _document),
            ]
        )
        shown = table(
            self._documents, name="person_documents", words="材料，双击或按回车打开", nothing="没有存过材料。"
        )
        shown.activated.connect(lambda index: self.document_asked.emit(self._documents.row_at(index.row())))
        return _with_buttons(shown, _asking(shown, "打开看", "person_document", self._documents, self.document_asked))

    def _month_opened(self, index: QModelIndex) -> None:
        self.article_asked.emit("、".join(self._payments.row_at(index.row()).articles))

    def show_state(self, state: PersonState) -> None:
        """Everything about one person."""
        card = state.card
        self._photo.show_picture(state.photo)
        self._show_who(state)
        standing = card.standing
        self._badge.show_sentence(standing.severity, text.standing_sentence(standing), standing.articles)
        both = standing.deadlines
        differs = both.confirmed != both.with_provisional
        self._both.setText(
            f"省中心已确认到 {text.day(both.confirmed)}；加上待确认的，到 {text.day(both.with_provisional)}"
            if differs
            else ""
        )
        self._both.setVisible(differs)
        self._timeline.show_card(card)
        self._certifications.set_rows(tuple(reversed(card.certifications)))
        self._payments.set_rows(card.payments)
        self._cases.set_rows(tuple(reversed(card.cases)))
        self._contacts.set_rows([(one, card.clerks.get(one.operator_id, "")) for one in card.follow_ups])
        self._documents.set_rows(card.documents)
        self.reports.show_reports(card.reports)

    def _show_who(self, state: PersonState) -> None:
        retiree = state.card.retiree
        self._name.setText(retiree.name)
        who = (
            f"{text.SEX[retiree.sex]}　{state.age} 岁　{text.RETIREMENT[retiree.kind]}",
            f"身份证号 {retiree.id_number}　个人编号 {retiree.personnel_number}　社保卡 {retiree.card_number or '未申领'}",
            f"电话 {retiree.phone or '——'}　{retiree.address}",
        )
        self._who.setText("\n".join(who))


def _with_buttons(shown: QWidget, *buttons: QWidget) -> QWidget:
    """A list with what can be done about its rows below."""
    made = QWidget()
    box = column(shown, row(*buttons, 1), spacing=6)
    box.setContentsMargins(0, 0, 0, 4)
    made.setLayout(box)
    return made


def _asking(shown: QTableView, words: str, name: str, model: RowsModel[Any], signal: Any) -> QPushButton:
    """A button about the chosen row; off without one."""
    made = button(words, name)
    made.setEnabled(False)
    made.clicked.connect(lambda: signal.emit(model.row_at(shown.currentIndex().row())))
    shown.selectionModel().currentRowChanged.connect(lambda now, _before: made.setEnabled(now.isValid()))
    model.modelReset.connect(lambda: made.setEnabled(False))
    return made
