"""From a backup, step by step: where it lies, which one, what will be missing, and then it is done while the bar moves."""

from pathlib import Path
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QFileDialog, QListWidget, QVBoxLayout, QWidget

from app.errors import AppError
from app.services.backups import BackupInfo, RestoreSteps
from app.services.ports import TaskRunner
from app.services.progress import Progress
from app.ui import text, theme
from app.ui.error_text import words
from app.ui.fitting import FittedDialog
from app.ui.widgets.basic import button, label, row
from app.ui.widgets.progress import ProgressLine

STAGE = {
    "": "正在准备……",
    "restore_check": "正在核对备份，请不要拔 U 盘",
    "restore_copy": "正在恢复，请不要拔 U 盘、不要关机",
}
TICK_MS = 200
HINT = "选一份备份。现在的数据会移到旁边保存，不会删除。"
LOSS = "这一份之后记下、还没上报的会没有；已经上报的，同步后会从省中心取回。"


def line(found: BackupInfo) -> str:
    """One backup in the list."""
    return f"{text.moment(found.made_at)}　认证 {found.certifications} 条，图片和扫描件 {found.vault_files} 份"


class RestoreDialog(FittedDialog):
    """Accepted once a backup is in its place; rejected when the clerk goes back."""

    def __init__(self, parent: QWidget | None, steps: RestoreSteps, tasks: TaskRunner) -> None:
        super().__init__(parent)
        self.setObjectName("restore_dialog")
        self.setWindowTitle("从备份恢复")
        self.setMinimumSize(680, 520)
        self._steps, self._tasks, self._found = steps, tasks, tuple[BackupInfo, ...]()
        self._progress: Progress | None = None
        self._list = QListWidget()
        self._list.setObjectName("restore_list")
        self._list.setAccessibleName("备份")
        self._list.currentRowChanged.connect(lambda _row: self._show())
        self._where = label("", "muted", wrap=True, name="restore_where")
        self._trouble = label("", wrap=True, name="restore_trouble")
        self._trouble.setStyleSheet(f"color: {theme.PALETTE.danger};")
        self._bar = ProgressLine("restore_progress", "恢复进度")
        self._back, self._go = button("返回", "restore_back"), button("恢复这一份", "restore_go", "primary")
        self._choose = button("选备份文件夹……", "restore_choose")
        self._back.clicked.connect(self.reject)
        self._choose.clicked.connect(self._pick)
        self._go.clicked.connect(self._restore)
        box = QVBoxLayout(self)
        box.setContentsMargins(30, 26, 30, 26)
        box.setSpacing(14)
        box.addWidget(label("从备份恢复", "title"))
        box.addWidget(label(HINT, wrap=True))
        where = row(self._where, self._choose)
        where.setStretch(0, 1)
        box.addLayout(where)
        box.addWidget(self._list, 1)
        box.addWidget(label(LOSS, "muted", wrap=True))
        for widget in (self._bar, self._trouble):
            box.addWidget(widget)
        box.addLayout(row(self._back, 1, self._go))
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._tick)
        self._look_around()

    # ------------------------------------------------------------------ where and which

    def _look_around(self) -> None:
        """What lies where one can expect it: the folder of the last backup, sticks that are plugged in."""

        def work() -> tuple[BackupInfo, ...]:
            return tuple(found for place in self._steps.places() for found in self._steps.look(place))

        self._tasks.io(work, lambda found: self._fill(found, quiet=True), self._failed)

    def _pick(self) -> None:
        name = self._ask()
        if name:
            self._tasks.io(lambda: self._steps.look(Path(name)), self._fill, self._failed)

    def _ask(self) -> str:
        return QFileDialog.getExistingDirectory(self, "备份在哪个文件夹")

    def _fill(self, found: tuple[BackupInfo, ...], *, quiet: bool = False) -> None:
        self._trouble.setText("" if found or quiet else words(AppError("backup.none_here")))
        if not found:
            self._show()
            return
        self._found = tuple(sorted(found, key=lambda one: one.made_at, reverse=True))
        self._list.clear()
        self._list.addItems([line(one) for one in self._found])
        self._list.setCurrentRow(0)
        self._list.setFocus()

    def _chosen(self) -> BackupInfo | None:
        place = self._list.currentRow()
        return self._found[place] if 0 <= place < len(self._found) else None

    def _show(self) -> None:
        chosen, busy = self._chosen(), self._progress is not None
        self._where.setText(f"在 {chosen.path.parent.parent}" if chosen else "请插好放备份的 U 盘，再选它的文件夹。")
        self._go.setEnabled(chosen is not None and not busy)
        for made in (self._back, self._choose, self._list):
            made.setEnabled(not busy)
        self._bar.show_progress(self._progress, STAGE[self._progress.stage] if self._progress else "")

    # ------------------------------------------------------------------ the work

    def _restore(self) -> None:
        chosen = self._chosen()
        assert chosen is not None
        self._progress = Progress()
        self._trouble.setText("")
        self._show()
        self._timer.start(TICK_MS)
        self._tasks.io(lambda: self._steps.restore(chosen.path, self._note), self._done, self._failed)

    def _note(self, progress: Progress) -> None:
        """On the worker: one assignment, read by the timer."""
        self._progress = progress

    def _tick(self) -> None:
        if self._progress is not None:
            self._show()

    def _done(self, _result: Any) -> None:
        self._timer.stop()
        self.accept()

    def _failed(self, error: Exception) -> None:
        self._timer.stop()
        self._progress = None
        self._show()
        if not isinstance(error, AppError):
            raise error  # told with its incident number
        self._trouble.setText(words(error))

    def reject(self) -> None:
        """Not while files are being put in their place."""
        if self._progress is None:
            super().reject()
