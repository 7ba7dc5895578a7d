"""Finding people, their card, settings and the notice."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from app.domain.calendar import Month
from app.domain.ids import RetireeId
from app.domain.retiree import Retiree
from app.errors import AppError
from app.services.context import UNENROLLED
from app.services.desk_settings import DeskSettings
from app.services.evidence_code import new_code
from app.services.notice import parse
from app.services.roster import Roster
from app.services.search import MatchedField, SearchIndex, spellings
from app.services.stored_settings import (
    load_identity,
    load_last_sync,
    load_policy,
    load_skew,
    policy_from,
    save_identity,
    save_last_sync,
    save_policy,
)  # fmt: skip
from app.services.sync_status import SyncStatus
from tests.builders.desk import RealDesk
from tests.builders.people import id_number, retiree

PEOPLE = (
    retiree(phone="0731-8888 0001"),
    retiree(id=RetireeId("r-2"), name="王重阳", id_number=id_number(serial=34), personnel_number="430000002"),
    retiree(id=RetireeId("r-3"), name="䶮𬭎㛃", id_number=id_number(serial=56), personnel_number="A-43000003"),
    retiree(id=RetireeId("r-4"), name="吕Anna", id_number=id_number(serial=78), personnel_number="430000004"),
)
INDEX = SearchIndex.build(PEOPLE)


@pytest.mark.parametrize(
    ("typed", "found", "by"),
    [
        ("重阳", "r-2", MatchedField.NAME),
        ("wangchongyang", "r-2", MatchedField.PINYIN),
        ("WZY", "r-2", MatchedField.INITIALS),
        ("yhj", "r-3", MatchedField.INITIALS),
        ("㛃", "r-3", MatchedField.NAME),
        ("lvanna", "r-4", MatchedField.PINYIN),
        ("88880001", "r-1", MatchedField.PHONE),
        ("430000002", "r-2", MatchedField.PERSONNEL_NUMBER),
        (id_number(serial=34)[8:], "r-2", MatchedField.ID_NUMBER),
    ],
)
def test_a_person_is_found_by_whatever_the_clerk_types(typed: str, found: str, by: MatchedField) -> None:
    hits = INDEX.find(typed)
    assert (hits[0].retiree_id, hits[0].matched) == (found, by)


@pytest.mark.parametrize("typed", ["", "  ", "不存在的人", "999999999999999999"])
def test_nothing_is_found_where_nothing_fits(typed: str) -> None:
    assert INDEX.find(typed) == ()
    assert len(INDEX) == len(PEOPLE)


def test_a_whole_match_comes_before_a_beginning_and_that_before_the_middle() -> None:
    named = [retiree(id=RetireeId(f"n-{i}"), name=name) for i, name in enumerate(("大王芳", "王芳菲", "王芳"))]
    assert [hit.name for hit in SearchIndex.build(named).find("王芳")] == ["王芳", "王芳菲", "大王芳"]
    assert len(SearchIndex.build(named).find("王芳", limit=1)) == 1


@given(st.lists(st.text(min_size=1, max_size=6).filter(lambda t: "\n" not in t), max_size=8), st.text(max_size=12))
def test_no_typing_and_no_name_makes_the_search_fail(names: list[str], typed: str) -> None:
    people: list[Retiree] = [retiree(id=RetireeId(f"n-{i}"), name=name) for i, name in enumerate(names)]
    hits = SearchIndex.build(people).find(typed)
    assert {hit.retiree_id for hit in hits} <= {person.id for person in people}
    assert [hit.score for hit in hits] == sorted(hit.score for hit in hits)


def test_a_name_without_readable_characters_has_no_spelling() -> None:
    assert spellings("·") == ()
    assert ("wangchongyang", "wcy") in spellings("王重阳")


def test_a_card_holds_everything_about_one_person(desk: RealDesk) -> None:
    roster = Roster(desk.desk)
    card = roster.card(RetireeId("r-1"))
    assert card.standing.deadlines.confirmed == date(2026, 12, 10)
    assert card.payments[0].month == Month(2025, 11)
    assert roster.photo(RetireeId("r-1")) == b"\xff\xd8 photo"
    assert roster.photo(RetireeId("r-2")) is roster.photo(RetireeId("?")) is None
    assert [row.retiree.id for row in roster.rows()] == ["r-2", "r-1"]
    assert len(roster.index()) == 2
    with pytest.raises(AppError, match="unknown"):
        roster.card(RetireeId("?"))


def test_settings_are_kept_and_broken_policies_refused(desk: RealDesk) -> None:
    settings = DeskSettings(desk.desk)
    assert settings.get("x") is None
    settings.set("x", "1")
    assert settings.get("x") == "1"
    with desk.uow() as store:
        assert (load_identity(store.settings), load_last_sync(store.settings)) == (None, (None, ""))
        save_identity(store.settings, UNENROLLED)
        save_last_sync(store.settings, desk.clock.now(), "net.down")
        store.settings.set("sync.skew_s", "-2.5")
        save_policy(store.settings, {"near_days": 45, "warn_days": [45, 14], "transition_end": "2022-10-31", "unknown": 1,
                                     "reasons_requiring": {"other": ["x"]}, "version": "p-2"})  # fmt: skip
        policy = load_policy(store.settings)
        assert (policy.near_days, policy.warn_days, policy.transition_end) == (45, (45, 14), date(2022, 10, 31))
        assert (policy.version, policy.reasons_requiring) == ("p-2", {"other": ("x",)})
        assert load_identity(store.settings) == UNENROLLED
        assert load_last_sync(store.settings) == (desk.clock.now(), "net.down")
        assert load_skew(store.settings) == -2.5
        store.commit()
    status = SyncStatus(desk.desk).figures()
    assert (status.last_error, status.waiting, status.skew_s) == ("net.down", (), -2.5)
    for wrong in ({"near_days": -1}, {"near_days": True}, {"near_days": "60"}):
        with pytest.raises(ValueError, match="near_days"):
            policy_from(wrong)


def test_the_notice_is_found_by_section_and_by_words() -> None:
    text = (Path(__file__).parents[3] / "resources" / "notice" / "2022-40.txt").read_text(encoding="utf-8")
    notice = parse(text)
    assert {"二", "三(一)", "四(三)", "五(三)"} <= set(notice.sections)
    assert "〔四(三)〕" in notice.text_of("四(三)、无此条")
    assert notice.search("暂 停")
    assert notice.search("") == ()


def test_the_evidence_code_tells_the_day_and_is_random() -> None:
    codes = {new_code(date(2026, 11, 24) + timedelta(days=0)) for _ in range(50)}
    assert all(code.startswith("1124-") and len(code) == 9 for code in codes)
    assert len(codes) > 10
