"""Where the secret lies: the key store where one works, a passphrase where none does, and each desk in the store it was made in."""

import json
from collections.abc import Iterator
from pathlib import Path

import keyring
import keyring.backend
import keyring.errors
import pytest

from app.errors import AppError
from app.security import keys
from app.security.secret_stores import KeyringSecretStore, known_store, new_store, sealed_store

WORDS = "岳麓山下 2026"


class FakeKeyring(keyring.backend.KeyringBackend):
    """In memory; can be locked."""

    priority = 1

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str], str] = {}
        self.locked = False

    def set_password(self, service: str, username: str, password: str) -> None:
        self._look()
        self.kept[service, username] = password

    def get_password(self, service: str, username: str) -> str | None:
        self._look()
        return self.kept.get((service, username))

    def _look(self) -> None:
        if self.locked:
            raise keyring.errors.KeyringLocked("locked")


@pytest.fixture
def key_store() -> Iterator[FakeKeyring]:
    before, fake = keyring.get_keyring(), FakeKeyring()
    keyring.set_keyring(fake)
    yield fake
    keyring.set_keyring(before)


def test_where_a_key_store_works_the_secret_lies_in_it_and_nothing_in_a_file(
    tmp_path: Path, key_store: FakeKeyring
) -> None:
    secrets = tmp_path / "secrets"
    store = keys.store_of(tmp_path, secrets, None)
    made = keys.open_keys(tmp_path, store)
    assert made.store_name == "keyring"
    assert not secrets.exists()
    again = keys.open_keys(tmp_path, keys.store_of(tmp_path, secrets, None))
    assert again.database == made.database


def test_a_locked_key_store_is_told_and_never_taken_for_a_lost_secret(tmp_path: Path, key_store: FakeKeyring) -> None:
    first = keys.open_keys(tmp_path, keys.store_of(tmp_path, tmp_path / "secrets", None))
    before = (tmp_path / "keys.json").read_bytes()
    key_store.locked = True
    with pytest.raises(AppError, match=r"keys\.store_locked"):
        keys.open_keys(tmp_path, keys.store_of(tmp_path, tmp_path / "secrets", None))
    assert (tmp_path / "keys.json").read_bytes() == before
    key_store.locked = False
    assert keys.open_keys(tmp_path, keys.store_of(tmp_path, tmp_path / "secrets", None)).database == first.database


def test_without_a_key_store_a_passphrase_is_wanted_and_it_alone_opens(tmp_path: Path, key_store: FakeKeyring) -> None:
    key_store.locked = True
    with pytest.raises(AppError, match=r"keys\.passphrase_new"):
        keys.store_of(tmp_path, tmp_path / "secrets", None)
    with pytest.raises(AppError, match=r"keys\.passphrase_short"):
        new_store(tmp_path / "secrets", "1234567")
    first = keys.open_keys(tmp_path, keys.store_of(tmp_path, tmp_path / "secrets", WORDS))
    assert first.store_name == "passphrase"
    with pytest.raises(AppError, match=r"keys\.passphrase_needed"):
        keys.store_of(tmp_path, tmp_path / "secrets", None)
    with pytest.raises(AppError, match=r"keys\.passphrase_wrong"):
        keys.open_keys(tmp_path, keys.store_of(tmp_path, tmp_path / "secrets", WORDS + "!"))
    assert keys.open_keys(tmp_path, keys.store_of(tmp_path, tmp_path / "secrets", WORDS)).database == first.database


def test_the_recovery_code_opens_where_another_kind_of_store_works(tmp_path: Path, key_store: FakeKeyring) -> None:
    first = keys.open_keys(tmp_path, keys.store_of(tmp_path, tmp_path / "secrets", None))
    assert first.new_recovery_code is not None
    key_store.kept.clear()
    key_store.locked = True
    keys.recover(tmp_path, new_store(tmp_path / "secrets", WORDS), first.new_recovery_code)
    assert json.loads((tmp_path / "keys.json").read_text("utf-8"))["store"] == "passphrase"
    opened = keys.open_keys(tmp_path, keys.store_of(tmp_path, tmp_path / "secrets", WORDS))
    assert opened.database == first.database


def test_a_sealed_file_that_was_harmed_does_not_open(tmp_path: Path) -> None:
    store = sealed_store(tmp_path, WORDS)
    store.write("desk", b"s" * 32)
    assert store.read("desk") == b"s" * 32
    assert store.read("other") is None
    file = tmp_path / "desk.sealed"
    raw = json.loads(file.read_text("utf-8"))
    for harm, code in ((b"", "keys.damaged"), (json.dumps({**raw, "salt": "AAAA"}).encode(), "keys.passphrase_wrong")):
        file.write_bytes(harm)
        with pytest.raises(AppError, match=code):
            store.read("desk")


def test_the_same_secret_is_never_sealed_alike_and_does_not_lie_open(tmp_path: Path) -> None:
    store = sealed_store(tmp_path, WORDS)
    sealed = set()
    for _ in range(2):
        store.write("desk", b"s" * 32)
        sealed.add((tmp_path / "desk.sealed").read_bytes())
    assert len(sealed) == 2
    assert all(b"ssss" not in one for one in sealed)


def test_a_store_that_nobody_knows_is_damage_and_the_file_is_left(tmp_path: Path) -> None:
    with pytest.raises(AppError, match=r"keys\.damaged"):
        known_store("cloud", tmp_path, None)
    assert isinstance(known_store("keyring", tmp_path, None), KeyringSecretStore)
