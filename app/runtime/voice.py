"""Says sentences on the retiree's side: a person's recording first, then the system's Mandarin voice, then the shipped sound files.

Files: ``resources/voice/<dialect>/<prompt>.wav`` and ``<prompt>.slow.wav``, replaceable one by one by real recordings. A prompt that the
chosen dialect lacks is said in Mandarin. A computer without sound stays quiet, never slow: everything happens on a thread of its own.
"""

import logging
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from app.runtime.sounds import Playing, join, length_s, play_by_system, recorded
from app.runtime.system_voice import SystemVoice
from app.services.device_ports import Spoken

MANDARIN = "mandarin"
OFF = "off"
"""In place of a dialect: say nothing."""
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Job:
    """What to do next; no ``spoken``: be quiet. ``patient``: after the sentence that is being said, not into it."""

    spoken: Spoken | None
    slow: bool = False
    patient: bool = False


class Voice:
    """``say`` and the rest return at once. Of sentences that wait only the newest is said."""

    def __init__(
        self,
        folder: Path,
        *,
        dialect: str = MANDARIN,
        play: Callable[[Path], Playing | None] = play_by_system,
        system: SystemVoice | None = None,
        now_s: Callable[[], float] = time.monotonic,
    ) -> None:
        """``folder``: resources/voice. ``system``: looked for once, when the voice is first warmed."""
        self._folder, self._dialect, self._play, self._system, self._now_s = folder, dialect, play, system, now_s
        self._slow, self._last = False, Spoken(parts=(), sentence="")
        self._playing: Playing | SystemVoice | None = None
        self._ends_s = 0.0
        self._next: _Job | None = None
        self._closed, self._looked = False, False
        self._news = threading.Condition()
        self._stack = ExitStack()
        self._joined = Path(self._stack.enter_context(tempfile.TemporaryDirectory(prefix="certdesk-voice-"))) / "x.wav"
        self._threads = [threading.Thread(target=self._loop, name="voice", daemon=True)]
        self._threads[0].start()

    def warm(self) -> None:
        """Look for the system's voice, beside everything else; shipped sounds are used until it is found."""
        if self._system is None or self._looked:
            return
        self._looked = True
        finder = threading.Thread(target=self._run, args=(self._system.find,), name="voice-find", daemon=True)
        self._threads.append(finder)
        finder.start()

    def say(self, spoken: Spoken, *, patient: bool = False) -> None:
        """Say it; nothing happens where there is neither voice nor file."""
        self._last = spoken
        if self._dialect != OFF and spoken.parts:
            self._post(_Job(spoken, self._slow, patient))

    def repeat(self) -> None:
        """The last one again."""
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
        self._post(_Job(None))

    def close(self) -> None:
        """Be quiet for good."""
        with self._news:
            self._closed = True
            self._news.notify()
        for thread in self._threads:
            thread.join()
        if self._system is not None:
            self._system.close()
        self._stack.close()

    def files_of(self, parts: Sequence[str], *, slow: bool) -> list[Path]:
        """The sounds of what is said, without those that are missing."""
        found = (self.file_of(part, slow=slow) for part in parts)
        return [file for file in found if file is not None]

    def file_of(self, prompt: str, *, slow: bool) -> Path | None:
        """The sound of a prompt: chosen dialect before Mandarin, the slow one before the normal one when asked for."""
        names = (f"{prompt}.slow.wav", f"{prompt}.wav") if slow else (f"{prompt}.wav",)
        for dialect in dict.fromkeys((self._dialect, MANDARIN)):
            for name in names:
                file = self._folder / dialect / name
                if file.is_file():
                    return file
        return None

    # ------------------------------------------------------------------ the thread

    def _post(self, job: _Job) -> None:
        with self._news:
            self._next = job
            self._news.notify()

    def _loop(self) -> None:
        while (job := self._wait()) is not None:
            self._run(partial(self._do, job))
        self._run(self._end)

    def _wait(self) -> _Job | None:
        """The next thing to do; None at the end."""
        with self._news:
            while not (self._closed and self._next is None):
                job = self._next
                left = self._ends_s - self._now_s() if job is not None and job.patient and not self._closed else 0.0
                if job is None:
                    self._news.wait()
                elif left > 0:
                    self._news.wait(left)
                else:
                    self._next = None
                    return job
        return None

    def _run(self, call: Callable[[], object]) -> None:
        try:
            call()
        except Exception:
            log.warning("the voice is quiet", exc_info=True)

    def _do(self, job: _Job) -> None:
        self._end()
        if job.spoken is None:
            return
        files = self.files_of(job.spoken.parts, slow=job.slow)
        system, sentence = self._system, job.spoken.sentence
        by_hand = bool(files) and all(recorded(file) for file in files)
        if system is not None and system.found and not by_hand and system.say(sentence, slow=job.slow):
            self._playing, self._ends_s = system, self._now_s() + system.length_s(sentence, slow=job.slow)
        elif files:
            file = join(files, self._joined)
            self._playing, self._ends_s = self._play(file), self._now_s() + length_s(file)

    def _end(self) -> None:
        playing, self._playing, self._ends_s = self._playing, None, 0.0
        if playing is not None:
            playing.end()
