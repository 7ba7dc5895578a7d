"""The visit as the clerk goes through it, over the real services and store."""

import pytest

from app.domain.certification import CenterState
from app.domain.confirmation import CaseState, EvidenceKind, FormReason
from app.domain.evidence import Band, FrameReading, LivenessVerdict
from app.domain.ids import VisitId
from app.domain.precheck import Blocks
from app.domain.standing import StandingKind
from app.domain.visit import VisitStep
from app.errors import AppError
from app.services.ports import CaptureResult, ReferenceReport
from app.services.visits import Visits
from app.ui.screens.visit.presenter import VisitPresenter
from tests.builders.evidence import quality, reading as seen_at
from tests.builders.office import PASSWORD, Office
from tests.fakes.face import summary


def result(band: Band = Band.MATCH, liveness: LivenessVerdict = LivenessVerdict.LIVE) -> CaptureResult:
    return CaptureResult(
        summary=summary(band, liveness), best_frame_jpeg=b"frame", reference_chip_jpeg=b"card", best_chip_jpeg=b"now"
    )


def reading(visit_id: VisitId | None, *, progress: float = 0.0, done: bool = False) -> FrameReading:
    assert visit_id is not None
    return FrameReading(
        visit_id=visit_id, frame_id=1, captured_s=0.0, analysed_ms=1.0, faces=1, progress=progress, done=done
    )


def at_capture(desk: Office) -> VisitPresenter:
    presenter = desk.visit_presenter()
    presenter.start(desk.person(StandingKind.NEAR).id)
    presenter.pass_precheck()
    presenter.consent(True)
    return presenter


def at_review(desk: Office, outcome: CaptureResult) -> VisitPresenter:
    presenter = at_capture(desk)
    presenter.on_concluded(outcome)
    return presenter


def test_a_match_is_passed_with_one_click_and_ends_with_a_receipt_to_be_confirmed(desk: Office) -> None:
    presenter = at_review(desk, result())
    assert desk.screen.state.step is VisitStep.REVIEW
    assert desk.screen.state.best_chip == b"now"
    presenter.decide_pass()
    shown = desk.screen.state
    assert shown.step is VisitStep.RECEIPT
    assert shown.record is not None
    assert shown.record.center is CenterState.PENDING
    assert desk.recorded == ["recorded"]
    assert desk.screen.pages == 1
    assert not desk.ears.errors


def test_the_camera_is_opened_only_after_consent(desk: Office) -> None:
    presenter = desk.visit_presenter()
    presenter.start(desk.person(StandingKind.NEAR).id)
    presenter.pass_precheck()
    assert desk.screen.state.step is VisitStep.CONSENT
    assert desk.ears.captured == []
    presenter.consent(True)
    assert desk.ears.captured == [f"begin {presenter.visit_id}"]


def test_no_consent_leads_to_the_form_and_the_camera_stays_shut(desk: Office) -> None:
    presenter = desk.visit_presenter()
    presenter.start(desk.person(StandingKind.NEAR).id)
    presenter.pass_precheck()
    presenter.consent(False)
    assert desk.screen.state.step is VisitStep.FORM
    assert desk.screen.state.case is not None
    assert desk.ears.captured == []
    assert not desk.ears.errors


@pytest.mark.parametrize("band", [Band.UNSURE, Band.MISMATCH, Band.NONE])
def test_without_a_match_nothing_passes_unless_a_second_person_agrees(desk: Office, band: Band) -> None:
    presenter = at_review(desk, result(band))
    presenter.decide_pass()
    assert desk.screen.state.step is VisitStep.REVIEW
    desk.screen.override = ("当面核对身份证原件", "fuhe", PASSWORD)
    presenter.decide_pass()
    record = desk.screen.state.record
    assert record is not None
    assert record.second_operator_id == desk.reviewer.id


def test_the_clerk_is_no_second_person_for_himself(desk: Office) -> None:
    presenter = at_review(desk, result(Band.UNSURE))
    desk.screen.override = ("我自己看过了", "jingban", PASSWORD)
    presenter.decide_pass()
    assert [e.code for e in desk.ears.errors if isinstance(e, AppError)] == ["account.same_person"]
    assert desk.screen.state.step is VisitStep.REVIEW


def test_a_second_persons_wrong_password_keeps_the_visit_at_the_decision(desk: Office) -> None:
    presenter = at_review(desk, result(Band.UNSURE))
    desk.screen.override = ("当面核对过", "fuhe", "wrong-password")
    presenter.decide_pass()
    assert [e.code for e in desk.ears.errors if isinstance(e, AppError)] == ["account.wrong"]
    assert desk.screen.state.step is VisitStep.REVIEW
    assert not desk.screen.state.busy


def test_the_dead_have_no_road_at_all(desk: Office) -> None:
    presenter = desk.visit_presenter()
    presenter.start(desk.person(StandingKind.DECEASED).id)
    assert desk.screen.state.blocks is Blocks.ALL
    presenter.pass_precheck()
    presenter.to_form()
    assert [e.code for e in desk.ears.errors if isinstance(e, AppError)] == ["visit.blocked", "visit.blocked"]
    assert desk.screen.state.step is VisitStep.PRECHECK


def test_leaving_closes_the_visit_and_drops_the_capture(desk: Office) -> None:
    presenter = at_review(desk, result())
    visit_id = presenter.visit_id
    presenter.leave()
    assert presenter.visit_id is None
    assert desk.ears.went == ["find"]
    assert "drop" in desk.ears.captured
    with desk.real.uow() as store:
        assert visit_id not in [v.id for v in store.visits.unfinished()]


def test_a_jammed_printer_is_told_and_the_record_stays(desk: Office) -> None:
    presenter = at_review(desk, result())
    presenter.decide_pass()
    desk.ears.print_error = AppError("print.queue_stopped", printer="HP")
    presenter.print_paper()
    assert [e.code for e in desk.ears.errors if isinstance(e, AppError)] == ["print.queue_stopped"]
    presenter.finish()
    assert presenter.visit_id is None


def test_a_reading_of_another_visit_is_not_shown(desk: Office) -> None:
    presenter = desk.visit_presenter()
    presenter.start(desk.person(StandingKind.NEAR).id)
    presenter.pass_precheck()
    presenter.consent(True)
    presenter.on_reading(reading(VisitId("someone-else"), progress=0.9))
    assert desk.screen.capture.progress == 0.0
    presenter.on_reading(reading(presenter.visit_id, progress=0.4))
    assert desk.screen.capture.progress == 0.4


def test_a_finished_reading_concludes_the_capture(desk: Office) -> None:
    presenter = desk.visit_presenter()
    presenter.start(desk.person(StandingKind.NEAR).id)
    presenter.pass_precheck()
    presenter.consent(True)
    presenter.on_reading(reading(presenter.visit_id, progress=1.0, done=True))
    assert desk.ears.captured[-1] == "conclude"


def test_camera_trouble_is_said_in_words_and_taken_back(desk: Office) -> None:
    presenter = desk.visit_presenter()
    presenter.on_trouble("camera.unplugged")
    assert "摄像头" in desk.screen.capture.trouble
    presenter.on_restored()
    assert desk.screen.capture.trouble == ""


def test_a_photo_that_cannot_be_compared_is_told_at_once(desk: Office) -> None:
    desk.visit_presenter().on_opened(ReferenceReport(usable=False, quality="", problem="no_face", width=1, height=1))
    assert desk.ears.notices
    assert "照片" in desk.ears.notices[0]


def test_a_saved_visit_goes_on_where_it_stood(desk: Office) -> None:
    first = desk.visit_presenter()
    first.start(desk.person(StandingKind.NEAR).id)
    first.pass_precheck()
    later = desk.visit_presenter()
    later.resume(desk.screen.state.view)
    assert desk.screen.state.step is VisitStep.CONSENT
    assert later.visit_id == first.visit_id


def test_clicks_before_the_visit_is_open_do_nothing(desk: Office) -> None:
    presenter = desk.visit_presenter()
    presenter.pass_precheck()
    presenter.consent(True)
    assert desk.screen.states == []
    assert not desk.ears.errors


def test_the_printed_form_says_what_was_filled_in_last_and_is_noted_with_its_own_code(desk: Office) -> None:
    presenter = desk.visit_presenter()
    presenter.start(desk.person(StandingKind.NEAR).id)
    presenter.pass_precheck()
    presenter.consent(False)
    presenter.save_details(reason=FormReason.VERY_OLD, reason_text="", how_verified="上门见到本人", verified_by="王芳")
    presenter.add_evidence(EvidenceKind.LIVING_PICTURE, b"picture", "image/jpeg", "1124-0001")
    presenter.print_paper()
    assert desk.ears.printed == ["form 上门见到本人 1".encode()]
    case = desk.screen.state.case
    assert case is not None
    assert (case.case.state, case.case.facts_hash) == (CaseState.PRINTED, "hash 1 上门见到本人")


def test_the_window_gives_light_while_the_face_sits_in_the_dark_and_not_in_the_next_visit(desk: Office) -> None:
    presenter = at_capture(desk)
    dark = quality(brightness=30.0, background_brightness=40.0)
    for tenth in range(15):
        presenter.on_reading(seen_at(tenth / 10, visit_id=presenter.visit_id, seen=dark))
    assert desk.screen.capture.lamp
    presenter.leave()
    at_capture(desk)
    assert not desk.screen.capture.lamp


def test_after_a_crash_at_the_review_both_pictures_are_still_there(desk: Office) -> None:
    presenter = at_review(desk, result())
    (unfinished,) = Visits(desk.real.desk).unfinished()
    again = desk.visit_presenter()
    again.resume(unfinished)
    assert desk.screen.state.best_chip is None
    assert desk.screen.state.best_frame == b"frame"
    presenter.leave()
