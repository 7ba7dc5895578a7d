"""The panels of PRECHECK and CONSENT."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFormLayout, QVBoxLayout, QWidget

from app.domain.certification import CenterState, Certification
from app.domain.precheck import Blocks, FindingCode
from app.domain.standing import Severity, StandingKind
from app.services.roster import RetireeCard
from app.ui import consent_text, text
from app.ui.screens.visit.state import VisitState
from app.ui.widgets.badge import Badge, chip
from app.ui.widgets.basic import Card, button, clear, label, row
from app.ui.widgets.rule_link import RuleLink

FACTS = {
    "id_number": "身份证号",
    "born": "出生日期",
    "phone": "电　　话",
    "last": "上次认证",
    "deadline": "截止时间",
}
_SEVERITY = {Blocks.ALL: Severity.DANGER, Blocks.FACE: Severity.WARNING, Blocks.NOTHING: Severity.NOTICE}

_CHIP = {Blocks.ALL: "不能办", Blocks.FACE: "不能刷脸", Blocks.NOTHING: "提示"}


def latest(certifications: tuple[Certification, ...]) -> Certification | None:
    """The newest one that the center has not refused."""
    counting = [c for c in certifications if c.center is not CenterState.REJECTED]
    return max(counting, key=lambda c: c.captured_at, default=None)


class PrecheckPanel(Card):
    """Signals: go_on(), form_asked(), left(), clock_asked(), article_asked(str)."""

    go_on = Signal()
    clock_asked = Signal()
    form_asked = Signal()
    left = Signal()
    article_asked = Signal(str)

    def __init__(self) -> None:
        super().__init__(margin=26, spacing=14)
        self._badge = Badge("precheck_standing")
        self._badge.article_asked.connect(self.article_asked)
        self._findings = QVBoxLayout()
        self._findings.setSpacing(10)
        self._go = button("核对无误，继续", "precheck_go", "primary")
        self._form = button("走确认表", "precheck_form")
        self._go.clicked.connect(self.go_on)
        self._form.clicked.connect(self.form_asked)
        self._back = button("知道了，返回", "precheck_back", "primary")
        self._back.clicked.connect(self.left)
        self._clock = button("核对时间", "precheck_clock")
        self._clock.clicked.connect(self.clock_asked)
        self._facts = QFormLayout()
        self._facts.setHorizontalSpacing(24)
        self._facts.setVerticalSpacing(10)
        self._values = {name: label(wrap=True, name=f"precheck_{name}") for name in FACTS}
        for name, value in self._values.items():
            self._facts.addRow(label(FACTS[name], "muted"), value)
        self.box.addWidget(label("请当面核对：是不是这位老人？", "title"))
        self.box.addWidget(self._badge)
        self.box.addLayout(self._findings)
        self.box.addSpacing(6)
        self.box.addLayout(self._facts)
        self.box.addStretch(1)
        self.box.addLayout(row(self._form, self._clock, 1, self._back, self._go))

    def show_state(self, state: VisitState) -> None:
        """Standing and findings."""
        card = state.view.card
        assert card is not None
        standing = card.standing
        self._badge.show_sentence(standing.severity, text.standing_sentence(standing), standing.articles)
        clear(self._findings)
        for found in state.view.findings:
            if found.code is FindingCode.SUSPENDED and standing.kind is StandingKind.SUSPENDED:
                continue  # the badge above says so
            words = label(text.finding(found, card.retiree, standing), wrap=True)
            sign = chip(_SEVERITY[found.blocks], _CHIP[found.blocks])
            line = QWidget()
            inner = row(sign, spacing=12)
            inner.addWidget(words, 1)
            rule = RuleLink("precheck_article", "、".join(found.articles))
            rule.article_asked.connect(self.article_asked)
            inner.addWidget(rule)
            line.setLayout(inner)
            self._findings.addWidget(line)
        self._show_facts(card)
        self._clock.setVisible(any(found.code is FindingCode.CLOCK_BACKWARDS for found in state.view.findings))
        self._go.setVisible(state.blocks is Blocks.NOTHING)
        self._back.setVisible(state.blocks is Blocks.ALL)
        self._form.setVisible(state.blocks is not Blocks.ALL)
        form_is_primary = state.blocks is Blocks.FACE
        self._form.setProperty("role", "primary" if form_is_primary else "")
        self._form.style().polish(self._form)
        for made in (self._go, self._form):
            made.setEnabled(not state.busy)
        first = {Blocks.FACE: self._form, Blocks.ALL: self._back, Blocks.NOTHING: self._go}
        first[state.blocks].setFocus()

    def _show_facts(self, card: RetireeCard) -> None:
        """What the clerk compares with the identity card on the table, and what the record says."""
        retiree, last = card.retiree, latest(card.certifications)
        ended = retiree.died_on is not None or retiree.lost_eligibility_on is not None
        words = {
            "id_number": retiree.id_number,
            "born": text.day(retiree.birth_date),
            "phone": retiree.phone or "——",
            "last": f"{text.day(last.captured_at.date())}　{text.CHANNEL[last.channel]}　{text.certification_state(last)}"
            if last is not None
            else "还没有认证过",
            "deadline": "——" if ended else text.day(card.standing.deadlines.with_provisional),
        }
        for name, value in self._values.items():
            value.setText(words[name])


class ConsentPanel(Card):
    """Two equal buttons. Signals: answered(bool)."""

    answered = Signal(bool)

    def __init__(self) -> None:
        super().__init__(margin=30, spacing=18)
        self._words = label("", "large", wrap=True, name="consent_words")
        self._yes = button("同　意", "consent_yes", "choice")
        self._no = button("不同意", "consent_no", "choice")
        self._yes.clicked.connect(lambda: self.answered.emit(True))
        self._no.clicked.connect(lambda: self.answered.emit(False))
        for made in (self._yes, self._no):
            made.setMinimumWidth(240)
        self.box.addWidget(label(text.CONSENT_READ_ALOUD, "muted"))
        self.box.addWidget(self._words)
        self.box.addStretch(1)
        self.box.addLayout(row(1, self._no, self._yes, 1, spacing=40))

    def show_state(self, state: VisitState) -> None:
        """Words with the person's name and form of address."""
        assert state.view.card is not None
        self._words.setText(consent_text.words(state.view.consent_version, state.view.card.retiree.name))
        for made in (self._yes, self._no):
            made.setEnabled(not state.busy)
