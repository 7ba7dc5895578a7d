"""Another unit's data is out of reach at every endpoint the center has; generated from its own OpenAPI document."""

import base64
import hashlib
import json
from collections.abc import Callable
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from center import registry, roster
from protocol.signing import public_text
from tests.integration.center.conftest import Center, person

OPEN = {"/v1/info", "/v1/enrol", "/v1/token"}


def tus(sha256: str, record: str) -> dict[str, str]:
    """Headers of any upload step."""
    pairs = {"sha256": sha256, "record": record}
    metadata = ",".join(f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in pairs.items())
    content = "application/offset+octet-stream"
    tus = {"Tus-Resumable": "1.0.0", "Upload-Length": "5", "Upload-Offset": "0", "Upload-Metadata": metadata}
    return {**tus, "Content-Type": content}


def operations(center: Center) -> list[tuple[str, str, dict[str, Any]]]:
    document = center.http.get("/openapi.json").json()
    return [(m.upper(), path, what) for path, methods in document["paths"].items() for m, what in methods.items()]


def test_every_operation_but_the_three_of_the_session_wants_a_token(center: Center) -> None:
    guarded = [(m, p, w) for m, p, w in operations(center) if p not in OPEN]
    assert len(guarded) >= 3
    for method, path, what in guarded:
        assert what.get("security"), f"{method} {path} does not say that it wants a token"
        filled = path.replace("{sha256}", "0" * 64).replace("{system}/{machine}", "linux/x86_64")
        assert "{" not in filled, f"teach this test the parameters of {path}"
        record = center.callers["ours"].record({"retiree_id": "ours-0"})
        answer = center.http.request(method, filled, json={"records": [record]} if method == "POST" else None)
        assert answer.status_code == 401, f"{method} {path}"


def test_no_operation_gives_another_units_data_to_a_valid_token(
    center: Center, in_database: Callable[..., Any]
) -> None:
    theirs, ours = center.callers["theirs"], center.callers["ours"]
    photo = b"\xff\xd8 a picture of theirs"
    digest = in_database(lambda connection: roster.put_photo(connection, "theirs", photo))
    assert digest == hashlib.sha256(photo).hexdigest()
    secret = person(7, "theirs", name="别家的人", photo=digest)
    in_database(lambda connection: roster.put_retirees(connection, "theirs", [secret], who="test"))
    record = theirs.record({"retiree_id": "theirs-0"}, attachments=[digest])
    assert theirs.push(record).json()["answers"][0]["outcome"] == "accepted"
    assert theirs.call("POST", "/v1/uploads", headers=tus(digest, record["uuid"])).status_code == 201
    for method, path, _what in operations(center):
        if path in OPEN:
            continue
        filled = path.replace("{sha256}", digest).replace("{system}/{machine}", "linux/x86_64")
        assert "{" not in filled, f"teach this test the parameters of {path}"
        pushes = path == "/v1/records"
        body = {"records": [record, ours.record({"retiree_id": "theirs-0"})]} if pushes else None
        sent: dict[str, Any] = {"json": body} if pushes else {"headers": tus(digest, record["uuid"])}
        answer = ours.call(method, filled, **sent)
        if "{sha256}" in path:
            assert answer.status_code == 404, f"{method} {path}"
        if body is None:
            assert "theirs" not in answer.text, f"{method} {path}"
        else:
            codes = [one["code"] for one in answer.json()["answers"]]
            assert codes == ["wrong_desk", "retiree_unknown"], f"{method} {path}"
        assert "别家的人" not in answer.text
        assert photo not in answer.content
    assert theirs.call("HEAD", f"/v1/uploads/{digest}", headers=tus(digest, record["uuid"])).status_code == 200
    assert theirs.call("GET", f"/v1/photos/{digest}").content == photo


def test_a_unit_never_sees_the_changes_of_the_other_and_pages_have_no_gap(center: Center) -> None:
    ours = center.callers["ours"]
    seen: list[int] = []
    since, more = 0, True
    while more:
        page = ours.call("GET", "/v1/changes", params={"since": since, "limit": 1}).json()
        assert all("theirs" not in json.dumps(change) for change in page["changes"])
        seen += [change["number"] for change in page["changes"]]
        since, more = page["cursor"], page["more"]
    assert seen == list(range(seen[0], seen[0] + len(seen)))
    assert len(seen) >= 3


def test_a_code_of_another_unit_than_rolled_out_is_refused_and_stays_good(
    center: Center, in_database: Callable[..., Any]
) -> None:
    code = in_database(lambda connection: registry.new_code(connection, "theirs", who="test"))
    wanted = {"code": code, "public_key": public_text(Ed25519PrivateKey.generate()), "desk_name": "二号机"}
    refused = center.http.post("/v1/enrol", json={**wanted, "unit_code": "OURS"})
    assert refused.status_code == 403
    assert refused.json()["code"] == "code_other_unit"
    assert "theirs" not in refused.json()["text"]
    answer = center.http.post("/v1/enrol", json={**wanted, "unit_code": "THEIRS"})
    assert answer.json()["unit"]["id"] == "theirs"
