"""The self-test tells a sound installation from a broken one."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from app import resources, selftest


def test_a_sound_installation_passes_every_check_without_a_window(tmp_path: Path) -> None:
    words = [check(tmp_path) for _, check in selftest.CHECKS if check is not selftest.check_window]
    assert words[1] == "已加密"
    assert all(words)


def test_a_missing_file_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resources, "root", lambda: tmp_path)
    with pytest.raises(FileNotFoundError, match="CertSans-Regular"):
        selftest.check_files(tmp_path)


def test_a_failed_check_is_told_and_the_others_go_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_folder: Path) -> str:
        raise OSError("disk")

    monkeypatch.setattr(selftest, "CHECKS", (("坏的", broken), ("好的", lambda _folder: "well")))
    lines: list[str] = []
    assert selftest.run_checks(tmp_path, lines.append) == 1
    assert lines[0].startswith("✗ 坏的：OSError: disk")
    assert lines[1].startswith("✓ 好的")
    assert "技术支持" in lines[-1]


def test_nothing_is_left_behind_in_the_desks_own_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("XDG_DATA_HOME", str(home / "data"))
    monkeypatch.setattr(selftest, "CHECKS", (("库", selftest.check_store),))
    assert selftest.main([]) == 0
    assert list(home.rglob("*")) == []


def test_no_library_keeps_a_device_number_or_reports_its_use(tmp_path: Path) -> None:
    environment = {**os.environ, "HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path / "cache")}
    environment.pop("ORT_DISABLE_TELEMETRY", None)
    subprocess.run([sys.executable, "-c", "import app, onnxruntime"], env=environment, check=True)
    assert list(tmp_path.rglob("*")) == []
