"""A long job's progress: what is being done, how many of how many, how many bytes of how many, and a bar."""

from PySide6.QtWidgets import QProgressBar, QVBoxLayout, QWidget

from app.services.progress import Progress
from app.ui.widgets.basic import label

STEPS = 1000
MIB = 1024 * 1024


def amount(size: int) -> str:
    """Bytes as a clerk reads them."""
    return f"{size / MIB:.1f} MB" if size >= MIB else f"{(size + 1023) // 1024} KB"


def counts(progress: Progress) -> str:
    """「12 / 200，3.4 / 120.0 MB」; what is not known is left out."""
    parts = []
    if progress.total or progress.done:
        parts.append(f"{progress.done} / {progress.total}" if progress.total else f"{progress.done}")
    if progress.size or progress.moved:
        parts.append(" / ".join(amount(one) for one in (progress.moved, progress.size)[: 2 if progress.size else 1]))
    return "，".join(parts)


class ProgressLine(QWidget):
    """Hidden until something is shown. ``name``: of the bar; the words' is ``<name>_words``."""

    def __init__(self, name: str, words: str) -> None:
        super().__init__()
        self._words, self._bar = label("", "muted", name=f"{name}_words"), QProgressBar()
        self._bar.setObjectName(name)
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName(words)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(self._words)
        box.addWidget(self._bar)
        self.hide()

    def show_progress(self, progress: Progress | None, stage: str = "") -> None:
        """None hides it; by bytes where their sum is known, by pieces else; without either the bar only moves."""
        self.setVisible(progress is not None)
        if progress is None:
            return
        done, total = (progress.moved, progress.size) if progress.size else (progress.done, progress.total)
        self._bar.setRange(0, STEPS if total else 0)
        self._bar.setValue(min(STEPS, done * STEPS // total) if total else 0)
        told = counts(progress)
        self._words.setText(f"{stage}　{told}" if told else stage)
