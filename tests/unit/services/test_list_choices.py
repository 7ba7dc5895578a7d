"""Own filters and the columns are remembered; what is damaged is left out."""

import pytest

from app.errors import AppError
from app.services.home import HomeGroup
from app.services.list_choices import (
    DEFAULT_COLUMNS,
    LONGEST_NAME,
    MOST_SAVED,
    ListChoices,
    ListLayout,
    SavedList,
    ShownColumn,
)
from app.services.lists import ListColumn, ListOrder, ListQuery
from app.services.stored_settings import LIST_LAYOUT, LIST_SAVED
from tests.builders.desk import RealDesk

QUERY = ListQuery(
    group=HomeGroup.DUE_30,
    unanswered=True,
    words="示范路",
    order=ListOrder.NAME,
    sort=ListColumn.PHONE,
    descending=True,
)


def test_an_own_filter_comes_back_whole_and_can_be_replaced_and_forgotten(desk: RealDesk) -> None:
    choices = ListChoices(desk.desk)
    choices.save("  东区  要打电话 ", QUERY)
    choices.save("全部", ListQuery())
    assert choices.saved() == (SavedList(name="东区 要打电话", query=QUERY), SavedList(name="全部", query=ListQuery()))
    choices.save("全部", QUERY)
    assert [one.query for one in choices.saved()] == [QUERY, QUERY]
    assert choices.forget("东区 要打电话") == choices.saved()
    assert [one.name for one in choices.saved()] == ["全部"]


def test_a_name_is_needed_and_not_endless(desk: RealDesk) -> None:
    choices = ListChoices(desk.desk)
    with pytest.raises(AppError, match=r"list\.name_missing"):
        choices.save("  ", QUERY)
    assert len(choices.save("长" * 50, QUERY)[0].name) == LONGEST_NAME


def test_there_is_an_end_to_own_filters(desk: RealDesk) -> None:
    choices = ListChoices(desk.desk)
    for number in range(MOST_SAVED):
        choices.save(f"{number}", QUERY)
    with pytest.raises(AppError, match=r"list\.too_many"):
        choices.save("一个太多", QUERY)
    assert len(choices.save("0", ListQuery())) == MOST_SAVED, "replacing is always possible"


def test_columns_come_back_as_arranged(desk: RealDesk) -> None:
    choices = ListChoices(desk.desk)
    assert choices.layout() == ListLayout(columns=DEFAULT_COLUMNS)
    made = ListLayout(
        columns=(ShownColumn(ListColumn.PHONE, 99), ShownColumn(ListColumn.NAME, 300)),
        sort=ListColumn.PHONE,
        descending=True,
    )
    choices.set_layout(made)
    assert choices.layout() == made


@pytest.mark.parametrize(
    "text",
    ["{", "[]", '{"columns":[["gone",1]],"sort":"","descending":false}', '{"columns":[["name","wide"]]}', "null"],
)
def test_a_damaged_arrangement_is_the_usual_one(desk: RealDesk, text: str) -> None:
    with desk.uow() as store:
        store.settings.set(LIST_LAYOUT, text)
        store.settings.set(LIST_SAVED, '[{"name":"alt","group":"gone"}]')
        store.commit()
    assert ListChoices(desk.desk).layout() == ListLayout()
    assert ListChoices(desk.desk).saved() == ()
