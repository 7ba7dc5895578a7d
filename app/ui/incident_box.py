"""Incidents: watching for them, and a box for those before there is a window to say them in."""

import os
from contextlib import ExitStack

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QMessageBox

from app.incidents import FOLDER, Incidents, watch
from app.runtime.alarm import Alarm
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


def watch_incidents(incidents: Incidents, stack: ExitStack) -> Alarm:
    """From now on nothing goes wrong unreported, here and in the engine's process."""
    alarm = Alarm()
    alarm.ended = next(iter(incidents.collect_native()), "")
    stack.callback(incidents.watch_native())
    os.environ[FOLDER] = str(incidents.folder)
    alarm.raised.connect(show_incident)
    stack.callback(watch(incidents, alarm.tell))
    return alarm
