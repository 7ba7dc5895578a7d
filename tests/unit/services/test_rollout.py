"""The roll-out file: what is taken from it, and that no wrong file ever does more than say what is wrong."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from app.errors import AppError
from app.services.rollout import Rollout, keep_authority, read
from app.ui.error_text import words
from tests.builders.certificates import authority_pem

ROOT = Path(__file__).resolve().parents[3]
GOOD = '[center]\naddress = "https://center.example/"\n'


def test_the_example_that_ships_is_a_good_file() -> None:
    found = read(ROOT / "installer" / "rollout.example.toml")
    assert found == Rollout(address="https://center.example.gov.cn", ca="", unit_code="430000", unit_name="示范单位")


def test_no_file_is_nothing(tmp_path: Path) -> None:
    assert read(tmp_path / "rollout.toml") is None
    assert read(tmp_path / "no" / "folder" / "rollout.toml") is None


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"], ids=["plain", "with the byte-order mark of Windows"])
def test_the_authority_is_taken_from_beside_or_from_inside(tmp_path: Path, mark: bytes) -> None:
    pem = authority_pem()
    (tmp_path / "ca.pem").write_text(pem)
    file = tmp_path / "rollout.toml"
    for line in ("ca_file = 'ca.pem'", f"ca_file = '{tmp_path / 'ca.pem'}'", f"ca = '''{pem}'''"):
        file.write_bytes(mark + f"{GOOD}{line}\n".replace("\n", "\r\n").encode())
        found = read(file)
        assert found is not None
        assert found.ca.split() == pem.split()


BAD = {
    "encoding": '[center]\naddress = "https://x"\n[unit]\nname = "示范单位"'.encode("gbk"),
    "syntax": b'[center]\naddress = "C:\\ProgramData"\n',
    "unknown": b'[center]\nadress = "https://x"',
    "value": b"[center]\naddress = 5",
    "address": b'[center]\naddress = "http://center.example"',
    "authority": GOOD.encode() + b'ca = "-----BEGIN CERTIFICATE-----"',
    "two_authorities": GOOD.encode() + b'ca = "x"\nca_file = "y"',
    "too_large": b"#" * 70_000,
}


@pytest.mark.parametrize("code", sorted(BAD))
def test_a_wrong_file_is_told_with_its_place_and_in_words(tmp_path: Path, code: str) -> None:
    file = tmp_path / "rollout.toml"
    file.write_bytes(BAD[code])
    with pytest.raises(AppError) as caught:
        read(file)
    assert caught.value.code == f"rollout.{code}"
    assert str(file) in words(caught.value)
    assert "管理员" in words(caught.value)


def test_the_line_of_a_slip_is_named(tmp_path: Path) -> None:
    file = tmp_path / "rollout.toml"
    file.write_text('[center]\naddress = "https://x"\n[unit\n')
    with pytest.raises(AppError) as caught:
        read(file)
    assert "第 3 行" in words(caught.value)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[center]\n",
        b"center = 1",
        b"[center]\naddress = 'https://'",
        b"[center]\naddress = 'https://[::1'",
        b"[center]\naddress = 'https://x:port'",
        b"[center]\naddress = 'https://user@x'",
        GOOD.encode() + b"ca_file = 'none.pem'",
        GOOD.encode() + b"ca_file = '.'",
        GOOD.encode() + "ca = '证书'".encode(),
        GOOD.encode() + b"ca = '-----BEGIN PRIVATE KEY-----'",
        b"a = " + b"[" * 20_000,
        b"\x00",
    ],
)
def test_never_anything_but_an_expected_error(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "rollout.toml"
    file.write_bytes(content)
    with pytest.raises(AppError, match=r"^rollout\."):
        read(file)


def test_a_folder_in_its_place_is_told(tmp_path: Path) -> None:
    with pytest.raises(AppError, match=r"rollout\.unreadable"):
        read(tmp_path)


@given(st.binary(max_size=300) | st.text(max_size=200).map(lambda t: f"[center]\naddress={t}".encode()))
def test_whatever_is_in_the_file_never_crashes(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    file = tmp_path_factory.getbasetemp() / "anything.toml"
    file.write_bytes(content)
    with pytest.raises(AppError, match=r"^rollout\."):
        read(file)


def kept(tmp_path: Path) -> tuple[Path, Callable[[str], Path | None]]:
    target = tmp_path / "data" / "center-ca.pem"
    return target, lambda pem: keep_authority(Rollout(address="https://x", ca=pem), target)


def test_the_authority_outlives_the_file_follows_its_changes_and_goes_when_it_is_taken_out(tmp_path: Path) -> None:
    target, keep = kept(tmp_path)
    assert keep_authority(None, target) is None
    first, second = authority_pem(), authority_pem()
    assert keep(first) == target
    assert keep_authority(None, target) == target
    assert target.read_text() == first
    assert keep(second) == target
    assert target.read_text() == second
    assert keep("") is None
    assert not target.exists()


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    target, keep = kept(tmp_path)
    target.parent.write_text("a file where the folder should be")
    with pytest.raises(AppError, match=r"vault\.unwritable"):
        keep(authority_pem())
