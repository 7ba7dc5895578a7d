"""What the center decides about payments, as the desk keeps it."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from app.domain.calendar import Month
from app.domain.ids import RetireeId, UnitId
from app.domain.retiree import PaymentDecision, PaymentState, Retiree
from app.errors import AppError
from app.sync.apply import apply_page, check_page
from protocol.messages import Change
from tests.builders.desk import RealDesk, real_desk
from tests.builders.people import retiree

ROW = {
    "id": "r-1",
    "name": "陈桂英",
    "id_number": retiree().id_number,
    "personnel_number": "G1",
    "sex": "female",
    "birth_date": "1944-02-29",
    "payment": "paid",
}
SUSPENDED = {"decision": "suspended", "month": "2026-09", "decided_at": "2026-08-26T16:30:00Z"}
RESUMED = {
    "decision": "resumed",
    "month": "2026-11",
    "back_pay": ["2026-09", "2026-10"],
    "decided_at": "2026-10-26T09:00:00+08:00",
}


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[RealDesk]:
    made = real_desk(tmp_path / "desk")
    yield made
    made.engine.dispose()


def told(desk: RealDesk, *bodies: dict[str, Any]) -> Retiree:
    changes = [
        Change(number=number, kind="decision" if "decision" in body else "retiree", body={"retiree_id": "r-1", **body})
        if "decision" in body
        else Change(number=number, kind="retiree", body=body)
        for number, body in enumerate(bodies, 1)
    ]
    with desk.uow() as store:
        apply_page(store, changes, len(changes), UnitId("u"))
        store.commit()
    with desk.uow() as store:
        found = store.retirees.get(RetireeId("r-1"))
    assert found is not None
    return found


def test_each_decision_is_kept_once_with_its_months_and_the_last_one_holds(desk: RealDesk) -> None:
    found = told(desk, ROW, SUSPENDED, RESUMED, SUSPENDED, RESUMED)
    assert (found.payment, found.suspended_from) == (PaymentState.PAID, None)
    assert found.decisions == (
        PaymentDecision(state=PaymentState.SUSPENDED, month=Month(2026, 9), decided_on=date(2026, 8, 27)),
        PaymentDecision(
            state=PaymentState.PAID,
            month=Month(2026, 11),
            back_pay=(Month(2026, 9), Month(2026, 10)),
            decided_on=date(2026, 10, 26),
        ),
    )


def test_a_roster_that_comes_later_leaves_them(desk: RealDesk) -> None:
    before = told(desk, ROW, SUSPENDED).decisions
    found = told(desk, {**ROW, "phone": "0731-1", "payment": "suspended", "suspended_from": "2026-09"})
    assert (found.phone, found.decisions) == ("0731-1", before)
    withdrawn = told(desk, {**ROW, "death_withdrawn": True})
    assert withdrawn.decisions == before


def test_a_month_that_is_none_is_refused_before_anything_is_written(desk: RealDesk) -> None:
    body = {**RESUMED, "retiree_id": "r-1", "back_pay": ["2026-13"]}
    with pytest.raises(AppError, match=r"sync\.answer_unreadable"):
        check_page([Change(number=1, kind="decision", body=body)], UnitId("u"))
