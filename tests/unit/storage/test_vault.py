"""The vault: encrypted, content-addressed, honest about missing and damaged files and a full disk."""

import errno
import os
from pathlib import Path

import pytest

from app.domain.ids import Sha256
from app.errors import AppError
from app.storage.vault import FileVault

KEY = bytes(range(32))
PICTURE = b"\xff\xd8 a face, perhaps " * 50


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_what_is_put_in_comes_out_and_lies_encrypted_under_a_name_that_tells_nothing(tmp_path: Path) -> None:
    vault = FileVault(tmp_path, KEY)
    digest = vault.put(PICTURE, media_type="image/jpeg")
    assert vault.get(digest) == PICTURE
    (stored,) = files(tmp_path)
    assert PICTURE[:16] not in stored.read_bytes()
    assert digest not in str(stored)


def test_the_same_content_is_kept_once_and_a_damaged_copy_is_healed_by_it(tmp_path: Path) -> None:
    vault = FileVault(tmp_path, KEY)
    digest = vault.put(PICTURE, media_type="image/jpeg")
    (stored,) = files(tmp_path)
    before = stored.read_bytes()
    vault.put(PICTURE, media_type="image/jpeg")
    assert stored.read_bytes() == before
    stored.write_bytes(before[:-1] + bytes([before[-1] ^ 1]))
    with pytest.raises(AppError, match=r"vault\.damaged"):
        vault.get(digest)
    vault.put(PICTURE, media_type="image/jpeg")
    assert vault.get(digest) == PICTURE


@pytest.mark.parametrize("left", [b"", b"\x01", b"\x02 newer version", b"\x01" + bytes(40)])
def test_a_torn_file_is_called_damaged(tmp_path: Path, left: bytes) -> None:
    vault = FileVault(tmp_path, KEY)
    digest = vault.put(PICTURE, media_type="image/jpeg")
    files(tmp_path)[0].write_bytes(left)
    with pytest.raises(AppError, match=r"vault\.damaged"):
        vault.get(digest)


def test_a_missing_file_and_a_wrong_key_are_told_apart(tmp_path: Path) -> None:
    digest = FileVault(tmp_path, KEY).put(PICTURE, media_type="image/jpeg")
    with pytest.raises(AppError, match=r"vault\.missing"):
        FileVault(tmp_path, KEY).get(Sha256("0" * 64))
    with pytest.raises(AppError, match=r"vault\.missing"):
        FileVault(tmp_path, os.urandom(32)).get(digest)


@pytest.mark.parametrize(("number", "code"), [(errno.ENOSPC, "disk.full"), (errno.EROFS, "vault.unwritable")])
def test_a_full_or_closed_disk_has_words_and_leaves_no_half_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, code: str
) -> None:
    def refuse(_descriptor: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(AppError, match=code):
        FileVault(tmp_path, KEY).put(PICTURE, media_type="image/jpeg")
    assert files(tmp_path) == []


def test_what_is_missing_of_many_is_told_in_order(tmp_path: Path) -> None:
    vault = FileVault(tmp_path / "vault", bytes(32))
    here = [vault.put(bytes([n]), media_type="image/jpeg") for n in range(5)]
    gone = [Sha256(f"{n:064x}") for n in range(3)]
    assert vault.missing([gone[2], here[0], gone[0], *here[1:], gone[1]]) == [gone[2], gone[0], gone[1]]
    assert vault.missing(here) == []
