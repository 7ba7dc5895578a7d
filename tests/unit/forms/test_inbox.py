"""The watched folder gives only whole files, each once, and moves none before it is told to."""

from pathlib import Path

import pytest

from app.errors import AppError
from app.forms.inbox import DONE, FolderInbox


def test_a_file_is_given_once_when_it_has_stopped_growing(tmp_path: Path) -> None:
    inbox, path = FolderInbox(tmp_path), tmp_path / "a.pdf"
    path.write_bytes(b"%PDF half")
    assert inbox.ready() == ()
    path.write_bytes(b"%PDF half and whole")
    assert inbox.ready() == ()
    assert inbox.ready() == (path,)
    assert inbox.ready() == ()
    assert path.exists()


def test_other_files_hidden_ones_and_empty_ones_are_let_alone(tmp_path: Path) -> None:
    for name in ("readme.txt", ".a.pdf", "~b.pdf"):
        (tmp_path / name).write_bytes(b"x")
    (tmp_path / "empty.pdf").touch()
    (tmp_path / "folder.pdf").mkdir()
    inbox = FolderInbox(tmp_path)
    assert (inbox.ready(), inbox.ready()) == ((), ())


def test_a_safe_file_is_moved_and_never_replaces_another(tmp_path: Path) -> None:
    inbox = FolderInbox(tmp_path)
    for content in (b"one", b"two"):
        path = tmp_path / "scan.JPG"
        path.write_bytes(content)
        inbox.ready()
        assert inbox.ready() == (path,)
        assert inbox.settle(path)
    assert {p.name: p.read_bytes() for p in (tmp_path / DONE).iterdir()} == {"scan.JPG": b"one", "scan-2.JPG": b"two"}


def test_a_file_written_anew_while_it_was_looked_at_stays_and_is_given_again(tmp_path: Path) -> None:
    inbox, path = FolderInbox(tmp_path), tmp_path / "a.pdf"
    path.write_bytes(b"first")
    inbox.ready()
    inbox.ready()
    path.write_bytes(b"second scan")
    assert not inbox.settle(path)
    inbox.ready()
    assert inbox.ready() == (path,)


def test_a_place_that_is_taken_by_a_file_keeps_the_scan_where_it_is(tmp_path: Path) -> None:
    inbox, path = FolderInbox(tmp_path), tmp_path / "a.pdf"
    path.write_bytes(b"first")
    (tmp_path / DONE).write_text("no folder")
    inbox.ready()
    inbox.ready()
    assert not inbox.settle(path)
    assert path.exists()


def test_a_folder_that_is_gone_is_told_and_works_again_when_it_is_back(tmp_path: Path) -> None:
    folder = tmp_path / "stick"
    inbox = FolderInbox(folder)
    with pytest.raises(AppError) as caught:
        inbox.ready()
    assert caught.value.code == "inbox.gone"
    folder.mkdir()
    (folder / "a.png").write_bytes(b"x")
    inbox.ready()
    assert inbox.ready() == (folder / "a.png",)
