"""Signatures: of the content, not of its spelling; one changed character is found."""

from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, strategies as st

from protocol.canonical import canonical, parse_object
from protocol.signing import SignatureError, from_text, public_text, sign, to_text, verify

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(-(2.0**53), 2.0**53, exclude_min=True, exclude_max=True)
    | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)
OBJECTS = st.dictionaries(TEXT, VALUES, max_size=6)
KEY = Ed25519PrivateKey.generate()


@given(OBJECTS)
def test_canonical_text_read_and_written_again_is_always_the_same(content: dict[str, Any]) -> None:
    once = canonical(content)
    assert canonical(parse_object(once)) == once


@given(OBJECTS)
def test_a_signature_always_holds_in_any_order_of_the_keys(content: dict[str, Any]) -> None:
    turned = dict(reversed(list(content.items())))
    verify(public_text(KEY), turned, sign(KEY, content))


@given(OBJECTS, TEXT, VALUES)
def test_a_signature_never_holds_for_other_content(content: dict[str, Any], name: str, value: Any) -> None:
    other = {**content, name: value}
    if canonical(other) == canonical(content):
        return
    with pytest.raises(SignatureError):
        verify(public_text(KEY), other, sign(KEY, content))


@given(st.text(max_size=100))
def test_a_foreign_text_is_never_a_signature_and_never_another_error(text: str) -> None:
    with pytest.raises(SignatureError):
        verify(public_text(KEY), {"a": 1}, text)


@given(st.binary(max_size=80))
def test_bytes_always_come_back_from_their_text(data: bytes) -> None:
    assert from_text(to_text(data)) == data


@pytest.mark.parametrize("content", [{"a": float("nan")}, {"a": 2**60}, {"a": [2.0**53]}, {"a": "\ud800"}])
def test_what_json_cannot_hold_is_a_value_error(content: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r".+"):
        canonical(content)
