"""A retiree as the roster knows them."""

from dataclasses import dataclass
from datetime import date
from enum import Enum

from app.domain.calendar import Month
from app.domain.ids import RetireeId, Sha256, UnitId


class Sex(Enum):
    """Sex as the ID number codes it."""

    MALE = "male"
    FEMALE = "female"


class RetirementKind(Enum):
    """退休 or 退职 (notice 一)."""

    RETIRED = "retired"
    RESIGNED = "resigned"


class Residence(Enum):
    """Where the retiree lives; decides which roads are open (notice 三)."""

    LOCAL = "local"
    ELSEWHERE = "elsewhere"
    ABROAD = "abroad"


class PaymentState(Enum):
    """What the center decided about the payments (rule 12: only the center decides)."""

    PAID = "paid"
    SUSPENDED = "suspended"
    TERMINATED = "terminated"


@dataclass(frozen=True, slots=True, kw_only=True)
class Custody:
    """采取强制措施/服刑 (rule 16). ``ended_on`` None: still going on."""

    started_on: date
    ended_on: date | None
    document: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentDecision:
    """The center's word about payments (rule 12).

    Attributes:
        state: what holds from ``month`` on; PAID is a resumption.
        back_pay: months paid later together with it.
        decided_on: the center's day.
    """

    state: PaymentState
    month: Month
    back_pay: tuple[Month, ...] = ()
    decided_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Retiree:
    """待遇领取人员.

    Attributes:
        id: the center's key, stable over name or number changes.
        unit_id: 参保单位.
        name: as on the ID card; may hold rare characters beyond the BMP.
        id_number: 18 characters, resident ID or residence permit.
        personnel_number: 个人编号.
        sex, birth_date: as in the roster (normally equal to the ID number's).
        kind: 退休/退职.
        retired_on: retirement date, None when unknown.
        first_paid_on: first payment (rules 4, 5), None when unknown.
        phone, address: for follow-up; may be empty.
        residence: local, elsewhere in the country, abroad.
        card_number: social-security card, None when none was applied for.
        photo: reference photo in the vault, None → only the form (rule 23).
        photo_taken_on: when the card photo was taken, None when unknown.
        payment: the center's last decision; ``suspended_from`` its first unpaid month.
        decisions: all that the center decided about payments, in the order of its telling. Survive a roster, which does not hold them.
        last_paid: last month actually paid as the center reports it.
        died_on: date of death, None while alive. Survives a stale roster.
        lost_eligibility_on: other loss (rule 15).
        custody: periods of rule 16.
    """

    id: RetireeId
    unit_id: UnitId
    name: str
    id_number: str
    personnel_number: str
    sex: Sex
    birth_date: date
    kind: RetirementKind = RetirementKind.RETIRED
    retired_on: date | None = None
    first_paid_on: date | None = None
    phone: str = ""
    address: str = ""
    residence: Residence = Residence.LOCAL
    card_number: str | None = None
    photo: Sha256 | None = None
    photo_taken_on: date | None = None
    payment: PaymentState = PaymentState.PAID
    suspended_from: Month | None = None
    decisions: tuple[PaymentDecision, ...] = ()
    last_paid: Month | None = None
    died_on: date | None = None
    lost_eligibility_on: date | None = None
    custody: tuple[Custody, ...] = ()


@dataclass(frozen=True, slots=True)
class RosterFace:
    """Of somebody on the roster: the photo, and the day of death if there is one."""

    id: RetireeId
    photo: Sha256 | None
    died_on: date | None
