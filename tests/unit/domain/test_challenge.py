from app.domain.challenge import Challenge, ChallengeFold
from app.domain.evidence import FrameQuality, FrameReading
from app.domain.ids import VisitId


def reading(at_s, *, yaw=0.0, pitch=0.0, mouth=0.02, track=0, faces=1):
    quality = FrameQuality(
        face_share=0.4, offset_x=0, offset_y=0, brightness=120, background_brightness=110, sharpness=90, yaw=yaw, pitch=pitch,
        roll=0, eyes_open=1.0, eye_distance_px=90, glare=0, mouth_hidden=0, eyes_hidden=0, mouth_open=mouth,
    )  # fmt: skip
    return FrameReading(
        visit_id=VisitId("v"),
        frame_id=int(at_s * 20),
        captured_s=at_s,
        analysed_ms=5,
        faces=faces,
        quality=quality,
        track_id=track,
    )


def play(fold, *moves):
    """Each move is (yaw, pitch), held for half a second with half a second of looking ahead before it."""
    now = 0.0
    for yaw, pitch in moves:
        for _ in range(10):
            fold.next(reading(now))
            now += 0.05
        for _ in range(10):
            fold.next(reading(now, yaw=yaw, pitch=pitch))
            now += 0.05
    return fold


def in_order(*wanted):
    rest = list(wanted)
    return lambda choices: rest.pop(0) if rest and rest[0] in choices else choices[0]


def test_somebody_who_follows_two_requests_is_present():
    fold = play(ChallengeFold(in_order(Challenge.TURN_LEFT, Challenge.NOD)), (20, 0), (0, 14))
    assert fold.present
    assert fold.answered == [Challenge.TURN_LEFT, Challenge.NOD]


def test_a_recording_that_turns_to_the_other_side_is_not():
    fold = play(ChallengeFold(in_order(Challenge.TURN_LEFT, Challenge.TURN_LEFT)), (-20, 0), (20, 0), (-20, 0))
    assert not fold.present
    assert fold.wrong >= 1


def test_nobody_is_hurried_an_unanswered_request_simply_stays():
    fold = ChallengeFold(in_order(Challenge.NOD))
    for step in range(2000):
        assert fold.next(reading(step * 0.05)) is Challenge.NOD
    assert fold.wrong == 0


def test_a_request_is_put_only_while_the_face_looks_ahead():
    fold = ChallengeFold(in_order(Challenge.NOD))
    assert fold.next(reading(0.0, yaw=20)) is None
    assert fold.next(reading(0.1)) is Challenge.NOD


def test_a_movement_already_under_way_is_no_answer():
    fold = ChallengeFold(in_order(Challenge.TURN_LEFT))
    fold.next(reading(0.0))
    for step in range(1, 5):
        fold.next(reading(step * 0.05, yaw=20))
    assert fold.answered == []


def test_another_person_begins_anew():
    fold = play(ChallengeFold(in_order(Challenge.TURN_LEFT)), (20, 0))
    assert fold.answered
    fold.next(reading(9.0, track=1))
    assert fold.answered == []


def test_the_same_request_is_not_put_twice_in_a_row():
    seen = []
    fold = ChallengeFold(lambda choices: seen.append(tuple(choices)) or choices[0])
    play(fold, (20, 0))
    fold.next(reading(5.0))
    assert fold.answered[-1] not in seen[-1]


def opened(fold, *mouths):
    """Each mouth is held for half a second, one after the other."""
    for number in range(10 * len(mouths)):
        fold.next(reading(number * 0.05, mouth=mouths[number // 10]))
    return fold


def test_an_opened_mouth_answers_the_request_for_it():
    assert opened(ChallengeFold(in_order(Challenge.OPEN_MOUTH)), 0.03, 0.03, 0.3).answered == [Challenge.OPEN_MOUTH]


def test_talking_and_a_mouth_that_always_stands_open_are_no_answer():
    assert opened(ChallengeFold(in_order(Challenge.OPEN_MOUTH)), 0.03, 0.15, 0.03, 0.15).answered == []
    assert opened(ChallengeFold(in_order(Challenge.OPEN_MOUTH)), 0.35, 0.35, 0.35).answered == []


def test_talking_while_a_turn_was_asked_for_is_not_held_against_the_person():
    fold = opened(ChallengeFold(in_order(Challenge.TURN_LEFT)), 0.03, 0.4, 0.03, 0.4)
    assert (fold.wrong, fold.asked) == (0, Challenge.TURN_LEFT)
