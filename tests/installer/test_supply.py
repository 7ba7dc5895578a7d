"""What ships says of itself: licences in the window, the list in step with the lock, packing that gives the same bytes twice."""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import time
import tomllib
from importlib.metadata import distribution, distributions
from pathlib import Path

import pytest
from PySide6.QtWidgets import QPlainTextEdit
from pytestqt.qtbot import QtBot

from app import resources
from app.launcher import PROGRAM, unpack
from app.ui.licences_dialog import MISSING, LicencesDialog
from app.version import VERSION
from installer.licence_texts import licence_texts
from tools import audit, sbom
from tools.licences import UNKNOWN
from tools.lock import groups, held, locked

ROOT = Path(__file__).resolve().parents[2]
PACK = ROOT / "installer" / "deb" / "pack_update.sh"


def test_the_list_of_licences_names_every_package_of_the_lock_with_its_version() -> None:
    listed = (ROOT / "THIRD_PARTY.md").read_text(encoding="utf-8")
    assert len(locked("desk")) > 30
    assert [one for one in locked("desk") if f"| {one.name} | {one.version} |" not in listed] == []


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
    assert "LESSER GENERAL PUBLIC LICENSE" in shown(dialog, "resources/licences/LGPL-3.0.txt")


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


def test_the_program_and_its_packages_carry_one_version() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["version"] == VERSION
    assert re.fullmatch(r"\d+\.\d+\.\d+", VERSION)
    script = (ROOT / "installer" / "deb" / "build.sh").read_text(encoding="utf-8")
    assert "$(cat resources/version.txt)" in script
    assert '_internal/resources/version.txt"' in script


def test_every_entry_of_the_lock_is_hashed_and_names_no_address() -> None:
    assert set(groups()) == {"build", "center", "demo", "desk", "dev"}
    for group in groups():
        text = (ROOT / "requirements" / f"{group}.txt").read_text(encoding="utf-8")
        assert "://" not in text
        assert "--index" not in text
        entries = locked(group)
        assert len(entries) == len(re.findall(r"^\S", text, re.MULTILINE))  # nothing but pins
        assert [one.name for one in entries if not one.hashes] == []
        assert sum(len(one.hashes) for one in entries) == text.count("--hash=")


def test_every_licence_is_stated() -> None:
    listed = (ROOT / "THIRD_PARTY.md").read_text(encoding="utf-8")
    rows = [row.split(" | ") for row in listed.splitlines() if row.startswith("| ")]
    assert [row for row in rows if len(row) != 3 or row[1].strip("| ") == ""] == []
    for silent in (UNKNOWN, "only on Windows", "as named"):
        assert silent not in listed
    for inside in ("FFmpeg LGPL-2.1", "LGPL-3.0-only", "OFL-1.1", "face model sface"):
        assert inside in listed


TEXT_ELSEWHERE = {"flatbuffers", "pyside6", "pyside6-addons", "pyside6-essentials", "shiboken6"}
"""Wheels without a licence file: Apache-2.0 lies beside others, LGPL-3.0 in resources/licences."""


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def test_the_texts_of_the_licences_ship() -> None:
    installed = {canonical(one.name) for one in distributions()}
    here = [one.name for one in locked("desk") if one.name in installed]
    assert len(here) >= len(locked("desk")) - 5
    assert {name for name in here if not licence_texts([distribution(name)])} <= TEXT_ELSEWHERE
    found = dict(licence_texts([distribution("opencv-python-headless"), distribution("pypdfium2")]))
    assert "licences/opencv-python-headless" in found.values()
    assert any(folder.startswith("licences/pypdfium2/licenses/") for folder in found.values())
    assert "licence_texts(distributions())" in (ROOT / "installer" / "certdesk.spec").read_text(encoding="utf-8")
    for name in ("LGPL-3.0", "GPL-3.0", "LGPL-2.1"):
        assert "GENERAL PUBLIC LICENSE" in resources.path("licences", f"{name}.txt").read_text(encoding="utf-8")


def test_the_bill_of_materials_holds_the_whole_lock_with_hashes_and_licences_and_the_models() -> None:
    made = sbom.bill()
    parts = {part["bom-ref"]: part for part in made["components"]}
    assert len(parts) == len(made["components"])
    for one in locked("desk"):
        part = parts[f"pkg:pypi/{one.name}@{one.version}"]
        assert {given["content"] for given in part["hashes"]} == set(one.hashes)
        assert part["licenses"]
    assert {part["name"] for part in parts.values() if part["type"] == "machine-learning-model" and "hashes" in part}
    assert any("Noto Sans SC" in part["name"] for part in parts.values())
    assert made["metadata"]["component"]["version"] == VERSION
    assert made["dependencies"] == [{"ref": "certdesk", "dependsOn": sorted(parts)}]
    assert sbom.bill() == made


def test_a_bill_that_could_not_be_checked_is_no_success(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for found, status, said in (
        ("", 0, ", checked"),
        (None, 3, "NOT checked"),
        ("'x' is wrong", 1, "not a sound bill"),
    ):
        monkeypatch.setattr(sbom, "faults", lambda _text, found=found: found)
        assert sbom.main(["--output", str(tmp_path / f"{status}.json")]) == status
        assert said in capsys.readouterr().out
    assert not (tmp_path / "1.json").exists()


def test_the_schema_has_nothing_against_the_bill() -> None:
    python = ROOT / ".venv" / "build" / "bin" / "python"
    if not python.exists():
        pytest.skip("CycloneDX's library is in .venv/build only: make sbom and make deb check each bill they write")
    code = "import json; from tools import sbom; print(repr(sbom.faults(json.dumps(sbom.bill()))))"
    told = subprocess.run([str(python), "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "''"


ASKED = """
import json, sys
pins = open(sys.argv[sys.argv.index("-r") + 1]).read().split()
{before}
told = [dict(name=pin.split("==")[0], version=pin.split("==")[1], vulns=[]) for pin in pins]
{after}
print(json.dumps({{"dependencies": told, "fixes": []}}))
"""


@pytest.mark.parametrize(
    ("before", "after", "status", "said"),
    [
        ("", "", 0, "asked about, 0 vulnerabilities known"),
        ("", "told[0]['vulns'] = [dict(id='PYSEC-1', fix_versions=['2.0'])]", 1, "PYSEC-1 (mended in: 2.0)"),
        ("", "told[0] = dict(name='x', skip_reason='not found on PyPI')", 2, "Nothing was found out about"),
        ("", "told.pop()", 2, "Nothing was found out about"),
        ("sys.exit('ConnectionError: no network')", "", 2, "ConnectionError: no network"),
    ],
)
def test_the_audit_says_what_it_found_out_and_what_not(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], before: str, after: str, status: int, said: str
) -> None:
    stand_in = tmp_path / "pip_audit.py"
    stand_in.write_text(ASKED.format(before=before, after=after))
    assert audit.main((sys.executable, str(stand_in))) == status
    assert said in capsys.readouterr().out


def test_the_audit_asks_about_every_pin_also_about_what_is_only_for_windows() -> None:
    pins = audit.pins()
    assert any(pin.startswith("pywin32-ctypes==") for pin in pins)
    assert len([pin for pin in pins if pin.startswith("numpy==")]) == 2
    rounds = audit.rounds(pins)
    assert set().union(*rounds) == pins
    assert all(len({pin.partition("==")[0] for pin in one}) == len(one) for one in rounds)


def test_locking_anew_is_held_to_the_versions_in_the_lock() -> None:
    told = tomllib.loads(held())["tool"]["uv"]
    pins = {pin.partition(" ;")[0] for pin in told["constraint-dependencies"]}
    assert pins == audit.pins()
    assert len(told["environments"]) == 2
    assert all("CPython" in system for system in told["environments"])
