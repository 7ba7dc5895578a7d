"""After a crash or a power cut: go on with the visit that was not finished?"""

from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.services.visits import VisitView
from app.ui import text
from app.ui.fitting import FittedDialog
from app.ui.widgets.basic import button, label, row


class ResumeDialog(FittedDialog):
    """Accepted: go on."""

    def __init__(self, parent: QWidget, view: VisitView) -> None:
        super().__init__(parent)
        self.setObjectName("resume_dialog")
        self.setWindowTitle("上次没有办完")
        self.setMinimumWidth(520)
        name = view.card.retiree.name if view.card is not None else ""
        step = dict(text.STEPS).get(view.visit.step, "")
        go, stop = button("继续办", "resume_go", "primary"), button("不办了", "resume_stop")
        go.clicked.connect(self.accept)
        stop.clicked.connect(self.reject)
        box = QVBoxLayout(self)
        box.setContentsMargins(28, 24, 28, 24)
        box.setSpacing(16)
        box.addWidget(label(f"上次给 {name} 办到“{step}”，还没有办完。", "large", wrap=True))
        box.addWidget(label("已经做的都存着，可以接着办。", wrap=True))
        box.addLayout(row(stop, 1, go))
        go.setFocus()


def ask_resume(parent: QWidget, view: VisitView) -> bool:
    """True to go on."""
    return bool(ResumeDialog(parent, view).exec())
