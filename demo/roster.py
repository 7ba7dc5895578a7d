"""Sixty made-up retirees in whom every state of the rules occurs. Owns the demo roster; pure in ``today``.

ID numbers carry valid check digits in the region code 439999, which does not exist; foreigners and residents of Hong Kong, Macau and
Taiwan likewise in made-up numbers. Telephone numbers use 0731-0000xxxx, which nobody has.
"""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta, timezone

from app.domain.calendar import Month, add_months
from app.domain.certification import CenterState, Certification, Channel
from app.domain.ids import RecordId, RetireeId, UnitId
from app.domain.retiree import Custody, PaymentState, Residence, Retiree, RetirementKind, Sex
from demo.names import NAMES

UNIT_ID = UnitId("demo-unit")
UNIT_NAME = "湖南省演示事务中心"
UNIT_CODE = "DEMO439999"
REGION = "439999"
STAR = 0
"""Index of the retiree of the self-playing visit; the stand-in clip shows her."""
IMPOSTOR = 1
"""Index of the retiree whose photo is the impostor's."""
_CST = timezone(timedelta(hours=8))
_NAMESPACE = uuid.UUID("6f6f2f66-8f9d-5d8b-9a54-2f5b6f0c4399")
_WOMEN = frozenset({0, 1, 4, 9, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30, 32, 34, 36, 39, 41, 43, 45, 49, 51, 53, 54, 57})
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoPerson:
    """A retiree with history.

    Attributes:
        retiree: without ``photo`` (the picture is made from ``portrait``).
        certifications: what the center knows.
        portrait: "hopper", "astronaut", "drawn", or "" for no picture.
        shows: what this person is in the roster for, in English.
    """

    retiree: Retiree
    certifications: tuple[Certification, ...]
    portrait: str
    shows: str


def id_number(region: str, born: date, serial: int) -> str:
    """18 characters with a valid check digit (GB 11643, ISO 7064 MOD 11-2); ``serial`` odd for men."""
    body = f"{region}{born:%Y%m%d}{serial:03d}"
    total = sum(int(digit) * weight for digit, weight in zip(body, _WEIGHTS, strict=True))
    return body + "10X98765432"[total % 11]


def _certified(person: Retiree, on: date, channel: Channel, state: CenterState = CenterState.ACCEPTED) -> Certification:
    captured = datetime.combine(on, time(9, 30), _CST)
    return Certification(
        id=RecordId(str(uuid.uuid5(_NAMESPACE, f"{person.id}/{on}/{channel.value}"))),
        retiree_id=person.id,
        channel=channel,
        captured_at=captured,
        signed_on=on if channel is Channel.UNIT_CONFIRMED else None,
        sent_at=captured,
        accepted_at=captured + timedelta(hours=2) if state is CenterState.ACCEPTED else None,
        center=state,
    )


def _base(index: int, today: date) -> Retiree:
    sex = Sex.FEMALE if index in _WOMEN else Sex.MALE
    age = 84 if index == STAR else 61 + (index * 7) % 34
    born = date(today.year - age, 1 + index * 5 % 12, 1 + index * 11 % 28)
    retired = add_months(born, 12 * (55 if sex is Sex.FEMALE else 60))
    serial = 100 + 2 * index + (1 if sex is Sex.MALE else 0)
    return Retiree(
        id=RetireeId(str(uuid.uuid5(_NAMESPACE, str(index)))),
        unit_id=UNIT_ID,
        name=NAMES[index],
        id_number=id_number(REGION, born, serial),
        personnel_number=f"G{80000000 + index * 137}",
        sex=sex,
        birth_date=born,
        retired_on=retired,
        first_paid_on=add_months(retired.replace(day=1), 1),
        phone=f"0731-0000{1000 + index}",
        address=f"湖南省演示市样例区示范路{index + 1}号",
        card_number=f"A99{index:06d}",
        photo_taken_on=date(today.year - 2 - index % 9, 6, 1),
        last_paid=Month.of(today),
    )


Shape = Callable[[Retiree, date], tuple[Retiree, tuple[Certification, ...], str]]


def _due_in(days: int) -> Shape:
    """Last certified so that the deadline is ``days`` from today (rule 1)."""

    def shape(person: Retiree, today: date) -> tuple[Retiree, tuple[Certification, ...], str]:
        certified = add_months(today + timedelta(days=days), -12)
        channel = Channel.SELF_SERVICE if days % 2 else Channel.ASSISTED_FACE
        return person, (_certified(person, certified, channel),), f"deadline in {days} days"

    return shape


def _overdue_this_month(person: Retiree, today: date) -> tuple[Retiree, tuple[Certification, ...], str]:
    """Deadline earlier in this month (rule 9); on the 1st it is today instead."""
    deadline = max(today.replace(day=1), today - timedelta(days=3))
    return person, (_certified(person, add_months(deadline, -12), Channel.SELF_SERVICE),), "overdue, savable"


def _overdue_months(months: int, *, decided: bool) -> Shape:
    """Deadline ``months`` ago; ``decided``: the center has suspended (rule 12)."""

    def shape(person: Retiree, today: date) -> tuple[Retiree, tuple[Certification, ...], str]:
        deadline = add_months(today.replace(day=10), -months)
        first_unpaid = Month.of(deadline).plus(1)
        if decided:
            person = replace(
                person, payment=PaymentState.SUSPENDED, suspended_from=first_unpaid, last_paid=first_unpaid.plus(-1)
            )
        shows = "suspended by the center" if decided else "suspension predicted"
        return person, (_certified(person, add_months(deadline, -12), Channel.ASSISTED_FACE),), shows

    return shape


def _never_certified(person: Retiree, _today: date) -> tuple[Retiree, tuple[Certification, ...], str]:
    suspended = replace(
        person, payment=PaymentState.SUSPENDED, suspended_from=Month(2022, 10), last_paid=Month(2022, 9)
    )
    return suspended, (), "never certified, transition missed (rule 4)"


def _new_recipient(person: Retiree, today: date) -> tuple[Retiree, tuple[Certification, ...], str]:
    first = today.replace(day=1)
    born = add_months(first, -12 * 60)
    return replace(person, first_paid_on=first, retired_on=first, birth_date=born), (), "new recipient (rule 5)"


def _dead(person: Retiree, today: date) -> tuple[Retiree, tuple[Certification, ...], str]:
    died = add_months(today, -3)
    gone = replace(person, died_on=died, last_paid=Month.of(today).plus(-1))
    return gone, (_certified(person, add_months(died, -2), Channel.SELF_SERVICE),), "died, overpaid months (rule 13)"


def _terminated(person: Retiree, today: date) -> tuple[Retiree, tuple[Certification, ...], str]:
    lost = add_months(today, -5)
    gone = replace(person, payment=PaymentState.TERMINATED, lost_eligibility_on=lost, last_paid=Month.of(lost))
    return gone, (_certified(person, add_months(lost, -4), Channel.SELF_SERVICE),), "lost eligibility (rule 15)"


def _custody(person: Retiree, today: date) -> tuple[Retiree, tuple[Certification, ...], str]:
    held = replace(
        person, custody=(Custody(started_on=add_months(today, -2), ended_on=None, document="演示决定书〔2026〕1号"),)
    )
    return held, (_certified(person, add_months(today, -6), Channel.SELF_SERVICE),), "in custody (rule 16)"


def _waiting(person: Retiree, today: date) -> tuple[Retiree, tuple[Certification, ...], str]:
    old = _certified(person, add_months(today, -11), Channel.SELF_SERVICE)
    new = _certified(person, today - timedelta(days=2), Channel.UNIT_CONFIRMED, CenterState.PENDING)
    return person, (old, new), "a form waits for the center (rule 7)"


def _rejected(person: Retiree, today: date) -> tuple[Retiree, tuple[Certification, ...], str]:
    old = _certified(person, add_months(today, -11), Channel.SELF_SERVICE)
    new = _certified(person, today - timedelta(days=20), Channel.UNIT_CONFIRMED, CenterState.REJECTED)
    return person, (old, replace(new, center_reason="缺少单位行政公章")), "a form was rejected (rule 7)"


def _without_card(person: Retiree, today: date) -> tuple[Retiree, tuple[Certification, ...], str]:
    moved = replace(person, card_number=None, photo_taken_on=None)
    return moved, (_certified(person, add_months(today, -11), Channel.UNIT_CONFIRMED),), "no card (rule 23)"


def _abroad(person: Retiree, today: date) -> tuple[Retiree, tuple[Certification, ...], str]:
    away = replace(person, residence=Residence.ABROAD, address="加拿大温哥华（演示地址）")
    return away, (_certified(person, add_months(today, -10), Channel.SELF_SERVICE),), "abroad"


def _permit(region: str, shows: str) -> Shape:
    def shape(person: Retiree, today: date) -> tuple[Retiree, tuple[Certification, ...], str]:
        number = id_number(region, person.birth_date, 1 if person.sex is Sex.MALE else 2)
        resident = replace(person, id_number=number)
        return resident, (_certified(person, add_months(today, -8), Channel.ASSISTED_FACE),), shows

    return shape


def _resigned(person: Retiree, today: date) -> tuple[Retiree, tuple[Certification, ...], str]:
    left = replace(person, kind=RetirementKind.RESIGNED)
    return left, (_certified(person, add_months(today, -4), Channel.SELF_SERVICE),), "退职"


def _old_photo(person: Retiree, today: date) -> tuple[Retiree, tuple[Certification, ...], str]:
    old = replace(person, photo_taken_on=date(today.year - 16, 5, 1))
    return old, (_certified(person, add_months(today, -11), Channel.ASSISTED_FACE),), "old card photo"


_SHAPES: dict[int, Shape] = {
    0: _due_in(23), 1: _due_in(40), 2: _overdue_this_month, 3: _overdue_months(1, decided=False), 4: _due_in(0),
    5: _overdue_months(3, decided=True), 6: _due_in(5), 7: _due_in(7), 8: _due_in(29), 9: _never_certified,
    10: _new_recipient, 11: _dead, 12: _terminated, 13: _custody, 14: _waiting, 15: _rejected, 16: _without_card,
    17: _abroad, 18: _resigned, 19: _old_photo, 20: _overdue_this_month, 21: _overdue_months(2, decided=False),
    22: _due_in(2), 23: _due_in(58), 24: _without_card, 25: _due_in(59), 55: _due_in(60),
    56: _permit("810000", "resident of Hong Kong"), 57: _permit("943156", "foreigner with residence permit"),
    58: _permit("830000", "resident of Taiwan"), 59: _permit("820000", "resident of Macau"),
}  # fmt: skip


def demo_people(today: date) -> tuple[DemoPerson, ...]:
    """The sixty, the same for the same ``today``."""
    people = []
    for index in range(len(NAMES)):
        shape = _SHAPES.get(index) or _due_in(61 + (index * 37) % 290)
        base = _base(index, today)
        retiree, certifications, shows = shape(base, today)
        if retiree.birth_date != base.birth_date:
            serial = int(base.id_number[14:17])
            retiree = replace(retiree, id_number=id_number(REGION, retiree.birth_date, serial))
        portrait = {STAR: "hopper", IMPOSTOR: "astronaut"}.get(index, "drawn")
        if retiree.card_number is None:
            portrait = ""
        people.append(DemoPerson(retiree=retiree, certifications=certifications, portrait=portrait, shows=shows))
    return tuple(people)
