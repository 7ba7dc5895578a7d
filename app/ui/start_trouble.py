"""When the program can't start: what happened and what to do; the recovery code, the passphrase or a backup where that helps."""

from collections.abc import Callable
from enum import IntEnum

from PySide6.QtWidgets import QDialog, QLineEdit, QPushButton, QVBoxLayout

from app.errors import AppError
from app.services.backups import RestoreSteps
from app.services.ports import TaskRunner
from app.ui import text
from app.ui.error_text import words
from app.ui.fitting import FittedDialog
from app.ui.restore_dialog import RestoreDialog
from app.ui.widgets.basic import button, label, row

NEW_PASSPHRASE = frozenset({"keys.passphrase_new", "keys.passphrase_short", "keys.passphrase_differs"})
PASSPHRASE = frozenset({"keys.passphrase_needed", "keys.passphrase_wrong"})
WITH_CODE = frozenset({"keys.lost", "keys.code_wrong", "keys.store_locked"}) | PASSPHRASE
AGAIN = frozenset({"disk.full", "disk.unwritable", "store.busy", "keys.store_locked"})
WITH_BACKUP = frozenset(
    {
        "keys.lost",
        "keys.code_wrong",
        "keys.damaged",
        "store.damaged",
        "store.wrong_key_or_damaged",
        "backup.not_verified",
        "backup.interrupted",
    }
)
UNTOUCHED = "您的数据没有动过，请不要删除任何文件。"


class Way(IntEnum):
    """How the dialog ended: what the clerk wants to be tried."""

    LEAVE = QDialog.DialogCode.Rejected.value
    CODE = QDialog.DialogCode.Accepted.value
    RESTORED = 2
    AGAIN = 3
    PASSPHRASE = 4


RESTORE = int(Way.RESTORED)


class StartTrouble(FittedDialog):
    """Ends with a Way; ``typed`` is the recovery code, ``passphrase`` what was entered. Without ``restore`` no backup is offered."""

    def __init__(self, error: AppError, restore: RestoreSteps | None = None, tasks: TaskRunner | None = None) -> None:
        super().__init__()
        self.setObjectName("start_trouble")
        self.setWindowTitle(text.PROGRAM)
        self.setMinimumWidth(620)
        self._steps, self._tasks = restore, tasks
        self._code = _edit("trouble_code", "恢复码，例如 ABCDE-FGHJK-……")
        self._words = _edit("trouble_passphrase", "启动口令", secret=True)
        self._again = _edit("trouble_passphrase_again", "再输一次启动口令", secret=True)
        self._said = label(words(error), wrap=True, name="trouble_words")
        fresh = error.code in NEW_PASSPHRASE
        asks_code = error.code in WITH_CODE
        self._code.setVisible(asks_code)
        self._words.setVisible(fresh or error.code in PASSPHRASE)
        self._again.setVisible(fresh)
        box = QVBoxLayout(self)
        box.setContentsMargins(30, 26, 30, 26)
        box.setSpacing(16)
        box.addWidget(label(_title(error), "title"))
        box.addWidget(self._said)
        if not fresh and error.code not in PASSPHRASE:
            box.addWidget(label(UNTOUCHED, "muted", wrap=True))
        for edit in (self._words, self._again, self._code):
            box.addWidget(edit)
        box.addLayout(row(*self._buttons(error, asks_code, fresh)))

    def _buttons(self, error: AppError, asks_code: bool, fresh: bool) -> tuple[QPushButton | int, ...]:
        asks_words = fresh or error.code in PASSPHRASE
        again = error.code in AGAIN
        restores = error.code in WITH_BACKUP and self._steps is not None
        offers: tuple[tuple[bool, str, str, bool, Callable[[], None]], ...] = (
            (True, "退出", "trouble_leave", False, self.reject),
            (restores, "从备份恢复……", "trouble_backup", not asks_code, self._restore),
            (asks_code, "用恢复码打开", "trouble_go", not asks_words and not again, self.accept),
            (again, "再试一次", "trouble_again", True, lambda: self.done(Way.AGAIN)),
            (asks_words, "确定", "trouble_passphrase_go", True, self._enter),
        )
        made: list[QPushButton | int] = []
        for shown, caption, name, primary, act in offers:
            one = button(caption, name, "primary" if primary else "")
            one.clicked.connect(act)
            one.setVisible(shown)
            one.setDefault(primary and shown)
            made.append(one)
        return (made[0], 1, *made[1:])

    def typed(self) -> str:
        """The code as typed."""
        return self._code.text()

    def passphrase(self) -> str:
        """As entered."""
        return self._words.text()

    def _enter(self) -> None:
        if not self._again.isHidden() and self._words.text() != self._again.text():
            self._said.setText(words(AppError("keys.passphrase_differs")))
            return
        if self._words.text():
            self.done(Way.PASSPHRASE)

    def _restore(self) -> None:
        assert self._steps is not None
        assert self._tasks is not None
        if RestoreDialog(self, self._steps, self._tasks).exec():
            self.done(Way.RESTORED)


def _title(error: AppError) -> str:
    if error.code in NEW_PASSPHRASE:
        return "先设启动口令"
    return "启动口令" if error.code in PASSPHRASE else "程序没有打开"


def _edit(name: str, words_: str, *, secret: bool = False) -> QLineEdit:
    made = QLineEdit()
    made.setObjectName(name)
    made.setAccessibleName(words_)
    made.setPlaceholderText(words_)
    if secret:
        made.setEchoMode(QLineEdit.EchoMode.Password)
    return made
