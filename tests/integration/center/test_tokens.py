"""Tokens: each signed assertion serves once, and only a proper one serves at all."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select

from center import clock
from center.tables import spent_assertions
from tests.integration.center.conftest import Center


def test_a_replayed_token_request_gets_no_token_even_at_the_same_moment(center: Center) -> None:
    desk = center.callers["ours"]
    assertion = desk.assertion()
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda _: desk.log_in(assertion), range(6)))
    assert sorted(answer.status_code for answer in answers) == [200] + [401] * 5
    refused = [answer.json() for answer in answers if answer.status_code == 401]
    assert {one["code"] for one in refused} == {"assertion_replayed"}
    assert all("重试" in one["text"] for one in refused)
    assert desk.log_in().is_success


def test_two_desks_may_choose_the_same_name_for_their_assertions(center: Center) -> None:
    for desk in center.callers.values():
        assert desk.log_in(desk.assertion(jti="one")).is_success


@pytest.mark.parametrize(
    "changes",
    [
        {"jti": None},
        {"jti": ""},
        {"jti": "x" * 201},
        {"jti": "a\0b"},
        {"exp": clock.now() + timedelta(days=300)},
        {"aud": "somebody else"},
        {"exp": None},
    ],
    ids=["no jti", "empty jti", "long jti", "nul", "lives too long", "for another", "for ever"],
)
def test_an_assertion_that_could_be_used_again_later_or_elsewhere_is_refused(
    center: Center, changes: dict[str, Any]
) -> None:
    desk = center.callers["ours"]
    assert desk.log_in(desk.assertion(**changes)).json()["code"] == "assertion_invalid"


def test_assertions_that_have_expired_by_themselves_are_forgotten(
    center: Center, in_database: Callable[..., Any]
) -> None:
    desk, past = center.callers["ours"], clock.now() - timedelta(minutes=1)
    old = {"desk_id": desk.desk_id, "jti": "old", "expires_at": past}
    in_database(lambda connection: connection.execute(insert(spent_assertions).values(old)))
    desk.log_in()
    kept = in_database(lambda connection: connection.execute(select(spent_assertions.c.jti)).scalars().all())
    assert "old" not in kept
    assert len(kept) == 3
