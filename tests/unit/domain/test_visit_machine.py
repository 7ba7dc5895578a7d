"""The visit's table: nothing but what is in it can happen."""

from datetime import datetime

import pytest
from hypothesis import given, strategies as st

from app.domain.ids import OperatorId, VisitId
from app.domain.visit import Visit, VisitEvent, VisitStep
from app.domain.visit_machine import ENDS, TRANSITIONS, IllegalTransitionError, advance, allowed
from tests.builders.people import SHANGHAI

AT = datetime(2026, 4, 1, 9, tzinfo=SHANGHAI)
LATER = datetime(2026, 4, 1, 9, 5, tzinfo=SHANGHAI)


def visit(step: VisitStep = VisitStep.IDENTIFY) -> Visit:
    return Visit(id=VisitId("v"), operator_id=OperatorId("o"), step=step, started_at=AT, updated_at=AT)


@pytest.mark.parametrize("step", VisitStep)
@pytest.mark.parametrize("event", VisitEvent)
def test_an_event_either_leads_where_the_table_says_or_raises(step: VisitStep, event: VisitEvent) -> None:
    if (step, event) in TRANSITIONS:
        after = advance(visit(step), event, LATER)
        assert after.step is TRANSITIONS[step, event]
        assert (after.started_at, after.updated_at) == (AT, LATER)
    else:
        with pytest.raises(IllegalTransitionError, match=f"{event.value} in step {step.value}") as caught:
            advance(visit(step), event, LATER)
        assert (caught.value.step, caught.value.event) == (step, event)


def test_the_whole_way_to_the_receipt() -> None:
    way = (
        VisitEvent.RETIREE_CHOSEN, VisitEvent.PRECHECK_PASSED, VisitEvent.CONSENT_GIVEN, VisitEvent.CAPTURE_FINISHED,
        VisitEvent.CAPTURE_AGAIN, VisitEvent.CAPTURE_FINISHED, VisitEvent.DECIDED_PASS, VisitEvent.RECORDED, VisitEvent.FINISHED,
    )  # fmt: skip
    present = visit()
    for event in way:
        present = advance(present, event, LATER)
    assert present.step is VisitStep.DONE


@pytest.mark.parametrize("step", sorted(ENDS, key=lambda step: step.value))
def test_nothing_follows_an_end(step: VisitStep) -> None:
    assert allowed(step) == frozenset()


@pytest.mark.parametrize("step", [VisitStep.RECORD, VisitStep.RECEIPT])
def test_a_decision_once_made_cannot_be_abandoned(step: VisitStep) -> None:
    assert VisitEvent.ABANDONED not in allowed(step)


@given(st.lists(st.sampled_from(VisitEvent), max_size=30))
def test_no_face_is_taken_without_consent_and_nothing_recorded_without_a_decision(events: list[VisitEvent]) -> None:
    present, taken = visit(), []
    for event in events:
        try:
            present = advance(present, event, LATER)
        except IllegalTransitionError:
            continue
        taken.append(event)
        if present.step in (VisitStep.CAPTURE, VisitStep.REVIEW):
            assert VisitEvent.CONSENT_GIVEN in taken
        if present.step is VisitStep.RECEIPT:
            assert taken[-2:] == [VisitEvent.DECIDED_PASS, VisitEvent.RECORDED]


def test_changes_of_fields_travel_with_the_step() -> None:
    after = advance(visit(VisitStep.CAPTURE), VisitEvent.CAPTURE_FINISHED, LATER, captured_at=LATER, simulated=True)
    assert (after.captured_at, after.simulated) == (LATER, True)
