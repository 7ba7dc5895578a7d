"""The visit's use cases: each step is saved, the record is made once and whole, refusals leave nothing half done."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest

from app.domain.confirmation import CaseState, FormReason
from app.domain.evidence import Band, Cue, CueVerdict, LivenessVerdict, stated
from app.domain.ids import OperatorId, RetireeId, VisitId
from app.domain.visit import Decision, Override, VisitStep
from app.domain.visit_machine import IllegalTransitionError
from app.errors import AppError
from app.services.paper_facts import PaperFacts, receipt_number
from app.services.ports import CaptureResult
from app.services.records import Records
from app.services.visits import Visits
from tests.builders.desk import RealDesk
from tests.builders.evidence import summary
from tests.builders.people import retiree
from tests.unit.services.conftest import People

R1, R2 = RetireeId("r-1"), RetireeId("r-2")
MATCH = CaptureResult(
    summary=summary(),
    best_frame_jpeg=b"\xff\xd8 face",
    reference_chip_jpeg=None,
    best_chip_jpeg=None,
    clip=b"RIFF clip",
)
SEEN_TURNING = Cue(name="depth", value=0.3, verdict=CueVerdict.LIVE)
UNSURE = CaptureResult(
    summary=summary(liveness=LivenessVerdict.UNSURE),
    best_frame_jpeg=None,
    reference_chip_jpeg=None,
    best_chip_jpeg=None,
)


@pytest.fixture
def visits(desk: RealDesk) -> Visits:
    return Visits(desk.desk)


@pytest.fixture
def reviewed(visits: Visits, people: People) -> Callable[[CaptureResult], VisitId]:
    def run(result: CaptureResult) -> VisitId:
        visit = visits.begin(operator_id=people.clerk.id)
        visits.choose(visit.id, R1)
        visits.pass_precheck(visit.id)
        visits.consent(visit.id, given=True)
        visits.finish_capture(visit.id, result)
        return visit.id

    return run


def code_of(work: Callable[[], object]) -> str:
    with pytest.raises(AppError) as caught:
        work()
    return caught.value.code


def test_who_passes_a_visit_states_once_that_the_person_sits_here(
    visits: Visits, reviewed: Callable[[CaptureResult], VisitId]
) -> None:
    visit_id = reviewed(MATCH)
    before = visits.view(visit_id).visit.summary
    after = visits.decide_pass(visit_id).visit.summary
    assert before is not None
    assert after is not None
    assert [cue.name for cue in after.cues] == [*(cue.name for cue in before.cues), "statement"]
    assert after.liveness is before.liveness
    assert stated(after) is after


def test_a_visit_from_start_to_receipt_leaves_record_audit_and_outbox(
    visits: Visits, reviewed: Callable[[CaptureResult], VisitId], desk: RealDesk, people: People
) -> None:
    visit_id = reviewed(MATCH)
    view = visits.view(visit_id)
    assert view.visit.advice is not None
    assert view.visit.advice.band is Band.MATCH
    assert visits.decide_pass(visit_id).visit.decision is Decision.PASS
    record = visits.record(visit_id)
    assert visits.record(visit_id) == record
    assert visits.finish(visit_id).visit.step is VisitStep.DONE
    with desk.uow() as store:
        assert store.certifications.get(record.id) == record
        assert [row.id for row in store.outbox.waiting()] == [record.id]
        assert "visit.decided_pass" in [entry.action for _, entry in store.audit.entries(limit=99)]
        kept = store.certifications.summary_of(record.id)
    assert kept is not None
    assert desk.vault.get(kept.best_frame or "") == b"\xff\xd8 face"  # type: ignore[arg-type]
    assert record.provisional
    facts = PaperFacts(desk.desk).receipt(record.id)
    assert (facts.clerk, facts.deadline, facts.accepted_at) == ("王芳", date(2027, 11, 24), None)
    rows = Records(desk.desk).rows(here_only=True)
    assert [(row.certification.id, row.clerk, row.made_here) for row in rows] == [(record.id, "王芳", True)]
    assert len(Records(desk.desk).rows()) == 2


def test_picture_and_clip_stay_at_the_desk_and_only_their_hashes_are_told(
    visits: Visits, reviewed: Callable[[CaptureResult], VisitId], desk: RealDesk
) -> None:
    """Scores, cues and versions go with the record; nothing is attached, and nobody has asked for anything."""
    told = replace(MATCH, summary=replace(MATCH.summary, cues=(SEEN_TURNING,), engine=("engine 1", "calibration 7")))
    visit_id = reviewed(told)
    visits.decide_pass(visit_id)
    made = visits.record(visit_id)
    with desk.uow() as store:
        sent, kept = store.outbox.get(made.id), store.certifications.summary_of(made.id)
    assert sent is not None
    assert kept is not None
    assert sent.attachments == ()
    body = json.loads(sent.body)
    assert {kept.best_frame, kept.clip} <= set(body["evidence_sha256"])
    assert (desk.vault.get(kept.best_frame), desk.vault.get(kept.clip)) == (told.best_frame_jpeg, told.clip)
    assert SEEN_TURNING in kept.cues
    assert (kept.llr, kept.engine) == (told.summary.llr, ("engine 1", "calibration 7"))
    assert body["engine"] == ["engine 1", "calibration 7"]


def test_against_the_advice_only_with_a_reason_and_somebody_else(
    visits: Visits, reviewed: Callable[[CaptureResult], VisitId], people: People
) -> None:
    visit_id = reviewed(UNSURE)
    own = Override(reason="本人到场", second_operator_id=people.clerk.id)
    assert code_of(lambda: visits.decide_pass(visit_id)) == "visit.override_needed"
    assert code_of(lambda: visits.decide_pass(visit_id, own)) == "account.same_person"
    assert visits.view(visit_id).visit.step is VisitStep.REVIEW
    other = Override(reason="本人到场", second_operator_id=people.reviewer.id)
    decided = visits.decide_pass(visit_id, other).visit
    assert (decided.decision, decided.override) == (Decision.PASS_OVERRIDE, other)
    assert visits.record(visit_id).second_operator_id == people.reviewer.id


def test_refused_consent_leads_to_a_drafted_form_and_the_same_draft_is_taken_up_again(
    visits: Visits, desk: RealDesk, people: People
) -> None:
    cases = []
    for _ in range(2):
        visit = visits.begin(operator_id=people.clerk.id)
        visits.choose(visit.id, R1)
        visits.pass_precheck(visit.id)
        ended = visits.consent(visit.id, given=False, reason=FormReason.VERY_OLD).visit
        assert (ended.step, ended.decision) == (VisitStep.FORM, Decision.FORM)
        assert ended.consent is not None
        assert not ended.consent.given
        cases.append(ended.case_id)
    assert cases[0] == cases[1]
    with desk.uow() as store:
        case = store.cases.get(cases[0])  # type: ignore[arg-type]
    assert case is not None
    assert (case.reason, case.state) == (FormReason.VERY_OLD, CaseState.DRAFTED)


def test_without_a_card_only_the_form_route_is_open(visits: Visits, people: People, desk: RealDesk) -> None:
    visit = visits.begin(operator_id=people.clerk.id)
    visits.choose(visit.id, R2)
    assert code_of(lambda: visits.pass_precheck(visit.id)) == "visit.blocked"
    ended = visits.to_form(visit.id).visit
    facts = PaperFacts(desk.desk).form(ended.case_id)  # type: ignore[arg-type]
    assert (facts.name, facts.card_number, facts.reason, facts.photo_jpeg) == (
        "王重阳",
        "未申领",
        FormReason.NO_CARD,
        None,
    )


def test_the_dead_are_not_even_sent_to_the_form(visits: Visits, people: People, desk: RealDesk) -> None:
    with desk.uow() as store:
        store.retirees.upsert([retiree(died_on=date(2026, 11, 1))])
        store.commit()
    visit = visits.begin(operator_id=people.clerk.id)
    visits.choose(visit.id, R1)
    assert code_of(lambda: visits.pass_precheck(visit.id)) == "visit.blocked"
    assert code_of(lambda: visits.to_form(visit.id)) == "visit.blocked"
    assert visits.abandon(visit.id).visit.step is VisitStep.ABANDONED


def test_a_clock_set_back_stops_the_next_certification(
    visits: Visits, reviewed: Callable[[CaptureResult], VisitId], desk: RealDesk, people: People
) -> None:
    visit_id = reviewed(MATCH)
    visits.decide_pass(visit_id)
    visits.record(visit_id)
    desk.clock.move(timedelta(days=-2))
    visit = visits.begin(operator_id=people.clerk.id)
    visits.choose(visit.id, R1)
    assert code_of(lambda: visits.pass_precheck(visit.id)) == "visit.blocked"


def test_unfinished_visits_are_offered_again_and_empty_ones_closed_quietly(
    visits: Visits, reviewed: Callable[[CaptureResult], VisitId], people: People
) -> None:
    empty = visits.begin(operator_id=people.clerk.id)
    left = reviewed(MATCH)
    assert [view.visit.id for view in visits.unfinished()] == [left]
    assert visits.view(empty.id).visit.step is VisitStep.ABANDONED
    assert visits.view(empty.id).card is None


def test_a_capture_can_be_repeated_and_nothing_is_recorded_before_the_decision(
    visits: Visits, reviewed: Callable[[CaptureResult], VisitId]
) -> None:
    visit_id = reviewed(UNSURE)
    again = visits.capture_again(visit_id).visit
    assert (again.step, again.summary, again.advice) == (VisitStep.CAPTURE, None, None)
    assert code_of(lambda: visits.record(visit_id)) == "visit.not_decided"
    with pytest.raises(IllegalTransitionError):
        visits.decide_pass(visit_id, Override(reason="x", second_operator_id=OperatorId("other")))


def test_what_does_not_exist_is_said_to_be_unknown(visits: Visits, people: People, desk: RealDesk) -> None:
    visit = visits.begin(operator_id=people.clerk.id, simulated=True)
    assert visit.simulated
    assert code_of(lambda: visits.choose(visit.id, RetireeId("?"))) == "retiree.unknown"
    assert code_of(lambda: visits.view(VisitId("?"))) == "visit.unknown"
    assert code_of(lambda: visits.to_form(visit.id)) in {"retiree.unknown", "visit.unknown"}
    assert code_of(lambda: PaperFacts(desk.desk).receipt("?")) == "record.unknown"  # type: ignore[arg-type]
    assert code_of(lambda: PaperFacts(desk.desk).form("?")) == "case.unknown"  # type: ignore[arg-type]
    assert PaperFacts(desk.desk).unit().name
    assert receipt_number(None) == receipt_number("[1]") == ""
    assert receipt_number('{"number": "R-7"}') == "R-7"
