"""Pictures of every screen: ``python -m tools.screens FOLDER`` (demo unit, real window, offscreen).

One run per size: 1366×768, 1920×1080, and both at 150 % (1280×720 and 911×512 as laid out); then what the story does not come to, the
dialogs above all (tools.staged), and every page that is printed (tools.staged_papers). ``--docs`` makes the pictures of README and manual
anew, in docs/pictures; they are those of DOCS, taken at 1366×768.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """The window's size in logical pixels and the desktop's scale factor."""

    name: str
    width: int
    height: int
    scale: str = "1"


SIZES = (
    Size(name="1366x768", width=1366, height=768),
    Size(name="1920x1080", width=1920, height=1080),
    Size(name="1920x1080-150", width=1280, height=720, scale="1.5"),
    Size(name="1366x768-150", width=911, height=512, scale="1.5"),
)
ROOT = Path(__file__).resolve().parents[1]
PICTURES = ROOT / "docs" / "pictures"
DOCS = {
    "home": "12-home",
    "find": "02-find",
    "precheck": "40-precheck-suspended",
    "consent": "04-consent",
    "capture": "05-capture",
    "review": "06-advice",
    "review-unsure": "41-review-unsure",
    "receipt": "50-receipt",
    "form": "51-form",
    "forms": "60-forms",
    "lists": "23-lists",
    "person": "45-person-1",
    "change": "46-report",
    "records": "60-records",
    "reports": "24-reports",
    "sync": "20-sync",
    "settings": "20-settings",
    "selftest": "26-selftest",
    "side": "71-side-capture",
    "help": "30-help",
}
"""Name in docs/pictures → picture of the album."""


def main(arguments: list[str]) -> int:
    """Every size, each in a process of its own, because Qt reads the scale once."""
    parser = argparse.ArgumentParser(prog="python -m tools.screens", description="pictures of every screen")
    parser.add_argument("folder", type=Path, nargs="?", default=ROOT / "var" / "screens")
    parser.add_argument("--docs", action="store_true", help="make docs/pictures anew")
    parser.add_argument("--size", choices=[size.name for size in SIZES], help="only this one")
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    chosen = parser.parse_args(arguments)
    sizes = [size for size in SIZES if (SIZES[0].name if chosen.docs else chosen.size) in (None, size.name)]
    if chosen.inside:
        return _photograph(sizes[0], chosen.folder)
    for size in sizes:
        environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "QT_SCALE_FACTOR": size.scale}
        command = [sys.executable, "-m", "tools.screens", str(chosen.folder), "--size", size.name, "--inside"]
        staged = [
            sys.executable,
            "-m",
            "tools.staged",
            str(chosen.folder / size.name),
            str(size.width),
            str(size.height),
        ]
        for one in (command,) if chosen.docs else (command, staged):
            done = subprocess.run(one, env=environment, cwd=ROOT, check=False)
            if done.returncode:
                return done.returncode
    if not chosen.docs:
        papers = [sys.executable, "-m", "tools.staged_papers", str(chosen.folder / "papers")]
        return subprocess.run(papers, cwd=ROOT, check=False).returncode
    return _to_docs(chosen.folder / SIZES[0].name) if chosen.docs else 0


def _to_docs(album: Path) -> int:
    for name, picture in DOCS.items():
        shutil.copyfile(album / f"{picture}.png", PICTURES / f"{name}.png")
    for file in PICTURES.glob("*.png"):
        if file.stem not in DOCS:
            file.unlink()
    return 0


def _photograph(size: Size, folder: Path) -> int:
    from app.bootstrap import build, make_application, open_desk
    from demo.clips.library import ClipKind
    from demo.player import Player
    from demo.setup import first_start, prepare
    from demo.story import Story

    pictures = folder / size.name
    pictures.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as made, ExitStack() as stack:
        demo = prepare(Path(made) / "demo", stack, kind=ClipKind.LIVE, seed=1, say=print)
        first_start(demo, print)
        application = make_application(["screens"])
        store = open_desk(demo.options, stack)
        desktop = build(demo.options, stack, store)
        desktop.window.resize(size.width, size.height)
        desktop.window.show()
        application.processEvents()
        player = Player(desktop.window, pictures, say=print, busy=lambda: desktop.means.tasks.busy)
        Album(desktop, player, Story(desktop, player, store.desk.uow, pictures), pictures).fill()
        desktop.window.close()
    return 0


class Album:
    """Goes through the program once and takes a picture at each place."""

    def __init__(self, desktop: Any, player: Any, story: Any, folder: Path) -> None:
        self._desktop, self._player, self._story, self._folder = desktop, player, story, folder

    def fill(self) -> None:
        """Every screen."""
        self._player.picture("00-login")
        self._tour()
        self._story.log_in()
        self._desktop.open("home")
        self._settle()
        self._player.picture("12-home")
        self._lists()
        self._special("zgm")
        self._person()
        for act in ("find", "precheck", "consent", "capture"):
            getattr(self._story, act)()
        self._side("71-side-capture")
        self._story.advice()
        self._unsure()
        for act, name in (("record", ""), ("receipt", "50-receipt"), ("finish", ""), ("form_route", "51-form")):
            getattr(self._story, act)()
            if name:
                self._settle()
                self._player.picture(name)
            if name == "50-receipt":
                self._side("72-side-end")
        for name in ("home", "records", "forms"):
            self._desktop.open(name)
            self._settle()
            self._player.picture(f"60-{name}")
        self._reviewer()

    def _reviewer(self) -> None:
        """What only a reviewer sees."""
        from app.domain.operator import Role

        everyone = self._desktop.means.accounts.all()
        self._desktop.session.operator = next(one for one in everyone if one.role is Role.REVIEWER)
        self._desktop.open("audit")
        self._settle()
        self._player.picture("61-audit")

    def _tour(self) -> None:
        """The welcome and one card beside its place; then the story skips it as a clerk may."""
        from app.ui.tour import Tour

        self._desktop.window.open_screen("home")
        tour = Tour(self._desktop.window)
        self._player.picture("10-tour-0")
        tour.show_step(2)
        self._player.picture("11-tour-2")
        tour.end()
        self._desktop.open("login")

    def _side(self, name: str) -> None:
        """The retiree's window beside the clerk's, as large as a full screen of this size."""
        side = self._desktop.side
        if not side.window.isVisible():
            side.window.resize(self._desktop.window.size())
            side.window.show()
            side.screen.opened()
        self._settle()
        side.window.grab().save(str(self._folder / f"{name}.png"))
        if name == "71-side-capture":
            self._player.wait_for(lambda: side.window.scene.picture is not None, seconds=60, what="the first hint")
            self._settle()
            side.window.grab().save(str(self._folder / f"{name}.png"))

    def _lists(self) -> None:
        player = self._player
        for name, waits in (("records", "records_list"), ("sync", "sync_waiting"), ("settings", "settings_camera")):
            self._desktop.open(name)
            player.shown(waits)
            self._settle()
            player.picture(f"20-{name}")
        self._scrolled("settings", "21-settings-end")
        self._photos()
        self._desktop.open("selftest")
        self._settle()
        player.picture("26-selftest")
        self._desktop.open("lists")
        player.shown("lists_table")
        self._settle()
        player.picture("23-lists")
        for button, dialog in (
            ("lists_letters", "letters_dialog"),
            ("lists_sms", "sms_dialog"),
            ("lists_contact", "contact_dialog"),
        ):
            self._opened(button, dialog, f"23-{dialog}")
        for name in ("reports", "roster_import", "plans", "home_visits"):
            self._desktop.open(name)
            self._settle()
            player.picture(f"24-{name}")
        self._desktop.open("find")
        self._settle()
        player.picture("22-find-empty")
        self._dialogs()
        self._desktop.open("home")
        self._settle()

    def _photos(self) -> None:
        """The list of doubtful photos, once the engine has looked through them."""
        from PySide6.QtWidgets import QDialog, QLabel

        words = self._player.shown("faces_photos")
        assert isinstance(words, QLabel)
        self._player.wait_for(lambda: "空闲" not in words.text(), seconds=300, what="the photos")
        self._player.picture("24-faces")
        self._player.click("faces_list")
        dialog = self._player.shown("photos_dialog")
        assert isinstance(dialog, QDialog)
        dialog.grab().save(str(self._folder / "25-photos.png"))
        dialog.close()

    def _person(self) -> None:
        """The page of somebody suspended, at its three lists."""
        from PySide6.QtWidgets import QTabWidget

        from app.domain.standing import StandingKind

        self._desktop.person(next(r.retiree.id for r in self._rows() if r.standing.kind is StandingKind.SUSPENDED))
        self._settle()
        tabs = self._player.shown("person_tabs")
        assert isinstance(tabs, QTabWidget)
        for number in range(tabs.count()):
            tabs.setCurrentIndex(number)
            self._player.picture(f"45-person-{number}")
        self._opened("person_report", "report_dialog", "46-report")
        self._opened("person_privacy", "privacy_dialog", "46-privacy")
        self._desktop.open("home")

    def _opened(self, button: str, dialog: str, picture: str) -> None:
        """What a button opens, photographed and closed; a dialog that holds the program up is caught from within."""
        from PySide6.QtCore import QTimer
        from PySide6.QtWidgets import QApplication, QDialog

        def photograph() -> None:
            found = QApplication.activeModalWidget() or self._desktop.window.findChild(QDialog, dialog)
            if found is None or not found.isVisible():
                QTimer.singleShot(100, photograph)
                return
            found.grab().save(str(self._folder / f"{picture}.png"))
            found.close()

        QTimer.singleShot(300, photograph)
        self._player.click(button)
        self._player.wait_for(lambda: (self._folder / f"{picture}.png").exists(), seconds=10, what=dialog)

    def _dialogs(self) -> None:
        from app.ui.screens.visit.review_panel import OverrideDialog

        guide, dialog = self._desktop.guide, OverrideDialog(self._desktop.window)
        guide.show_screen()
        self._grab("30-help", guide.help)
        guide.show_articles("四(三)")
        self._grab("30-notice", guide.help)
        guide.help._search.setText("补发")
        self._grab("30-search", guide.help)
        guide.close()
        dialog.show()
        self._grab("31-override", dialog)
        dialog.close()

    def _grab(self, name: str, window: Any) -> None:
        self._settle()
        window.grab().save(str(self._folder / f"{name}.png"))

    def _rows(self) -> Any:
        from app.services.roster import Roster

        return Roster(self._desktop.means.desk).rows()

    def _special(self, _initials: str) -> None:
        """The precheck of people whose road is closed, one picture for each kind of standing."""
        from app.domain.standing import StandingKind

        wanted = {StandingKind.DECEASED, StandingKind.SUSPENDED, StandingKind.OVERDUE_SAVABLE, StandingKind.SAFE}
        for row in self._rows():
            kind = row.standing.kind
            if kind not in wanted:
                continue
            wanted.discard(kind)
            self._desktop.visit(row.retiree.id)
            self._player.wait_for(lambda: self._desktop.visit_.visit_id is not None, seconds=5, what="the visit")
            self._player.shown("precheck_standing")
            self._settle()
            self._player.picture(f"40-precheck-{kind.value}")
            self._player.click("visit_leave")
            self._player.wait_for(lambda: self._desktop.visit_.visit_id is None, seconds=5, what="leaving")
            self._desktop.open("home")

    def _unsure(self) -> None:
        """The review as it looks when the machine is not sure (made from the real one)."""
        from app.domain.evidence import Advice, AdviceReason, Band

        panel, state = self._desktop._visit.review, self._desktop.visit_._state
        reasons = (AdviceReason.LIVENESS_ATTACK, AdviceReason.FACE_MATCHES, AdviceReason.PHOTO_OLD)
        visit = replace(state.view.visit, advice=Advice(band=Band.UNSURE, reasons=reasons))
        panel.show_state(replace(state, view=replace(state.view, visit=visit)))
        panel._more.click()
        self._settle()
        self._player.picture("41-review-unsure")
        panel._more.click()
        panel.show_state(state)

    def _scrolled(self, screen: str, name: str) -> None:
        from PySide6.QtWidgets import QScrollArea

        view = self._desktop.window._screens[screen]
        for area in view.findChildren(QScrollArea):
            area.verticalScrollBar().setValue(area.verticalScrollBar().maximum())
        self._settle()
        self._player.picture(name)

    def _settle(self) -> None:
        """Until nothing works in the background and the layouts are done."""
        from PySide6.QtWidgets import QApplication

        self._player.wait_for(lambda: not self._desktop.means.tasks.busy, seconds=10, what="background work")
        QApplication.processEvents()
        QApplication.processEvents()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
