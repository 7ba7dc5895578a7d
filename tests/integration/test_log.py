"""The log stays small, and nothing that goes wrong with it stops the program."""

import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.log import KEPT_FILES, LARGEST_BYTES, LONGEST
from tests.builders.logs import logging_into

NAME = "谭𬭎远"
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def logs(tmp_path: Path) -> Iterator[Path]:
    with logging_into(tmp_path / "logs") as folder:
        yield folder


def test_the_log_turns_over_and_stays_small(logs: Path) -> None:
    log = logging.getLogger("app.test")
    line = ("x" * 60 + " ") * 200
    for _ in range(LARGEST_BYTES * (KEPT_FILES + 2) // len(line)):
        log.info(line)
    files = sorted(logs.glob("certdesk.log*"))
    assert len(files) == KEPT_FILES + 1
    assert all(file.stat().st_size <= LARGEST_BYTES for file in files)


def test_a_record_without_end_does_not_turn_the_files_over(logs: Path) -> None:
    log = logging.getLogger("app.test")
    log.info("the first")
    for _ in range(3):
        log.info("y " * 200_000)
    text = (logs / "certdesk.log").read_text("utf-8")
    assert "the first" in text
    assert len(text) < 4 * LONGEST


def test_a_file_that_cannot_be_put_aside_starts_anew(logs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As on Windows, while another process has it open."""

    def refuse(*_names: object) -> None:
        raise PermissionError(13, "in use")

    monkeypatch.setattr(os, "rename", refuse)
    log = logging.getLogger("app.test")
    for number in range(3 * LARGEST_BYTES // 10_000):
        log.info("%s %s", number, "x " * 5000)
    file = logs / "certdesk.log"
    assert file.stat().st_size <= LARGEST_BYTES
    assert f" {number} " in file.read_text("utf-8")


FULL = f"""
import logging, os, pathlib, resource, sys
from datetime import UTC, datetime
from app.incidents import Incidents
from app.log import start_logging
folder = pathlib.Path(sys.argv[1])
start_logging(folder / "logs")
log = logging.getLogger("app.test")
log.info("before")
resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))  # what a full disk is to a writer
for _ in range(50):
    log.info("visit %s", {NAME!r})
log.info("%s %s", {NAME!r})  # one that can't even be formatted
number = Incidents(folder / "crashes", lambda: datetime(2026, 1, 1, tzinfo=UTC)).report(ValueError({NAME!r}))
print(number)
"""


def test_a_full_disk_costs_lines_of_the_log_and_nothing_else(tmp_path: Path) -> None:
    told = subprocess.run(
        [sys.executable, "-c", FULL, str(tmp_path)], cwd=ROOT, capture_output=True, encoding="utf-8", check=False
    )
    assert told.returncode == 0
    assert len(told.stdout.strip()) == 9
    assert "incident" in told.stderr  # still told on the console
    for words_ in (NAME, "Traceback", "Logging error"):
        assert words_ not in told.stderr
    assert "before" in (tmp_path / "logs" / "certdesk.log").read_text("utf-8")
