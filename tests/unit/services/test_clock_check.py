"""The clock went backwards: nothing is recorded until somebody with the right says which time is true, and it stays in the log."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, timedelta

import pytest

from app.domain.follow_up import FollowUpResult, FollowUpWay
from app.domain.ids import RetireeId, VisitId
from app.domain.precheck import FindingCode
from app.errors import AppError
from app.services.accounts import Accounts
from app.services.clock_check import ClockCheck, newest_record
from app.services.follow_ups import FollowUps
from app.services.stored_settings import CENTER_TIME, SKEW_S
from app.services.visits import Visits
from tests.builders.desk import RealDesk
from tests.unit.services.conftest import PASSWORD, People, PlainHasher
from tests.unit.services.test_visits import MATCH, R1, R2, code_of


@pytest.fixture
def visits(desk: RealDesk) -> Visits:
    with desk.uow() as store:
        person, other = store.retirees.get(R2), store.retirees.get(R1)
        assert person is not None
        assert other is not None
        store.retirees.upsert([replace(person, card_number="430000000002", photo=other.photo)])
        store.commit()
    return Visits(desk.desk)


@pytest.fixture
def check(desk: RealDesk) -> ClockCheck:
    return ClockCheck(desk.desk, Accounts(desk.desk, PlainHasher()))


@pytest.fixture
def certify(visits: Visits, people: People) -> Callable[[RetireeId], VisitId]:
    def run(who: RetireeId) -> VisitId:
        visit = visits.begin(operator_id=people.clerk.id)
        visits.choose(visit.id, who)
        visits.pass_precheck(visit.id)
        visits.consent(visit.id, given=True)
        visits.finish_capture(visit.id, MATCH)
        visits.decide_pass(visit.id)
        return visit.id

    return run


def test_a_record_made_in_a_wrong_future_stops_the_next_until_a_reviewer_confirms_the_present(
    desk: RealDesk, visits: Visits, check: ClockCheck, certify: Callable[[RetireeId], VisitId], people: People
) -> None:
    desk.clock.move(timedelta(days=3650))  # an empty battery, a slip of the finger
    visits.record(certify(R1))
    desk.clock.move(-timedelta(days=3650))
    with desk.uow() as store:
        store.settings.set(CENTER_TIME, (desk.clock.now() - timedelta(days=1)).isoformat())
        store.commit()
    visit = visits.begin(operator_id=people.clerk.id)
    view = visits.choose(visit.id, R2)
    assert FindingCode.CLOCK_BACKWARDS in {found.code for found in view.findings}
    assert code_of(lambda: visits.pass_precheck(visit.id)) == "visit.blocked"
    doubt = check.doubt()
    assert doubt is not None
    assert (doubt.last_record - doubt.now).days == 3650
    assert doubt.center == doubt.now - timedelta(days=1)
    assert not doubt.before_center
    assert code_of(lambda: check.computer_is_right(login="jingban", password=PASSWORD)) == "account.not_allowed"
    assert check.doubt() is not None
    who = check.computer_is_right(login="fuhe", password=PASSWORD)
    assert who == people.reviewer.id
    assert check.doubt() is None
    visits.pass_precheck(visit.id)
    with desk.uow() as store:
        line = store.audit.entries(limit=2)[1][1]
    assert (line.action, line.operator_id) == ("clock.confirmed", people.reviewer.id)
    assert "→" in line.details


def test_a_clock_set_back_between_decision_and_record_records_nothing_and_loses_nothing(
    desk: RealDesk, visits: Visits, certify: Callable[[RetireeId], VisitId]
) -> None:
    visits.record(certify(R1))
    decided = certify(R2)
    desk.clock.move(-timedelta(days=1))
    assert code_of(lambda: visits.record(decided)) == "clock.backwards"
    with desk.uow() as store:
        assert store.certifications.of_retiree(R2) == []
    desk.clock.move(timedelta(days=1))
    assert visits.record(decided).retiree_id == R2


def test_a_clock_before_the_centers_last_word_is_hardly_right(
    desk: RealDesk, visits: Visits, check: ClockCheck, certify: Callable[[RetireeId], VisitId]
) -> None:
    visits.record(certify(R1))
    with desk.uow() as store:
        store.settings.set(CENTER_TIME, desk.clock.now().astimezone(UTC).isoformat())
        store.commit()
    desk.clock.move(-timedelta(days=2))
    doubt = check.doubt()
    assert doubt is not None
    assert doubt.before_center


def test_a_clock_that_is_set_right_by_seconds_is_no_doubt(
    desk: RealDesk, visits: Visits, certify: Callable[[RetireeId], VisitId]
) -> None:
    decided, other = certify(R1), certify(R2)
    visits.record(decided)
    with desk.uow() as store:
        newest = newest_record(store)
    desk.clock.move(-timedelta(seconds=5))
    visits.record(other)
    with desk.uow() as store:
        assert newest_record(store) == newest, "the newest stays the newest"


def test_without_a_doubt_nothing_is_confirmed(desk: RealDesk, check: ClockCheck, people: People) -> None:
    assert check.doubt() is None
    check.computer_is_right(login="fuhe", password=PASSWORD)
    with desk.uow() as store:
        assert "clock.confirmed" not in {entry.action for _n, entry in store.audit.entries(limit=20)}


def test_every_record_tells_by_how_much_desk_and_center_differed(
    desk: RealDesk, visits: Visits, certify: Callable[[RetireeId], VisitId], people: People
) -> None:
    with desk.uow() as store:
        store.settings.set(SKEW_S, "-412.5")
        store.commit()
    visits.record(certify(R1))
    FollowUps(desk.desk).log(
        retiree_id=R2, way=FollowUpWay.PHONE, result=FollowUpResult.REMINDED, operator_id=people.clerk.id
    )
    with desk.uow() as store:
        skews = {record.kind: json.loads(record.body)["clock_skew_s"] for record in store.outbox.waiting()}
    assert skews == {"certification": -412.5, "follow_up": -412.5}


def test_nothing_raises_before_the_first_record(desk: RealDesk) -> None:
    with desk.uow() as store:
        assert newest_record(store) is None
    with pytest.raises(AppError, match=r"visit\.unknown"):
        Visits(desk.desk).record(VisitId("none"))
