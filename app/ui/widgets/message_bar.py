"""The one bar that says what happened and what to do."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout

from app.domain.standing import Severity
from app.ui import theme
from app.ui.widgets.basic import button, label
from app.ui.widgets.rule_link import RuleLink


class MessageBar(QFrame):
    """Hidden while there is nothing to say. Signals: article_asked(str) with the sections a refusal rests on."""

    article_asked = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("message_bar")
        box = QHBoxLayout(self)
        box.setContentsMargins(22, 10, 14, 10)
        self._sign, self._words = label(), label(wrap=True, name="message_words")
        self._words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._article = RuleLink("message_article")
        self._article.article_asked.connect(self.article_asked)
        close = button("知道了", "message_close", "link")
        close.clicked.connect(self.hide)
        box.addWidget(self._sign)
        box.addWidget(self._words, 1)
        box.addWidget(self._article)
        box.addWidget(close)
        self.hide()

    def say(self, severity: Severity, words: str, articles: str = "") -> None:
        """Show ``words``; replaces what was there. ``articles``: sections of the notice behind a link."""
        self._article.show_rule(articles)
        ink, back = theme.SEVERITY_COLOURS[severity]
        self._sign.setText(theme.SEVERITY_SIGNS[severity])
        self._words.setText(words)
        self.setAccessibleName(words)
        self.setStyleSheet(f"MessageBar {{ background: {back}; }} QLabel {{ color: {ink}; }}")
        self.show()

    def words(self) -> str:
        """What it says now, "" while hidden."""
        return self._words.text() if self.isVisible() else ""
