"""What comes back from a home visit: everything once, whatever was done at the desk meanwhile; hostile files refused by name."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.domain.certification import CenterState
from app.domain.confirmation import CaseState, FormReason
from app.domain.eligibility_report import ReportKind
from app.domain.follow_up import FollowUpResult, FollowUpWay
from app.domain.ids import OperatorId, Sha256, TripId
from app.domain.visit import VisitStep
from app.errors import AppError
from app.services import trip_return
from app.services.away import load_of
from app.services.cases import Cases
from app.services.corrections import Corrections
from app.services.eligibility import Draft, Eligibility
from app.services.follow_ups import FollowUps
from app.services.home_visits import HomeVisits
from app.services.ports import AuditEntry
from app.services.trip_contents import LogLine, MadeCertification, TripResult, collect_result
from app.services.visits import Visits
from app.storage.audit import AuditStore
from app.sync.away_files import LaptopFiles
from app.sync.trip_files import DeskTripFiles
from tests.builders.trips import CLERK, CLIP, EVIDENCE, FACE, R1, R2, R3, REVIEWER, Round, sha_of


def take(trip: Round, file: Path) -> trip_return.BroughtBack:
    return trip.files.take_back(file, operator_id=REVIEWER)


def refused(trip: Round, file: Path) -> AppError:
    """The refusal; nothing at the desk has changed."""
    before = trip.dump()
    with pytest.raises(AppError) as caught:
        take(trip, file)
    assert trip.dump() == before
    return caught.value


def test_a_whole_round_brings_everything_once(trip: Round) -> None:
    trip.set_out()
    made, form = trip.certify(), trip.fill_form()
    FollowUps(trip.laptop.desk).log(
        retiree_id=R2, operator_id=CLERK, way=FollowUpWay.VISIT, result=FollowUpResult.REMINDED, note="女儿在家"
    )
    brought = take(trip, trip.bring_back())
    assert (brought.certifications, brought.forms, brought.contacts, brought.reports) == (1, 1, 1, 0)
    assert brought.merged == ()
    with trip.desk.uow() as store:
        assert store.certifications.get(made.id) == made
        assert store.certifications.summary_of(made.id) is not None
        assert {record.kind for record in store.outbox.waiting()} == {"certification", "follow_up"}
        visit = store.visits.get(made.visit_id)  # type: ignore[arg-type]
        assert visit is not None
        assert (visit.step, visit.consent is not None) == (VisitStep.DONE, True)
        assert store.follow_ups.of_retiree(R2)[0].note == "女儿在家"
        actions = [entry.action for _number, entry in store.audit.entries(limit=99)]
    assert trip.case_at_desk(form.id) == form
    for data in (FACE, CLIP, EVIDENCE):
        assert trip.desk.vault.get(sha_of(data)) == data
    assert {"trip.packed", "trip.brought_back", "away.certification.recorded", "away.case.evidence_added"} <= set(
        actions
    )
    with trip.desk.engine.connect() as connection:
        assert AuditStore(connection).verify() is None
    assert HomeVisits(trip.desk.desk).rows()[0].standing.value == "back"
    trip.away.confirm(brought.code)


def test_the_same_file_twice_is_told_with_the_code_and_changes_nothing(trip: Round) -> None:
    trip.set_out()
    trip.certify()
    file = trip.bring_back()
    code = take(trip, file).code
    again = refused(trip, file)
    assert (again.code, again.params["digits"]) == ("trip.twice", code)


def test_a_second_file_of_the_same_trip_brings_only_what_is_new_and_an_older_one_nothing(trip: Round) -> None:
    trip.set_out()
    first_made = trip.certify()
    first = trip.bring_back()
    form = trip.fill_form()
    second = trip.bring_back()
    assert take(trip, first).certifications == 1
    brought = take(trip, second)
    assert (brought.certifications, brought.forms) == (0, 1)
    assert refused(trip, first).code == "trip.twice"
    third = trip.bring_back()
    fourth = trip.bring_back()
    take(trip, fourth)
    assert refused(trip, third).code == "trip.older"
    assert trip.case_at_desk(form.id) == form
    with trip.desk.uow() as store:
        lines = [entry for _n, entry in store.audit.entries(limit=999) if entry.action == "away.certification.recorded"]
        assert len(store.certifications.of_retiree(R1)) == 2
    assert [line.details for line in lines] == [first_made.id]


def test_a_visit_left_at_its_receipt_is_over_at_the_desk_and_one_still_open_must_be_ended_first(trip: Round) -> None:
    trip.set_out()
    visits = Visits(trip.laptop.desk)
    visit = visits.begin(operator_id=CLERK)
    visits.choose(visit.id, R1)
    with pytest.raises(AppError, match=r"trip\.unfinished"):
        trip.bring_back()
    visits.abandon(visit.id)
    take(trip, trip.bring_back())
    with trip.desk.uow() as store:
        assert store.visits.unfinished() == []


def test_a_death_heard_of_at_the_door_marks_the_person_and_closes_the_form(trip: Round) -> None:
    trip.set_out()
    Eligibility(trip.laptop.desk).report(
        R2, Draft(kind=ReportKind.DEATH, on=date(2026, 11, 1), document="死亡证明", papers=((b"%PDF paper", "application/pdf"),)),
        operator_id=CLERK,
    )  # fmt: skip
    brought = take(trip, trip.bring_back())
    assert brought.reports == 1
    with trip.desk.uow() as store:
        person = store.retirees.get(R2)
        assert person is not None
        assert person.died_on == date(2026, 11, 1)
        assert {case.state for case in store.cases.of_retiree(R2)} == {CaseState.CLOSED}
        assert [record.kind for record in store.outbox.waiting()] == ["death_report"]
    assert trip.desk.vault.get(sha_of(b"%PDF paper")) == b"%PDF paper"


def test_records_are_corrected_at_the_desk_only(trip: Round) -> None:
    trip.set_out()
    made = trip.certify()
    with pytest.raises(AppError, match="at_the_desk"):
        Corrections(trip.laptop.desk).correct(made.id, operator_id=CLERK, because="办错了人", signed_on=None)
    assert take(trip, trip.bring_back()).certifications == 1
    Corrections(trip.desk.desk).correct(made.id, operator_id=CLERK, because="办错了人", signed_on=None)


def test_a_form_changed_at_the_desk_meanwhile_keeps_both_and_is_told(trip: Round) -> None:
    trip.set_out()
    away = trip.fill_form()
    trip.fill_form(trip.desk, b"\xff\xd8 another picture")
    brought = take(trip, trip.bring_back())
    assert brought.merged == ("王重阳",)
    kept = trip.case_at_desk(away.id)
    assert {item.blob for item in kept.evidence} == {sha_of(EVIDENCE), sha_of(b"\xff\xd8 another picture")}


def test_a_form_closed_at_the_desk_by_a_death_stays_closed_with_the_new_evidence(trip: Round) -> None:
    trip.set_out()
    away = trip.fill_form()
    Eligibility(trip.desk.desk).report(R2, Draft(kind=ReportKind.DEATH, on=date(2026, 11, 1)), operator_id=REVIEWER)
    take(trip, trip.bring_back())
    kept = trip.case_at_desk(away.id)
    assert kept.state is CaseState.CLOSED
    assert [item.blob for item in kept.evidence] == [sha_of(EVIDENCE)]


def test_a_certification_of_somebody_reported_dead_meanwhile_is_kept_and_raises_the_alarm(trip: Round) -> None:
    trip.set_out()
    made = trip.certify()
    Eligibility(trip.desk.desk).report(R1, Draft(kind=ReportKind.DEATH, on=date(2026, 11, 1)), operator_id=REVIEWER)
    take(trip, trip.bring_back())
    with trip.desk.uow() as store:
        assert store.certifications.get(made.id) is not None
        alarms = [e for _n, e in store.audit.entries(limit=99) if e.action == "alarm.certified_after_death"]
    assert [alarm.subject for alarm in alarms] == [made.id]


def test_two_open_forms_of_one_person_are_told(trip: Round) -> None:
    trip.set_out()
    Cases(trip.laptop.desk).draft(retiree_id=R1, operator_id=CLERK, reason=FormReason.VERY_OLD)
    Cases(trip.desk.desk).draft(retiree_id=R1, operator_id=REVIEWER, reason=FormReason.VERY_OLD)
    assert take(trip, trip.bring_back()).merged == ("龑淑珍",)


@pytest.mark.parametrize("where", ["_log", "_cases", "_contacts"])
def test_an_import_that_is_cut_off_leaves_nothing_and_succeeds_the_next_time(
    trip: Round, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    trip.set_out()
    trip.certify()
    trip.fill_form()
    file = trip.bring_back()
    before = trip.dump()
    with monkeypatch.context() as broken:
        broken.setattr(trip_return.Returning, where, lambda *_a: (_ for _ in ()).throw(RuntimeError("cut off")))
        with pytest.raises(RuntimeError):
            take(trip, file)
    assert trip.dump() == before
    brought = take(trip, file)
    assert (brought.certifications, brought.forms) == (1, 1)


# -------------------------------------------------------------------- the laptop lets go


def test_the_laptop_is_let_go_only_by_the_code_of_the_newest_file_with_nothing_newer(trip: Round) -> None:
    trip.set_out()
    trip.away.confirm("")  # nothing was done: nothing can be lost
    trip.certify()

    def refusal(code: str) -> str:
        with pytest.raises(AppError) as caught:
            trip.away.confirm(code)
        return caught.value.code

    assert refusal("1234567890") == "away.not_brought_back"
    first = take(trip, trip.bring_back()).code
    assert refusal("") == refusal("00000 00000") == "away.code_wrong"
    trip.fill_form()
    assert refusal(first) == "away.newer_work"
    second = take(trip, trip.bring_back()).code
    assert refusal(first) == "away.code_wrong"
    assert trip.away.state().brought_back
    trip.away.confirm(f"核对码 {second}")


# -------------------------------------------------------------------- hostile and mistaken files


def test_a_flipped_bit_anywhere_is_refused_by_name(trip: Round) -> None:
    trip.set_out()
    trip.certify()
    file = trip.bring_back()
    whole = file.read_bytes()
    for place in [*range(30), *range(30, len(whole), max(1, len(whole) // 40)), len(whole) - 1]:
        file.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        assert refused(trip, file).code.startswith("trip.")
    file.write_bytes(whole[: len(whole) // 2])
    assert refused(trip, file).code == "trip.truncated"
    file.write_bytes(whole)
    assert take(trip, file).certifications == 1


def test_files_of_others_are_refused_by_name(trip: Round) -> None:
    packed = trip.set_out()
    file = trip.bring_back()
    assert refused(trip, packed.path).code == "trip.wrong_direction"
    other = DeskTripFiles(trip.desk.desk, Ed25519PrivateKey.generate())
    with pytest.raises(AppError, match=r"trip\.wrong_receiver"):
        other.take_back(file, operator_id=REVIEWER)
    with trip.desk.uow() as store:
        known = store.trips.get(packed.trip.id)
        assert known is not None
        store.trips.save(replace(known, public_key=trip_key_of_another()))
        store.commit()
    assert refused(trip, file).code == "trip.unknown_sender"


def trip_key_of_another() -> str:
    from protocol.signing import public_text

    return public_text(Ed25519PrivateKey.generate())


def test_a_file_of_a_trip_marked_lost_is_refused_until_it_is_found_again(trip: Round) -> None:
    packed = trip.set_out()
    trip.certify()
    file = trip.bring_back()
    visits = HomeVisits(trip.desk.desk)
    visits.set_lost(packed.trip.id, lost=True, operator_id=REVIEWER)
    assert refused(trip, file).code == "trip.lost"
    visits.set_lost(packed.trip.id, lost=False, operator_id=REVIEWER)
    assert take(trip, file).certifications == 1
    with pytest.raises(AppError, match=r"trip\.unknown"):
        visits.set_lost(TripId("?"), lost=True, operator_id=REVIEWER)


def forged(trip: Round, change: Callable[[TripResult], TripResult], blobs: tuple[bytes, ...] = ()) -> Path:
    """A file as somebody makes it who holds the opened laptop, and so the trip's key."""
    files = LaptopFiles(trip.laptop.desk)
    with trip.laptop.uow() as store:
        store.audit.append(AuditEntry(at=trip.clock.now(), operator_id=CLERK, action="trip.sent_back", subject="x"))
        load = load_of(store.settings)
        assert load is not None
        result = change(collect_result(store, load))
        store.commit()
    for data in blobs:
        trip.laptop.vault.put(data, media_type="x")
    from app.services.away_limits import trip_of

    with trip.laptop.uow() as store:
        mine = trip_of(store.settings)
    assert mine is not None
    path = trip.stick / "forged.certback"
    with path.open("wb") as file:
        files._write(file, mine, result)
    return path


def certification(result: TripResult, **changes: Any) -> TripResult:
    (one,) = result.certifications
    return replace(
        result, certifications=(MadeCertification(certification=replace(one.certification, **changes), summary=one.summary),)
    )  # fmt: skip


def record(result: TripResult, **changes: Any) -> TripResult:
    return replace(result, records=tuple(replace(one, **changes) for one in result.records))


def visit(result: TripResult, **changes: Any) -> TripResult:
    return replace(result, visits=tuple(replace(one, **changes) for one in result.visits))


def body(result: TripResult, old: str, new: str) -> TripResult:
    return replace(result, records=tuple(replace(one, body=one.body.replace(old, new)) for one in result.records))


YEAR = timedelta(days=365)
FORGERIES: dict[str, tuple[Callable[[TripResult], TripResult], str]] = {
    "somebody who did not go along": (lambda r: certification(visit(r, retiree_id=R3), retiree_id=R3), "trip.foreign_person"),
    "a clerk nobody knows": (lambda r: certification(r, operator_id=OperatorId("?")), "trip.foreign_clerk"),
    "a second person nobody knows": (
        lambda r: certification(r, second_operator_id=OperatorId("?")),
        "trip.foreign_clerk",
    ),
    "a time before the packing": (
        lambda r: certification(r, captured_at=r.certifications[0].certification.captured_at - YEAR),
        "trip.time",
    ),
    "a time after the last day": (
        lambda r: certification(r, captured_at=r.certifications[0].certification.captured_at + YEAR),
        "trip.time",
    ),
    "a time still to come": (
        lambda r: certification(r, captured_at=r.certifications[0].certification.captured_at + timedelta(hours=3)),
        "trip.clock",
    ),
    "the center's own word": (lambda r: certification(r, center=CenterState.ACCEPTED), "trip.mismatch"),
    "a record without its certification": (lambda r: replace(r, certifications=()), "trip.mismatch"),
    "a certification without its record": (lambda r: replace(r, records=()), "trip.mismatch"),
    "a certification without its visit": (lambda r: replace(r, visits=()), "trip.mismatch"),
    "a certification without consent": (lambda r: visit(r, consent=None), "trip.mismatch"),
    "a visit that was not recorded": (lambda r: visit(r, step=VisitStep.RECORD), "trip.mismatch"),
    "an advice that was no match and nobody else": (lambda r: visit(r, advice=None), "trip.mismatch"),
    "another body": (lambda r: body(r, '"decision":"pass"', '"decision":"pass_override"'), "trip.mismatch"),
    "a body of somebody else": (lambda r: body(r, f'"retiree_id":"{R1}"', f'"retiree_id":"{R3}"'), "trip.mismatch"),
    "a body that is none": (lambda r: record(r, body="[]"), "trip.mismatch"),
    "a kind that a laptop does not make": (lambda r: record(r, kind="form_submission"), "trip.kind"),
    "a receipt": (lambda r: record(r, receipt="{}"), "trip.mismatch"),
    "the same record twice": (lambda r: replace(r, records=r.records * 2), "trip.mismatch"),
    "log lines left out": (lambda r: replace(r, log=r.log[1:]), "trip.mismatch"),
    "a log that never was": (
        lambda r: replace(r, log=(LogLine(number=1, entry=replace(r.log[0].entry, operator_id=OperatorId("?"))),)),
        "trip.foreign_clerk",
    ),
    "evidence that is not there": (
        lambda r: replace(r, cases=tuple(replace(c, scan=Sha256("ab" * 32)) for c in r.cases)),
        "trip.blob",
    ),
    "a form that was sent": (
        lambda r: replace(r, cases=tuple(replace(c, state=CaseState.ACCEPTED) for c in r.cases)),
        "trip.mismatch",
    ),
    "a form of another": (lambda r: replace(r, cases=tuple(replace(c, retiree_id=R1) for c in r.cases)), "trip.mismatch"),
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(FORGERIES))
def test_what_this_laptop_could_not_have_made_is_refused_by_name(trip: Round, name: str) -> None:
    trip.set_out()
    trip.certify()
    trip.fill_form()
    change, code = FORGERIES[name]
    assert refused(trip, forged(trip, change)).code == code
    assert take(trip, trip.bring_back()).certifications == 1


def test_the_honest_file_made_by_the_same_means_is_taken(trip: Round) -> None:
    trip.set_out()
    trip.certify()
    trip.fill_form()
    assert take(trip, forged(trip, lambda r: r)).certifications == 1
