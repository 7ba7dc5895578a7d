"""Pictures of what the demo's story does not come to: every dialog with its wordiest contents, every screen of the tests' filled window.

``python -m tools.staged FOLDER WIDTH HEIGHT`` is called by tools.screens for each size. The dialogs are those of tests/ui/dialogs.py, of
which a test makes sure that no dialog of the program is missing, so none can be missing here either.
"""

import sys
import tempfile
from pathlib import Path

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtWidgets import QApplication, QTabWidget, QWidget

from app.bootstrap import make_application
from app.domain.standing import StandingKind
from app.domain.visit import VisitStep
from app.ui import fitting
from tests.builders.forms_room import FormsDesk
from tests.builders.office import Office, office
from tests.ui.dialogs import DIALOGS
from tests.ui.window import CAPTURES, audit_view, filled_window

SCREENS = ("login", "import_columns", "import_preview", "home_visits", "away", "plans", "audit", "person", "lists")
VISIT = ("precheck", "dead", "consent", "review", "receipt", "form")
TASK_BAR_PX, RAIL_PX = 40, 176


def main(folder: Path, width: int, height: int) -> int:
    """Dialogs as 80-Name.png, screens as 90-name.png."""
    folder.mkdir(parents=True, exist_ok=True)
    make_application(["staged"])
    fitting.desktop_of = lambda _widget: QSize(width, height - TASK_BAR_PX)  # the offscreen desktop is 800×800
    with tempfile.TemporaryDirectory() as made:
        desk = office(Path(made))
        dialogs(folder, desk)
        screens(folder, desk, width, height)
        reviewing(folder, FormsDesk(desk, Path(made)), width, height)
        desk.real.engine.dispose()
    return 0


def dialogs(folder: Path, desk: Office) -> None:
    """Each at the size that it chooses itself."""
    window = QWidget()
    for name, make in DIALOGS.items():
        made = make(desk, window)
        made.setWindowModality(Qt.WindowModality.NonModal)
        made.show()
        settle()
        made.grab().save(str(folder / f"80-{name}.png"))
        made.close()


def screens(folder: Path, desk: Office, width: int, height: int) -> None:
    """Those of the filled window that the demo's story shows otherwise, or not at all."""
    shown = filled_window(desk)
    shown.window.resize(width, height)
    shown.window.show()
    for place in (*SCREENS, *VISIT, *CAPTURES):
        shown.window.open_screen(place if place in SCREENS else "visit")
        if place in VISIT:
            shown.visit.show_state(shown.states[place])
        elif place in CAPTURES:
            shown.visit._stack.setCurrentWidget(shown.visit._panels[VisitStep.CAPTURE])
            shown.visit.show_capture(CAPTURES[place])
        settle()
        shown.window.grab().save(str(folder / f"90-{place}.png"))
        for tabs in (found for found in shown.window.findChildren(QTabWidget) if found.isVisible()):
            for number in range(1, tabs.count()):
                tabs.setCurrentIndex(number)
                settle()
                shown.window.grab().save(str(folder / f"90-{place}-{number}.png"))
            tabs.setCurrentIndex(0)
    shown.window.close()


def reviewing(folder: Path, desk: FormsDesk, width: int, height: int) -> None:
    """The reviewer's room with signed forms that wait, without the rail."""
    for kind in (StandingKind.NEAR, StandingKind.OVERDUE_SAVABLE):
        desk.scanned(kind)
    view = audit_view(desk.office, desk.papers)
    view.resize(width - RAIL_PX, height)
    view.show()
    settle()
    view.grab().save(str(folder / "91-audit-forms.png"))
    view.close()


def settle() -> None:
    """Layouts done."""
    for _ in range(3):
        QApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest)
        QApplication.processEvents()


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])))
