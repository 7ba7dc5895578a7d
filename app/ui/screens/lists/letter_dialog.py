"""The dialog about reminder letters: the first one to look at, then all of them."""

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QCheckBox, QProgressBar, QVBoxLayout, QWidget

from app.ui.fitting import FittedDialog
from app.ui.screens.lists.letters import LetterCounts, Page
from app.ui.widgets.basic import button, label, row
from app.ui.widgets.pictures import PdfPreview

TICK_MS = 150


class LettersDialog(FittedDialog):
    """Signals: print_asked(bool log), save_asked(bool log), stop_asked(), ticked()."""

    print_asked = Signal(bool)
    save_asked = Signal(bool)
    stop_asked = Signal()
    ticked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("letters_dialog")
        self.setWindowTitle("提醒信")
        self.resize(760, 660)
        self._count, self._view = label("", "large", wrap=True), PdfPreview()
        self._log = QCheckBox("做好以后，给每人记一次“寄信，已提醒”")
        self._log.setObjectName("letters_log")
        self._log.setChecked(True)
        self._progress = QProgressBar()
        self._progress.setTextVisible(False)
        self._progress.setAccessibleName("做信的进度")
        self._leave, self._stop = button("返回", "letters_leave"), button("停止", "letters_stop")
        self._save, self._print = button("存成 PDF", "letters_save"), button("打印", "letters_print", "primary")
        self._leave.clicked.connect(self.reject)
        self._stop.clicked.connect(self.stop_asked)
        self._save.clicked.connect(lambda: self.save_asked.emit(self._log.isChecked()))
        self._print.clicked.connect(lambda: self.print_asked.emit(self._log.isChecked()))
        self._timer = QTimer(self)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self.ticked)
        box = QVBoxLayout(self)
        box.setContentsMargins(22, 18, 22, 18)
        box.setSpacing(10)
        box.addWidget(self._count)
        box.addWidget(self._view, 1)
        box.addWidget(self._log)
        box.addWidget(self._progress)
        box.addLayout(row(self._leave, self._stop, 1, self._save, self._print))
        self.show_progress(0, 0)

    def ask(self, counts: LetterCounts) -> None:
        """Bring it up."""
        missing = f"，其中 {counts.no_address} 人没有登记地址" if counts.no_address else ""
        self._count.setText(f"共 {counts.letters} 封{missing}。第一封是这样：")
        self.open()

    def page_width(self) -> int:
        """Pixels to render the first letter at."""
        return self._view.wanted_width()

    def show_page(self, page: Page) -> None:
        """The first letter."""
        self._view.show_page(*page)

    def show_progress(self, made: int, total: int) -> None:
        """How far the file is."""
        busy = total > 0
        self._progress.setRange(0, max(total, 1))
        self._progress.setValue(made)
        self._progress.setVisible(busy)
        self._stop.setVisible(busy)
        for made_ in (self._leave, self._save, self._print, self._log):
            made_.setEnabled(not busy)
        if busy:
            self._timer.start()
        else:
            self._timer.stop()

    def reject(self) -> None:
        """Closing stops what is being made."""
        self.stop_asked.emit()
        super().reject()
