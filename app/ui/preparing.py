"""What the clerk sees while a newer version is unpacked and tried, which takes up to a minute."""

import os
import threading

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QProgressBar, QVBoxLayout, QWidget

from app.ui.widgets.basic import label

TITLE = "正在装好新版本"
WORDS = "大约一分钟，装好以后会自动打开。\n不用再点，请不要关机。"


class Preparing(QWidget):
    """Words and a bar that moves; nothing to press. Signals: ended() from the thread that waits for it."""

    ended = Signal()

    def __init__(self) -> None:
        super().__init__(None, Qt.WindowType.Window | Qt.WindowType.CustomizeWindowHint | Qt.WindowType.WindowTitleHint)
        self.setObjectName("page")
        self.setWindowTitle(TITLE)
        self.setAccessibleName(f"{TITLE}。{WORDS}".replace("\n", ""))
        box = QVBoxLayout(self)
        box.setContentsMargins(36, 30, 36, 34)
        box.setSpacing(16)
        box.addWidget(label(TITLE, "title"))
        box.addWidget(label(WORDS, wrap=True))
        bar = QProgressBar()
        bar.setRange(0, 0)
        bar.setTextVisible(False)
        bar.setAccessibleName(TITLE)
        box.addWidget(bar)
        self.setFixedWidth(520)

    def wait(self) -> None:
        """Until the standard input ends; not on the window's thread."""

        def watch() -> None:
            while os.read(0, 1):
                pass
            self.ended.emit()

        threading.Thread(target=watch, daemon=True).start()
