"""Keys: made once, opened again, recovered with the printed code, refused without secret; passwords and the desk's own key."""

import json
import stat
import sys
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from hypothesis import given, strategies as st

from app.errors import AppError
from app.security import desk_key, keys, passwords, recovery_code
from app.security.passwords import Argon2Hasher


def test_the_same_keys_open_at_every_start_and_the_code_is_shown_once(tmp_path: Path) -> None:
    store = keys.FileSecretStore(tmp_path / "secrets")
    first, again = keys.open_keys(tmp_path, store), keys.open_keys(tmp_path, store)
    assert first.new_recovery_code is not None
    assert again.new_recovery_code is None
    assert (first.database, first.vault, first.identity) == (again.database, again.vault, again.identity)
    assert len({first.database, first.vault, first.identity}) == 3


def test_the_recovery_code_opens_on_another_machine_and_binds_it(tmp_path: Path) -> None:
    first = keys.open_keys(tmp_path, keys.FileSecretStore(tmp_path / "old"))
    assert first.new_recovery_code is not None
    elsewhere = keys.FileSecretStore(tmp_path / "new")
    with pytest.raises(AppError, match=r"keys\.lost"):
        keys.open_keys(tmp_path, elsewhere)
    typed = first.new_recovery_code.lower().replace("-", " ").replace("0", "o")
    assert keys.recover(tmp_path, elsewhere, typed).database == first.database
    assert keys.open_keys(tmp_path, elsewhere).vault == first.vault


def test_a_renewed_code_opens_and_the_former_does_not(tmp_path: Path) -> None:
    store = keys.FileSecretStore(tmp_path / "old")
    first = keys.open_keys(tmp_path, store)
    renewed = keys.renew_code(tmp_path, store)
    assert first.new_recovery_code is not None
    with pytest.raises(AppError, match=r"keys\.code_wrong"):
        keys.recover(tmp_path, keys.FileSecretStore(tmp_path / "new"), first.new_recovery_code)
    assert keys.recover(tmp_path, keys.FileSecretStore(tmp_path / "new"), renewed).database == first.database


def test_a_wrong_code_opens_nothing_and_changes_nothing(tmp_path: Path) -> None:
    keys.open_keys(tmp_path, keys.FileSecretStore(tmp_path / "old"))
    before = (tmp_path / "keys.json").read_bytes()
    for typed in ("", "ABC", recovery_code.new_code()):
        with pytest.raises(AppError, match=r"keys\.code_wrong"):
            keys.recover(tmp_path, keys.FileSecretStore(tmp_path / "new"), typed)
    assert (tmp_path / "keys.json").read_bytes() == before


def test_a_database_without_its_keys_is_never_given_new_ones(tmp_path: Path) -> None:
    (tmp_path / "desk.db").write_bytes(b"something")
    with pytest.raises(AppError, match=r"keys\.lost"):
        keys.open_keys(tmp_path, keys.FileSecretStore(tmp_path / "secrets"))


@pytest.mark.parametrize("harm", ["", "{}", "[1]", '{"account": "x"'])
def test_a_damaged_key_file_is_told(tmp_path: Path, harm: str) -> None:
    store = keys.FileSecretStore(tmp_path / "secrets")
    keys.open_keys(tmp_path, store)
    (tmp_path / "keys.json").write_text(harm)
    with pytest.raises(AppError, match=r"keys\.damaged"):
        keys.open_keys(tmp_path, store)


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX file modes")
def test_nothing_secret_lies_open_in_the_folder(tmp_path: Path) -> None:
    opened = keys.open_keys(tmp_path, keys.FileSecretStore(tmp_path / "secrets"))
    (secret,) = (tmp_path / "secrets").iterdir()
    assert stat.S_IMODE(secret.stat().st_mode) == 0o600
    text = json.dumps(json.loads((tmp_path / "keys.json").read_text()))
    assert opened.database.hex() not in text
    assert (opened.new_recovery_code or "?") not in text


@given(st.integers(0, 24), st.sampled_from(recovery_code.ALPHABET))
def test_one_wrong_character_of_a_code_is_always_noticed(place: int, other: str) -> None:
    code = recovery_code.normalise(recovery_code.new_code())
    assert code is not None
    changed = code[:place] + other + code[place + 1 :]
    assert (recovery_code.normalise(changed) is None) == (changed != code)


@given(st.integers(0, 22))
def test_two_swapped_neighbours_of_a_code_are_always_noticed(place: int) -> None:
    code = recovery_code.normalise(recovery_code.new_code())
    assert code is not None
    swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    assert (recovery_code.normalise(swapped) is None) == (swapped != code)


def test_a_password_verifies_against_its_own_hash_only() -> None:
    hasher = Argon2Hasher()
    made = hasher.hash("一个很长的密码")
    assert made.startswith("$argon2id$")
    assert hasher.verify(made, "一个很长的密码")
    assert not hasher.verify(made, "一个很长的密吗")
    assert not hasher.verify("not a hash", "x")


def test_a_password_costs_what_rfc_9106_recommends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "_Argon2", PasswordHasher)
    assert Argon2Hasher().hash("一个很长的密码").startswith("$argon2id$v=19$m=65536,t=3,p=4$")


def test_the_desks_key_is_made_once_and_opens_only_with_its_seal(tmp_path: Path) -> None:
    path, seal = tmp_path / "desk.key", bytes(32)
    first = desk_key.load_or_create(path, seal).private_bytes_raw()
    assert desk_key.load_or_create(path, seal).private_bytes_raw() == first
    assert first not in path.read_bytes()
    with pytest.raises(AppError, match=r"keys\.damaged"):
        desk_key.load_or_create(path, bytes([1]) * 32)
