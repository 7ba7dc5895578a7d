"""Plays a visit in the real window as a person would: finds widgets by name, types, clicks, waits, takes pictures.

Owns the mechanics only; the story is in demo/story.py. Every wait has a limit and runs the event loop; nothing sleeps for a fixed time.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path

from PySide6.QtCore import QEventLoop, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLineEdit, QWidget

SETTLE_LIMIT_S = 2.0
"""A picture waits this long for work off the window's thread, so that it shows the screen as a person sees it."""


class StepFailedError(Exception):
    """A step of the story did not come out; the message says which wait or widget."""


class Player:
    """Drives one window.

    Attributes:
        window: the main window; widgets are looked up below it and in open dialogs.
        folder: where a picture of each step is left.
        timings: step name and seconds, in order.
        aside: wraps the player's own work on the window's thread (screenshots), which is none of the program's.
    """

    def __init__(
        self,
        window: QWidget,
        folder: Path,
        *,
        say: Callable[[str], None] = print,
        busy: Callable[[], bool] = lambda: False,
    ) -> None:
        self.window = window
        self.folder = folder
        self.timings: list[tuple[str, float]] = []
        self.aside: Callable[[], AbstractContextManager[None]] = nullcontext
        self._say = say
        self._busy = busy
        self._began = time.perf_counter()

    @contextmanager
    def step(self, name: str, words: str) -> Iterator[None]:
        """One step: runs the block, prints its time, leaves ``NN-name.png``."""
        start = time.perf_counter()
        try:
            yield
        except StepFailedError:
            self.picture(f"{len(self.timings) + 1:02d}-{name}-failed")
            raise
        took = time.perf_counter() - start
        self.timings.append((name, took))
        self.picture(f"{len(self.timings):02d}-{name}")
        self._say(
            f"[{time.perf_counter() - self._began:6.2f} s] {len(self.timings):2d} {words}（{name}）: {took:.2f} s"
        )

    def picture(self, name: str) -> Path:
        """A screenshot of the window, or of the dialog on top of it."""
        limit = time.perf_counter() + SETTLE_LIMIT_S
        while self._busy() and time.perf_counter() < limit:
            QApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)
        QApplication.processEvents()
        top = QApplication.activeModalWidget() or self.window
        target = self.folder / f"{name}.png"
        with self.aside():
            saved = top.grab().save(str(target))
        if not saved:
            raise StepFailedError(f"could not write {target.name}")
        return target

    def wait_for(self, condition: Callable[[], bool], *, seconds: float, what: str) -> None:
        """Run the event loop until ``condition`` holds; StepFailedError after ``seconds``."""
        loop, poll, limit = QEventLoop(), QTimer(), QTimer()
        poll.setInterval(15)
        limit.setSingleShot(True)
        poll.timeout.connect(lambda: loop.quit() if condition() else None)
        limit.timeout.connect(loop.quit)
        if not condition():
            poll.start()
            limit.start(int(seconds * 1000))
            loop.exec()
            poll.stop()
            limit.stop()
        if not condition():
            raise StepFailedError(f"waited {seconds:g} s in vain for: {what}")

    def widget(self, name: str) -> QWidget | None:
        """The visible widget of that object name, None when there is none now."""
        for top in (QApplication.activeModalWidget(), self.window):
            if top is None:
                continue
            for found in top.findChildren(QWidget, name):
                if found.isVisible():
                    return found
        return None

    def shown(self, name: str, *, seconds: float = 10.0) -> QWidget:
        """Wait for a visible widget of that name."""
        self.wait_for(lambda: self.widget(name) is not None, seconds=seconds, what=f"widget {name}")
        found = self.widget(name)
        if found is None:
            raise StepFailedError(f"widget {name} vanished")
        return found

    def click(self, name: str, *, seconds: float = 10.0) -> None:
        """Wait until a button is visible and enabled, then click it with the mouse."""
        self.wait_for(
            lambda: isinstance(button := self.widget(name), QAbstractButton) and button.isEnabled(),
            seconds=seconds,
            what=f"button {name} enabled",
        )
        QTest.mouseClick(self.shown(name), Qt.MouseButton.LeftButton)

    def type(self, name: str, text: str) -> None:
        """Clear a line edit and put ``text`` in as key strokes (as an input method commits it when not ASCII)."""
        edit = self.shown(name)
        if not isinstance(edit, QLineEdit):
            raise StepFailedError(f"{name} is no line edit")
        edit.setFocus()
        edit.clear()
        if text.isascii():
            QTest.keyClicks(edit, text)
        else:
            edit.insert(text)
