"""The demo roster keeps its promises on any day: sixty people, every state of the rules, numbers that are valid and nobody's."""

from datetime import date

import pytest

from app.domain.benefit import overpaid_months
from app.domain.idnumber import IdKind, IdNumber, parse
from app.domain.standing import StandingKind
from app.domain.standing_of import standing_of
from demo.roster import REGION, demo_people

DAYS = [date(2026, 11, 24), date(2027, 1, 5), date(2027, 2, 14), date(2028, 2, 28), date(2027, 12, 31)]
"""No deadline ever falls on 29 February (rule 1), so on that day nobody is due."""


@pytest.mark.parametrize("today", DAYS, ids=str)
def test_every_state_of_the_rules_occurs(today: date) -> None:
    kinds = {standing_of(p.retiree, p.certifications, today).kind for p in demo_people(today)}
    assert kinds == set(StandingKind)


@pytest.mark.parametrize("today", DAYS, ids=str)
def test_numbers_are_valid_in_a_region_that_does_not_exist_and_fit_the_person(today: date) -> None:
    people = [person.retiree for person in demo_people(today)]
    assert len(people) == len({p.id_number for p in people}) == len({p.name for p in people}) == 60
    parsed = [parse(p.id_number) for p in people]
    assert all(isinstance(number, IdNumber) for number in parsed)
    for person, number in zip(people, parsed, strict=True):
        assert isinstance(number, IdNumber)
        assert (number.birth_date, number.sex) == (person.birth_date, person.sex)
        assert number.kind is not IdKind.RESIDENT or number.region == REGION
    assert {number.kind for number in parsed if isinstance(number, IdNumber)} >= {
        IdKind.RESIDENT,
        IdKind.HK_MACAU_TAIWAN,
        IdKind.FOREIGNER,
    }


def test_somebody_died_and_was_paid_too_long_and_somebody_has_no_card() -> None:
    people = [person.retiree for person in demo_people(DAYS[0])]
    dead = [p for p in people if p.died_on is not None]
    assert any(overpaid_months(p.died_on, p.last_paid) for p in dead if p.died_on and p.last_paid)
    assert any(p.card_number is None for p in people)
