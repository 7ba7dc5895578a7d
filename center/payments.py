"""Runs by month (rules 8-16): who is suspended, resumed, paid back, terminated; shown first, decided on confirmation, repeatable."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, func, select, update

from center import certifications, clock, roster
from center.certifications import civil_day
from center.decisions import Payment, decide_payments
from center.errors import Refused
from center.registry import note
from center.rules import DECIDES, Person, Proposal, Step, month_from, month_of, month_text, propose
from center.tables import payment_decisions, retirees, units
from protocol.canonical import canonical, sha256_hex

CHANGED = (409, "run_changed", "预览之后情况有变（有人认证或有新的审核结果），请重新看一遍再确认。")
MONTH_BAD = (422, "month_bad", "只能生成本月或下月的停发恢复名单。")
_NAMES = {Step.SUSPEND: "暂停", Step.RESUME: "恢复", Step.SHIFT: "改月份", Step.TERMINATE: "停发"}
_DECISIONS = {Step.SUSPEND: "suspended", Step.SHIFT: "suspended", Step.RESUME: "resumed", Step.TERMINATE: "terminated"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A preview. ``proposals``: by step, then name; ``mark`` changes with anything that would be decided."""

    unit_id: str
    month: int
    proposals: tuple[Proposal, ...]

    def of(self, *steps: Step) -> tuple[Proposal, ...]:
        """Those of some steps."""
        return tuple(one for one in self.proposals if one.step in steps)

    @property
    def mark(self) -> str:
        """What the clerk saw; a confirmation names it."""
        lines = [
            [one.person.id, one.step.value, one.month, list(one.back_pay)]
            for one in self.proposals
            if one.step in DECIDES
        ]
        return sha256_hex(canonical({"month": self.month, "lines": lines}))


def as_person(body: dict[str, Any]) -> Person:
    """A roster's entry as the rules see it."""
    day, month = _day, _month
    return Person(
        id=body["id"],
        name=body["name"],
        id_number=body["id_number"],
        payment=body["payment"],
        first_paid_on=day(body["first_paid_on"]),
        suspended_from=month(body["suspended_from"]),
        last_paid=month(body["last_paid"]),
        died_on=day(body["died_on"]),
        lost_on=day(body["lost_eligibility_on"]),
        custody=tuple((date.fromisoformat(c["started_on"]), day(c["ended_on"])) for c in body["custody"]),
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _month(text: str | None) -> int | None:
    return month_from(text) if text else None


def persons(connection: Connection, unit_id: str) -> list[Person]:
    """The unit's roster as the rules see it."""
    rows = connection.execute(select(retirees.c.body).where(retirees.c.unit_id == unit_id))
    return [as_person(json.loads(row[0])) for row in rows]


def months_open() -> tuple[int, int]:
    """This month and the next: what was paid before can't be decided any more."""
    now = month_of(civil_day(clock.now()))
    return now, now + 1


def preview(connection: Connection, unit_id: str, month: int) -> Run:
    """Nothing is written. 422 for a month that is over or too far away."""
    if month not in months_open():
        raise Refused(*MONTH_BAD)
    policy, proofs = roster.policy(connection, unit_id), certifications.proofs(connection, unit_id)
    found = [propose(one, proofs.get(one.id, ()), month, policy) for one in persons(connection, unit_id)]
    order = list(Step)
    proposals = sorted(
        (one for one in found if one is not None), key=lambda p: (order.index(p.step), p.person.name, p.person.id)
    )
    return Run(unit_id=unit_id, month=month, proposals=tuple(proposals))


def confirm(connection: Connection, unit_id: str, month: int, mark: str, *, who: str) -> int:
    """Decide what was seen; how many. 409 when it is no longer what was seen. What is decided already is not decided again."""
    # The unit's row is the lock: two clerks who confirm at once do it one after the other, and the second finds nothing left.
    connection.execute(update(units).where(units.c.id == unit_id).values(next_change=units.c.next_change))
    run = preview(connection, unit_id, month)
    if run.mark != mark:
        raise Refused(*CHANGED)
    wanted = [_payment(one) for one in run.of(*DECIDES)]
    decide_payments(connection, unit_id, wanted, who=who, run_month=month_text(month))
    detail = "，".join(f"{name} {len(run.of(step))}" for step, name in _NAMES.items() if run.of(step))
    note(connection, who=who, action="payment_run", unit_id=unit_id, subject=month_text(month), detail=detail)
    return len(wanted)


def _payment(one: Proposal) -> Payment:
    return Payment(
        retiree_id=one.person.id,
        decision=_DECISIONS[one.step],
        month=month_text(one.month),
        back_pay=tuple(month_text(month) for month in one.back_pay),
        reason=why(one),
    )


def why(one: Proposal) -> str:
    """A sentence for the desk's clerk; also stands in the preview."""
    months = "、".join(month_text(month) for month in one.back_pay)
    if one.step is Step.SUSPEND:
        return f"认证截止 {one.deadline}，逾期未认证"
    if one.step is Step.RESUME:
        return f"{one.certified_on} 已认证" + (f"，补发 {months}" if months else "，不影响发放")
    if one.step is Step.SHIFT:
        return f"补录认证后截止 {one.deadline}，补发 {months}"
    if one.step is Step.TERMINATE:
        return _ended(one) + (f"，补发 {months}" if months else "")
    return ""


def _ended(one: Proposal) -> str:
    if one.person.died_on is None:
        return f"{one.person.lost_on} 丧失领取资格"
    over = "、".join(month_text(month) for month in one.overpaid)
    return f"{one.person.died_on} 去世" + (f"，应退回 {over}" if over else "")


def of_month(connection: Connection, month: int) -> dict[str, dict[str, Any]]:
    """By unit and decision: how many a month's runs decided, and when last."""
    table = payment_decisions
    wanted = (
        select(
            table.c.unit_id, table.c.decision, func.count().label("people"), func.max(table.c.decided_at).label("at")
        )
        .where(table.c.run_month == month_text(month))
        .group_by(table.c.unit_id, table.c.decision)
    )
    found: dict[str, dict[str, Any]] = {}
    for row in connection.execute(wanted).mappings():
        found.setdefault(row["unit_id"], {})[row["decision"]] = row
    return found


def of_person(connection: Connection, unit_id: str, retiree_id: str) -> Sequence[Any]:
    """Decisions about one retiree, newest first."""
    table = payment_decisions
    here = (table.c.unit_id == unit_id) & (table.c.retiree_id == retiree_id)
    return connection.execute(select(table).where(here).order_by(table.c.id.desc())).mappings().all()
