"""The form case's table: only what stands in it can happen, each step is dated, undo ends when the case was sent."""

from datetime import datetime
from itertools import product

import pytest

from app.domain.case_machine import TRANSITIONS, UNDO, CaseEvent, IllegalCaseStepError, advance
from app.domain.confirmation import CaseState, FormCase, FormReason
from app.domain.ids import CaseId, OperatorId, RetireeId
from tests.builders.people import SHANGHAI

AT = datetime(2026, 11, 24, 10, tzinfo=SHANGHAI)


def case(state: CaseState = CaseState.DRAFTED) -> FormCase:
    return FormCase(id=CaseId("k-1"), retiree_id=RetireeId("r-1"), reason=FormReason.VERY_OLD, state=state)


def after(before: FormCase, *events: CaseEvent) -> FormCase:
    for event in events:
        before = advance(before, event, at=AT, by=OperatorId("o-1"))
    return before


def test_a_case_goes_from_draft_to_the_centers_yes_with_every_step_dated() -> None:
    done = after(
        case(),
        CaseEvent.COMPLETED,
        CaseEvent.PRINTED,
        CaseEvent.SCAN_TAKEN,
        CaseEvent.BATCHED,
        CaseEvent.SENT,
        CaseEvent.ACCEPTED,
    )
    assert done.state is CaseState.ACCEPTED
    assert [step.at for step in done.history] == [AT] * 6


def test_a_returned_case_is_opened_again() -> None:
    assert after(case(CaseState.SENT), CaseEvent.RETURNED, CaseEvent.REOPENED).state is CaseState.DRAFTED


@pytest.mark.parametrize(
    ("state", "event"), [pair for pair in product(CaseState, CaseEvent) if pair not in TRANSITIONS]
)
def test_what_is_not_in_the_table_raises(state: CaseState, event: CaseEvent) -> None:
    with pytest.raises(IllegalCaseStepError):
        advance(case(state), event, at=AT, by=None)


@pytest.mark.parametrize("state", list(UNDO))
def test_every_undo_is_in_the_table(state: CaseState) -> None:
    assert (state, UNDO[state]) in TRANSITIONS


def test_nothing_is_undone_once_it_was_sent() -> None:
    assert not {CaseState.SENT, CaseState.ACCEPTED, CaseState.CLOSED} & UNDO.keys()


@pytest.mark.parametrize("state", [s for s in CaseState if s not in (CaseState.ACCEPTED, CaseState.CLOSED)])
def test_a_death_closes_every_open_case(state: CaseState) -> None:
    assert after(case(state), CaseEvent.PERSON_DIED).state is CaseState.CLOSED
