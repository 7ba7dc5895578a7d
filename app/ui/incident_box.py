"""An incident before there is a window to say it in."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QMessageBox

from app.ui import text
from app.ui.error_text import UNEXPECTED


def show_incident(number: str) -> None:
    """A small box with the number; whatever is open stays usable afterwards."""
    box = QMessageBox(
        QMessageBox.Icon.Warning,
        text.PROGRAM,
        UNEXPECTED.format(incident=number),
        QMessageBox.StandardButton.Ok,
        QApplication.activeModalWidget(),
    )
    box.setObjectName("incident_box")
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.open()
