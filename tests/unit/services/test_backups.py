"""When a backup is made, and what is told about the last one."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from app.domain.ids import OperatorId
from app.errors import AppError
from app.services.backups import EVERY, LATE, Backups
from tests.builders.desk import RealDesk

BY = OperatorId("o")


def service(desk: RealDesk, made: list[datetime], error: AppError | None = None) -> Backups:
    def make(_folder: Path, at: datetime) -> None:
        if error is not None:
            raise error
        made.append(at)

    return Backups(desk.desk, make)


def test_without_a_folder_nothing_is_made_and_it_is_told(desk: RealDesk, tmp_path: Path) -> None:
    made: list[datetime] = []
    backups = service(desk, made)
    assert backups.figures().late
    assert backups.run_if_due().last is None
    with pytest.raises(AppError, match=r"backup\.no_folder"):
        backups.run()
    with pytest.raises(AppError, match=r"backup\.folder_missing"):
        backups.choose_folder(tmp_path / "no such stick", operator_id=BY)
    assert made == []


def test_one_a_day_and_late_after_a_week(desk: RealDesk, tmp_path: Path) -> None:
    made: list[datetime] = []
    backups = service(desk, made)
    backups.choose_folder(tmp_path, operator_id=BY)
    first = backups.run_if_due()
    assert (first.last, first.late, first.folder) == (desk.clock.now(), False, str(tmp_path))
    desk.clock.move(EVERY - timedelta(minutes=1))
    backups.run_if_due()
    assert len(made) == 1
    desk.clock.move(timedelta(minutes=1))
    backups.run_if_due()
    assert len(made) == 2
    desk.clock.move(LATE + timedelta(hours=1))
    assert backups.figures().late


def test_a_missing_stick_never_stops_the_day_but_is_told_when_asked(desk: RealDesk, tmp_path: Path) -> None:
    backups = service(desk, [], AppError("backup.folder_missing"))
    backups.choose_folder(tmp_path, operator_id=BY)
    assert backups.run_if_due().last is None
    with pytest.raises(AppError, match=r"backup\.folder_missing"):
        backups.run()
