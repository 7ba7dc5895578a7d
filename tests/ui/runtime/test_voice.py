"""The voice: the right file, one sound at a time, and silence instead of trouble."""

from pathlib import Path

import pytest

from app.runtime import voice
from app.runtime.voice import Playing, Voice, play_by_system


class FakePlaying:
    """A sound that goes on until it is ended."""

    def __init__(self, log: list[str], name: str) -> None:
        self._log, self._name = log, name
        log.append(f"begin {name}")

    def end(self) -> None:
        self._log.append(f"end {self._name}")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("mandarin/a.wav", "mandarin/a.slow.wav", "mandarin/b.wav", "changsha/a.wav"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    return tmp_path


def spoken(folder: Path, *, dialect: str = "mandarin") -> tuple[Voice, list[str]]:
    log: list[str] = []
    return Voice(folder, dialect=dialect, play=lambda file: FakePlaying(log, file.name)), log


def test_a_new_sentence_cuts_the_old_one_off(folder: Path) -> None:
    made, log = spoken(folder)
    made.say("a")
    made.say("b")
    made.hush()
    made.close()
    assert log == ["begin a.wav", "end a.wav", "begin b.wav", "end b.wav"]


def test_repeat_and_slower(folder: Path) -> None:
    made, log = spoken(folder)
    made.repeat()
    made.say("a")
    made.change_pace()
    made.repeat()
    made.change_pace()
    made.repeat()
    made.close()
    assert [line for line in log if line.startswith("begin")] == ["begin a.wav", "begin a.slow.wav", "begin a.wav"]


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
    made.say("a")
    made.close()
    assert log == []


def test_a_computer_without_sound_stays_quiet(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(voice.shutil, "which", lambda _name: None)
    monkeypatch.setattr(voice.sys, "platform", "linux")
    assert play_by_system(folder / "mandarin" / "a.wav") is None
    made = Voice(folder)
    made.say("a")
    made.say("unknown")
    made.close()


def test_a_player_that_breaks_does_not_end_the_voice(folder: Path) -> None:
    log: list[str] = []

    def play(file: Path) -> Playing:
        if file.name == "a.wav":
            raise OSError("no sound card")
        return FakePlaying(log, file.name)

    made = Voice(folder, play=play)
    made.say("a")
    made.say("b")
    made.close()
    assert log == ["begin b.wav", "end b.wav"]


def test_the_systems_player_is_started_and_ended(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(voice.sys, "platform", "linux")
    stub = folder / "player"
    stub.write_text("#!/bin/sh\nexec sleep 30\n")
    stub.chmod(0o755)
    monkeypatch.setattr(voice, "PLAYERS", ((str(stub),),))
    playing = play_by_system(folder / "mandarin" / "a.wav")
    assert playing is not None
    playing.end()
    playing.end()
