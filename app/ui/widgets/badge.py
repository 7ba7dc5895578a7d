"""The coloured sentence: sign, words, background; the article behind a click."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel

from app.domain.standing import Severity
from app.ui import theme
from app.ui.widgets.basic import label
from app.ui.widgets.rule_link import RuleLink


class Badge(QFrame):
    """Shows one sentence in a severity's colours. Signals: article_asked(str) with the article's sections."""

    article_asked = Signal(str)

    def __init__(self, name: str = "badge") -> None:
        super().__init__()
        self.setObjectName(name)
        box = QHBoxLayout(self)
        box.setContentsMargins(14, 8, 10, 8)
        self._sign, self._words = label(), label(wrap=True)
        self._article = RuleLink(f"{name}_article")
        self._article.article_asked.connect(self.article_asked)
        box.addWidget(self._sign)
        box.addWidget(self._words, 1)
        box.addWidget(self._article)

    def show_sentence(self, severity: Severity, words: str, articles: tuple[str, ...] = ()) -> None:
        """Set the sentence."""
        ink, back = theme.SEVERITY_COLOURS[severity]
        self._sign.setText(theme.SEVERITY_SIGNS[severity])
        self._words.setText(words)
        self._article.show_rule("、".join(articles))
        self.setAccessibleName(words)
        rule = f"border-radius: 8px; background: {back};"
        self.setStyleSheet(
            f"Badge {{ {rule} }} QLabel {{ color: {ink}; font-size: {theme.LARGE_PX}px; font-weight: 500; }}"
        )


def chip(severity: Severity, words: str) -> QLabel:
    """A small badge for rows."""
    ink, back = theme.SEVERITY_COLOURS[severity]
    made = label(f"{theme.SEVERITY_SIGNS[severity]} {words}")
    made.setStyleSheet(f"color: {ink}; background: {back}; border-radius: 6px; padding: 4px 9px;")
    return made
