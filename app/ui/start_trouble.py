"""When the program can't start: what happened and what to do, and the recovery code where that helps."""

from pathlib import Path

from PySide6.QtWidgets import QDialog, QFileDialog, QLineEdit, QVBoxLayout

from app.errors import AppError
from app.ui import text
from app.ui.error_text import words
from app.ui.widgets.basic import button, label, row

WITH_CODE = frozenset({"keys.lost", "keys.code_wrong"})
WITH_BACKUP = WITH_CODE | {
    "keys.damaged",
    "store.damaged",
    "store.wrong_key_or_damaged",
    "backup.not_verified",
    "backup.interrupted",
}
RESTORE = 2
"""Result of the dialog when a backup was chosen."""


class StartTrouble(QDialog):
    """Accepted with ``typed`` when the clerk gave a recovery code; RESTORE with ``folder`` to restore; rejected to leave."""

    def __init__(self, error: AppError) -> None:
        super().__init__()
        self.setObjectName("start_trouble")
        self.setWindowTitle(text.PROGRAM)
        self.setMinimumWidth(620)
        self._code = QLineEdit()
        self._code.setObjectName("trouble_code")
        self._code.setAccessibleName("恢复码")
        self._code.setPlaceholderText("恢复码，例如 ABCDE-FGHJK-……")
        leave, go = button("退出", "trouble_leave"), button("用恢复码打开", "trouble_go", "primary")
        leave.clicked.connect(self.reject)
        go.clicked.connect(self.accept)
        self.folder: Path | None = None
        backup = button("从备份恢复……", "trouble_backup")
        backup.clicked.connect(self._choose)
        backup.setVisible(error.code in WITH_BACKUP)
        asks = error.code in WITH_CODE
        self._code.setVisible(asks)
        go.setVisible(asks)
        box = QVBoxLayout(self)
        box.setContentsMargins(30, 26, 30, 26)
        box.setSpacing(16)
        box.addWidget(label("程序没有打开", "title"))
        box.addWidget(label(words(error), wrap=True, name="trouble_words"))
        box.addWidget(label("您的数据没有动过，请不要删除任何文件。", "muted", wrap=True))
        box.addWidget(self._code)
        box.addLayout(row(leave, backup, 1, go))

    def typed(self) -> str:
        """The code as typed."""
        return self._code.text()

    def _choose(self) -> None:
        name = self._ask()
        if name:
            self.folder = Path(name)
            self.done(RESTORE)

    def _ask(self) -> str:
        return QFileDialog.getExistingDirectory(self, "备份在哪个文件夹")
