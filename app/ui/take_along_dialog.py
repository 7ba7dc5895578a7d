"""Opening a take-along package on a laptop: which one, and its passphrase."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from PySide6.QtWidgets import QComboBox, QFileDialog, QLineEdit, QVBoxLayout

from app.errors import AppError
from app.services.home_visits import SUFFIX
from app.ui import text, trip_text
from app.ui.error_text import words
from app.ui.fitting import FittedDialog
from app.ui.widgets.basic import button, label, row


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownTrip:
    """A trip that lies on this laptop already; ``label``: of the unit, nothing of anybody."""

    id: str
    unit: str
    expires_on: date


class TakeAlongStart(FittedDialog):
    """Accepted with ``file`` or ``trip`` and ``passphrase()``; rejected to leave."""

    def __init__(self, *, known: Sequence[KnownTrip], file: Path | None, error: AppError | None = None) -> None:
        super().__init__()
        self.setObjectName("take_along_start")
        self.setWindowTitle(text.PROGRAM)
        self.setMinimumWidth(680)
        self.file = file
        self._known = list(known)
        self._which = QComboBox()
        self._which.setObjectName("take_along_which")
        self._which.setAccessibleName("打开哪一个带出包")
        for trip in self._known:
            self._which.addItem(f"本机上的：{trip.unit}，有效到{trip_text.day(trip.expires_on)}", trip.id)
        if file is not None:
            self._which.insertItem(0, file.name, "")
        self._which.setCurrentIndex(0)
        self._passphrase = QLineEdit()
        self._passphrase.setObjectName("take_along_passphrase")
        self._passphrase.setAccessibleName("口令")
        self._passphrase.setPlaceholderText("口令，大小写和横线不用管")
        choose = button("选 U 盘上的带出包……", "take_along_choose")
        choose.clicked.connect(self._choose)
        leave, go = button("退出", "take_along_leave"), button("打开", "take_along_go", "primary")
        leave.clicked.connect(self.reject)
        go.clicked.connect(self.accept)
        go.setDefault(True)
        self._go = go
        trouble = label(words(error) if error is not None else "", "trouble", wrap=True, name="take_along_trouble")
        trouble.setVisible(error is not None)
        box = QVBoxLayout(self)
        box.setContentsMargins(32, 28, 32, 28)
        box.setSpacing(14)
        box.addWidget(label("上门办理", "title"))
        box.addWidget(label("插上 U 盘，选带出包，输入单位给的口令。不用联网。", wrap=True))
        box.addWidget(self._which)
        box.addLayout(row(choose, 1))
        box.addWidget(self._passphrase)
        box.addWidget(trouble)
        box.addLayout(row(leave, 1, go))
        self._show()
        self._passphrase.setFocus()

    @property
    def trip(self) -> str:
        """The chosen trip that lies here already; "" for the file."""
        return str(self._which.currentData() or "")

    def passphrase(self) -> str:
        """As typed."""
        return self._passphrase.text()

    def _choose(self) -> None:
        name = self._ask()
        if not name:
            return
        if self.file is not None:
            self._which.removeItem(0)
        self.file = Path(name)
        self._which.insertItem(0, self.file.name, "")
        self._which.setCurrentIndex(0)
        self._show()

    def _ask(self) -> str:
        name, _kind = QFileDialog.getOpenFileName(self, "选带出包", "", f"带出包 (*{SUFFIX})")
        return name

    def _show(self) -> None:
        self._which.setVisible(self._which.count() > 0)
        self._go.setEnabled(self._which.count() > 0)
