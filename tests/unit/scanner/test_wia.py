"""This side of the WIA process: a stand-in for PowerShell says what Windows would. Windows itself is not in it."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from app.errors import AppError
from app.scanner.wia import WiaScanners
from app.services.ports import ScannerDevice

DEVICE = ScannerDevice(key="{6BDD1FC6}\\0000", name="文档扫描仪")


@pytest.fixture
def says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    def become(script: str) -> None:
        path = tmp_path / "bin" / "powershell"
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        path.chmod(0o755)
        monkeypatch.setenv("PATH", f"{path.parent}{os.pathsep}{os.environ['PATH']}")

    return become


def code_of(work: Callable[[], object]) -> str:
    with pytest.raises(AppError) as caught:
        work()
    return caught.value.code


def test_scanners_are_listed_with_their_chinese_names(says: Callable[[str], None]) -> None:
    says(r"printf '{6BDD1FC6}\\0000\r\n文档扫描仪\r\n'")
    assert WiaScanners().devices() == [DEVICE]


def test_no_scanner_and_no_powershell_are_told(says: Callable[[str], None], monkeypatch: pytest.MonkeyPatch) -> None:
    says("exit 0")
    assert code_of(WiaScanners().devices) == "scanner.none"
    monkeypatch.setenv("PATH", "")
    assert code_of(WiaScanners().devices) == "scanner.no_driver"


def test_pages_come_one_by_one_from_the_chosen_scanner(says: Callable[[str], None], tmp_path: Path) -> None:
    page = tmp_path / "page.png"
    Image.new("RGB", (20, 30), "white").save(page)
    says(
        f'test "$SCAN_DEVICE" = \'{DEVICE.key}\' || exit 1\nfor n in 1 2; do cp {page} "$SCAN_FOLDER/p000$n.png"; done'
    )
    assert list(WiaScanners().scan(DEVICE)) == [page.read_bytes()] * 2


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("80210002", "scanner.jammed"),
        ("80210003", "scanner.no_paper"),
        ("80210005", "scanner.vanished"),
        ("80210006", "scanner.busy"),
        ("80210016", "scanner.cover"),
        ("80070070", "disk.full"),
        ("80210001", "scanner.vanished"),
        ("80219999", "scanner.failed"),
    ],
)
def test_each_error_of_windows_has_its_own_message(says: Callable[[str], None], number: str, code: str) -> None:
    says(f"echo '{number} something in Chinese 纸' >&2; exit 1")
    assert code_of(lambda: list(WiaScanners().scan(DEVICE))) == code
