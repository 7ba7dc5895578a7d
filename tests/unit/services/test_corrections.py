"""A wrong certification is corrected by one that supersedes it; the wrong one stays."""

import json
from dataclasses import replace
from datetime import date

import pytest

from app.domain.certification import CenterState, Channel
from app.domain.ids import OperatorId, RecordId, RetireeId
from app.domain.operator import Operator, Role
from app.errors import AppError
from app.services.corrections import Corrections
from app.services.roster import Roster
from tests.builders.desk import RealDesk
from tests.builders.people import certified

BY = OperatorId("clerk")


def ours(desk: RealDesk, *, form: bool = False, center: CenterState = CenterState.ACCEPTED) -> RecordId:
    """A certification of this desk's clerk, later than the one the center told."""
    made = certified(date(2026, 11, 3), number=50, center=center, operator_id=BY)
    if form:
        made = replace(made, channel=Channel.UNIT_CONFIRMED, signed_on=date(2026, 11, 5))
    with desk.uow() as store:
        store.operators.save(Operator(id=BY, login="jingban", name="王芳", role=Role.CLERK), "hash")
        store.certifications.add(made)
        store.commit()
    return made.id


def deadline(desk: RealDesk) -> date | None:
    return Roster(desk.desk).card(RetireeId("r-1")).standing.deadlines.with_provisional


def test_one_that_should_never_have_been_counts_no_longer_and_is_still_there(desk: RealDesk) -> None:
    wrong = ours(desk)
    assert deadline(desk) == date(2027, 11, 3)
    made = Corrections(desk.desk).correct(wrong, operator_id=BY, because=" 办错了人 ", signed_on=None)
    assert deadline(desk) == date(2026, 12, 10)
    card = Roster(desk.desk).card(RetireeId("r-1"))
    assert {one.id for one in card.certifications} >= {wrong, made.id}
    assert (made.void, made.supersedes, made.correction_reason) == (True, wrong, "办错了人")
    with desk.uow() as store:
        record = store.outbox.get(made.id)
        (_number, line), *_rest = store.audit.entries(limit=1)
    assert record is not None
    assert record.kind == "correction"
    body = json.loads(record.body)
    assert (body["retiree_id"], body["corrects"], body["because"], body["operator_id"]) == (
        "r-1",
        wrong,
        "办错了人",
        BY,
    )
    assert "signed_on" not in body
    assert (line.action, line.subject, line.details) == ("certification.corrected", wrong, "void")


def test_another_day_of_signature_moves_the_deadline(desk: RealDesk) -> None:
    wrong = ours(desk, form=True)
    made = Corrections(desk.desk).correct(wrong, operator_id=BY, because="看错了", signed_on=date(2026, 11, 4))
    assert deadline(desk) == date(2027, 11, 4)
    with desk.uow() as store:
        record = store.outbox.get(made.id)
    assert record is not None
    assert json.loads(record.body)["signed_on"] == "2026-11-04"


def test_what_would_follow_is_told_and_nothing_written(desk: RealDesk) -> None:
    wrong = ours(desk)
    standing = Corrections(desk.desk).preview(wrong, signed_on=None)
    assert standing.deadlines.with_provisional == date(2026, 12, 10)
    assert deadline(desk) == date(2027, 11, 3)


def test_a_correction_can_itself_be_corrected_but_one_already_superseded_not(desk: RealDesk) -> None:
    corrections, wrong = Corrections(desk.desk), ours(desk, form=True)
    second = corrections.correct(wrong, operator_id=BY, because="一", signed_on=date(2026, 11, 4))
    with desk.uow() as store:
        store.certifications.set_center_answer(replace(second, center=CenterState.ACCEPTED))
        store.commit()
    third = corrections.correct(second.id, operator_id=BY, because="二", signed_on=date(2026, 11, 2))
    assert deadline(desk) == date(2027, 11, 2)
    for gone in (wrong, second.id):
        with pytest.raises(AppError, match="not_standing"):
            corrections.correct(gone, operator_id=BY, because="三", signed_on=None)
    corrections.correct(third.id, operator_id=BY, because="三", signed_on=None)
    assert deadline(desk) == date(2026, 12, 10)


@pytest.mark.parametrize(
    ("record", "signed_on", "code"),
    [
        ("nobody's", None, "record.unknown"),
        ("c-1", None, "correction.not_ours"),
        ("face", date(2026, 11, 4), "correction.no_date"),
        ("form", date(2026, 11, 25), "correction.date_wrong"),
        ("form", date(2026, 11, 5), "correction.date_wrong"),
        ("waiting form", date(2026, 11, 4), "correction.not_accepted"),
    ],
)
def test_what_cant_be_corrected_is_refused_by_name(
    desk: RealDesk, record: str, signed_on: date | None, code: str
) -> None:
    made = {
        "face": lambda: ours(desk),
        "form": lambda: ours(desk, form=True),
        "waiting form": lambda: ours(desk, form=True, center=CenterState.PENDING),
    }
    record_id = made[record]() if record in made else RecordId(record)
    with pytest.raises(AppError) as caught:
        Corrections(desk.desk).correct(record_id, operator_id=BY, because="因为", signed_on=signed_on)
    assert caught.value.code == code


def test_without_a_reason_nothing_is_corrected(desk: RealDesk) -> None:
    with pytest.raises(AppError, match="reason_needed"):
        Corrections(desk.desk).correct(ours(desk), operator_id=BY, because="  ", signed_on=None)
    assert deadline(desk) == date(2027, 11, 3)
