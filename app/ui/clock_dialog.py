"""Which time is true: the computer's, or that of the last record? A reviewer or administrator says so."""

from collections.abc import Callable

from PySide6.QtWidgets import QFormLayout, QLineEdit, QVBoxLayout, QWidget

from app.errors import AppError
from app.services.clock_check import ClockCheck, ClockDoubt
from app.services.ports import TaskRunner
from app.ui import text
from app.ui.error_text import words
from app.ui.fitting import FittedDialog
from app.ui.widgets.basic import button, label, row


class ClockDialog(FittedDialog):
    """Accepted once somebody with the right has said that the computer's time is true."""

    def __init__(self, parent: QWidget, doubt: ClockDoubt, check: ClockCheck, tasks: TaskRunner) -> None:
        super().__init__(parent)
        self.setObjectName("clock_dialog")
        self.setWindowTitle("核对时间")
        self.setMinimumWidth(640)
        self._check, self._tasks = check, tasks
        self._login, self._password = QLineEdit(), QLineEdit()
        self._password.setEchoMode(QLineEdit.EchoMode.Password)
        self._trouble = label("", "trouble", wrap=True, name="clock_trouble")
        self._right, back = (
            button("现在的时间是对的", "clock_right", "primary"),
            button("时间不对，我去改", "clock_back"),
        )
        self._right.clicked.connect(self._confirm)
        back.clicked.connect(self.reject)
        box = QVBoxLayout(self)
        box.setContentsMargins(28, 24, 28, 24)
        box.setSpacing(14)
        box.addWidget(label("电脑时间比上一条记录还早", "title"))
        box.addLayout(_times(doubt))
        if doubt.before_center:
            words = "电脑现在的时间比省中心上次回答还早，多半是电脑的时间不对。"
            box.addWidget(label(words, "trouble", wrap=True, name="clock_warning"))
        box.addWidget(
            label(
                "时间不对：请点“时间不对，我去改”，把右下角的日期和时间改好再办。\n"
                "时间是对的（以前的时间错了）：请复核员或管理员输入账号和密码确认，会记入操作日志。",
                wrap=True,
            )
        )
        box.addLayout(self._person())
        box.addWidget(self._trouble)
        box.addLayout(row(back, 1, self._right))
        self._fill()

    def _person(self) -> QFormLayout:
        form = QFormLayout()
        for edit, name, caption in (
            (self._login, "clock_login", "复核员或管理员账号"),
            (self._password, "clock_password", "密码"),
        ):
            edit.setObjectName(name)
            edit.setAccessibleName(caption)
            edit.textChanged.connect(self._fill)
            form.addRow(label(caption, "muted"), edit)
        return form

    def _fill(self) -> None:
        self._right.setEnabled(bool(self._login.text().strip() and self._password.text()))

    def _confirm(self) -> None:
        login, password = self._login.text().strip(), self._password.text()
        self._right.setEnabled(False)
        self._trouble.setText("请稍等……")
        self._tasks.database(
            lambda: self._check.computer_is_right(login=login, password=password),
            lambda _who: self.accept(),
            self._failed,
        )

    def _failed(self, error: Exception) -> None:
        self._password.clear()
        self._fill()
        self._trouble.setText("")
        if not isinstance(error, AppError):
            raise error  # told with its incident number
        self._trouble.setText(words(error))


def _times(doubt: ClockDoubt) -> QFormLayout:
    form = QFormLayout()
    form.setHorizontalSpacing(24)
    form.setVerticalSpacing(8)
    lines = [("电脑现在", text.moment(doubt.now)), ("上一条记录", text.moment(doubt.last_record))]
    if doubt.center is not None:
        lines.append(("省中心上次回答", text.moment(doubt.center)))
    for caption, value in lines:
        form.addRow(label(caption, "muted"), label(value, "large", wrap=True))
    return form


def settle_clock(
    parent: QWidget,
    check: ClockCheck,
    tasks: TaskRunner,
    *,
    settled: Callable[[], None],
    failed: Callable[[Exception], None],
) -> None:
    """Ask when there is still a doubt; ``settled`` when there is none (any more)."""

    def found(doubt: ClockDoubt | None) -> None:
        if doubt is None or ClockDialog(parent, doubt, check, tasks).exec():
            settled()

    tasks.database(check.doubt, found, failed)
