"""The log-in screen."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLineEdit

from app.ui import text
from app.ui.widgets.basic import Card, Page, button, label, row


class LoginView(Page):
    """Signals: submitted(login, password), take_along_asked()."""

    take_along_asked = Signal()
    submitted = Signal(str, str)

    def __init__(self, *, unit: str, hint: str = "", away: bool = False) -> None:
        """``away``: this is the laptop of a home visit, its package is open already."""
        super().__init__()
        card = Card(margin=36, spacing=14)
        card.setFixedWidth(480)
        self._login, self._password = QLineEdit(), QLineEdit()
        for edit, name, words in ((self._login, "login_name", "账号"), (self._password, "login_password", "密码")):
            edit.setObjectName(name)
            edit.setAccessibleName(words)
            edit.setPlaceholderText(words)
            edit.returnPressed.connect(self._submit)
        self._password.setEchoMode(QLineEdit.EchoMode.Password)
        self._trouble = label("", "trouble", wrap=True, name="login_trouble")
        self._enter = button("登录", "login_enter", "primary")
        self._enter.clicked.connect(self._submit)
        title = label(text.PROGRAM, "title")
        title.setAlignment(Qt.AlignmentFlag.AlignCenter)
        unit_label, hint_label = label(unit, "muted", wrap=True), label(hint, "muted", wrap=True)
        for centred in (unit_label, hint_label):
            centred.setAlignment(Qt.AlignmentFlag.AlignCenter)
        for widget in (title, unit_label, self._login, self._password, self._trouble, self._enter):
            card.box.addWidget(widget)
        if hint:
            card.box.addWidget(hint_label)
        take_along = button("上门用的笔记本？打开带出包", "login_take_along", "link")
        take_along.clicked.connect(self.take_along_asked)
        take_along.setVisible(not away)
        card.box.addLayout(row(1, take_along, 1))
        self.box.addStretch(2)
        self.box.addLayout(row(1, card, 1))
        self.box.addStretch(3)
        self._trouble.hide()

    def ask(self, login: str = "") -> None:
        """Come up with the cursor where it is needed; a known ``login`` after a lock."""
        self._login.setText(login or self._login.text())
        (self._password if self._login.text() else self._login).setFocus()

    def show_trouble(self, words: str) -> None:
        """What is wrong, "" for nothing."""
        self._trouble.setText(words)
        self._trouble.setVisible(bool(words))

    def show_busy(self, busy: bool) -> None:
        """While the password is checked."""
        self._enter.setEnabled(not busy)
        self._enter.setText("正在登录……" if busy else "登录")

    def clear_password(self) -> None:
        """Nothing typed stays."""
        self._password.clear()

    def _submit(self) -> None:
        self.submitted.emit(self._login.text(), self._password.text())
