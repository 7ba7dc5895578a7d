"""Signs for the reviewer: each told when it should be, and not told for the ordinary day."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, strategies as st

from app.domain.certification import Certification, Channel
from app.domain.evidence import LivenessVerdict
from app.domain.fraud import (
    FraudKind,
    FraudSign,
    Piece,
    Seen,
    SettleRefusal,
    about_certifications,
    about_evidence,
    settle_refusal,
    sorted_signs,
)
from app.domain.ids import OperatorId, RecordId, RetireeId, Sha256, VisitId
from app.domain.near import NEAR_BITS
from app.domain.operator import Operator, Role
from app.domain.policy import Policy

AT = datetime(2026, 11, 24, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
CLERK, SECOND = OperatorId("clerk"), OperatorId("second")
WHO = RetireeId("r-1")


def made(number: int = 1, **changes: object) -> Certification:
    fields: dict[str, object] = {
        "id": RecordId(f"c{number}"),
        "retiree_id": WHO,
        "channel": Channel.ASSISTED_FACE,
        "captured_at": AT,
        "operator_id": CLERK,
        "visit_id": VisitId(f"v{number}"),
    }
    return Certification(**{**fields, **changes})  # type: ignore[arg-type]


def kinds(*certifications: Certification, died: date | None = None, **summaries: LivenessVerdict) -> list[FraudKind]:
    seen = {RecordId(name): Seen(verdict, None) for name, verdict in summaries.items()}
    found = about_certifications(certifications, died={WHO: died} if died is not None else {}, seen=seen)
    return [sign.kind for sign in found]


def test_an_ordinary_day_has_no_sign() -> None:
    assert kinds(made(1), made(2), c1=LivenessVerdict.LIVE, c2=LivenessVerdict.UNSURE) == []


def test_a_certification_after_the_death_and_a_passed_attack_are_told() -> None:
    assert kinds(made(), died=date(2026, 11, 23)) == [FraudKind.AFTER_DEATH]
    assert kinds(made(), died=date(2026, 11, 24)) == []
    assert kinds(made(), c1=LivenessVerdict.ATTACK) == [FraudKind.ATTACK_PASSED]


@pytest.mark.parametrize(("hour", "told"), [(5, True), (6, False), (20, False), (21, True), (23, True)])
def test_the_night_is_told(hour: int, told: bool) -> None:
    assert kinds(made(captured_at=AT.replace(hour=hour))) == ([FraudKind.AT_NIGHT] if told else [])


def test_what_the_center_told_from_elsewhere_is_no_clerks_doing() -> None:
    assert kinds(made(captured_at=AT.replace(hour=2), operator_id=None, visit_id=None)) == []


@pytest.mark.parametrize(("overrides", "others", "told"), [(5, 5, True), (4, 0, False), (5, 20, False), (10, 20, True)])
def test_many_overrides_are_a_number_and_a_share(overrides: int, others: int, told: bool) -> None:
    passed = [made(n, second_operator_id=SECOND) for n in range(overrides)]
    signs = about_certifications([*passed, *(made(100 + n) for n in range(others))], died={}, seen={}, policy=Policy())
    assert [(s.kind, s.operator_id, s.count, s.total) for s in signs] == (
        [(FraudKind.MANY_OVERRIDES, CLERK, overrides, overrides + others)] if told else []
    )


def piece(who: str, days: int, sha: str, fingerprint: int | None) -> Piece:
    return Piece(
        of=f"{who} {days}",
        retiree_id=RetireeId(who),
        at=AT + timedelta(days=days),
        sha256=Sha256(sha),
        fingerprint=fingerprint,
        involved=(CLERK,),
    )


def test_one_picture_for_two_people_or_two_years_is_told_and_near_copies_too() -> None:
    assert about_evidence([piece("a", 0, "x", None), piece("b", 9, "x", None)])[0].retirees == ("a", "b")
    assert about_evidence([piece("a", 0, "x", 5), piece("a", 365, "x", 5)])[0].retirees == ("a",)
    near = (1 << NEAR_BITS) - 1
    assert len(about_evidence([piece("a", 0, "x", 0), piece("b", 1, "y", near)])) == 1
    assert about_evidence([piece("a", 0, "x", 0), piece("b", 1, "y", near << 1 | 1)]) == ()
    assert about_evidence([piece("a", 0, "x", None), piece("b", 1, "y", None)]) == ()


def test_two_pictures_of_one_case_are_no_sign() -> None:
    one = piece("a", 0, "x", 0)
    again = [
        replace(one, at=AT + timedelta(seconds=9)),
        replace(one, at=AT + timedelta(seconds=20), sha256=Sha256("y")),
    ]
    assert about_evidence([one, *again]) == ()
    (sign,) = about_evidence([one, *again, piece("b", 1, "z", 1)])
    assert sign.pictures == ("x", "z")


bits = st.integers(0, (1 << 255) - 1)


@given(st.lists(st.tuples(bits, st.sampled_from("abc"), st.booleans(), st.integers(0, 40)), max_size=12), st.data())
def test_whatever_is_near_is_always_found_and_nothing_else(
    seeds: list[tuple[int, str, bool, int]], data: st.DataObject
) -> None:
    pieces: list[Piece] = []
    for number, (print_, who, lasting, turned) in enumerate(seeds):
        if pieces and data.draw(st.booleans()):
            print_ = pieces[data.draw(st.integers(0, len(pieces) - 1))].fingerprint or 0
            for bit in data.draw(st.sets(st.integers(0, 254), min_size=turned, max_size=turned)):
                print_ ^= 1 << bit
        sha = data.draw(st.sampled_from(["same", f"own {number}"]))
        made_one = replace(piece(who, number, sha, None if lasting else print_), lasting=lasting)
        pieces.append(replace(made_one, of=data.draw(st.sampled_from(["k", f"k{number}"]))))

    def copies(one: Piece, other: Piece) -> bool:
        if one.of == other.of or (one.lasting and other.lasting and one.retiree_id == other.retiree_id):
            return False
        prints = (one.fingerprint, other.fingerprint)
        close = None not in prints and (prints[0] ^ prints[1]).bit_count() <= NEAR_BITS  # type: ignore[operator]
        return one.sha256 == other.sha256 or close

    expected = [
        (first.sha256, later.sha256)
        for number, later in enumerate(pieces)
        if (first := next((one for one in pieces[:number] if copies(one, later)), None)) is not None
    ]
    found = about_evidence(pieces)
    assert [sign.pictures for sign in found] == [tuple(dict.fromkeys(pair)) for pair in expected]


def test_a_paper_that_lasts_is_a_sign_only_for_two_people() -> None:
    lasting = [replace(piece(who, days, "x", None), lasting=True) for who, days in (("a", 0), ("a", 365), ("b", 400))]
    assert about_evidence(lasting[:2]) == ()
    (sign,) = about_evidence(lasting)
    assert (sign.retirees, sign.pictures, sign.involved) == (("a", "b"), ("x",), (CLERK,))


def test_a_corrected_certification_is_told_no_more() -> None:
    void = made(2, supersedes=RecordId("c1"), void=True)
    assert kinds(made(1), void, died=date(2026, 11, 1)) == []


@pytest.mark.parametrize(
    ("name", "role", "expected"),
    [
        ("second", Role.REVIEWER, SettleRefusal.INVOLVED),
        ("clerk", Role.ADMIN, SettleRefusal.INVOLVED),
        ("other", Role.CLERK, SettleRefusal.NOT_A_REVIEWER),
        ("other", Role.REVIEWER, None),
    ],
)
def test_a_sign_is_settled_only_by_a_reviewer_who_had_no_hand_in_it(
    name: str, role: Role, expected: SettleRefusal | None
) -> None:
    night = made(captured_at=AT.replace(hour=2), second_operator_id=SECOND)
    (sign,) = about_certifications([night], died={}, seen={})
    assert settle_refusal(sign, Operator(id=OperatorId(name), login=name, name=name, role=role)) is expected


def test_a_sign_that_grew_is_another_sign() -> None:
    def keys(count: int) -> set[str]:
        return {one.key for one in about_certifications(
            [made(n, second_operator_id=SECOND) for n in range(count)], died={}, seen={}
        )}  # fmt: skip

    assert keys(5) == keys(5) != keys(6)


def test_the_gravest_stand_first_and_the_newest_of_a_kind() -> None:
    old, new = FraudSign(kind=FraudKind.AT_NIGHT, at=AT), FraudSign(kind=FraudKind.AT_NIGHT, at=AT + timedelta(days=1))
    dead = FraudSign(kind=FraudKind.AFTER_DEATH, at=AT)
    assert sorted_signs([old, dead, new, FraudSign(kind=FraudKind.SAME_FACE)]) == (
        dead,
        FraudSign(kind=FraudKind.SAME_FACE),
        new,
        old,
    )
