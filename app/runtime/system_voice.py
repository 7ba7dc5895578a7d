"""The system's own Mandarin voice, where there is one: the desk's side of the speaking process."""

import contextlib
import json
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

SPEAKER_FLAG = "--speaker"
"""A packaged program starts itself with this flag; app.__main__ hands over to app.runtime.speaker.main."""
PROBE_LIMIT_S = 15.0
SYLLABLE_S, SLOW_SYLLABLE_S = 0.26, 0.36
"""How long a sentence is taken to last, by its characters."""


def speaker_command() -> list[str]:
    """How to start the speaking process of this installation."""
    if getattr(sys, "frozen", False):
        return [sys.executable, SPEAKER_FLAG]
    return [sys.executable, "-m", "app.runtime.speaker"]


class SystemVoice:
    """``find`` looks once; then ``say`` and ``end``. Attributes: found: whether there is a voice to speak with now."""

    def __init__(self, command: Sequence[str] | None = None) -> None:
        self._command = list(command or speaker_command())
        self._popen: subprocess.Popen[str] | None = None
        self.found = False

    def find(self) -> bool:
        """Start the process and hear whether it has a Mandarin voice (blocks, up to PROBE_LIMIT_S)."""
        root = str(Path(__file__).resolve().parents[2])
        environment = {**os.environ, "PYTHONPATH": root, "QT_LOGGING_RULES": "*=false"}
        try:
            self._popen = subprocess.Popen(  # noqa: S603 - our own program
                self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
                encoding="utf-8",
                env=environment,
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )
        except OSError:
            return False
        self.found = self._first_line(self._popen).startswith("ready")
        if not self.found:
            self.close()
        return self.found

    @staticmethod
    def _first_line(popen: subprocess.Popen[str]) -> str:
        stdout = popen.stdout
        assert stdout is not None
        lines: queue.Queue[str] = queue.Queue()
        reader = threading.Thread(target=lambda: lines.put(stdout.readline()), daemon=True, name="speaker-probe")
        reader.start()
        try:
            return lines.get(timeout=PROBE_LIMIT_S)
        except queue.Empty:
            popen.kill()
            return ""
        finally:
            reader.join(timeout=1.0)

    def say(self, sentence: str, *, slow: bool) -> bool:
        """Begin to say; False when the process is gone."""
        return self._send({"say": sentence, "slow": slow})

    def end(self) -> None:
        """Be quiet."""
        self._send({"stop": True})

    def length_s(self, sentence: str, *, slow: bool) -> float:
        """About how long it takes."""
        return len(sentence) * (SLOW_SYLLABLE_S if slow else SYLLABLE_S)

    def close(self) -> None:
        """End the process."""
        popen, self._popen, self.found = self._popen, None, False
        if popen is None:
            return
        with contextlib.suppress(OSError, ValueError):
            if popen.stdin is not None:
                popen.stdin.close()
        try:
            popen.wait(timeout=1.0)
        except subprocess.TimeoutExpired:
            popen.kill()
            popen.wait()
        with contextlib.suppress(OSError):
            if popen.stdout is not None:
                popen.stdout.close()

    def _send(self, wanted: dict[str, object]) -> bool:
        if self._popen is None or self._popen.stdin is None:
            return False
        try:
            self._popen.stdin.write(json.dumps(wanted) + "\n")
            self._popen.stdin.flush()
        except (OSError, ValueError):
            self.found = False
            return False
        return True
