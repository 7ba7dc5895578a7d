"""The Windows installer over a stand-in program: compiled by makensis and looked into; by make test-windows installed and removed too."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import pytest

from app.launcher import INSTALLED, hand_over
from app.paths import rollout_file

Done = subprocess.CompletedProcess[bytes]
ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "installer/windows/certdesk.nsi"
BUILD = ROOT / "installer/windows/build.ps1"
ROLLOUT = '[center]\naddress = "https://center.example"\nca_file = "center-ca.pem"\n'
OWN_DATA = "AppData/Local/certdesk"
PROGRAMS = "AppData/Local/Programs/certdesk"
SHORTCUT = "AppData/Roaming/Microsoft/Windows/Start Menu/Programs/资格认证.lnk"
pytestmark = pytest.mark.skipif(shutil.which("makensis") is None, reason="makensis (Debian: nsis) is not installed")
# Answers "rollout FILE" by what the file begins with, and stays open for "wait": what the installer needs of the program.
STAND_IN = """
Unicode true
Target amd64-unicode
!include "FileFunc.nsh"
!include "LogicLib.nsh"
OutFile "{target}"
SilentInstall silent
RequestExecutionLevel user
Section
  ${{GetParameters}} $0
  ${{If}} $0 == "wait"
    Sleep 60000
  ${{EndIf}}
  StrCpy $1 $0 9
  ${{If}} $1 == 'rollout "'
    StrCpy $1 $0 -1 9
    FileOpen $2 $1 r
    FileRead $2 $3 8
    FileClose $2
    ${{If}} $3 != "[center]"
      SetErrorLevel 1
    ${{EndIf}}
  ${{EndIf}}
SectionEnd
"""


def makensis(script: Path, *definitions: str, **environment: str) -> str:
    arguments = ["makensis", "-V2", *definitions, str(script)]
    told = subprocess.run(
        arguments, capture_output=True, text=True, check=False, env={**os.environ, "LANG": "C.UTF-8", **environment}
    )
    assert told.returncode == 0, told.stdout + told.stderr
    assert "warning" not in told.stdout.lower()
    return told.stdout


def frozen(folder: Path, program: bytes = b"stand-in", library: str = "library.dll") -> Path:
    """PyInstaller's folder."""
    (folder / "_internal").mkdir(parents=True)
    (folder / "certdesk.exe").write_bytes(program)
    (folder / "_internal" / library).write_bytes(b"\0" * 4096)
    return folder


def setup(folder: Path, program: Path, version: str, *more: str, **environment: str) -> Path:
    """The installer of ``program``."""
    target = folder / f"certdesk-{version}-setup.exe"
    definitions = (f"-DVERSION={version}", f"-DFROZEN={program}", f"-DICON={ROOT / 'resources/icons/certdesk.ico'}")
    makensis(SCRIPT, *definitions, f"-DOUT={target}", *more, **environment)
    return target


@pytest.mark.parametrize(("target", "machine"), [("x86-unicode", 0x014C), ("amd64-unicode", 0x8664)])
def test_the_installer_asks_for_no_administrator_and_holds_the_whole_program(
    tmp_path: Path, target: str, machine: int
) -> None:
    made = setup(tmp_path, frozen(tmp_path / "frozen"), "9.9.9", f"-DTARGET={target}")
    raw = made.read_bytes()
    header = int.from_bytes(raw[60:64], "little")
    assert raw[header : header + 4] == b"PE\0\0"
    assert int.from_bytes(raw[header + 4 : header + 6], "little") == machine
    assert re.findall(rb'requestedExecutionLevel level="(\w+)"', raw) == [b"asInvoker"]
    for words in ("资格认证安装程序", "9.9.9"):  # what the file's properties say
        assert words.encode("utf-16-le") in raw
    archiver = shutil.which("7z")
    if target == "x86-unicode" and archiver is not None:  # 7z knows NSIS's own starter only
        listed = subprocess.run([archiver, "l", "-slt", str(made)], capture_output=True, text=True, check=True).stdout
        held = {name.replace("\\", "/") for name in re.findall(r"^Path = (.+)$", listed, re.MULTILINE)}
        assert {"new/certdesk.exe", "new/_internal/library.dll", "uninstall.exe"} <= held


def test_signing_is_called_for_the_uninstaller_and_the_installer(tmp_path: Path) -> None:
    signer, signed = tmp_path / "sign with blanks", tmp_path / "signed"
    signer.write_text(f'#!/bin/sh\nprintf "%s|" "$@" >>"{signed}"\nprintf "\\n" >>"{signed}"\n')
    signer.chmod(0o755)
    command = f'"{signer}" /f "key store.pfx" "%1"'
    made = setup(tmp_path, frozen(tmp_path / "frozen"), "9.9.9", "-DSIGNED", CERTDESK_SIGN=command)
    calls = signed.read_text().splitlines()
    assert [call.split("|")[:2] for call in calls] == [["/f", "key store.pfx"]] * 2
    assert calls[1].split("|")[2] == str(made)


def test_the_build_on_windows_gives_the_script_all_that_it_asks_for() -> None:
    script, build = SCRIPT.read_text(encoding="utf-8"), BUILD.read_text(encoding="utf-8")
    demanded = re.findall(r"!ifndef (\w+)\n  !error", script)
    assert demanded == ["VERSION", "FROZEN", "ICON"]
    assert [name for name in demanded if f"-D{name}=" not in build] == []
    assert "-DSIGNED" in build
    assert "$env:CERTDESK_SIGN" in build


def test_the_installer_and_the_program_call_the_rollout_file_the_same() -> None:
    assert '"$INSTDIR\\rollout.toml"' in SCRIPT.read_text(encoding="utf-8")
    assert rollout_file().name == "rollout.toml"


def test_a_newer_version_in_the_data_folder_finds_the_file_beside_the_installed_program(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed, given = tmp_path / "Programs" / "certdesk.exe", dict[str, str]()

    def run(_command: list[str], *, env: dict[str, str], check: bool) -> Done:
        given.update(env)
        return Done([], int(check))

    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr(sys, "executable", str(installed))
    monkeypatch.setattr(subprocess, "run", run)
    monkeypatch.setenv("PROGRAMDATA", str(tmp_path / "ProgramData"))
    assert hand_over(tmp_path / "versions" / "0.2.0" / "certdesk.exe", []) == 0
    monkeypatch.setattr(sys, "executable", str(tmp_path / "versions" / "0.2.0" / "certdesk.exe"))
    monkeypatch.setenv(INSTALLED, given[INSTALLED])
    assert rollout_file() == installed.with_name("rollout.toml")
    common = tmp_path / "ProgramData" / "CertDesk" / "rollout.toml"
    common.parent.mkdir(parents=True)
    common.write_text(ROLLOUT)
    assert rollout_file() == common  # the administrator's for the whole machine comes first


@dataclass
class Windows:
    """Wine's stand-in of a Windows desk: its folder C:, its user's folder."""

    prefix: Path
    environment: dict[str, str]

    @property
    def home(self) -> Path:
        return next(one for one in (self.prefix / "drive_c/users").iterdir() if one.name != "Public")

    def run(self, program: Path | str, *arguments: str, before: str = "") -> int:
        """The exit status."""
        return self._wine([str(program), *arguments], before).returncode

    def _wine(self, line: list[str], before: str = "", sink: int | IO[bytes] = subprocess.DEVNULL) -> Done:
        """Never into a pipe: Windows' own services would hold it open for seconds after the program has gone."""
        return subprocess.run(
            ["bash", "-c", f'{before} exec wine "$@"', "bash", *line],
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=sink,
            stderr=subprocess.DEVNULL,
            timeout=180,
            check=False,
        )

    def become(self, version: str) -> None:
        """This version of Windows: "win7", "win10"."""
        assert self.run("reg", "add", r"HKCU\Software\Wine", "/v", "Version", "/d", version, "/f") == 0

    def registry(self, key: str) -> str:
        """The values below HKCU\\``key``, as text; "" without it."""
        with tempfile.TemporaryFile() as sink:
            status = self._wine(["reg", "query", f"HKCU\\{key}"], sink=sink).returncode
            sink.seek(0)
            return sink.read().decode("utf-8", errors="replace") if status == 0 else ""

    def uninstall(self) -> bool:
        """Silently, as the list of programs does it: a copy of the uninstaller goes on by itself. Did it end in an empty place?"""
        at = self.home / PROGRAMS
        assert self.run(at / "uninstall.exe", "/S") == 0
        until = time.monotonic() + 30
        while at.exists() and time.monotonic() < until:
            time.sleep(0.1)
        return not at.exists()

    def uninstall_in_place(self) -> int:
        """The same without the copy, which hides the exit status."""
        folder = rf"C:\users\{self.home.name}" + "\\" + PROGRAMS.replace("/", "\\")
        return self.run(self.home / PROGRAMS / "uninstall.exe", "/S", f"_?={folder}")


@pytest.fixture(scope="module")
def windows(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Windows]:
    if shutil.which("wine") is None:
        pytest.skip("wine is not installed: make test-windows installs it")
    folder = tmp_path_factory.mktemp("wine")
    environment = {
        **{name: value for name, value in os.environ.items() if name not in ("DISPLAY", "WAYLAND_DISPLAY")},
        "HOME": str(folder),
        "WINEPREFIX": str(folder / "prefix"),
        "WINEARCH": "win64",
        "WINEDEBUG": "-all",
        "WINEDLLOVERRIDES": "mscoree,mshtml,winemenubuilder.exe=",
        "LANG": "C.UTF-8",
    }
    made = Windows(folder / "prefix", environment)
    assert made.run("wineboot", "-i") == 0
    subprocess.run(
        ["wineserver", "-k"], env=environment, timeout=60, check=False
    )  # its first services make a program wait 10 s
    made.become("win10")
    yield made
    subprocess.run(["wineserver", "-k"], env=environment, timeout=60, check=False)


@pytest.fixture(scope="module")
def installers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """By version: 1.0.0 and 2.0.0, the second one with another library."""
    folder = tmp_path_factory.mktemp("installers")
    recipe, program = folder / "stand-in.nsi", folder / "stand-in.exe"
    recipe.write_text(STAND_IN.format(target=program), encoding="utf-8")
    makensis(recipe)
    return {
        version: setup(
            folder, frozen(folder / version, program.read_bytes(), library), version, "-DTARGET=amd64-unicode"
        )
        for version, library in (("1.0.0", "old.dll"), ("2.0.0", "new.dll"))
    }


def placed(installer: Path, folder: Path, rollout: str = "") -> Path:
    """The installer as an administrator hands it on, with what lies beside it."""
    folder.mkdir()
    if rollout:
        (folder / "rollout.toml").write_text(rollout, encoding="utf-8")
        (folder / "center-ca.pem").write_text("-----BEGIN CERTIFICATE-----")
        (folder / "ca.key").write_text("a key that must not travel")
    return Path(shutil.copy(installer, folder))


def names(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


@pytest.mark.slow
def test_silent_installing_upgrading_and_removing(
    windows: Windows, installers: dict[str, Path], tmp_path: Path
) -> None:
    at, data = windows.home / PROGRAMS, windows.home / OWN_DATA
    data.mkdir()
    (data / "desk.db").write_bytes(b"records")
    # Rolled out: program, file and certificate arrive, no key; entry in the menu; known to the list of programs.
    assert windows.run(placed(installers["1.0.0"], tmp_path / "一 二", ROLLOUT), "/S") == 0
    assert names(at) == {"certdesk.exe", "_internal/old.dll", "uninstall.exe", "rollout.toml", "center-ca.pem"}
    assert (at / "rollout.toml").read_text(encoding="utf-8") == ROLLOUT
    assert (windows.home / SHORTCUT).is_file()
    listed = windows.registry(r"Software\Microsoft\Windows\CurrentVersion\Uninstall\certdesk")
    assert "1.0.0" in listed
    assert '" /S' in listed
    # Upgraded without a file beside it: nothing old stays but what was rolled out.
    assert windows.run(placed(installers["2.0.0"], tmp_path / "upgrade"), "/S") == 0
    assert names(at) == {"certdesk.exe", "_internal/new.dll", "uninstall.exe", "rollout.toml", "center-ca.pem"}
    # A downgrade is refused and changes nothing.
    assert windows.run(placed(installers["1.0.0"], tmp_path / "downgrade"), "/S") == 3
    assert (at / "_internal" / "new.dll").exists()
    # A wrong file is told by the status, and the program is there all the same.
    assert windows.run(placed(installers["2.0.0"], tmp_path / "wrong", "[centre]\n"), "/S") == 5
    assert (at / "certdesk.exe").exists()
    assert windows.uninstall()
    assert not (windows.home / SHORTCUT).exists()
    assert windows.registry(r"Software\certdesk") == ""
    assert (data / "desk.db").read_bytes() == b"records"


@pytest.mark.slow
def test_neither_an_open_program_nor_a_full_disk_leaves_half_a_program(
    windows: Windows, installers: dict[str, Path]
) -> None:
    at = windows.home / PROGRAMS
    assert windows.run(installers["1.0.0"], "/S") == 0
    before = names(at)
    arguments = ["wine", str(at / "certdesk.exe"), "wait"]
    with subprocess.Popen(
        arguments, env=windows.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as opened:
        time.sleep(2)
        try:
            assert windows.run(installers["2.0.0"], "/S") == 4
            assert windows.uninstall_in_place() == 4
            assert names(at) == before
        finally:
            windows.run("taskkill", "/f", "/im", "certdesk.exe")
            opened.wait(30)
    # No file may grow beyond 8 KB: what a full disk is to the installer.
    assert windows.run(installers["2.0.0"], "/S", before="trap '' XFSZ; ulimit -f 8;") == 2
    assert names(at) == before
    assert windows.run(installers["2.0.0"], "/S") == 0
    assert "_internal/new.dll" in names(at)
    assert windows.uninstall()


@pytest.mark.slow
def test_an_older_windows_is_refused_and_stays_as_it_was(windows: Windows, installers: dict[str, Path]) -> None:
    windows.become("win7")
    try:
        assert windows.run(installers["1.0.0"], "/S") == 6
    finally:
        windows.become("win10")
    assert not (windows.home / PROGRAMS).exists()
