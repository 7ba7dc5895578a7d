"""The clauses of the protocol that can be seen from outside; each raises BrokenError (or any error) when it does not hold.

They run in the order of CLAUSES over one desk; one of them enrols it with the one-time code.
"""

import hashlib
import uuid
from collections.abc import Callable
from datetime import timedelta
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from center import clock
from center.conformance.caller import Caller
from center.conformance.checks import must, refused
from center.conformance.roster_clauses import (
    form_waits,
    from_the_future,
    known_changes,
    large_body,
    large_page,
    program,
    report_and_back,
    roster_photo,
    unknown_program,
    unknown_upload,
    zipped,
)
from protocol.canonical import canonical, sha256_hex
from protocol.messages import MOST_RECORDS, PROTOCOL_VERSION, Outcome, PushedRecord, Receipt, ServerInfo
from protocol.signing import verify

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
MOST_SKEW = timedelta(minutes=5)
DATA = bytes(range(256)) * 40


def encrypted(desk: Caller, _code: str) -> None:
    parts = urlsplit(str(desk.http.base_url))
    must(parts.scheme == "https" or parts.hostname in LOOPBACK, parts.scheme)


def tells_time(desk: Caller, _code: str) -> None:
    info = ServerInfo.model_validate_json(desk.http.get("/v1/info").raise_for_status().content)
    must(info.protocol_version == PROTOCOL_VERSION, f"version {info.protocol_version}")
    must(abs(info.server_time - clock.now()) < MOST_SKEW, f"time {info.server_time}")


def wrong_code(desk: Caller, _code: str) -> None:
    refused(Caller(desk.http).ask_to_enrol("AAAA-AAAA-AAAA"), 403)


def enrols(desk: Caller, code: str) -> None:
    first = desk.enrol(code)
    must(bool(first.center_keys), "no signing keys")
    must(desk.enrol(code).desk_id == first.desk_id, "the same desk asked again and became another")


def code_once(desk: Caller, code: str) -> None:
    refused(Caller(desk.http).ask_to_enrol(code), 403)


def token(desk: Caller, _code: str) -> None:
    answer = desk.log_in()
    must(0 < answer.expires_in <= 3600, f"a token of {answer.expires_in} s is not short")


def no_replay(desk: Caller, _code: str) -> None:
    assertion = desk.assertion()
    must(desk.ask_token(assertion).is_success, "the first use was refused")
    refused(desk.ask_token(assertion), 401)


def foreign_signature(desk: Caller, _code: str) -> None:
    stranger = Caller(desk.http, Ed25519PrivateKey.generate(), desk.enrolled)
    refused(stranger.ask_token(stranger.assertion()), 401)


def old_assertion(desk: Caller, _code: str) -> None:
    past = clock.now() - timedelta(days=1)
    refused(desk.ask_token(desk.assertion(iat=past, exp=past + timedelta(minutes=5))), 401)


def token_wanted(desk: Caller, _code: str) -> None:
    for method, path in (("GET", "/v1/changes"), ("POST", "/v1/records"), ("GET", f"/v1/photos/{'0' * 64}")):
        refused(desk.http.request(method, path, json={} if method == "POST" else None), 401)


def pull_pages(desk: Caller, _code: str) -> None:
    whole, since = desk.changes(), 0
    seen: list[int] = []
    while len(seen) < min(6, len(whole.changes)):
        page = desk.changes(since, 2)
        must(len(page.changes) <= 2, "more than the limit")
        seen += [change.number for change in page.changes]
        since = page.cursor
    must(seen == [change.number for change in whole.changes][: len(seen)], "pages skip, repeat or reorder changes")
    must(seen == sorted(set(seen)), "numbers do not rise")


def pull_again(desk: Caller, _code: str) -> None:
    must(desk.changes(0, 5).changes == desk.changes(0, 5).changes, "the same question, another answer")
    end = desk.changes()
    while end.more:
        end = desk.changes(end.cursor)
    last = desk.changes(end.cursor)
    must(not last.changes and last.cursor == end.cursor and not last.more, "changes after the last")


def unknown_photo(desk: Caller, _code: str) -> None:
    refused(desk.call("GET", f"/v1/photos/{'0' * 64}"), 404)


def receipt(desk: Caller, _code: str) -> None:
    record = desk.record()
    answer = desk.push(record).answers[0]
    must(answer.outcome is Outcome.ACCEPTED and answer.receipt is not None, answer.outcome)
    assert answer.receipt is not None
    _verify(desk, record, answer.receipt)


def _verify(desk: Caller, record: dict[str, object], one: Receipt) -> None:
    keys = {key.key_id: key.public_key for key in desk.log_in().center_keys}
    must(one.key_id in keys, "signed with a key that is not in the key set")
    verify(keys[one.key_id], one.signed_part(), one.signature)
    digest = sha256_hex(canonical(PushedRecord.model_validate(record).signed_part()))
    must((one.uuid, one.sha256, one.unit_id) == (record["uuid"], digest, desk.unit_id), "receipt of something else")


def duplicate(desk: Caller, _code: str) -> None:
    record = desk.record()
    first, again = desk.push(record).answers[0], desk.push(record).answers[0]
    must(again.outcome is Outcome.DUPLICATE, again.outcome)
    must(first.receipt == again.receipt, "another receipt")


def conflict(desk: Caller, _code: str) -> None:
    record = desk.record()
    desk.push(record)
    other = desk.push(desk.record(uuid=record["uuid"], body={"retiree_id": "", "note": "other"})).answers[0]
    must(other.outcome is Outcome.CONFLICT and bool(other.text), other.outcome)


def _rejected(desk: Caller, record: dict[str, object]) -> None:
    good = desk.record()
    answers = desk.push(record, good).answers
    must([one.uuid for one in answers] == [record["uuid"], good["uuid"]], "answers out of order")
    must(answers[0].outcome is Outcome.REJECTED and bool(answers[0].code and answers[0].text), answers[0].outcome)
    must(answers[1].outcome is Outcome.ACCEPTED, "a bad record spoilt its neighbour")


def unknown_kind(desk: Caller, _code: str) -> None:
    _rejected(desk, desk.record(kind="horoscope"))


def newer_version(desk: Caller, _code: str) -> None:
    _rejected(desk, desk.record(version=999))


def flipped_bit(desk: Caller, _code: str) -> None:
    _rejected(desk, {**desk.record(), "body": {"retiree_id": "", "note": "flipped"}})


def foreign_desk(desk: Caller, _code: str) -> None:
    _rejected(desk, desk.record(desk_id=str(uuid.uuid4())))


def nobody(desk: Caller, _code: str) -> None:
    _rejected(desk, desk.record(kind="certification", body={"retiree_id": f"nobody-{uuid.uuid4()}"}))


def too_many(desk: Caller, _code: str) -> None:
    batch = [desk.record() for _ in range(MOST_RECORDS + 1)]
    refused(desk.call("POST", "/v1/records", json={"records": batch}), 413, 422)


def upload(desk: Caller, _code: str) -> None:
    sha256 = hashlib.sha256(DATA).hexdigest()
    record = desk.record(attachments=[sha256])
    must(desk.push(record).answers[0].outcome is Outcome.ACCEPTED, "the record was not accepted")
    created = desk.announce(sha256, record["uuid"], len(DATA))
    must(created.status_code == 201, f"HTTP {created.status_code}")
    location, at = created.headers["Location"], 0
    for size in (1, 4000, len(DATA)):
        must(desk.offset(location) == at, "another offset than what was sent")
        answer = desk.patch(location, at, DATA[at : at + size])
        must(answer.status_code == 204, f"HTTP {answer.status_code}")
        at = int(answer.headers["Upload-Offset"])
    must(at == len(DATA) == desk.offset(location), "not whole")


def upload_offset(desk: Caller, _code: str) -> None:
    location = _announced(desk, DATA + b"offset")
    refused(desk.patch(location, 5, DATA), 409)
    must(desk.offset(location) == 0, "a wrong offset changed the file")


def upload_checksum(desk: Caller, _code: str) -> None:
    data = DATA + b"checksum"
    location = _announced(desk, data)
    response = desk.patch(location, 0, data[:-1] + b"?")
    must(400 <= response.status_code < 500, f"HTTP {response.status_code} for other bytes than the hash says")
    must(desk.offset(location) < len(data), "other bytes than the hash says count as whole")


def upload_stranger(desk: Caller, _code: str) -> None:
    response = desk.announce("1" * 64, str(uuid.uuid4()), 5)
    must(400 <= response.status_code < 500, f"HTTP {response.status_code} without a record that names it")


def _announced(desk: Caller, data: bytes) -> str:
    sha256 = hashlib.sha256(data).hexdigest()
    record = desk.record(attachments=[sha256])
    desk.push(record)
    return str(desk.announce(sha256, record["uuid"], len(data)).raise_for_status().headers["Location"])


CLAUSES: tuple[tuple[str, str, Callable[[Caller, str], None]], ...] = (
    ("who", "TLS, plain HTTP only to loopback", encrypted),
    ("time", "answers carry the center's time and version", tells_time),
    ("who", "an unknown enrolment code is refused in words", wrong_code),
    ("who", "a code enrols a desk; asked again (lost answer) it is the same desk", enrols),
    ("who", "a code serves one desk only", code_once),
    ("who", "a signed assertion is exchanged for a short token", token),
    ("who", "an assertion serves once", no_replay),
    ("who", "a foreign signature gets no token", foreign_signature),
    ("who", "an expired assertion gets no token", old_assertion),
    ("who", "nothing without a token", token_wanted),
    ("pull", "pages are in order, without gap or repetition, within the limit", pull_pages),
    ("pull", "the same question gets the same answer; after the last comes nothing", pull_again),
    ("pull", "every change is of a known kind, its body as agreed", known_changes),
    ("pull", "a page of more than 1000 is refused", large_page),
    ("pull", "a photo that is not the unit's is 404", unknown_photo),
    ("pull", "a roster's photo comes whole by its hash, with ETag, 304 and Range", roster_photo),
    ("push", "accepted with a signed receipt of just these bytes", receipt),
    ("push", "the same bytes again: the same receipt", duplicate),
    ("push", "the same uuid with other bytes: conflict", conflict),
    ("push", "an unknown kind is refused by name, its neighbour accepted", unknown_kind),
    ("push", "a newer version is refused by name", newer_version),
    ("push", "a flipped bit is refused", flipped_bit),
    ("push", "another desk's record is refused", foreign_desk),
    ("push", "a certification of nobody on the roster is refused", nobody),
    ("push", "more than 100 records are refused as a whole", too_many),
    ("push", "a record from the future is refused", from_the_future),
    ("push", "a body over 256 KB is refused by itself", large_body),
    ("push", "gzip is taken, or refused with 415", zipped),
    ("push", "a form comes back by pull as a certification that waits", form_waits),
    ("push", "a report of death is told to all desks, its correction too", report_and_back),
    ("attachments", "tus: goes on from any byte until whole", upload),
    ("attachments", "tus: a wrong offset is refused and changes nothing", upload_offset),
    ("attachments", "tus: other bytes than the hash says never count as whole", upload_checksum),
    ("attachments", "only for a record that names it", upload_stranger),
    ("attachments", "what was never announced is 404", unknown_upload),
    ("updates", "for an unknown kind of machine nothing, in words", unknown_program),
    ("updates", "a published program is signed and comes by ranges", program),
)
