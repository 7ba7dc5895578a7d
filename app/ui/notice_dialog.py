"""The notice, searchable, opened at the section that a sentence rests on."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from app.services.notice import Notice
from app.ui.widgets.basic import button, label, row

HELP = {
    "home": "二、四(二)、四(三)",
    "find": "一、二",
    "visit": "四(一)、五(二)、三(二)",
    "forms": "三(二)",
    "lists": "四(二)、五(二)",
    "person": "二、四(三)",
    "records": "三(一)、三(二)",
    "sync": "四(二)",
    "reports": "二、四(二)、四(三)",
    "settings": "五(一)、五(二)",
}
"""Screen → sections of the notice for F1."""


class NoticeDialog(QDialog):
    """Shows the sections ``articles`` ("二、四(三)"), or the whole notice."""

    def __init__(self, parent: QWidget, notice: Notice, articles: str) -> None:
        super().__init__(parent)
        self.setObjectName("notice_dialog")
        self.setWindowTitle(f"通知原文　{notice.title}")
        self.resize(760, 520)
        self._notice = notice
        search = QLineEdit()
        search.setObjectName("notice_search")
        search.setAccessibleName("在通知里查找")
        search.setPlaceholderText("在通知里查找，例如：补发")
        search.textChanged.connect(self._search)
        self._text = QPlainTextEdit()
        self._text.setObjectName("notice_text")
        self._text.setAccessibleName("通知原文")
        self._text.setReadOnly(True)
        self._text.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        whole, close = button("看全文", "notice_whole"), button("关闭", "notice_close", "primary")
        whole.clicked.connect(lambda: self._show("、".join(notice.sections)))
        close.clicked.connect(self.accept)
        box = QVBoxLayout(self)
        box.setContentsMargins(24, 20, 24, 20)
        box.setSpacing(12)
        box.addWidget(label(f"{notice.title}", "large"))
        box.addWidget(search)
        box.addWidget(self._text, 1)
        box.addLayout(row(whole, 1, close))
        self._first = articles or "、".join(notice.sections)
        self._show(self._first)
        close.setFocus()

    def _show(self, articles: str) -> None:
        self._text.setPlainText(self._notice.text_of(articles))

    def _search(self, words: str) -> None:
        found = self._notice.search(words)
        if not words.strip():
            self._show(self._first)
        elif found:
            self._show("、".join(found))
        else:
            self._text.setPlainText("没有找到，请换个词。")
