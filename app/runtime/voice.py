"""Says prompts from shipped sound files through the system's own player; a computer without sound stays quiet, never slow.

Files: ``resources/voice/<dialect>/<prompt>.wav`` and ``<prompt>.slow.wav``, replaceable one by one by real recordings. A prompt that the
chosen dialect lacks is said in Mandarin. No QtMultimedia: it loads for 0.3 s on the window's thread and talks to sound servers there.
"""

import logging
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Protocol

MANDARIN = "mandarin"
OFF = "off"
"""In place of a dialect: say nothing."""
PLAYERS: tuple[tuple[str, ...], ...] = (("paplay",), ("pw-play",), ("aplay", "-q"))
log = logging.getLogger(__name__)


class Playing(Protocol):
    """A sound that is being played."""

    def end(self) -> None: ...


class _Process:
    """A player of the system."""

    def __init__(self, command: Sequence[str]) -> None:
        self._popen = subprocess.Popen(  # noqa: S603 - a fixed player with our own file
            command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )

    def end(self) -> None:
        if self._popen.poll() is None:
            self._popen.terminate()
        try:
            self._popen.wait(timeout=1.0)
        except subprocess.TimeoutExpired:
            self._popen.kill()
            self._popen.wait()


class _WindowsSound:
    """winsound plays in the background; None as name ends it."""

    def __init__(self, file: Path) -> None:
        import winsound

        self._stop: Callable[[], None] = lambda: winsound.PlaySound(None, 0)  # type: ignore[attr-defined,unused-ignore]
        flags = winsound.SND_FILENAME | winsound.SND_ASYNC | winsound.SND_NODEFAULT  # type: ignore[attr-defined,unused-ignore]
        winsound.PlaySound(str(file), flags)  # type: ignore[attr-defined,unused-ignore]

    def end(self) -> None:
        self._stop()


def play_by_system(file: Path) -> Playing | None:
    """Begin to play; None where the system has no player."""
    if sys.platform == "win32":
        return _WindowsSound(file)
    for player in PLAYERS:
        if shutil.which(player[0]) is not None:
            return _Process((*player, str(file)))
    return None


class Voice:
    """``say`` and the rest return at once; the sound before is cut off by the next."""

    def __init__(
        self, folder: Path, *, dialect: str = MANDARIN, play: Callable[[Path], Playing | None] = play_by_system
    ) -> None:
        """``folder``: resources/voice."""
        self._folder, self._dialect, self._play = folder, dialect, play
        self._slow = False
        self._last: str | None = None
        self._playing: Playing | None = None
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="voice")

    def say(self, prompt: str) -> None:
        """Say it; nothing happens when there is no such file."""
        self._last = prompt
        if self._dialect == OFF:
            return
        slow = self._slow
        self._worker.submit(self._run, lambda: self._begin(prompt, slow))

    def repeat(self) -> None:
        """The last one again."""
        if self._last is not None:
            self.say(self._last)

    def change_pace(self) -> None:
        """Slower, or normal again."""
        self._slow = not self._slow

    def choices(self) -> tuple[str, ...]:
        """Dialects that have at least one sound, Mandarin first; empty folders wait for their recordings."""
        found = sorted({file.parent.name for file in self._folder.glob("*/*.wav")} - {MANDARIN})
        return (MANDARIN, *found)

    def choose(self, dialect: str) -> None:
        """One of ``choices``, or OFF."""
        self._dialect = dialect
        if dialect == OFF:
            self.hush()

    def hush(self) -> None:
        """Be quiet."""
        self._worker.submit(self._run, self._end)

    def close(self) -> None:
        """Be quiet for good."""
        self.hush()
        self._worker.shutdown(wait=True)

    def file_of(self, prompt: str, *, slow: bool) -> Path | None:
        """The sound of a prompt: chosen dialect before Mandarin, the slow one before the normal one when asked for."""
        names = (f"{prompt}.slow.wav", f"{prompt}.wav") if slow else (f"{prompt}.wav",)
        for dialect in dict.fromkeys((self._dialect, MANDARIN)):
            for name in names:
                file = self._folder / dialect / name
                if file.is_file():
                    return file
        return None

    def _run(self, call: Callable[[], None]) -> None:
        try:
            call()
        except Exception:
            log.warning("the voice is quiet", exc_info=True)

    def _begin(self, prompt: str, slow: bool) -> None:
        self._end()
        file = self.file_of(prompt, slow=slow)
        if file is not None:
            self._playing = self._play(file)

    def _end(self) -> None:
        playing, self._playing = self._playing, None
        if playing is not None:
            playing.end()
