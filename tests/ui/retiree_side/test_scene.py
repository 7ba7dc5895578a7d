"""The retiree's screen: the right sentence at each step, never anybody's data, never a reproach."""

import json
import wave
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest
from PySide6.QtWidgets import QComboBox, QPushButton
from pytestqt.qtbot import QtBot

from app import resources
from app.domain.challenge import Challenge
from app.domain.evidence import Hint
from app.domain.visit import VisitStep
from app.services.device_ports import Spoken
from app.ui import text
from app.ui.screens.retiree_side import words
from app.ui.screens.retiree_side.corner import RetireeCorner
from app.ui.screens.retiree_side.presenter import RetireeSidePresenter
from app.ui.screens.retiree_side.state import IDLE, Scene, scene
from app.ui.screens.settings.view import SettingsView
from app.ui.screens.visit.state import CaptureState, VisitState

LIVE = CaptureState()
UNTIL = date(2027, 11, 24)


def at(step: VisitStep, until: date | None = UNTIL, *, advised: bool = False) -> VisitState:
    """The part of a visit's state that the retiree's side may look at; anything else raises."""
    card = SimpleNamespace(standing=SimpleNamespace(deadlines=SimpleNamespace(with_provisional=until)))
    visit = SimpleNamespace(advice=object() if advised else None)
    return cast(VisitState, SimpleNamespace(step=step, view=SimpleNamespace(card=card, visit=visit)))


class FakeClerk:
    """The clerk's screen; records the calls."""

    def __init__(self) -> None:
        self.calls: list[str] = []

    def show_state(self, state: VisitState) -> None:
        self.calls.append("state")

    def show_capture(self, state: CaptureState) -> None:
        self.calls.append("capture")

    def show_page(self, width: int, height: int, rgb: bytes) -> None:
        self.calls.append("page")

    def page_width(self) -> int:
        return 777

    def ask_override(self) -> tuple[str, str, str] | None:
        return ("r", "l", "p")


class FakeSide:
    """The window; remembers scenes."""

    def __init__(self) -> None:
        self.visible = True
        self.scenes: list[Scene] = []

    def show_scene(self, scene: Scene) -> None:
        self.scenes.append(scene)

    def isVisible(self) -> bool:
        return self.visible


class FakeVoice:
    """Remembers what it was told to say."""

    def __init__(self) -> None:
        self.said: list[str] = []

    def warm(self) -> None:
        self.warmed = True

    def say(self, spoken: Spoken, *, patient: bool = False) -> None:
        self.said.append("+".join(spoken.parts) + (" patiently" if patient else ""))

    def repeat(self) -> None:
        self.said.append("again")

    def change_pace(self) -> None:
        self.said.append("pace")

    def hush(self) -> None:
        self.said.append("hush")

    def choices(self) -> tuple[str, ...]:
        return ("mandarin", "changsha")

    def choose(self, dialect: str) -> None:
        self.said.append(f"as {dialect}")


@pytest.fixture
def desk() -> tuple[RetireeSidePresenter, FakeClerk, FakeSide, FakeVoice]:
    clerk, side, voice = FakeClerk(), FakeSide(), FakeVoice()
    return RetireeSidePresenter(clerk=clerk, view=side, voice=voice), clerk, side, voice


@pytest.mark.parametrize("step", list(VisitStep))
def test_every_step_has_one_sentence(step: VisitStep) -> None:
    assert scene(at(step), LIVE).sentence


def test_the_camera_is_shown_during_the_capture_only() -> None:
    shown = {step for step in VisitStep if scene(at(step), LIVE).camera}
    assert shown == {VisitStep.CAPTURE}


@pytest.mark.parametrize("hint", list(Hint))
def test_every_hint_is_said_in_its_own_words_with_a_drawing(hint: Hint) -> None:
    made = scene(at(VisitStep.CAPTURE), replace(LIVE, hint=hint))
    assert made.picture is hint
    assert made.prompt == f"hint_{hint.value}"


@pytest.mark.parametrize("asked", list(Challenge))
def test_a_request_takes_the_place_of_the_hint(asked: Challenge) -> None:
    made = scene(at(VisitStep.CAPTURE), replace(LIVE, hint=Hint.TURN_SLOWLY, challenge=asked))
    assert made.picture is asked
    assert made.sentence == text.CHALLENGE[asked]


def test_trouble_is_the_machines_fault() -> None:
    made = scene(at(VisitStep.CAPTURE), replace(LIVE, trouble="摄像头断开了", hint=Hint.CLOSER))
    assert "不怪您" in made.sentence
    assert not made.camera


def test_failing_is_the_machines_fault_and_the_next_step_is_named() -> None:
    instead = scene(at(VisitStep.FORM, advised=True), LIVE)
    again = scene(at(VisitStep.CAPTURE, advised=True), LIVE)
    for made, step in ((instead, "纸表"), (again, "再照一次")):
        assert made.sentence.startswith("机器")
        assert "不怪您" in made.sentence
        assert step in made.sentence
    assert "机器" not in scene(at(VisitStep.FORM), LIVE).sentence  # nobody tried; a refusal is no failure


def test_the_new_date_is_said_aloud_after_the_friendly_sentence() -> None:
    spoken = scene(at(VisitStep.RECEIPT), LIVE).spoken
    assert spoken.parts == ("done", "until", "year_2027", "month_11", "day_24")
    assert spoken.sentence == "办好了，谢谢您。下次请不要晚于 2027年11月24日"
    assert words.until_parts(date(2199, 1, 1)) == ()


def test_dates_are_said_as_people_say_them() -> None:
    parts = words.DATE_PARTS
    assert [parts[code] for code in ("year_2030", "month_1", "month_10", "month_12")] == [
        "二〇三〇年",
        "一月",
        "十月",
        "十二月",
    ]
    assert [parts[f"day_{day}"] for day in (1, 10, 19, 20, 31)] == ["一日", "十日", "十九日", "二十日", "三十一日"]


def test_the_end_is_friendly_and_names_the_new_date() -> None:
    made = scene(at(VisitStep.RECEIPT), LIVE)
    assert made.until == UNTIL
    assert "2027" in words.until_words(UNTIL)
    assert scene(at(VisitStep.RECEIPT, until=None), LIVE).until is None


def test_no_sentence_blames_counts_down_or_speaks_of_suspicion() -> None:
    together = "".join(words.PROMPTS.values())
    for bad in ("失败", "错误", "不通过", "可疑", "造假", "攻击", "秒", "匹配", "警告"):
        assert bad not in together


def test_both_sides_show_the_same_step(desk: tuple[RetireeSidePresenter, FakeClerk, FakeSide, FakeVoice]) -> None:
    presenter, clerk, side, voice = desk
    presenter.show_state(at(VisitStep.CONSENT))
    presenter.show_page(1, 1, b"x")
    assert clerk.calls == ["state", "page"]
    assert side.scenes[-1].prompt == words.CONSENT
    assert voice.said == [words.CONSENT]
    assert presenter.page_width() == 777
    assert presenter.ask_override() == ("r", "l", "p")


def test_a_sentence_that_stays_is_not_said_again(
    desk: tuple[RetireeSidePresenter, FakeClerk, FakeSide, FakeVoice],
) -> None:
    presenter, _clerk, _side, voice = desk
    presenter.show_state(at(VisitStep.CAPTURE))
    for progress in (0.1, 0.2, 0.3):
        presenter.show_capture(replace(LIVE, hint=Hint.CLOSER, progress=progress))
    assert voice.said == [words.LOOK, "hint_closer patiently"]


def test_when_the_visit_is_over_nothing_of_it_stays(
    desk: tuple[RetireeSidePresenter, FakeClerk, FakeSide, FakeVoice],
) -> None:
    presenter, _clerk, side, _voice = desk
    presenter.show_state(at(VisitStep.RECEIPT))
    presenter.follow(on_visit=False, visit_open=False)
    assert side.scenes[-1] == IDLE
    presenter.follow(on_visit=True, visit_open=True)
    assert side.scenes[-1] == IDLE


def test_while_the_clerk_is_elsewhere_the_visit_is_hidden_and_comes_back(
    desk: tuple[RetireeSidePresenter, FakeClerk, FakeSide, FakeVoice],
) -> None:
    presenter, _clerk, side, _voice = desk
    presenter.show_state(at(VisitStep.RECEIPT))
    presenter.follow(on_visit=False, visit_open=True)
    assert side.scenes[-1] == IDLE
    presenter.follow(on_visit=True, visit_open=True)
    assert side.scenes[-1].until == UNTIL


def test_a_window_that_is_shut_is_silent_and_comes_up_where_things_stand(
    desk: tuple[RetireeSidePresenter, FakeClerk, FakeSide, FakeVoice],
) -> None:
    presenter, _clerk, side, voice = desk
    side.visible = False
    presenter.show_state(at(VisitStep.CONSENT))
    assert (side.scenes, voice.said) == ([], [])
    presenter.opened()
    assert side.scenes[-1].prompt == words.CONSENT
    presenter.repeat()
    presenter.change_pace()
    presenter.closed()
    assert voice.said == [words.CONSENT, "again", "pace", "again", "hush"]


def test_the_dialect_is_chosen_remembered_and_tried(qtbot: QtBot) -> None:
    voice, settings, kept = FakeVoice(), SettingsView(), list[tuple[str, str]]()
    qtbot.addWidget(settings)
    corner = RetireeCorner(clerk=FakeClerk(), voice=voice)
    qtbot.addWidget(corner.window)
    corner.wire_settings(settings, chosen="gone", remember=lambda key, value: kept.append((key, value)))
    combo = settings.findChild(QComboBox, "settings_voice")
    hear = settings.findChild(QPushButton, "settings_voice_try")
    assert combo is not None
    assert hear is not None
    assert [combo.itemText(n) for n in range(combo.count())] == ["普通话", "长沙话", "不出声"]
    combo.activated.emit(2)
    hear.click()
    assert voice.said == ["as mandarin", "as off", words.WELCOME]
    assert voice.warmed
    assert kept == [("voice.dialect", "off")]


def test_every_sentence_has_its_sound_at_both_paces() -> None:
    folder = resources.path("voice", "mandarin")
    assert [code for code in words.DATE_PARTS if not (folder / f"{code}.wav").is_file()] == []
    missing = [
        f"{code}{ending}"
        for code in words.PROMPTS
        for ending in (".wav", ".slow.wav")
        if not (folder / f"{code}{ending}").is_file()
    ]
    assert missing == []


def test_the_sounds_were_made_from_the_present_sentences() -> None:
    made = json.loads(Path(resources.path("voice", "mandarin", "sentences.json")).read_text("utf-8"))
    assert cast(dict[str, Any], made) == {**words.PROMPTS, **words.DATE_PARTS}


def test_each_sentence_begins_with_a_low_soft_tone_that_hearing_aids_pass_on() -> None:
    """Below 1 kHz, where worn hearing is best; not a blow (no clipping), and the speech is louder than the signal."""
    for code in words.PROMPTS:
        with wave.open(str(resources.path("voice", "mandarin", f"{code}.wav"))) as read:
            rate, frames = read.getframerate(), read.readframes(read.getnframes())
        samples = np.frombuffer(frames, dtype="<i2").astype(np.float64) / 32768
        tone, speech = samples[: int(0.32 * rate)], samples[int(0.45 * rate) :]
        spectrum = np.abs(np.fft.rfft(tone))
        hertz = np.fft.rfftfreq(len(tone), 1 / rate)
        assert spectrum[hertz < 1000].sum() > 0.95 * spectrum.sum(), code
        assert 0.1 < np.abs(tone).max() < np.abs(speech).max() < 0.99, code


def test_the_clerks_keys_repeat_and_slow_down_the_other_side(qtbot: QtBot) -> None:
    voice = FakeVoice()
    corner = RetireeCorner(clerk=FakeClerk(), voice=voice)
    qtbot.addWidget(corner.window)
    corner.repeat()
    corner.change_pace()
    assert voice.said == ["again", "pace", "again"]
    assert corner.window.slower.isChecked()
