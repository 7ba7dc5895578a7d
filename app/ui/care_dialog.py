"""Self-test and diagnostics: plain words per part, and a bundle for support that holds nothing of anybody."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtWidgets import QDialog, QGridLayout, QVBoxLayout, QWidget

from app.domain.standing import Severity
from app.errors import AppError
from app.services.checks import CheckLine
from app.services.ports import TaskRunner
from app.ui.error_text import words
from app.ui.ports import Printing
from app.ui.widgets.badge import chip
from app.ui.widgets.basic import button, label, row


@dataclass(frozen=True, slots=True, kw_only=True)
class Care:
    """What the dialog sets going.

    Attributes:
        printers: their names, asked on the window's thread.
        examine: looks at everything (blocks).
        bundle: the diagnostics of these lines as a zip.
    """

    printers: Callable[[], tuple[str, ...]]
    examine: Callable[[tuple[str, ...]], tuple[CheckLine, ...]]
    bundle: Callable[[tuple[CheckLine, ...]], bytes]


class CareDialog(QDialog):
    """Examines at once; the bundle can be saved when it is done."""

    def __init__(self, parent: QWidget, care: Care, tasks: TaskRunner, printing: Printing) -> None:
        super().__init__(parent)
        self.setObjectName("care_dialog")
        self.setWindowTitle("自检与诊断")
        self.setMinimumSize(760, 560)
        self._care, self._tasks, self._printing = care, tasks, printing
        self._lines: tuple[CheckLine, ...] = ()
        self._headline = label("正在检查……", "title", wrap=True, name="care_headline")
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(10)
        self._grid.setColumnStretch(2, 1)
        self._trouble = label("诊断信息里没有姓名、证件号和照片。", "muted", wrap=True, name="care_words")
        self._save, close = button("打包诊断信息", "care_save"), button("关闭", "care_close", "primary")
        self._save.setEnabled(False)
        self._save.clicked.connect(self._bundle)
        close.clicked.connect(self.accept)
        box = QVBoxLayout(self)
        box.setContentsMargins(28, 24, 28, 24)
        box.setSpacing(14)
        box.addWidget(self._headline)
        box.addLayout(self._grid)
        box.addStretch(1)
        box.addWidget(self._trouble)
        box.addLayout(row(self._save, 1, close))
        printers = care.printers()
        tasks.io(lambda: care.examine(printers), self._examined, self._failed)

    def _examined(self, lines: tuple[CheckLine, ...]) -> None:
        self._lines = lines
        bad = sum(not line.good for line in lines)
        self._headline.setText(f"有 {bad} 项要看一看" if bad else "一切正常")
        for number, line in enumerate(lines):
            sign = chip(Severity.GOOD if line.good else Severity.WARNING, "正常" if line.good else "注意")
            self._grid.addWidget(sign, number, 0)
            self._grid.addWidget(label(line.name), number, 1)
            self._grid.addWidget(label(line.words, wrap=True), number, 2)
        self._save.setEnabled(True)

    def _bundle(self) -> None:
        self._tasks.io(lambda: self._care.bundle(self._lines), self._bundled, self._failed)

    def _bundled(self, data: bytes) -> None:
        try:
            if self._printing.save_file(data, suggested_name="diagnostics.zip", kinds="ZIP (*.zip)"):
                self._trouble.setText("已存好，请把这个文件发给技术支持。")
        except AppError as error:
            self._failed(error)

    def _failed(self, error: Exception) -> None:
        self._trouble.setText(words(error) if isinstance(error, AppError) else f"没有办成（{type(error).__name__}）。")
