"""The small window while an update is made ready: there as long as the launcher says, and no longer."""

import subprocess
import sys
import time
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app import launcher
from app.bootstrap import make_application
from app.ui.preparing import Preparing
from tests.ui.looks import cut, nameless

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = '#!/bin/sh\ncd "{root}" && exec "{python}" -c "from app.preparing import main; raise SystemExit(main())"\n'


def test_it_is_read_whole_and_has_nothing_to_press(qtbot: QtBot) -> None:
    make_application(["test"])
    shown = Preparing()
    qtbot.addWidget(shown)
    with qtbot.waitExposed(shown):
        shown.show()
    assert cut(shown) == []
    assert nameless(shown) == []
    assert shown.width() <= 520


def test_the_process_goes_when_the_launcher_is_done(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "certdesk"
    program.write_text(PROGRAM.format(root=ROOT, python=sys.executable))
    program.chmod(0o755)
    monkeypatch.setattr(launcher.sys, "executable", str(program))
    started: list[subprocess.Popen[bytes]] = []
    real = subprocess.Popen

    def start(*arguments: object, **more: object) -> "subprocess.Popen[bytes]":
        started.append(real(*arguments, **more))  # type: ignore[call-overload]
        return started[-1]

    monkeypatch.setattr(launcher.subprocess, "Popen", start)
    with launcher.notice():
        time.sleep(4)
        assert started[0].poll() is None, "it is there while the work lasts"
    assert started[0].returncode == 0, "it ended by itself, unkilled"


def test_a_program_that_cannot_show_it_is_updated_all_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(launcher.sys, "executable", str(tmp_path / "nothing"))
    done = False
    with launcher.notice():
        done = True
    assert done
