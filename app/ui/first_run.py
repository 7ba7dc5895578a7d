"""The first start: the administrator's account, the center, and the recovery code that must be locked away."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QLineEdit, QStackedWidget, QVBoxLayout, QWidget

from app.errors import AppError
from app.services.backups import RestoreSteps
from app.services.ports import TaskRunner
from app.services.rollout import Rollout
from app.ui import text
from app.ui.error_text import words
from app.ui.fitting import FittedDialog
from app.ui.ports import Printing
from app.ui.restore_dialog import RestoreDialog
from app.ui.start_trouble import RESTORE
from app.ui.widgets.basic import button, column, label, row


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstSteps:
    """What the dialog sets going; each blocks and is run off the window's thread.

    Attributes:
        create_admin: login, name, password.
        enrol: address, one-time code.
        renew_code: makes and returns the recovery code.
        recovery_page: the page to print.
        restore: takes a backup instead.
        rollout: what an administrator settled beforehand: then only the code is asked.
        rollout_trouble: what is wrong with the roll-out file.
    """

    create_admin: Callable[[str, str, str], Any]
    enrol: Callable[[str, str], Any]
    renew_code: Callable[[], str]
    recovery_page: Callable[[str], bytes]
    restore: RestoreSteps
    rollout: Rollout | None = None
    rollout_trouble: AppError | None = None


TAKE_ALONG = 3
"""Result of the dialog when a take-along package is to be opened."""


def _edit(name: str, secret: bool = False) -> QLineEdit:
    edit = QLineEdit()
    edit.setObjectName(name)
    if secret:
        edit.setEchoMode(QLineEdit.EchoMode.Password)
    return edit


class FirstRun(FittedDialog):
    """Three pages. Accepted once the code is confirmed to be put away; RESTORE when a backup was taken instead; TAKE_ALONG for
    the laptop of a home visit, which is no desk of its own."""

    def __init__(self, steps: FirstSteps, tasks: TaskRunner, printing: Printing) -> None:
        super().__init__()
        self.setObjectName("first_run")
        self.setWindowTitle(text.PROGRAM)
        self.setMinimumSize(680, 560)
        self._steps, self._tasks, self._printing = steps, tasks, printing
        self._code = ""
        self._trouble = label("", "trouble", wrap=True, name="first_trouble")
        self._pages = QStackedWidget()
        for page in (self._account_page(), self._center_page(), self._code_page()):
            self._pages.addWidget(page)
        box = QVBoxLayout(self)
        box.setContentsMargins(34, 28, 34, 28)
        box.addWidget(self._pages, 1)
        box.addWidget(self._trouble)

    def _account_page(self) -> QWidget:
        self._name, self._login = _edit("first_name"), _edit("first_login")
        self._password, self._again = _edit("first_password", secret=True), _edit("first_again", secret=True)
        go = button("下一步", "first_account_go", "primary")
        go.clicked.connect(self._create)
        page = QWidget()
        lines: list[QWidget | int] = [
            label("第一次使用：先建一个管理员", "title"),
            label("管理员可以再给经办员、复核员建账号。", "muted"),
        ]
        for caption, edit in (
            ("姓名", self._name),
            ("账号", self._login),
            ("密码（至少 8 位）", self._password),
            ("再输一次密码", self._again),
        ):
            edit.setAccessibleName(caption)
            lines += [label(caption), edit]
        restore = button("换了电脑？从备份恢复……", "first_restore", "link")
        restore.clicked.connect(self._restore)
        away = button("上门用的笔记本？打开带出包", "first_take_along", "link")
        away.clicked.connect(lambda: self.done(TAKE_ALONG))
        layout = column(*lines, 1, spacing=8)
        layout.addLayout(row(restore, away, 1, go))
        page.setLayout(layout)
        return page

    def _restore(self) -> None:
        if RestoreDialog(self, self._steps.restore, self._tasks).exec():
            self.done(RESTORE)

    def _center_page(self) -> QWidget:
        self._address, self._once = _edit("first_address"), _edit("first_code")
        self._address.setAccessibleName("中心地址")
        self._once.setAccessibleName("一次性登记码")
        self._address.setPlaceholderText("https://")
        later, go = button("以后再登记", "first_center_later"), button("登记", "first_center_go", "primary")
        later.clicked.connect(self._to_code)
        go.clicked.connect(self._enrol)
        page = QWidget()
        layout = column(
            label("登记到省中心", "title"),
            label("请向省中心要一次性登记码（72 小时内有效）。没有网络也可以以后在“设置”里登记。", wrap=True),
            *self._center_lines(),
            label("一次性登记码"),
            self._once,
            1,
            spacing=8,
        )
        layout.addLayout(row(later, 1, go))
        page.setLayout(layout)
        return page

    def _center_lines(self) -> list[QWidget]:
        """The address to type; with a roll-out file it is settled and only told."""
        settled = self._steps.rollout
        if settled is None:
            trouble = self._steps.rollout_trouble
            lines = [label(words(trouble), wrap=True, name="first_rollout")] if trouble is not None else []
            return [*lines, label("中心地址"), self._address]
        self._address.setText(settled.address)
        unit = " ".join(filter(None, (settled.unit_name, settled.unit_code)))
        told = f"中心：{settled.address}" + (f"\n单位：{unit}" if unit else "")
        return [label(told, wrap=True, name="first_rollout")]

    def _code_page(self) -> QWidget:
        self._shown = label("", "title", wrap=True, name="first_recovery")
        self._shown.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._shown.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByKeyboard)
        print_, save = button("打印", "first_print"), button("另存为 PDF", "first_save")
        print_.clicked.connect(self._print)
        save.clicked.connect(self._save)
        kept = QCheckBox("我已把恢复码打印或抄好，锁进保险柜")
        kept.setObjectName("first_kept")
        self._done = button("开始使用", "first_done", "primary")
        self._done.setEnabled(False)
        kept.toggled.connect(self._done.setEnabled)
        self._done.clicked.connect(self.accept)
        page = QWidget()
        layout = column(
            label("请收好恢复码", "title"),
            label("电脑坏了，只有用它才能打开备份里的数据。这个码以后不再显示。", wrap=True),
            self._shown,
            spacing=16,
        )
        layout.addLayout(row(print_, save, 1))
        layout.addStretch(1)
        layout.addWidget(kept)
        layout.addLayout(row(1, self._done))
        page.setLayout(layout)
        return page

    # ------------------------------------------------------------------ steps

    def _create(self) -> None:
        if self._password.text() != self._again.text():
            self._failed(AppError("desk.passwords_differ"))
            return
        login, name, password = self._login.text(), self._name.text(), self._password.text()
        self._run(lambda: self._steps.create_admin(login, name, password), lambda _made: self._turn(1))

    def _enrol(self) -> None:
        address, once = self._address.text().strip(), self._once.text().strip()
        self._run(lambda: self._steps.enrol(address, once), lambda _desk: self._to_code())

    def _to_code(self) -> None:
        self._run(self._steps.renew_code, self._show_code)

    def _show_code(self, code: str) -> None:
        self._code = code
        self._shown.setText(code)
        self._turn(2)

    def _turn(self, page: int) -> None:
        self._trouble.setText("")
        self._pages.setCurrentIndex(page)

    def _run(self, work: Callable[[], Any], done: Callable[[Any], None]) -> None:
        self._pages.setEnabled(False)
        self._trouble.setText("请稍等……")

        def finished(result: Any) -> None:
            self._pages.setEnabled(True)
            done(result)

        self._tasks.io(work, finished, self._failed)

    def _failed(self, error: Exception) -> None:
        self._pages.setEnabled(True)
        if not isinstance(error, AppError):
            self._trouble.setText("")
            raise error  # told with its incident number
        self._trouble.setText(words(error))

    def _print(self) -> None:
        page = self._steps.recovery_page(self._code)
        self._printing.print_pdf(
            page, title="certdesk", done=lambda: self._trouble.setText("已交给打印机。"), failed=self._failed
        )

    def _save(self) -> None:
        try:
            self._printing.save_pdf(self._steps.recovery_page(self._code), suggested_name="recovery.pdf")
        except AppError as error:
            self._failed(error)
