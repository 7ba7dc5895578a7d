"""The process that speaks with the system's own voice: ``python -m app.runtime.speaker [ENGINE [LANGUAGE]]``.

A process of its own, because a speech server can hang for good and QtTextToSpeech brings QtMultimedia along. First line out: ``ready
LOCALE``, or ``none`` where the system has no such voice. Lines in: JSON with ``say`` and ``slow``, or ``stop``. Ends with its input.
"""

import json
import os
import sys
import threading
from collections.abc import Iterable, Sequence
from typing import TextIO

from PySide6.QtCore import QCoreApplication, QLocale, QObject, QTimer, Signal
from PySide6.QtTextToSpeech import QTextToSpeech

READY_LIMIT_MS = 5000
SLOW, NORMAL = -0.45, -0.15
"""Qt's rate runs from -1 to 1. An old person follows a voice that is slower than usual."""
NOT_MANDARIN = (QLocale.Country.HongKong, QLocale.Country.Macao)
"""Windows files its Cantonese voices under Chinese."""


def mandarin(locales: Iterable[QLocale], language: str = "zh") -> QLocale | None:
    """The mainland's first, then any other that speaks Mandarin."""
    found = [x for x in locales if x.name().startswith(language) and x.territory() not in NOT_MANDARIN]
    return min(found, key=lambda x: x.territory() is not QLocale.Country.China, default=None)


class Mouth(QObject):
    """Signals: heard(str line) from the input's thread; over() when the input has ended."""

    heard = Signal(str)
    over = Signal()

    def __init__(self, engine: str, language: str, out: TextIO) -> None:
        super().__init__()
        self._language, self._out, self._told = language, out, False
        self._speech = QTextToSpeech(engine) if engine else QTextToSpeech()
        self._speech.stateChanged.connect(self._look)
        self.heard.connect(self._do)
        QTimer.singleShot(0, self._look)
        QTimer.singleShot(READY_LIMIT_MS, self._give_up)

    def _look(self) -> None:
        state = self._speech.state()
        if self._told or state not in (QTextToSpeech.State.Ready, QTextToSpeech.State.Error):
            return
        locale = mandarin(self._speech.availableLocales(), self._language)
        if state is QTextToSpeech.State.Error or locale is None:
            self._give_up()
            return
        self._speech.setLocale(locale)
        self._tell(f"ready {locale.name()}")

    def _give_up(self) -> None:
        if not self._told:
            self._tell("none")
            QCoreApplication.quit()

    def _tell(self, line: str) -> None:
        self._told = True
        self._out.write(f"{line}\n")
        self._out.flush()

    def _do(self, line: str) -> None:
        wanted = json.loads(line)
        self._speech.stop()
        if "say" in wanted:
            self._speech.setRate(SLOW if wanted.get("slow") else NORMAL)
            self._speech.say(str(wanted["say"]))


def main(arguments: Sequence[str]) -> int:
    """Until the input ends."""
    if hasattr(os, "nice"):
        os.nice(5)  # the window comes first
    application = QCoreApplication(["speaker"])
    engine, language = [*arguments, "", ""][:2]
    mouth = Mouth(engine, language or "zh", sys.stdout)

    def read() -> None:
        for line in sys.stdin:
            mouth.heard.emit(line)
        mouth.over.emit()

    mouth.over.connect(application.quit)
    threading.Thread(target=read, daemon=True).start()
    return application.exec()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
