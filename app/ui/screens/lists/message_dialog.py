"""The dialog about SMS texts: the template above, what the first person reads below."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QCheckBox, QPlainTextEdit, QVBoxLayout, QWidget

from app.services.messages import AGAINST_FRAUD, PLACES
from app.ui.fitting import FittedDialog
from app.ui.widgets.basic import button, label, row

EDIT_PX = 128
"""Four lines of words; on a small laptop the buttons below are still seen."""


class SmsDialog(FittedDialog):
    """Signals: typed(str), copy_asked(str), save_asked(str, bool as csv, bool log)."""

    typed = Signal(str)
    copy_asked = Signal(str)
    save_asked = Signal(str, bool, bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("sms_dialog")
        self.setWindowTitle("短信文字")
        self.setMinimumWidth(720)
        self._count, self._price = label("", "muted"), label("", name="sms_price", wrap=True)
        self._template, self._sample = QPlainTextEdit(), QPlainTextEdit()
        for made, name, words in (
            (self._template, "sms_template", "短信模板"),
            (self._sample, "sms_sample", "第一位收到的短信"),
        ):
            made.setObjectName(name)
            made.setAccessibleName(words)
            made.setTabChangesFocus(True)
            made.setFixedHeight(EDIT_PX)
        self._sample.setReadOnly(True)
        self._template.textChanged.connect(lambda: self.typed.emit(self._template.toPlainText()))
        self._log = QCheckBox("存好文件以后，给每人记一次“短信，已提醒”")
        self._log.setObjectName("sms_log")
        copy = button("复制这一条", "sms_copy")
        book, plain = button("存成 xlsx", "sms_book", "primary"), button("存成 csv", "sms_csv")
        close = button("关闭", "sms_close")
        copy.clicked.connect(lambda: self.copy_asked.emit(self._template.toPlainText()))
        book.clicked.connect(lambda: self.save_asked.emit(self._template.toPlainText(), False, self._log.isChecked()))
        plain.clicked.connect(lambda: self.save_asked.emit(self._template.toPlainText(), True, self._log.isChecked()))
        close.clicked.connect(self.reject)
        self._useful = (copy, book, plain)
        box = QVBoxLayout(self)
        box.setContentsMargins(28, 24, 28, 24)
        box.setSpacing(10)
        box.addLayout(row(label("短信文字", "title"), self._count, 1))
        box.addWidget(label("模板（" + " ".join(f"{{{place}}}" for place in PLACES) + " 会换成各人的）", wrap=True))
        box.addWidget(self._template)
        box.addWidget(label(f"末尾自动加：{AGAINST_FRAUD}", "muted", wrap=True))
        box.addWidget(label("第一位收到的是："))
        box.addWidget(self._sample)
        box.addWidget(self._price)
        box.addWidget(self._log)
        box.addLayout(row(close, 1, copy, plain, book))

    def ask(self, template: str, count: str) -> None:
        """Bring it up."""
        self._count.setText(count)
        self._template.setPlainText(template)
        self.typed.emit(template)
        self.open()

    def show_sample(self, sample: str, trouble: str) -> None:
        """The text, and its length; or what is wrong with the template."""
        self._sample.setPlainText(sample)
        self._price.setText(trouble)
        for made in self._useful:
            made.setEnabled(bool(sample))

    def copy(self, words: str) -> None:
        """To the clipboard."""
        QGuiApplication.clipboard().setText(words)
