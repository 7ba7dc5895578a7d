"""The OpenAPI document says something of everything, and its examples are true."""

from typing import Any

import pytest
from pydantic import BaseModel

from center.app import create_app
from center.database import make_engine
from center.document import story
from center.document.story import examples
from protocol import messages
from protocol.messages import PushAnswer, PushRequest
from protocol.signing import public_text, verify
from protocol.updates import UpdateManifest

DOCUMENT = create_app(make_engine("sqlite://")).openapi()
SCHEMAS = DOCUMENT["components"]["schemas"]
OPERATIONS = [(f"{m} {p}", what) for p, methods in DOCUMENT["paths"].items() for m, what in methods.items()]


def test_every_operation_says_what_it_does_and_belongs_to_a_chapter() -> None:
    chapters = {tag["name"] for tag in DOCUMENT["tags"]}
    for name, what in OPERATIONS:
        assert len(what["description"]) >= 10, name
        assert len(what["summary"]) >= 4, name
        assert set(what["tags"]) <= chapters, name
    assert len(DOCUMENT["info"]["description"]) > 500


def test_every_field_of_every_schema_is_described() -> None:
    silent = [
        f"{name}.{field}"
        for name, schema in SCHEMAS.items()
        for field, about in schema.get("properties", {}).items()
        if not about.get("description")
    ]
    assert silent == []
    assert [name for name, schema in SCHEMAS.items() if not schema.get("description")] == []


def test_every_json_body_comes_with_an_example() -> None:
    for name, what in OPERATIONS:
        for body in (what.get("requestBody", {}), *what["responses"].values()):
            content = body.get("content", {}).get("application/json")
            assert content is None or "example" in content, name


@pytest.mark.parametrize("name", sorted(examples()))
def test_an_example_is_what_its_schema_says(name: str) -> None:
    model: type[BaseModel] | None = getattr(messages, name, None)
    if name == "UpdateManifest":
        model = UpdateManifest
    if model is not None:
        model.model_validate(examples()[name])
    assert set(examples()[name]) <= set(SCHEMAS[name]["properties"])


def test_signatures_and_receipts_of_the_examples_verify() -> None:
    pushed = PushRequest.model_validate(examples()["PushRequest"]).records[0]
    verify(public_text(story.DESK_KEY), pushed.signed_part(), pushed.signature)
    receipt = PushAnswer.model_validate(examples()["PushAnswer"]).answers[0].receipt
    assert receipt is not None
    verify(public_text(story.CENTER_KEY), receipt.signed_part(), receipt.signature)
    manifest = UpdateManifest.model_validate(examples()["UpdateManifest"])
    verify(public_text(story.CENTER_KEY), manifest.signed_part(), manifest.signature)


def test_every_change_and_its_body_is_described_and_shown() -> None:
    shown: dict[str, Any] = {one["kind"]: one["body"] for one in examples()["ChangesPage"]["changes"]}
    assert set(shown) == {"retiree", "near_list", "certification", "decision"}
    assert {"RetireeBody", "CertificationBody", "DecisionBody", "NearListBody"} <= set(SCHEMAS)
