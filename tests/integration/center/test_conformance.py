"""The conformance suite passes against our center and finds what is broken in a stand-in."""

import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from center import registry, roster, updates
from center.conformance.__main__ import main, run
from center.conformance.clauses import CLAUSES
from center.storage import open_storage
from tests.integration.center.conftest import Center, person


@pytest.fixture
def code(in_database: Callable[..., Any]) -> str:
    made: str = in_database(lambda connection: registry.new_code(connection, "ours", who="test"))
    return made


class Broken(httpx.BaseTransport):
    """Our center with one fault between."""

    def __init__(self, center: Center, harm: str) -> None:
        self._center, self._harm = center, harm

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        body = request.read()
        if self._harm == "no ranges":
            request.headers.pop("range", None)
        inner = self._center.http.request(
            request.method, request.url.raw_path.decode(), content=body, headers=dict(request.headers)
        )
        status, content, headers = inner.status_code, inner.content, dict(inner.headers)
        if self._harm == "a server error for everything":
            status, content = 500, b"oops"
        elif request.url.path == "/v1/records" and inner.is_success:
            content = self._records(json.loads(content))
        elif self._harm == "offset unknown" and request.method == "HEAD":
            headers["upload-offset"] = "0"
        elif self._harm == "no end" and request.url.path == "/v1/changes" and inner.is_success:
            content = json.dumps({**json.loads(content), "cursor": 0}).encode()
        elif self._harm == "own kinds" and request.url.path == "/v1/changes" and inner.is_success:
            content = content.replace(b'"kind":"retiree"', b'"kind":"person"')
        for gone in ("content-encoding", "content-length"):
            headers.pop(gone, None)
        return httpx.Response(status, headers=headers, content=content)

    def _records(self, content: Any) -> bytes:
        for answer in content["answers"]:
            receipt = answer["receipt"]
            if self._harm == "forged receipts" and receipt is not None:
                receipt["number"] += "9"
            if self._harm == "takes everything" and answer["outcome"] == "rejected":
                answer["outcome"] = "accepted"
        return json.dumps(content).encode()


def faults(http: httpx.Client, code: str) -> set[str]:
    return {one.clause for one in run(http, code) if one.fault}


@pytest.fixture
def furnished(center: Center, in_database: Callable[..., Any]) -> None:
    """A photo on the roster and a published program: with them every clause can be seen."""

    def fill(connection: Any) -> None:
        digest = roster.put_photo(connection, "ours", b"\xff\xd8\xff a picture")
        roster.put_retirees(connection, "ours", [person(0, "ours", photo=digest)], who="test")
        program = center.folder / "program"
        program.write_bytes(b"program" * 9)
        files = open_storage(center.folder / "files")
        plain = {"version": "0.2.0", "system": "linux", "machine": "x86_64"}
        updates.publish(connection, files, program, **plain, who="test")

    in_database(fill)


@pytest.mark.usefixtures("furnished")
def test_our_center_holds_every_clause(center: Center, code: str) -> None:
    with httpx.Client(transport=Broken(center, ""), base_url="http://127.0.0.1") as http:
        verdicts = run(http, code)
    assert [one for one in verdicts if one.fault or one.unseen] == []
    assert len(verdicts) == len(CLAUSES) >= 37


def test_what_there_is_nothing_to_see_of_is_not_called_good(center: Center, code: str) -> None:
    with httpx.Client(transport=Broken(center, ""), base_url="http://127.0.0.1") as http:
        unseen = {one.clause for one in run(http, code) if one.unseen}
    assert unseen == {
        "a roster's photo comes whole by its hash, with ETag, 304 and Range",
        "a published program is signed and comes by ranges",
    }


@pytest.mark.usefixtures("furnished")
@pytest.mark.parametrize(
    ("harm", "found"),
    [
        ("forged receipts", {"accepted with a signed receipt of just these bytes"}),
        ("offset unknown", {"tus: goes on from any byte until whole"}),
        (
            "takes everything",
            {"a flipped bit is refused", "an unknown kind is refused by name, its neighbour accepted"},
        ),
        ("no end", {"the same question gets the same answer; after the last comes nothing"}),
        ("own kinds", {"every change is of a known kind, its body as agreed"}),
        ("no ranges", {"a roster's photo comes whole by its hash, with ETag, 304 and Range"}),
    ],
)
def test_a_broken_stand_in_is_found_by_name(center: Center, code: str, harm: str, found: set[str]) -> None:
    with httpx.Client(transport=Broken(center, harm), base_url="http://127.0.0.1", timeout=5) as http:
        assert found <= faults(http, code)


def test_plain_http_to_another_machine_and_a_center_that_only_fails_hold_nothing(center: Center, code: str) -> None:
    with httpx.Client(transport=Broken(center, "a server error for everything"), base_url="http://far.example") as http:
        assert len(faults(http, code)) == len(CLAUSES)


def test_without_a_center_the_command_ends_with_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--base-url", "http://127.0.0.1:9", "--enrolment-code", "AAAA-BBBB-CCCC"]) == 1
    assert f"1 of {len(CLAUSES)} clauses hold" in capsys.readouterr().out
