"""The dialog about a person's data: the sheet for her, a hold, consent taken back."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from app.domain.standing import Severity
from app.services.erasure import Wishes
from app.ui import text
from app.ui.fitting import FittedDialog
from app.ui.widgets.badge import Badge
from app.ui.widgets.basic import button, label, row

WORKING = "正在删除他的画面。名册大的单位要几分钟，可以先关掉这个窗口，办别的事。"
WITHDRAW, SURE = "撤回人脸同意，删除画面", "删除后找不回来，确定撤回"


class PrivacyDialog(FittedDialog):
    """Signals: sheet_asked(), sheet_file_asked(), hold_asked(str because), release_asked(), withdraw_asked()."""

    sheet_asked = Signal()
    sheet_file_asked = Signal()
    hold_asked = Signal(str)
    release_asked = Signal()
    withdraw_asked = Signal()

    def __init__(self, parent: QWidget, name: str) -> None:
        super().__init__(parent)
        self.setObjectName("privacy_dialog")
        self.setWindowTitle("个人信息")
        self.setMinimumWidth(640)
        sheet = button("打印个人信息清单", "privacy_sheet", "primary")
        file = button("存成 PDF", "privacy_sheet_file")
        file.setAccessibleName("把个人信息清单存成 PDF")
        self._withdraw = button(WITHDRAW, "privacy_withdraw")
        self._because = QLineEdit()
        self._because.setObjectName("privacy_because")
        self._because.setAccessibleName("为什么暂缓删除")
        self._because.setPlaceholderText("为什么暂缓删除，例如：案件调查")
        self._hold, self._release = button("暂缓删除", "privacy_hold"), button("解除暂缓", "privacy_release")
        self._state = label("", wrap=True, name="privacy_state")
        self._problem = Badge("privacy_problem")
        close = button("返回", "privacy_close")
        sheet.clicked.connect(self.sheet_asked)
        file.clicked.connect(self.sheet_file_asked)
        self._withdraw.clicked.connect(self._sure)
        self._hold.clicked.connect(lambda: self.hold_asked.emit(self._because.text()))
        self._release.clicked.connect(self.release_asked)
        close.clicked.connect(self.reject)
        box = QVBoxLayout(self)
        box.setContentsMargins(28, 24, 28, 24)
        box.setSpacing(12)
        box.addWidget(label(name, "title"))
        box.addWidget(label("本人来要就给他，打印、存 U 盘都行：存了什么、做什么用、存到什么时候。", wrap=True))
        box.addLayout(row(file, sheet, 1))
        box.addWidget(label("本人不愿再留人脸画面，可以撤回；已办好的认证仍然有效。", wrap=True))
        box.addLayout(row(self._withdraw, 1))
        box.addWidget(label("资料还要留作证据时，暂缓删除；由复核员或管理员来办。", wrap=True))
        held = row(self._because, self._hold, self._release, 1)
        held.setStretch(0, 5)
        box.addLayout(held)
        box.addWidget(self._state)
        box.addWidget(self._problem)
        box.addLayout(row(close, 1))
        self.show_wishes(Wishes(), may_hold=False)

    def _sure(self) -> None:
        """What is erased does not come back: the second click counts."""
        if self._withdraw.text() == SURE:
            self._withdraw.setText(WITHDRAW)
            self.withdraw_asked.emit()
        else:
            self._withdraw.setText(SURE)
        self._withdraw.setAccessibleName(self._withdraw.text())

    def show_wishes(self, wishes: Wishes, *, may_hold: bool) -> None:
        """How it stands; ``may_hold``: whoever looks may also place and release a hold."""
        said = []
        if wishes.hold:
            said.append(f"正暂缓删除：{wishes.hold}")
        if wishes.withdrawn_at is not None:
            said.append(
                f"{text.moment(wishes.withdrawn_at)} 撤回了人脸同意，此前办结的画面已删除；没报完、有疑点没查清的，办完再删。"
            )
        self._state.setText("\n".join(said))
        self._state.setVisible(bool(said))
        self._because.setVisible(may_hold and not wishes.hold)
        self._hold.setVisible(may_hold and not wishes.hold)
        self._release.setVisible(may_hold and bool(wishes.hold))
        self._withdraw.setEnabled(not wishes.hold)
        self.show_problem("")

    def show_working(self) -> None:
        """Her pictures are being erased, which takes minutes at a large unit."""
        self._state.setText(WORKING)
        self._state.setVisible(True)
        self._withdraw.setEnabled(False)

    def show_problem(self, words: str) -> None:
        """What went wrong, in words."""
        if words and self._state.text() == WORKING:
            self._state.setVisible(False)
            self._withdraw.setEnabled(True)
        self._problem.show_sentence(Severity.WARNING, words)
        self._problem.setVisible(bool(words))
