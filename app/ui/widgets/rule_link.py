"""The small link 依据: beside a prediction or a refusal, to the sections of the notice that it rests on."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton

from app.ui.widgets.basic import dress


class RuleLink(QPushButton):
    """Hidden while there is no rule. Signals: article_asked(str sections)."""

    article_asked = Signal(str)

    def __init__(self, name: str, articles: str = "") -> None:
        super().__init__("依据")
        dress(self, name, "link", tip="看通知原文")
        self._articles = ""
        self.clicked.connect(lambda: self.article_asked.emit(self._articles))
        self.show_rule(articles)

    def show_rule(self, articles: str) -> None:
        """Sections joined by 、; "" for none."""
        self._articles = articles
        self.setVisible(bool(articles))
