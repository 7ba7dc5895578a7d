"""Sound files: how long they last, several made into one, which of them people recorded, and the system's own player.

No QtMultimedia: it loads for 0.3 s on the window's thread and talks to sound servers there.
"""

import contextlib
import hashlib
import json
import shutil
import subprocess
import sys
import wave
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

PLAYERS: tuple[tuple[str, ...], ...] = (("paplay",), ("pw-play",), ("aplay", "-q"))
MADE = "made.json"
"""In a dialect's folder: SHA-256 of every file that a machine made. What is not in it was recorded by a person."""


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


def can_play() -> bool:
    """Whether this system has a player."""
    return sys.platform == "win32" or any(shutil.which(player[0]) is not None for player in PLAYERS)


def length_s(file: Path) -> float:
    """Seconds; 0 for what is no WAV file."""
    with contextlib.suppress(wave.Error, EOFError, OSError), wave.open(str(file)) as read:
        return float(read.getnframes() / read.getframerate())
    return 0.0


def join(files: Sequence[Path], target: Path) -> Path:
    """One file of all, said one after the other; only the first where their formats differ."""
    if len(files) == 1:
        return files[0]
    parts: list[bytes] = []
    form: tuple[int, int, int] | None = None
    for file in files:
        with wave.open(str(file)) as read:
            own = (read.getnchannels(), read.getsampwidth(), read.getframerate())
            if form not in (None, own):
                return files[0]
            form = own
            parts.append(read.readframes(read.getnframes()))
    assert form is not None
    with wave.open(str(target), "wb") as out:
        out.setnchannels(form[0])
        out.setsampwidth(form[1])
        out.setframerate(form[2])
        out.writeframes(b"".join(parts))
    return target


def recorded(file: Path) -> bool:
    """Whether a person recorded it: it is not what the machine left under that name."""
    try:
        made = json.loads((file.parent / MADE).read_text("utf-8"))
    except (OSError, ValueError):
        return True
    return bool(made.get(file.name) != hashlib.sha256(file.read_bytes()).hexdigest())
