"""What ships says of itself: licences in the window, the list in step with the lock, packing that gives the same bytes twice."""

import hashlib
import os
import re
import shutil
import subprocess
import time
from pathlib import Path

import pytest
from PySide6.QtWidgets import QPlainTextEdit
from pytestqt.qtbot import QtBot

from app import resources
from app.launcher import PROGRAM, unpack
from app.ui.licences_dialog import MISSING, LicencesDialog
from app.version import VERSION

ROOT = Path(__file__).resolve().parents[2]
PACK = ROOT / "installer" / "deb" / "pack_update.sh"


def test_the_list_of_licences_names_every_package_of_the_lock_with_its_version() -> None:
    lock = (ROOT / "requirements" / "desk.txt").read_text(encoding="utf-8")
    listed = (ROOT / "THIRD_PARTY.md").read_text(encoding="utf-8")
    shipped = re.findall(r"^([\w.-]+)==(\S+)", lock, re.MULTILINE)
    assert len(shipped) > 30
    assert [f"{name} {version}" for name, version in shipped if f"| {name} | {version} |" not in listed] == []


def shown(dialog: LicencesDialog, file: str) -> str:
    edit = dialog.findChild(QPlainTextEdit, f"licences_{file}")
    assert isinstance(edit, QPlainTextEdit)
    assert edit.isReadOnly()
    return edit.toPlainText()


def test_about_shows_our_licence_and_those_of_others(qtbot: QtBot) -> None:
    dialog = LicencesDialog()
    qtbot.addWidget(dialog)
    assert "MIT License" in shown(dialog, "LICENSE")
    assert "pyside6" in shown(dialog, "THIRD_PARTY.md")
    assert "OFL-1.1" in shown(dialog, "THIRD_PARTY.md")


def test_a_missing_licence_file_is_said(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(resources, "root", lambda: tmp_path / "resources")
    dialog = LicencesDialog()
    qtbot.addWidget(dialog)
    assert shown(dialog, "LICENSE") == MISSING


def test_the_licences_ship_in_the_frozen_program() -> None:
    recipe = (ROOT / "installer" / "certdesk.spec").read_text(encoding="utf-8")
    for file in ("LICENSE", "THIRD_PARTY.md"):
        assert f'ROOT / "{file}"), "."' in recipe


def frozen(folder: Path, order: list[str]) -> Path:
    """A stand-in for PyInstaller's folder, its files made in ``order`` and with this moment's times and an odd umask."""
    folder.mkdir()
    (folder / "_internal").mkdir()
    for name in order:
        (folder / name).write_text(name)
    (folder / PROGRAM).chmod(0o700)
    (folder / "_internal" / "link.so").symlink_to("a.so")
    return folder


@pytest.mark.skipif(shutil.which("xz") is None, reason="xz-utils is not installed")
def test_packing_the_same_program_twice_gives_the_same_bytes_and_the_launcher_reads_them(tmp_path: Path) -> None:
    names = [PROGRAM, "_internal/b.so", "_internal/a.so"]
    folders = [frozen(tmp_path / "one", names), frozen(tmp_path / "two", names[::-1])]
    os.utime(folders[1] / PROGRAM, (time.time() - 9999, time.time() - 9999))
    digests = []
    for number, folder in enumerate(folders):
        target = tmp_path / f"{number}.tar.xz"
        subprocess.run(["bash", str(PACK), str(folder), str(target), "1"], check=True)
        digests.append(hashlib.sha256(target.read_bytes()).hexdigest())
    assert digests[0] == digests[1]
    unpack(tmp_path / "0.tar.xz", tmp_path / "out")
    assert os.access(tmp_path / "out" / PROGRAM, os.X_OK)
    assert (tmp_path / "out" / "_internal" / "link.so").read_text() == "_internal/a.so"


def test_packing_what_is_no_program_is_refused(tmp_path: Path) -> None:
    told = subprocess.run(
        ["bash", str(PACK), str(tmp_path), str(tmp_path / "x")], capture_output=True, text=True, check=False
    )
    assert told.returncode == 1
    assert "no program" in told.stderr


def test_the_package_and_the_update_carry_the_programs_own_version() -> None:
    script = (ROOT / "installer" / "deb" / "build.sh").read_text(encoding="utf-8")
    assert "pyproject.toml" in script
    assert re.fullmatch(r"\d+\.\d+\.\d+", VERSION)
