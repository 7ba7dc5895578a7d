"""The center's list of those whose deadline is near, as the desk takes it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.domain.calendar import Month
from app.domain.ids import RetireeId, UnitId
from app.errors import AppError
from app.services.stored_settings import NearList, load_near_list
from app.sync.apply import apply_page, check_page
from protocol.messages import Change
from tests.builders.desk import RealDesk, real_desk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[RealDesk]:
    made = real_desk(tmp_path / "desk")
    yield made
    made.engine.dispose()


def test_a_new_months_list_replaces_the_last(desk: RealDesk) -> None:
    for number, (month, names) in enumerate((("2026-10", ["r-1", "r-2"]), ("2026-11", ["r-1"])), 1):
        change = Change(number=number, kind="near_list", body={"month": month, "retiree_ids": names})
        with desk.uow() as store:
            apply_page(store, [change], number, UnitId("u"))
            store.commit()
    with desk.uow() as store:
        assert load_near_list(store.settings) == NearList(Month(2026, 11), frozenset({RetireeId("r-1")}))


@pytest.mark.parametrize(
    "wrong", [{}, {"month": "2026-13", "retiree_ids": []}, {"month": "2026-11", "retiree_ids": "r"}]
)
def test_a_list_that_is_none_is_refused_with_nothing_written(desk: RealDesk, wrong: dict[str, object]) -> None:
    change = [Change(number=1, kind="near_list", body=wrong)]
    with pytest.raises(AppError, match=r"sync\.answer_unreadable"):
        check_page(change, UnitId("u"))
    with desk.uow() as store, pytest.raises(AppError, match=r"sync\.answer_unreadable"):
        apply_page(store, change, 1, UnitId("u"))
    with desk.uow() as store:
        assert load_near_list(store.settings) is None
