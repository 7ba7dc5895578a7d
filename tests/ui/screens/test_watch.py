"""The watched folder: read by itself, put aside only when safe, named where it is not."""

from pathlib import Path

import pytest

from app.domain.confirmation import CaseState
from app.domain.standing import StandingKind
from app.forms.inbox import DONE
from app.ui.screens.forms.scans import ScanState
from app.ui.screens.forms.view import FormsView
from app.ui.screens.forms.watch import WatchState
from tests.builders.forms_room import FormsDesk, state_of
from tests.builders.office import Office
from tests.builders.papers import Marks


@pytest.fixture
def made(desk: Office, tmp_path: Path) -> FormsDesk:
    made = FormsDesk(desk, tmp_path)
    made.view.watched = tmp_path / "扫描"
    made.view.watched.mkdir()
    made.watch.choose()
    return made


def look(made: FormsDesk) -> None:
    """Twice: a file must have stopped growing."""
    made.watch.look()
    made.watch.look()


def test_a_new_scan_is_read_and_put_aside_once_its_page_is_taken(made: FormsDesk) -> None:
    case_id = made.printed(StandingKind.NEAR)
    path = made.scan("扫描/a.pdf", (case_id, Marks()))
    made.watch.look()
    assert made.view.scans == ScanState()
    made.watch.look()
    assert made.view.scans.item is not None
    assert path.exists()
    made.scans.take(signed_on=made.office.real.clock.today(), looked_at=frozenset())
    assert state_of(made, case_id) is CaseState.SCAN_CHECKED
    assert [p.name for p in (path.parent / DONE).iterdir()] == ["a.pdf"]
    assert not path.exists()
    assert made.view.watch.left == ()


def test_a_page_not_taken_and_a_broken_file_stay_where_they_are_and_are_named(made: FormsDesk) -> None:
    case_id = made.printed(StandingKind.NEAR)
    path = made.scan("扫描/b.pdf", (case_id, Marks()))
    broken = path.with_name("坏.pdf")
    broken.write_bytes(b"%PDF-1.7 torn")
    look(made)
    assert len(made.view.scans.items) == 2
    made.scans.skip()
    made.scans.skip()
    assert (path.exists(), broken.exists()) == (True, True)
    assert [name for name, _reason in made.view.watch.left] == ["b.pdf", "坏.pdf"]
    assert "不完整" in made.view.watch.left[1][1]
    look(made)
    assert made.view.scans == ScanState()
    made.scan("扫描/b.pdf", (case_id, Marks()), (case_id, Marks()))
    look(made)
    assert len(made.view.scans.items) == 2
    assert [name for name, _reason in made.view.watch.left] == ["坏.pdf"]


def test_nothing_is_read_while_the_clerk_looks_at_other_pages(made: FormsDesk) -> None:
    first, second = made.printed(StandingKind.NEAR), made.printed(StandingKind.OVERDUE_SAVABLE)
    made.view.files = (made.scan("one.pdf", (first, Marks())),)
    made.scans.from_files()
    made.scan("扫描/two.pdf", (second, Marks()))
    look(made)
    assert len(made.view.scans.items) == 1
    made.scans.skip()
    look(made)
    assert made.view.scans.item is not None
    assert made.view.scans.item.path == made.folder / "扫描" / "two.pdf"


def test_a_stick_that_was_pulled_out_is_told_once_and_not_forgotten(made: FormsDesk) -> None:
    folder = made.folder / "扫描"
    folder.rename(made.folder / "away")
    look(made)
    assert "U 盘" in made.view.watch.trouble
    (made.folder / "away").rename(folder)
    look(made)
    assert made.view.watch == WatchState(folder=folder)


def test_the_choice_is_remembered_and_can_be_ended(made: FormsDesk) -> None:
    again = FormsDesk(made.office, made.folder)
    again.watch.load()
    assert again.view.watch.folder == made.folder / "扫描"
    again.watch.choose()
    assert again.view.watch == WatchState()
    third = FormsDesk(made.office, made.folder)
    third.watch.load()
    assert third.view.watch == WatchState()
    third.watch.look()
    assert made.office.ears.errors == []


@pytest.mark.usefixtures("qapp")
def test_the_view_names_two_files_and_counts_the_others() -> None:
    view = FormsView()
    view.show_watch(WatchState(folder=Path("扫描"), left=tuple((f"{n}.pdf", "不完整。") for n in range(4))))
    shown = view.findChild(type(view._watched), "forms_watched")
    assert shown is not None
    assert "0.pdf——不完整。" in shown.text()
    assert "还有 2 份" in shown.text()
