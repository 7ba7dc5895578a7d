"""What the center decides about payments stands in its roster too, so that the next change of it does not take it back."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from center import roster
from center.decisions import decide_payment
from center.errors import Refused
from tests.integration.center.conftest import Center


def decided(in_database: Callable[..., Any], decision: str, month: str | None = None) -> None:
    in_database(
        lambda connection: decide_payment(
            connection, "ours", "ours-0", decision=decision, month=month, reason="", who="test"
        )
    )


def told(center: Center) -> list[tuple[str, Any]]:
    page = center.callers["ours"].call("GET", "/v1/changes", params={"since": 0, "limit": 1000}).json()
    mine = [c for c in page["changes"] if "ours-0" in json.dumps(c)]
    return [(c["kind"], c["body"].get("decision") or c["body"].get("payment")) for c in mine]


def test_a_suspension_outlives_a_new_telephone_number(center: Center, in_database: Callable[..., Any]) -> None:
    decided(in_database, "suspended", "2026-12")
    stored = in_database(lambda connection: roster.people(connection, "ours"))
    changed = next(one for one in stored if one.id == "ours-0").model_copy(update={"phone": "0731-2"})
    in_database(lambda connection: roster.put_retirees(connection, "ours", [changed], who="test"))
    assert told(center)[-2:] == [("decision", "suspended"), ("retiree", "suspended")]
    assert changed.suspended_from == "2026-12"
    decided(in_database, "resumed")
    assert told(center)[-1] == ("decision", "resumed")
    again = next(one for one in in_database(lambda c: roster.people(c, "ours")) if one.id == "ours-0")
    assert (again.payment, again.suspended_from) == ("paid", None)


def test_nobody_such_is_told(in_database: Callable[..., Any], center: Center) -> None:
    assert center is not None
    with pytest.raises(Refused):
        in_database(
            lambda c: decide_payment(c, "ours", "nobody", decision="resumed", month=None, reason="", who="test")
        )
