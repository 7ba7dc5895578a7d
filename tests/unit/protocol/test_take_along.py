"""Passphrases and confirmation codes of home visits."""

from pathlib import Path

import pytest

from app.errors import AppError
from app.security.passphrase_store import PassphraseSecretStore
from protocol import take_along
from protocol.signing import public_text


def test_argon2id_costs_what_rfc_9106_recommends() -> None:
    assert (take_along.MEMORY_KIB, take_along.PASSES) == (64 * 1024, 3)
    one = take_along.passphrase_key("ABCD-2345", "0190")
    assert public_text(one) == public_text(take_along.passphrase_key(" abcd 2345 ", "0190"))
    assert public_text(one) != public_text(take_along.passphrase_key("ABCD-2345", "0191"))


def test_the_code_is_of_one_file_and_one_trip() -> None:
    code = take_along.confirmation(b"secret", "ab" * 32)
    assert len(code) == 10
    assert code != take_along.confirmation(b"secret", "ac" * 32)
    assert code != take_along.confirmation(b"other", "ab" * 32)
    assert take_along.typed_code(f"核对码 {take_along.shown(code)}。") == code
    assert take_along.typed_code("１２３") == "123"


def test_the_laptops_secret_opens_with_the_passphrase_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(take_along, "MEMORY_KIB", 64)
    PassphraseSecretStore(tmp_path, "ABCD-2345-EFGH").write("a", b"x" * 32)
    assert PassphraseSecretStore(tmp_path, "abcd2345efgh").read("a") == b"x" * 32
    assert PassphraseSecretStore(tmp_path, "abcd2345efgh").read("b") is None
    with pytest.raises(AppError, match=r"away\.passphrase"):
        PassphraseSecretStore(tmp_path, "abcd2345efgi").read("a")
    (tmp_path / "a.sealed").write_text("{")
    with pytest.raises(AppError, match=r"keys\.damaged"):
        PassphraseSecretStore(tmp_path, "abcd2345efgh").read("a")
