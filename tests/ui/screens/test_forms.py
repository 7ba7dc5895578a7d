"""The forms screen over the real services, the real paper and the real scan reader; pages are signed and sealed by code."""

import hashlib
import io
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import openpyxl
import pypdfium2
import pytest

from app.domain.confirmation import CaseState
from app.domain.standing import StandingKind
from app.errors import AppError
from app.ui.screens.forms.scans import ScanState
from tests.builders.forms_room import FormsDesk, state_of
from tests.builders.office import Office
from tests.builders.papers import Marks


@pytest.fixture
def made(desk: Office, tmp_path: Path) -> FormsDesk:
    return FormsDesk(desk, tmp_path)


def test_pages_of_one_scan_find_their_cases_and_go_with_the_batch(made: FormsDesk) -> None:
    first, second = made.printed(StandingKind.NEAR), made.printed(StandingKind.OVERDUE_SAVABLE)
    made.view.files = (made.scan("all.pdf", (second, Marks()), (first, Marks())),)
    made.scans.from_files()
    assert [item.match.case.id for item in made.view.scans.items if item.match] == [second, first]
    today = made.office.real.clock.today()
    for _ in range(2):
        assert made.view.scans.item is not None
        assert made.view.scans.item.match is not None
        assert made.view.scans.item.match.doubts == ()
        made.scans.take(signed_on=today, looked_at=frozenset())
    assert made.office.ears.errors == []
    assert "收下 2 页" in made.office.ears.notices[-1]
    assert {state_of(made, first), state_of(made, second)} == {CaseState.SCAN_CHECKED}
    assert made.view.board is not None
    assert (made.view.board.ready, made.view.board.unreviewed) == (0, 2)
    made.review(first, second)
    assert (made.view.board.ready, made.view.board.unreviewed) == (2, 0)
    made.view.folder = made.folder
    made.presenter.send()
    assert made.sent == ["sent"]
    _the_folder_is_whole(next(made.folder.glob("确认表-*")))


def _the_folder_is_whole(folder: Path) -> None:
    sums = dict(reversed(line.split("  ")) for line in (folder / "SHA256SUMS.txt").read_text("utf-8").splitlines())
    files = {path.name for path in folder.iterdir()} - {"SHA256SUMS.txt"}
    assert set(sums) == files
    assert {"汇总表.pdf", "汇总表.xlsx"} <= files
    for name, digest in sums.items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest
    scans = sorted(name for name in files if name.endswith(".pdf") and name != "汇总表.pdf")
    assert len(scans) == 2
    assert len(pypdfium2.PdfDocument((folder / scans[0]).read_bytes())) == 1
    sheet = openpyxl.load_workbook(io.BytesIO((folder / "汇总表.xlsx").read_bytes())).active
    assert sheet is not None
    assert [row[8].value for row in sheet.iter_rows(min_row=2)] == scans
    assert all(len(str(row[2].value)) == 18 for row in sheet.iter_rows(min_row=2))


def test_a_folder_that_cannot_be_written_is_told_after_the_records_are_safe(made: FormsDesk) -> None:
    case_id = made.printed(StandingKind.NEAR)
    made.view.files = (made.scan("a.pdf", (case_id, Marks())),)
    made.scans.from_files()
    made.scans.take(signed_on=made.office.real.clock.today(), looked_at=frozenset())
    made.review(case_id)
    made.view.folder = made.folder / "file"
    made.view.folder.write_text("no folder")
    made.presenter.send()
    (error,) = made.office.ears.errors
    assert isinstance(error, AppError)
    assert error.code == "file.not_written"
    assert state_of(made, case_id) is CaseState.IN_BATCH
    made.view.folder = made.folder
    made.presenter.send()
    (folder,) = made.folder.glob("确认表-*")
    assert sorted(p.name[:2] for p in folder.glob("*.pdf")) == ["01", "汇总"]


def test_on_the_day_to_send_the_clerk_is_asked_about_what_nobody_reviewed(made: FormsDesk) -> None:
    made.office.real.clock.move(timedelta(days=6))  # the working day to aim for
    case_id = made.printed(StandingKind.NEAR)
    made.view.files = (made.scan("a.pdf", (case_id, Marks())),)
    made.scans.from_files()
    made.scans.take(signed_on=made.office.real.clock.today(), looked_at=frozenset())
    made.view.folder = made.folder
    for answer, state in (
        (None, CaseState.SCAN_CHECKED),
        (False, CaseState.SCAN_CHECKED),
        (True, CaseState.IN_BATCH),
    ):
        made.view.along = answer
        made.presenter.send()
        assert made.view.asked_about == 1
        assert state_of(made, case_id) is state
    assert [error.code for error in made.office.ears.errors if isinstance(error, AppError)] == ["month.unreviewed"]


def test_the_board_leads_to_where_the_work_is(made: FormsDesk) -> None:
    case_id = made.printed(StandingKind.NEAR)
    made.presenter.refresh()
    assert made.view.board is not None
    made.presenter.go_on(made.view.board.rows[0])
    person = made.cases.view(case_id).case.retiree_id
    assert made.office.ears.went == [f"visit {person}"]
    made.presenter.deliver(made.view.board.rows[0])
    (error,) = made.office.ears.errors
    assert isinstance(error, AppError)
    assert error.code == "case.step_not_allowed"


def test_cancelling_a_dialog_does_nothing(made: FormsDesk) -> None:
    acts: tuple[Callable[[], None], ...] = (made.scans.from_files, made.presenter.send)
    for act in acts:
        act()
    assert made.office.ears.errors == []
    assert made.view.scans == ScanState()
