"""The panel of REVIEW: both pictures side by side, advice in words, the clerk's buttons; and the dialog of an override."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from app.domain.evidence import Band
from app.domain.standing import Severity
from app.ui import face_text, text
from app.ui.fitting import FittedDialog
from app.ui.screens.visit.state import VisitState
from app.ui.widgets.badge import Badge
from app.ui.widgets.basic import Card, button, column, label, row
from app.ui.widgets.pictures import PhotoView

SEVERITY = {
    Band.MATCH: Severity.GOOD,
    Band.UNSURE: Severity.WARNING,
    Band.MISMATCH: Severity.DANGER,
    Band.NONE: Severity.NEUTRAL,
}
CHIP = (238, 296)
"""Least width and height of each picture, px: the proportion of a card photo."""
LARGEST = 2.0
"""How far they grow on a large screen, so that the clerk sees more and the words keep their room."""
ROOM = (440, 220)
"""Width and height that the words and buttons beside and below the pictures need, px."""
WORDS_PX = 236
"""Least width of the words."""


class ReviewPanel(Card):
    """Signals: passed(), again_asked(), form_asked()."""

    passed = Signal()
    again_asked = Signal()
    form_asked = Signal()

    def __init__(self) -> None:
        super().__init__(margin=24, spacing=12)
        self._reference = PhotoView(*CHIP, name="review_reference")
        self._best = PhotoView(*CHIP, name="review_best", nothing="没有画面")
        pictures = row(spacing=20)
        self._taken = label("社保卡照片", "muted", name="review_taken")
        for caption, picture in ((self._taken, self._reference), (label("现场画面", "muted"), self._best)):
            caption.setAlignment(Qt.AlignmentFlag.AlignCenter)
            pictures.addLayout(column(picture, caption, 1, spacing=4))
        self._badge = Badge("review_advice")
        self._badge.setMinimumWidth(WORDS_PX)
        self._reasons = label("", wrap=True, name="review_reasons")
        self._more = button("看详情", "review_more", "link", tip="每一项是怎么判断的")
        self._cues = label("", "muted", wrap=True, name="review_cues")
        self._cues.hide()
        self._more.clicked.connect(lambda: self._cues.setVisible(not self._cues.isVisible()))
        words_side = column(self._badge, self._reasons)
        words_side.addLayout(row(self._more, 1))
        words_side.addWidget(self._cues)
        words_side.addStretch(1)
        pictures.addLayout(words_side, 1)
        self._pass = button("", "review_pass", "primary")
        self._again, self._form = button("重新拍摄", "review_again"), button("改走确认表", "review_form")
        self._pass.clicked.connect(self.passed)
        self._again.clicked.connect(self.again_asked)
        self._form.clicked.connect(self.form_asked)
        self._who = label("", "large", name="review_who")
        self.box.addLayout(row(label("请您判断", "title"), self._who, 1, spacing=24))
        self.box.addLayout(pictures)
        self.box.addStretch(1)
        self.box.addLayout(row(self._form, self._again, 1, self._pass))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Both pictures grow alike."""
        super().resizeEvent(event)
        wide, high = (self.width() - ROOM[0]) / (2 * CHIP[0]), (self.height() - ROOM[1]) / CHIP[1]
        scale = min(LARGEST, max(1.0, min(wide, high)))
        for picture in (self._reference, self._best):
            picture.resize_frame(int(CHIP[0] * scale), int(CHIP[1] * scale))

    def fold(self) -> None:
        """The details are put away: they are of one person, and the panels of the other steps would be as high as they are."""
        self._cues.hide()

    def show_state(self, state: VisitState) -> None:
        """Advice and pictures; after a restart the stored pictures stand in for the cut-outs."""
        visit = state.view.visit
        self._reference.show_picture(state.reference_chip or state.photo)
        self._best.show_picture(state.best_chip or state.best_frame)
        card = state.view.card
        if card is not None:
            retiree = card.retiree
            self._who.setText(f"{retiree.name}　{text.SEX[retiree.sex]}　{state.age} 岁　尾号 {retiree.id_number[-4:]}")
            age = face_text.photo_age(retiree.photo_taken_on, (visit.captured_at or visit.updated_at).date())
            self._taken.setText(f"社保卡照片，{age}" if state.photo is not None else "没有社保卡照片")
        advice = visit.advice
        if advice is not None:
            self._badge.show_sentence(SEVERITY[advice.band], text.advice_headline(advice))
            self._reasons.setText("\n".join(f"· {text.ADVICE_REASON[reason]}" for reason in advice.reasons))
        cues = visit.summary.cues if visit.summary is not None else ()
        self._cues.setText("\n".join(face_text.cue_line(cue) for cue in cues) or "没有更多详情")
        self._pass.setText(text.pass_button(advice))
        self._pass.setAccessibleName(self._pass.text())
        for made in (self._pass, self._again, self._form):
            made.setEnabled(not state.busy)
        self._pass.setFocus()


class OverrideDialog(FittedDialog):
    """Reason, and the second person's log-in."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("override_dialog")
        self.setWindowTitle("需要另一位同事")
        self.setMinimumWidth(560)
        self._reason = QPlainTextEdit()
        self._reason.setObjectName("override_reason")
        self._reason.setAccessibleName("理由")
        self._reason.setPlaceholderText("例如：当面核对身份证原件，确认是本人；老人做过眼部手术。")
        self._reason.setFixedHeight(96)
        self._reason.setTabChangesFocus(True)
        self._login, self._password = QLineEdit(), QLineEdit()
        for edit, name, words in (
            (self._login, "override_login", "复核员账号"),
            (self._password, "override_password", "复核员密码"),
        ):
            edit.setObjectName(name)
            edit.setAccessibleName(words)
            edit.textChanged.connect(self._check)
        self._password.setEchoMode(QLineEdit.EchoMode.Password)
        self._reason.textChanged.connect(self._check)
        self._ok, cancel = button("确认通过", "override_ok", "primary"), button("返回", "override_cancel")
        self._ok.clicked.connect(self.accept)
        cancel.clicked.connect(self.reject)
        box = QVBoxLayout(self)
        box.setContentsMargins(26, 22, 26, 22)
        box.setSpacing(12)
        box.addWidget(label("程序没有建议“匹配”。请写明您当面核对的情况，再请另一位同事确认。", "large", wrap=True))
        for words, widget in (
            ("理由", self._reason),
            ("另一位同事（复核员或管理员）的账号", self._login),
            ("另一位同事的密码", self._password),
        ):
            caption = label(words)
            caption.setBuddy(widget)
            box.addWidget(caption)
            box.addWidget(widget)
        box.addLayout(row(cancel, 1, self._ok))
        self._check()

    def _check(self) -> None:
        filled = self._reason.toPlainText().strip() and self._login.text().strip() and self._password.text()
        self._ok.setEnabled(bool(filled))

    def answer(self) -> tuple[str, str, str]:
        """Reason, login, password."""
        return self._reason.toPlainText().strip(), self._login.text().strip(), self._password.text()
