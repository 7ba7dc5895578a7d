"""The dialog that corrects one certification by superseding it; what would follow is told before anything is written."""

from dataclasses import dataclass
from datetime import date

from PySide6.QtCore import QDate, Signal
from PySide6.QtWidgets import QDateEdit, QPlainTextEdit, QRadioButton, QVBoxLayout, QWidget

from app.domain.certification import Certification, Channel
from app.domain.standing import Severity
from app.ui import text
from app.ui.fitting import FittedDialog
from app.ui.widgets.badge import Badge
from app.ui.widgets.basic import button, label, row


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """What is filled in; ``signed_on`` None: the certification should never have been."""

    certification: Certification
    signed_on: date | None
    because: str


class CorrectionDialog(FittedDialog):
    """Signals: changed(Correction) with every choice, submitted(Correction)."""

    changed = Signal(object)
    submitted = Signal(object)

    def __init__(self, parent: QWidget | None, certification: Certification, *, name: str, today: date) -> None:
        super().__init__(parent)
        self.setObjectName("correction_dialog")
        self.setWindowTitle("更正一条认证")
        self.setMinimumWidth(600)
        self._certification = certification
        self._make_fields(certification, today)
        self._outcome = Badge("correction_outcome")
        self._save, cancel = button("更正", "correction_save", "primary"), button("返回", "correction_cancel")
        self._save.clicked.connect(lambda: self.submitted.emit(self.correction()))
        cancel.clicked.connect(self.reject)
        when = f"{text.moment(certification.captured_at)}　{text.CHANNEL[certification.channel]}"
        box = QVBoxLayout(self)
        box.setContentsMargins(28, 24, 28, 24)
        box.setSpacing(10)
        box.addWidget(label(f"更正认证：{name}", "title", wrap=True))
        box.addWidget(label(when))
        box.addWidget(self._void)
        box.addLayout(row(self._redate, self._day, 1))
        box.addWidget(label("为什么更正（会报省中心；原来的记录保留）"))
        box.addWidget(self._because)
        box.addWidget(self._outcome)
        box.addLayout(row(cancel, 1, self._save))

    def _make_fields(self, certification: Certification, today: date) -> None:
        self._void = QRadioButton("这条不该算：办错了人，或者本人没有到场")
        self._redate = QRadioButton("签字日期写错了，应该是")
        self._void.setObjectName("correction_void")
        self._redate.setObjectName("correction_redate")
        self._void.setChecked(True)
        signed = certification.signed_on or today
        self._day = QDateEdit(QDate(signed.year, signed.month, signed.day))
        self._day.setObjectName("correction_day")
        self._day.setAccessibleName("正确的签字日期")
        self._day.setCalendarPopup(True)
        self._day.setDisplayFormat("yyyy年M月d日")
        form = certification.channel is Channel.UNIT_CONFIRMED
        for made in (self._redate, self._day):
            made.setVisible(form)
        self._because = QPlainTextEdit()
        self._because.setObjectName("correction_because")
        self._because.setAccessibleName("为什么更正")
        self._because.setTabChangesFocus(True)
        self._because.setFixedHeight(84)
        for choice in (self._void, self._redate):
            choice.toggled.connect(lambda _on: self.tell())
        self._day.dateChanged.connect(lambda _day: self.tell())
        self._because.textChanged.connect(self.tell)

    def correction(self) -> Correction:
        """What is filled in."""
        chosen = self._day.date()
        signed_on = date(chosen.year(), chosen.month(), chosen.day()) if self._redate.isChecked() else None
        return Correction(certification=self._certification, signed_on=signed_on, because=self._because.toPlainText())

    def tell(self) -> None:
        """Say what is filled in now."""
        self._day.setEnabled(self._redate.isChecked())
        self.changed.emit(self.correction())

    def show_consequences(self, words: str) -> None:
        """How the person would stand."""
        self._outcome.show_sentence(Severity.NOTICE, words)
        self._save.setEnabled(True)

    def show_problem(self, words: str) -> None:
        """Why it can't be."""
        self._outcome.show_sentence(Severity.WARNING, words)
        self._save.setEnabled(False)
