"""What is agreed on day by day: appointments at the desk, home visits, and whom to call again (rule 20)."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum

from app.domain.follow_up import FollowUp, FollowUpResult
from app.domain.retiree import Retiree
from app.domain.standing import Standing
from app.services.context import Desk
from app.services.home import CHASED, group_of, grouped
from app.services.kept import rows_of

DAYS_AHEAD = 30
"""Days to choose from, today among them."""


class PlanKind(Enum):
    """What for, in the order of the day's paper."""

    HOME_VISIT = "home_visit"
    APPOINTMENT = "appointment"
    CALL = "call"


KIND = {FollowUpResult.HOME_VISIT_PLANNED: PlanKind.HOME_VISIT, FollowUpResult.DESK_APPOINTMENT: PlanKind.APPOINTMENT}


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """One person of a day. ``contact``: in which it was agreed; ``settled``: need no longer certify, so nobody has to go."""

    contact: FollowUp
    kind: PlanKind
    retiree: Retiree
    standing: Standing
    settled: bool

    @property
    def day(self) -> date:
        """Agreed on."""
        assert self.contact.next_on is not None
        return self.contact.next_on


@dataclass(frozen=True, slots=True, kw_only=True)
class DayPlan:
    """A day, what is planned for it, and how much on each day from today on; ``missed``: from days gone by, still open."""

    day: date
    today: date
    planned: tuple[Planned, ...]
    missed: tuple[Planned, ...]
    counts: tuple[tuple[date, int], ...]


@dataclass(frozen=True, slots=True)
class Plans:
    """Reads the plans; they are made by logging a contact."""

    desk: Desk

    def day(self, day: date | None = None) -> DayPlan:
        """One day, today when None."""
        with self.desk.uow() as store:
            policy, today = self.desk.policy(store), self.desk.clock.today()
            wanted = day or today
            everybody = grouped(store, today, policy)
            contacts = {one.retiree_id: one for one in store.follow_ups.open_plans(today + timedelta(days=DAYS_AHEAD))}
            facts = {one.number: one.facts for one in everybody}
            sharing = store.standings.of(contacts)
            rows = rows_of(store, sharing, {whose: facts[number] for whose, number in sharing.items()}, today, policy)
            planned = []
            for row in rows:
                contact = contacts[row.retiree.id]
                number = sharing[row.retiree.id]
                group = group_of(row.standing, policy.warn_days, overpaid=facts[number].overpaid)
                planned.append(
                    Planned(
                        contact=contact,
                        kind=KIND.get(contact.result, PlanKind.CALL),
                        retiree=row.retiree,
                        standing=row.standing,
                        settled=group not in CHASED,
                    )
                )
        open_ = [one for one in planned if not one.settled]
        counts = Counter(one.day for one in open_)
        return DayPlan(
            day=wanted,
            today=today,
            planned=_ordered(one for one in planned if one.day == wanted),
            missed=_ordered(one for one in open_ if one.day < today),
            counts=tuple((one, counts[one]) for one in (today + timedelta(days=n) for n in range(DAYS_AHEAD))),
        )


def _ordered(found: Iterable[Planned]) -> tuple[Planned, ...]:
    """What needs no one any more last; visits before appointments before calls; by time, then by way of the address."""
    kinds = list(PlanKind)
    return tuple(
        sorted(
            found,
            key=lambda one: (
                one.settled,
                one.day,
                kinds.index(one.kind),
                one.contact.next_time or "99",
                one.retiree.address,
                one.retiree.name,
            ),
        )
    )
