"""The voice: the right sound, one at a time, people's recordings before machines, and silence instead of trouble."""

import hashlib
import json
import sys
import threading
import time
import wave
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QLocale

from app.runtime import sounds
from app.runtime.sounds import MADE, Playing, join, length_s, play_by_system, recorded
from app.runtime.speaker import mandarin
from app.runtime.system_voice import SystemVoice
from app.runtime.voice import Voice
from app.services.device_ports import Spoken

LIMIT_S = 10.0


class FakePlaying:
    """A sound that goes on until it is ended."""

    def __init__(self, log: list[str], name: str) -> None:
        self._log, self._name = log, name
        log.append(f"begin {name}")

    def end(self) -> None:
        self._log.append(f"end {self._name}")


class FakeSystem(SystemVoice):
    """A system with a Mandarin voice, or with one that has died."""

    def __init__(self, log: list[str], *, dead: bool = False) -> None:
        super().__init__(["none"])
        self._log, self._dead = log, dead

    def find(self) -> bool:
        self.found = True
        return True

    def say(self, sentence: str, *, slow: bool) -> bool:
        if not self._dead:
            self._log.append(f"begin {sentence}{' slowly' if slow else ''}")
        return not self._dead

    def end(self) -> None:
        self._log.append("end system")


def said(*parts: str) -> Spoken:
    return Spoken(parts=parts, sentence=f"<{'+'.join(parts)}>")


def write(file: Path, seconds: float = 0.01, rate: int = 16_000) -> Path:
    file.parent.mkdir(exist_ok=True)
    with wave.open(str(file), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(rate)
        out.writeframes(bytes(2 * int(seconds * rate)))
    return file


def machine_made(folder: Path) -> None:
    made = {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in folder.glob("*.wav")}
    (folder / MADE).write_text(json.dumps(made))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("mandarin/a.wav", "mandarin/a.slow.wav", "mandarin/b.wav", "mandarin/c.wav", "changsha/a.wav"):
        write(tmp_path / name)
    return tmp_path


def spoken(folder: Path, *, dialect: str = "mandarin", system: bool = False) -> tuple[Voice, list[str]]:
    log: list[str] = []
    voice = Voice(
        folder,
        dialect=dialect,
        play=lambda file: FakePlaying(log, file.name),
        system=FakeSystem(log) if system else None,
    )
    return voice, log


def until(condition: Callable[[], bool]) -> None:
    """The voice works on a thread of its own."""
    limit = time.monotonic() + LIMIT_S
    while not condition():
        assert time.monotonic() < limit
        time.sleep(0.002)


def begins(log: list[str]) -> list[str]:
    return [line.removeprefix("begin ") for line in log if line.startswith("begin")]


def say(voice: Voice, log: list[str], *parts: str) -> None:
    before = len(begins(log))
    voice.say(said(*parts))
    until(lambda: len(begins(log)) > before)


def test_a_new_sentence_cuts_the_old_one_off(folder: Path) -> None:
    made, log = spoken(folder)
    say(made, log, "a")
    say(made, log, "b")
    made.hush()
    made.close()
    assert log == ["begin a.wav", "end a.wav", "begin b.wav", "end b.wav"]


def test_a_patient_sentence_waits_for_the_end_of_the_one_before_and_only_the_newest_is_said(folder: Path) -> None:
    log: list[str] = []
    at = [0.0]
    write(folder / "mandarin" / "a.wav", seconds=0.05)
    made = Voice(folder, play=lambda file: FakePlaying(log, file.name), now_s=lambda: at[0])
    say(made, log, "a")
    made.say(said("b"), patient=True)
    made.say(said("c"), patient=True)
    assert log == ["begin a.wav"]
    at[0] = 1.0
    until(lambda: len(begins(log)) == 2)
    made.close()
    assert begins(log) == ["a.wav", "c.wav"]


def test_repeat_and_slower(folder: Path) -> None:
    made, log = spoken(folder)
    made.repeat()
    say(made, log, "a")
    for _ in range(2):
        made.change_pace()
        before = len(begins(log))
        made.repeat()
        until(lambda before=before: len(begins(log)) > before)  # type: ignore[misc]
    made.close()
    assert begins(log) == ["a.wav", "a.slow.wav", "a.wav"]


def test_a_date_is_put_together_from_its_parts(folder: Path) -> None:
    made, log = spoken(folder)
    say(made, log, "a", "b", "missing", "c")
    made.close()
    assert begins(log) == ["x.wav"]
    parts = [folder / "mandarin" / f"{name}.wav" for name in "abc"]
    assert length_s(join(parts, folder / "x.wav")) == pytest.approx(sum(map(length_s, parts)))


def test_recordings_of_another_format_are_not_glued_to_the_rest(folder: Path) -> None:
    other = write(folder / "mandarin" / "d.wav", rate=44_100)
    first = folder / "mandarin" / "a.wav"
    assert join([first, other], folder / "x.wav") == first


def test_what_a_dialect_lacks_is_said_in_mandarin(folder: Path) -> None:
    made, _log = spoken(folder, dialect="changsha")
    made.close()
    assert made.file_of("a", slow=False) == folder / "changsha" / "a.wav"
    assert made.file_of("a", slow=True) == folder / "changsha" / "a.wav"
    assert made.file_of("b", slow=False) == folder / "mandarin" / "b.wav"
    assert made.file_of("unknown", slow=False) is None


def test_dialects_with_sounds_may_be_chosen_and_the_voice_may_be_off(folder: Path) -> None:
    (folder / "empty").mkdir()
    made, log = spoken(folder)
    assert made.choices() == ("mandarin", "changsha")
    made.choose("changsha")
    assert made.file_of("a", slow=False) == folder / "changsha" / "a.wav"
    made.choose("off")
    made.say(said("a"))
    made.close()
    assert log == []


def test_the_systems_voice_speaks_in_place_of_the_machine_made_sounds(folder: Path) -> None:
    machine_made(folder / "mandarin")
    made, log = spoken(folder, system=True)
    say(made, log, "a")
    made.warm()
    until(lambda: made._system is not None and made._system.found)
    made.change_pace()
    say(made, log, "a", "b")
    made.close()
    assert log == ["begin a.wav", "end a.wav", "begin <a+b> slowly", "end system"]


def test_a_persons_recording_goes_before_the_systems_voice(folder: Path) -> None:
    machine_made(folder / "mandarin")
    write(folder / "mandarin" / "b.wav", seconds=0.02)
    made, log = spoken(folder, system=True)
    made.warm()
    until(lambda: made._system is not None and made._system.found)
    say(made, log, "a")
    say(made, log, "b")
    made.choose("changsha")
    say(made, log, "a")
    made.close()
    assert begins(log) == ["<a>", "b.wav", "a.wav"]
    assert recorded(folder / "changsha" / "a.wav")


def test_when_the_systems_voice_dies_the_sounds_go_on(folder: Path) -> None:
    machine_made(folder / "mandarin")
    log: list[str] = []
    made = Voice(folder, play=lambda file: FakePlaying(log, file.name), system=FakeSystem(log, dead=True))
    made.warm()
    until(lambda: made._system is not None and made._system.found)
    say(made, log, "a")
    made.close()
    assert begins(log) == ["a.wav"]


@pytest.mark.parametrize(
    ("names", "chosen"),
    [
        (("en_US", "zh_HK", "zh_TW", "zh_CN"), "zh_CN"),
        (("zh_TW", "zh_HK"), "zh_TW"),
        (("zh_HK", "en_US", "yue_HK"), None),
        ((), None),
    ],
)
def test_mandarin_is_chosen_and_cantonese_is_not(names: tuple[str, ...], chosen: str | None) -> None:
    found = mandarin(QLocale(name) for name in names)
    assert (found.name() if found is not None else None) == chosen


def test_the_speaking_process_works_with_a_real_qt_engine_and_ends_with_the_desk() -> None:
    voice = SystemVoice([sys.executable, "-m", "app.runtime.speaker", "mock", "en"])
    assert voice.find()
    assert voice.say("hello", slow=True)
    voice.end()
    popen = voice._popen
    voice.close()
    assert popen is not None
    assert popen.returncode == 0
    assert not voice.say("gone", slow=False)


def test_a_system_without_a_mandarin_voice_says_so() -> None:
    voice = SystemVoice([sys.executable, "-m", "app.runtime.speaker", "mock"])
    assert not voice.find()
    assert not SystemVoice(["/nowhere/speaker"]).find()


def test_a_computer_without_sound_stays_quiet(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = threading.Event()
    monkeypatch.setattr(sounds.shutil, "which", lambda _name: asked.set())
    monkeypatch.setattr(sounds.sys, "platform", "linux")
    assert play_by_system(folder / "mandarin" / "a.wav") is None
    asked.clear()
    made = Voice(folder)
    made.say(said("a"))
    assert asked.wait(LIMIT_S)
    made.say(said("unknown"))
    made.close()


def test_a_player_that_breaks_does_not_end_the_voice(folder: Path) -> None:
    log: list[str] = []
    broke = threading.Event()

    def play(file: Path) -> Playing:
        if file.name == "a.wav":
            broke.set()
            raise OSError("no sound card")
        return FakePlaying(log, file.name)

    made = Voice(folder, play=play)
    made.say(said("a"))
    assert broke.wait(LIMIT_S)
    say(made, log, "b")
    made.close()
    assert log == ["begin b.wav", "end b.wav"]


def test_the_systems_player_is_started_and_ended(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sounds.sys, "platform", "linux")
    stub = folder / "player"
    stub.write_text("#!/bin/sh\nexec sleep 30\n")
    stub.chmod(0o755)
    monkeypatch.setattr(sounds, "PLAYERS", ((str(stub),),))
    playing = play_by_system(folder / "mandarin" / "a.wav")
    assert playing is not None
    playing.end()
    playing.end()
