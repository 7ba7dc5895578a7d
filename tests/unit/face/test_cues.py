import numpy as np

from app.domain.evidence import Box, Cue, CueVerdict, LivenessVerdict
from app.face.cues import BlinkFold, ScreenFold
from app.face.liveness import WATCH_S, LivenessFold, fuse
from app.face.passive import PassiveFold
from tests.unit.face.heads import head, turned


def watch(openings, fps=20.0):
    blink = BlinkFold()
    for index, opening in enumerate(openings):
        blink.update(turned(head(opening=opening), 0.0), index / fps)
    return blink


def test_a_blink_is_seen_relative_to_the_own_open_eye():
    for own in (0.36, 0.16):
        assert watch([own] * 20 + [own * 0.5] * 3 + [own] * 5).cue().verdict is CueVerdict.LIVE


def test_narrow_old_eyes_are_not_a_blink():
    assert watch([0.15] * 40).blinks == 0


def test_eyes_that_stay_shut_are_not_a_blink():
    assert watch([0.3] * 20 + [0.1] * 40 + [0.3] * 5).blinks == 0


def screen_of(pattern):
    rng, screen, mesh = np.random.default_rng(2), ScreenFold(), turned(head(), 0.0)
    for _ in range(12):
        grey = 128 + rng.normal(0, 4, (480, 640)) + pattern
        screen.update(np.repeat(np.clip(grey, 0, 255).astype(np.uint8)[:, :, None], 3, axis=2), mesh)
    return screen.cue()


def test_the_beat_of_two_pixel_grids_is_a_screen():
    x, y = np.meshgrid(np.arange(640), np.arange(480))
    assert screen_of(9 * np.sin(2 * np.pi * (x * 0.21 + y * 0.03))).verdict is CueVerdict.ATTACK


def test_camera_noise_is_no_screen():
    assert screen_of(0).verdict is CueVerdict.LIVE


def test_without_a_model_pack_the_passive_cue_is_absent():
    passive = PassiveFold()
    passive.update(np.zeros((10, 10, 3), dtype=np.uint8), Box(x=0, y=0, width=5, height=5))
    assert passive.cue().verdict is CueVerdict.ABSENT


def cues(**verdicts):
    base = {
        "depth": "live",
        "screen": "live",
        "frame": "live",
        "motion": "live",
        "repetition": "live",
        "blink": "unsure",
        "passive": "absent",
    }
    return tuple(Cue(name=n, value=0.2, verdict=CueVerdict(v)) for n, v in {**base, **verdicts}.items())


def test_a_turned_head_without_doubt_is_live_and_a_blink_is_never_required():
    assert fuse(cues()) is LivenessVerdict.LIVE


def test_one_sure_attack_cue_outweighs_everything():
    assert fuse(cues(screen="attack", blink="live", passive="live")) is LivenessVerdict.ATTACK


def test_doubt_about_the_screen_leads_to_review_not_to_refusal():
    assert fuse(cues(screen="unsure")) is LivenessVerdict.UNSURE
    assert fuse(cues(frame="unsure")) is LivenessVerdict.UNSURE


def test_without_a_turn_and_without_a_model_pack_nothing_is_called_live():
    assert fuse(cues(depth="unsure", blink="live")) is LivenessVerdict.UNSURE


def test_a_passive_model_that_believes_the_skin_stands_in_for_the_turn():
    assert fuse(cues(depth="unsure", passive="live")) is LivenessVerdict.LIVE


def test_a_passive_model_in_doubt_leads_to_review():
    assert fuse(cues(passive="unsure")) is LivenessVerdict.UNSURE


def test_nobody_is_called_live_before_a_loop_would_have_shown_itself():
    fold = LivenessFold()
    fold.first_s, fold.last_s = 10.0, 10.0 + WATCH_S - 0.1
    assert fold.verdict(cues()) is LivenessVerdict.UNSURE
    fold.last_s = 10.0 + WATCH_S
    assert fold.verdict(cues()) is LivenessVerdict.LIVE
