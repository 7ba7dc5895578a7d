"""Photos: once by their hash (ETag), in part after a cut (Range), only the unit's own."""

from collections.abc import Callable
from typing import Any

import pytest

from center import roster
from center.ranges import span
from tests.integration.center.conftest import Center

PHOTO = bytes(range(256)) * 20


@pytest.fixture
def path(in_database: Callable[..., Any]) -> str:
    return f"/v1/photos/{in_database(lambda connection: roster.put_photo(connection, 'ours', PHOTO))}"


def test_a_photo_is_served_whole_in_part_or_not_again(center: Center, path: str) -> None:
    desk = center.callers["ours"]
    whole = desk.call("GET", path)
    etag = whole.headers["ETag"]
    assert (whole.status_code, whole.content) == (200, PHOTO)
    assert desk.call("GET", path, headers={"If-None-Match": etag}).status_code == 304
    rest = desk.call("GET", path, headers={"Range": "bytes=5000-", "If-Range": etag, "Accept-Encoding": "identity"})
    assert (rest.status_code, rest.content) == (206, PHOTO[5000:])
    assert rest.headers["Content-Range"] == f"bytes 5000-{len(PHOTO) - 1}/{len(PHOTO)}"
    stale = desk.call("GET", path, headers={"Range": "bytes=5000-", "If-Range": '"other"'})
    assert (stale.status_code, stale.content) == (200, PHOTO)


def test_another_unit_gets_no_part_either(center: Center, path: str) -> None:
    assert center.callers["theirs"].call("GET", path, headers={"Range": "bytes=0-1"}).status_code == 404


@pytest.mark.parametrize(
    ("header", "wanted"),
    [
        ("bytes=0-", (0, 100)),
        ("bytes=10-19", (10, 20)),
        ("bytes=-30", (70, 100)),
        ("bytes=90-900", (90, 100)),
        ("bytes=-900", (0, 100)),
        (None, None),
        ("bytes=100-", None),
        ("bytes=20-10", None),
        ("bytes=-0", None),
        ("bytes=-", None),
        ("bytes=1-2,5-6", None),
        ("lines=1-2", None),
        ("bytes=" + "9" * 40 + "-", None),
    ],
)
def test_what_is_no_single_range_within_the_bytes_is_served_whole(
    header: str | None, wanted: tuple[int, int] | None
) -> None:
    assert span(header, 100) == wanted
