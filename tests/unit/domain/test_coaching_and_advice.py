"""One steady hint at a time; and advice that never passes what a person must look at."""

import itertools
from datetime import date
from typing import Any

import pytest
from hypothesis import given, strategies as st

from app.domain.advice import advise, decision_for, needs_second_person
from app.domain.coaching import DIM_AGAIN, HAT_PATIENCE_S, HOLD_S, LIT_BELOW, SHOW_S, Coach, Lamp, raw_hint
from app.domain.evidence import Advice, AdviceReason, Band, CaptureSummary, Hint, LivenessVerdict
from app.domain.ids import OperatorId
from app.domain.visit import Decision, Override
from tests.builders.evidence import quality, reading, summary

TODAY = date(2026, 4, 1)


@pytest.mark.parametrize(
    ("changes", "hint"),
    [
        ({"face_share": 0.1}, Hint.CLOSER),
        ({"face_share": 0.9}, Hint.FARTHER),
        ({"offset_x": -0.4}, Hint.CENTRE),
        ({"brightness": 60.0, "background_brightness": 200.0}, Hint.BACKLIGHT),
        ({"brightness": 30.0, "background_brightness": 40.0}, Hint.TOO_DARK),
        ({"brightness": 240.0, "background_brightness": 240.0}, Hint.TOO_BRIGHT),
        ({"mouth_hidden": 0.9}, Hint.MASK),
        ({"eyes_hidden": 0.9}, Hint.EYES_HIDDEN),
        ({"glare": 0.5}, Hint.GLARE),
        ({"sharpness": 5.0}, Hint.BLURRED),
        ({"yaw": 50.0}, Hint.LOOK_HERE),
        ({"hat": 0.8}, Hint.HAT),
        ({}, Hint.GOOD),
    ],
)
def test_each_fault_has_its_own_hint(changes: dict[str, float], hint: Hint) -> None:
    assert raw_hint(reading(seen=quality(**changes))) is hint


def test_without_a_face_or_with_two_nothing_else_is_said() -> None:
    assert raw_hint(reading(faces=0)) is Hint.NO_FACE
    assert raw_hint(reading(faces=2, seen=quality(sharpness=0.0))) is Hint.TWO_FACES


def test_the_head_is_to_be_turned_once_the_comparison_runs_and_liveness_is_unsure() -> None:
    assert raw_hint(reading(frames_pooled=2)) is Hint.TURN_SLOWLY
    assert raw_hint(reading(frames_pooled=2, done=True)) is Hint.GOOD
    assert raw_hint(reading(frames_pooled=2, liveness=LivenessVerdict.LIVE)) is Hint.GOOD


def test_a_shown_hint_stays_until_another_has_held_for_a_while() -> None:
    coach = Coach()
    assert coach.next(reading(0.0)) is Hint.GOOD
    dark = quality(brightness=30.0, background_brightness=30.0)
    assert coach.next(reading(0.1, seen=dark)) is Hint.GOOD
    assert coach.next(reading(0.1 + HOLD_S, seen=dark)) is Hint.GOOD  # not read long enough yet
    assert coach.next(reading(SHOW_S + 0.1, seen=dark)) is Hint.TOO_DARK


def test_a_flicker_of_something_else_changes_nothing() -> None:
    coach = Coach()
    shown = [coach.next(reading(0.1 * n, seen=quality(sharpness=5.0) if n % 2 else quality())) for n in range(60)]
    assert set(shown) == {Hint.GOOD}


def test_at_the_edge_the_shown_hint_holds_on_a_little() -> None:
    just_enough = reading(seen=quality(face_share=0.21))
    assert raw_hint(just_enough) is Hint.GOOD
    assert raw_hint(just_enough, Hint.CLOSER) is Hint.CLOSER


@given(st.lists(st.tuples(st.floats(0.01, 0.3), st.floats(0.05, 0.95)), max_size=80))
def test_hints_never_change_faster_than_an_old_person_can_read(steps: list[tuple[float, float]]) -> None:
    coach, at, changes, last = Coach(), 0.0, [], None
    for pause, share in steps:
        at += pause
        hint = coach.next(reading(at, seen=quality(face_share=share)))
        if hint is not last:
            changes.append(at)
        last = hint
    assert all(later - earlier >= SHOW_S - 1e-9 for earlier, later in itertools.pairwise(changes))


def test_whoever_keeps_the_hat_on_is_asked_once_and_not_for_ever() -> None:
    coach, worn = Coach(), quality(hat=0.9)
    shown = [coach.next(reading(n / 10, seen=worn)) for n in range(200)]
    assert shown[0] is Hint.HAT
    assert shown[int(10 * HAT_PATIENCE_S) + 20] is Hint.GOOD
    assert Hint.HAT not in shown[int(10 * HAT_PATIENCE_S) + 20 :]


def test_a_hat_is_asked_for_only_when_nothing_worse_is_wrong() -> None:
    assert raw_hint(reading(seen=quality(hat=0.9, brightness=30.0, background_brightness=30.0))) is Hint.TOO_DARK
    assert raw_hint(reading(seen=quality(hat=0.9, mouth_hidden=0.9))) is Hint.MASK


def lit(lamp: Lamp, *levels: float, start_s: float = 0.0, around: float = 100.0) -> list[bool]:
    """Ten readings a second of a face that bright."""
    return [
        lamp.next(reading(start_s + n / 10, seen=quality(brightness=level, background_brightness=around)))
        for n, level in enumerate(levels)
    ]


def test_the_window_gives_light_to_a_face_that_stays_in_the_dark_and_not_for_a_shadow() -> None:
    assert not any(lit(Lamp(), *([30.0] * 9), 120.0, *([30.0] * 9)))
    assert lit(Lamp(), *([30.0] * 12))[-1]


def test_a_face_against_a_bright_window_is_given_light_too() -> None:
    assert lit(Lamp(), *([100.0] * 12), around=220.0)[-1]
    assert not any(lit(Lamp(), *([140.0] * 12), around=240.0))


def test_the_light_does_not_flicker_by_its_own_effect() -> None:
    """It brightens the face beyond where it came on: it stays, and goes off only where the face is bright for a while."""
    lamp = Lamp()
    lit(lamp, *([LIT_BELOW - 5] * 12))
    assert all(lit(lamp, *([LIT_BELOW + 30] * 80), start_s=2.0))
    off = lit(lamp, *([DIM_AGAIN + 20] * 40), start_s=20.0)
    assert off[0]
    assert not off[-1]


def test_without_a_face_the_light_stays_as_it_is() -> None:
    lamp = Lamp()
    lit(lamp, *([30.0] * 12))
    assert lamp.next(reading(5.0, faces=0))


def advised(summarised: CaptureSummary, photo: date | None = None) -> Advice:
    return advise(summarised, photo_taken_on=photo, today=TODAY)


def test_a_live_person_who_matches_is_advised_as_a_match() -> None:
    assert advised(summary()) == Advice(band=Band.MATCH, reasons=(AdviceReason.FACE_MATCHES,))


@pytest.mark.parametrize(
    ("liveness", "reason"),
    [(LivenessVerdict.UNSURE, AdviceReason.LIVENESS_UNSURE), (LivenessVerdict.ATTACK, AdviceReason.LIVENESS_ATTACK)],
)
def test_doubt_about_liveness_leads_to_review_and_never_to_refusal(
    liveness: LivenessVerdict, reason: AdviceReason
) -> None:
    advice = advised(summary(liveness=liveness))
    assert advice.band is Band.UNSURE
    assert reason in advice.reasons


def test_a_mismatch_against_an_old_photo_is_unsure_because_faces_age() -> None:
    different = summary(face_band=Band.MISMATCH, llr=-3.0)
    assert advised(different, date(2020, 1, 1)).band is Band.MISMATCH
    old = advised(different, date(2004, 1, 1))
    assert old.band is Band.UNSURE
    assert AdviceReason.PHOTO_OLD in old.reasons


def test_a_person_who_changed_and_an_engine_with_parts_missing_are_told() -> None:
    advice = advised(summary(face_band=Band.UNSURE, track_resets=2, degraded=("no_faceres",)))
    assert {AdviceReason.PERSON_CHANGED, AdviceReason.ENGINE_DEGRADED} <= set(advice.reasons)


@given(
    st.sampled_from(Band), st.sampled_from(LivenessVerdict), st.one_of(st.none(), st.dates(date(1990, 1, 1), TODAY)),
    st.integers(0, 5), st.booleans(),
)  # fmt: skip
def test_match_is_advised_only_to_a_live_person_whose_face_matches(
    band: Band, liveness: LivenessVerdict, photo: date | None, resets: int, degraded: bool
) -> None:
    changes: dict[str, Any] = {"degraded": ("x",) if degraded else ()}
    advice = advised(summary(face_band=band, liveness=liveness, track_resets=resets, **changes), photo)
    assert (advice.band is Band.MATCH) == (band is Band.MATCH and liveness is LivenessVerdict.LIVE)
    assert advice.reasons


def test_passing_against_the_advice_needs_a_reason_and_a_second_person() -> None:
    unsure = Advice(band=Band.UNSURE, reasons=())
    given_reason = Override(reason="本人到场，照片太旧", second_operator_id=OperatorId("o-2"))
    assert decision_for(Advice(band=Band.MATCH, reasons=()), None) is Decision.PASS
    assert needs_second_person(None)
    assert decision_for(unsure, given_reason) is Decision.PASS_OVERRIDE
    for missing in (None, Override(reason="  ", second_operator_id=OperatorId("o-2"))):
        with pytest.raises(ValueError, match="second person"):
            decision_for(unsure, missing)
