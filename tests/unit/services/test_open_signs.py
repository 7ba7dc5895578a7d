"""Open fraud signs, as erasing and the reviewer ask for them: each kind told of alone in an honest unit, and of an honest unit nothing."""

import random
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import cv2
import pytest

from app.camera.fingerprint import fingerprint
from app.domain.confirmation import EvidenceKind
from app.domain.evidence import LivenessVerdict
from app.domain.fraud import FraudKind, FraudSign
from app.domain.ids import OperatorId, RecordId
from app.domain.operator import Operator, Role
from app.domain.policy import Policy
from app.errors import AppError
from app.services.corrections import Corrections
from app.services.fingerprints import KEPT
from tests.builders.desk import RealDesk
from tests.builders.scrutiny import LI, certify, desk_with_two_accounts, enrol, form, jpeg, scrutiny, shot

PHOTOS = (b"ann-1", b"bob-1", b"eve-1", b"kim-1", b"lou-1", b"moe-1")
LIVING, PAPER = EvidenceKind.LIVING_PICTURE, EvidenceKind.HOSPITAL_PAPER
DEAD, DIED = 5, date(2026, 11, 1)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[RealDesk]:
    made = desk_with_two_accounts(tmp_path)
    yield made
    made.engine.dispose()


def honest(desk: RealDesk, seed: int) -> None:
    """Six people, one of whom died; two years of certifications and forms in daytime, each with pictures of its own."""
    rng, now = random.Random(seed), desk.clock.now()
    enrol(desk, *PHOTOS, dead={DEAD: DIED})
    looks = iter(rng.sample(range(1000, 9000), 60))
    for who in range(len(PHOTOS)):
        for year in (1, 0):
            day = (now - timedelta(days=365 * year + rng.randrange(30, 300))).replace(hour=rng.randint(6, 20))
            if who == DEAD:
                day = min(day, datetime(2026, 11, 1, 20, 59, tzinfo=now.tzinfo))
            if rng.random() < 0.4:
                shots = [shot(next(looks)), shot(next(looks))]
                nearly = cv2.convertScaleAbs(shots[0], alpha=1.02)  # somebody who lies still is taken twice
                form(desk, f"k{who}{year}", who, *map(jpeg, (*shots, nearly)), at=day, kind=LIVING)
                form(desk, f"h{who}{year}", who, f"hospital paper of {who}".encode(), at=day, kind=PAPER)
            else:
                certify(
                    desk, f"c{who}{year}", who, jpeg(shot(next(looks))), at=day, second=(who, year) in ((0, 0), (1, 0))
                )


def opened(desk: RealDesk) -> dict[FraudKind, list[FraudSign]]:
    found: dict[FraudKind, list[FraudSign]] = {}
    for sign in scrutiny(desk).open_signs():
        found.setdefault(sign.kind, []).append(sign)
    return found


@pytest.mark.parametrize("seed", range(12))
def test_an_honest_unit_never_has_a_sign(desk: RealDesk, seed: int) -> None:
    honest(desk, seed)
    assert opened(desk) == {}


def same_face(desk: RealDesk) -> set[str]:
    enrol(desk, *PHOTOS, b"ann-2", dead={DEAD: DIED})
    return {"r0", "r6"}


def same_evidence(how: str) -> Callable[[RealDesk], set[str]]:
    def commit(desk: RealDesk) -> set[str]:
        now, first = desk.clock.now(), shot(50)
        copy = {
            "the same": jpeg(first),
            "smaller and saved again": jpeg(cv2.resize(first, (320, 240), interpolation=cv2.INTER_AREA), 30),
            "brighter": jpeg(cv2.convertScaleAbs(first, alpha=1.1, beta=10)),
        }
        whose = 1 if how == "the same person, a year later" else 2
        form(desk, "first", 1, jpeg(first), at=now - timedelta(days=366), kind=LIVING)
        form(desk, "second", whose, copy.get(how, jpeg(first)), at=now, kind=LIVING)
        return {"r1", f"r{whose}"}

    return commit


def one_paper_for_two(desk: RealDesk) -> set[str]:
    for who in (1, 2):
        form(desk, f"paper {who}", who, b"%PDF one paper", at=desk.clock.now(), kind=PAPER)
    return {"r1", "r2"}


def picture_of_a_form_certifies(desk: RealDesk) -> set[str]:
    form(desk, "first", 1, jpeg(shot(50)), at=desk.clock.now() - timedelta(days=9), kind=LIVING)
    certify(desk, "later", 2, jpeg(shot(50)))
    return {"r1", "r2"}


def many_overrides(desk: RealDesk) -> set[str]:
    for number in range(9):
        certify(desk, f"o{number}", number % 4, jpeg(shot(60 + number)), second=True)
    return {"r0", "r1", "r2", "r3"}


def at_night(desk: RealDesk) -> set[str]:
    certify(desk, "night", 3, jpeg(shot(70)), at=desk.clock.now().replace(hour=3))
    return {"r3"}


def face_of_the_dead(desk: RealDesk) -> set[str]:
    certify(desk, "her face", 2, b"moe-2")
    return {"r2", f"r{DEAD}"}


def after_death(desk: RealDesk) -> set[str]:
    certify(desk, "late", DEAD, jpeg(shot(80)), at=datetime(2026, 11, 2, 10, tzinfo=desk.clock.now().tzinfo))
    return {f"r{DEAD}"}


def attack(desk: RealDesk) -> set[str]:
    certify(desk, "mask", 4, jpeg(shot(90)), liveness=LivenessVerdict.ATTACK)
    return {"r4"}


FRAUDS: dict[str, tuple[FraudKind, Callable[[RealDesk], set[str]]]] = {
    "one face on two retirees": (FraudKind.SAME_FACE, same_face),
    "one picture for two people": (FraudKind.SAME_EVIDENCE, same_evidence("the same")),
    "a copy, smaller and saved again": (FraudKind.SAME_EVIDENCE, same_evidence("smaller and saved again")),
    "a copy, brighter": (FraudKind.SAME_EVIDENCE, same_evidence("brighter")),
    "one picture for two years": (FraudKind.SAME_EVIDENCE, same_evidence("the same person, a year later")),
    "one paper for two people": (FraudKind.SAME_EVIDENCE, one_paper_for_two),
    "a form's picture certifies somebody": (FraudKind.SAME_EVIDENCE, picture_of_a_form_certifies),
    "many overrides by one clerk": (FraudKind.MANY_OVERRIDES, many_overrides),
    "certified at night": (FraudKind.AT_NIGHT, at_night),
    "the face of somebody dead": (FraudKind.FACE_OF_THE_DEAD, face_of_the_dead),
    "dated after the death": (FraudKind.AFTER_DEATH, after_death),
    "an attack that was passed": (FraudKind.ATTACK_PASSED, attack),
}


@pytest.mark.parametrize("name", sorted(FRAUDS))
@pytest.mark.parametrize("seed", range(3))
def test_each_fraud_is_told_of_alone_with_its_people_and_is_open_until_it_is_settled(
    desk: RealDesk, name: str, seed: int
) -> None:
    kind, commit = FRAUDS[name]
    honest(desk, seed)
    whose = commit(desk)
    found = opened(desk)
    assert list(found) == [kind]
    ((sign,),) = found.values()
    assert whose <= set(sign.retirees)
    boss = OperatorId("boss")
    with desk.uow() as store:
        store.operators.save(Operator(id=boss, login=boss, name=boss, role=Role.ADMIN), "hash")
        store.commit()
    if kind is FraudKind.MANY_OVERRIDES:
        with pytest.raises(AppError, match=r"sign\.own_work"):
            scrutiny(desk).settle(sign, operator_id=LI, note="是我自己陪同的")
    scrutiny(desk).settle(sign, operator_id=boss, note="已经查清楚了")
    assert opened(desk) == {}


def twins_with_cases_of_their_own(desk: RealDesk) -> None:
    enrol(desk, *PHOTOS, b"ann-2", dead={DEAD: DIED})
    now = desk.clock.now()
    for who, look in ((0, 51), (6, 52)):
        form(desk, f"t{who}", who, jpeg(shot(look)), at=now, kind=LIVING)
        certify(desk, f"tc{who}", who, b"ann-%d" % look, at=now - timedelta(days=400))


def early_and_late_but_in_daytime(desk: RealDesk) -> None:
    policy = Policy()
    for hour in range(policy.day_begins, policy.day_ends):
        certify(desk, f"h{hour}", hour % 4, jpeg(shot(200 + hour)), at=desk.clock.now().replace(hour=hour, minute=59))


def on_the_day_of_death(desk: RealDesk) -> None:
    certify(desk, "last", DEAD, jpeg(shot(53)), at=datetime(2026, 11, 1, 20, 30, tzinfo=desk.clock.now().tzinfo))


def her_own_paper_again_the_next_year(desk: RealDesk) -> None:
    for year in (1, 0):
        form(desk, f"p{year}", 1, b"%PDF disability", at=desk.clock.now() - timedelta(days=365 * year), kind=PAPER)


def few_overrides_among_many(desk: RealDesk) -> None:
    for number in range(24):
        certify(desk, f"f{number}", number % 4, jpeg(shot(300 + number)), second=number % 6 == 0)


def a_picture_of_long_ago(desk: RealDesk) -> None:
    old = desk.clock.now() - timedelta(days=900)
    form(desk, "old", 1, jpeg(shot(54)), at=old, kind=LIVING)
    form(desk, "new", 1, jpeg(shot(55)), at=desk.clock.now(), kind=LIVING)


def a_living_sister_has_her_face(desk: RealDesk) -> None:
    certify(desk, "sister", 2, b"kim-9")


INNOCENT: dict[str, tuple[Callable[[RealDesk], None], set[FraudKind]]] = {
    "twins with cases of their own": (twins_with_cases_of_their_own, {FraudKind.SAME_FACE}),
    "early and late but in daytime": (early_and_late_but_in_daytime, set()),
    "on the day of death": (on_the_day_of_death, set()),
    "her own paper again the next year": (her_own_paper_again_the_next_year, set()),
    "few overrides among many": (few_overrides_among_many, set()),
    "a picture of long ago": (a_picture_of_long_ago, set()),
    "a living sister has her face": (a_living_sister_has_her_face, set()),
}


@pytest.mark.parametrize("name", sorted(INNOCENT))
@pytest.mark.parametrize("seed", range(3))
def test_what_only_looks_like_it_is_never_told(desk: RealDesk, name: str, seed: int) -> None:
    honest(desk, seed)
    do, asked = INNOCENT[name]
    do(desk)
    assert set(opened(desk)) == asked


def test_what_was_corrected_is_told_no_more(desk: RealDesk) -> None:
    honest(desk, 0)
    at_night(desk)
    (sign,) = opened(desk)[FraudKind.AT_NIGHT]
    Corrections(desk.desk).correct(RecordId("night"), signed_on=None, because="办错了人", operator_id=LI)
    assert opened(desk) == {}
    assert sign.records == ("night",)


def test_a_picture_is_looked_at_once_and_its_fingerprint_goes_with_it(desk: RealDesk) -> None:
    honest(desk, 0)
    opened(desk)
    seen: list[bytes] = []

    def counted(data: bytes) -> int | None:
        seen.append(data)
        return fingerprint(data)

    with desk.uow() as store:
        before = store.settings.get(KEPT)
    again = type(scrutiny(desk))(desk.desk, counted, lambda: "")
    again.signs()
    assert seen == []
    certify(desk, "one more", 0, jpeg(shot(99)))
    again.signs()
    assert len(seen) == 1
    with desk.uow() as store:
        kept = store.settings.get(KEPT)
    assert kept != before
    assert before is not None
    assert not desk.vault.has(before)
