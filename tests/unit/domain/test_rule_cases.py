"""Every example of the rules' own case file, word for word."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from app.domain.benefit import outlook, overpaid_months
from app.domain.calendar import Month
from app.domain.cycle import deadlines, is_overdue
from app.domain.rhythm import submission_due
from tests.builders.people import certified, retiree

CASES = json.loads((Path(__file__).parents[2] / "fixtures" / "rule_cases.json").read_text(encoding="utf-8"))


def day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


@pytest.mark.parametrize("case", CASES["cycle"], ids=str)
def test_the_deadline_is_the_one_of_the_case_file(case: dict[str, Any]) -> None:
    records = [certified(date.fromisoformat(on), number=i) for i, on in enumerate(case["certified"])]
    person = retiree(first_paid_on=day(case.get("first_paid")))
    both = deadlines(person, records)
    assert both.confirmed == both.with_provisional == day(case["deadline"])


@pytest.mark.parametrize("case", CASES["suspension"], ids=str)
def test_payments_stop_resume_and_are_paid_back_as_in_the_case_file(case: dict[str, Any]) -> None:
    result = outlook(date.fromisoformat(case["deadline"]), day(case["certified_on"]))
    told = (str(result.first_unpaid) if result.first_unpaid else None, str(result.resumes) if result.resumes else None)
    assert told == (case["first_unpaid"], case.get("resumes"))
    assert [str(month) for month in result.back_pay] == case.get("back_pay", [])


@pytest.mark.parametrize("case", CASES["overpaid"], ids=str)
def test_months_paid_after_the_month_of_death_are_refunded(case: dict[str, Any]) -> None:
    months = overpaid_months(date.fromisoformat(case["died"]), Month.parse(case["last_paid"]))
    assert [str(month) for month in months] == case["months"]


@pytest.mark.parametrize("case", CASES["submission_due"], ids=str)
def test_forms_are_due_on_the_day_of_the_case_file(case: dict[str, Any]) -> None:
    assert submission_due(Month.parse(case["month"])) == date.fromisoformat(case["due"])


@pytest.mark.parametrize("case", CASES["timeliness"], ids=str)
def test_the_deadline_day_itself_is_in_time(case: dict[str, Any]) -> None:
    assert is_overdue(date.fromisoformat(case["deadline"]), date.fromisoformat(case["on"])) is case["overdue"]
