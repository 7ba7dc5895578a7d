"""Choosing a printer, remembering it, pages as pictures where there is no CUPS."""

import subprocess
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from PySide6.QtGui import QColor
from PySide6.QtPrintSupport import QPrinter
from pytestqt.qtbot import QtBot
from reportlab.pdfgen.canvas import Canvas

from app.errors import AppError
from app.runtime import print_job, printing
from app.runtime.print_job import PrintChoice, attention, paint, paper_of, pictures
from app.runtime.printing import Printing, ask_by_dialog
from app.runtime.tasks import QtTaskRunner
from tests.fakes.screens import TasksAtOnce
from tests.fakes.small_disk import MIB, fill, small_disk

pytestmark = pytest.mark.usefixtures("qapp")


def pdf(width: float = 595, height: float = 842, pages: int = 2) -> bytes:
    buffer = BytesIO()
    canvas = Canvas(buffer, pagesize=(width, height))
    for _ in range(pages):
        canvas.rect(0, 0, width / 2, height / 2, stroke=0, fill=1)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def test_pages_are_painted_on_white() -> None:
    images = pictures(pdf(), dpi=36)
    assert len(images) == 2
    corner = QColor(images[0].pixel(images[0].width() - 2, 1))
    inked = QColor(images[0].pixel(3, images[0].height() - 3))
    assert (corner.red(), inked.red()) == (255, 0)


def test_a_qprinter_gets_every_page_in_full_size_on_a4(tmp_path: Path) -> None:
    target = tmp_path / "out.pdf"
    printer = QPrinter()
    printer.setOutputFileName(str(target))
    paint(pdf(pages=3), printer, "A4")
    assert len(pictures(target.read_bytes(), dpi=20)) == 3
    assert paper_of(target.read_bytes(), "none") == "A4"


def test_a_small_page_goes_on_a4_where_the_printer_knows_no_a5() -> None:
    assert paper_of(pdf(420, 595), "no such printer") == "A4"


@pytest.mark.parametrize("bad", [b"", b"%PDF-1.7 torn", b"not a pdf"])
def test_a_torn_file_is_told_before_anything_is_printed(bad: bytes) -> None:
    with pytest.raises(AppError, match=r"print\.bad_file"):
        paper_of(bad, "any")


def test_the_choice_survives_as_text_and_nonsense_is_no_choice() -> None:
    choice = PrintChoice(printer="办公室 HP", copies=2, duplex="two-sided-long-edge")
    assert PrintChoice.from_text(choice.to_text()) == choice
    assert [PrintChoice.from_text(text) for text in (None, "", "[]", "{}", '{"printer": 1}')] == [None] * 5


def test_reasons_that_need_a_hand_are_told_apart() -> None:
    assert attention(("none", "toner-low-warning")) == ""
    assert attention(("toner-low-warning", "media-empty-error")) == "media-empty"


def test_without_any_printer_the_clerk_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(printing.QPrinterInfo, "availablePrinterNames", staticmethod(list))
    with pytest.raises(AppError, match=r"print\.no_printer"):
        ask_by_dialog(None, None)


def test_a_closed_dialog_prints_nothing_and_tells_nothing(qtbot: QtBot) -> None:
    tasks, told = QtTaskRunner(), []
    made = Printing(tasks, ask=lambda _p, _l: None)
    made.print_pdf(pdf(), title="x", done=lambda: told.append("done"), failed=told.append)
    assert not tasks.busy
    tasks.close()
    assert told == []


def test_no_printer_arrives_as_a_failure(qtbot: QtBot) -> None:
    def ask(_parent: object, _last: object) -> PrintChoice | None:
        raise AppError("print.no_printer")

    tasks, told = QtTaskRunner(), []
    Printing(tasks, ask=ask).print_pdf(pdf(), title="x", done=lambda: told.append("done"), failed=told.append)
    tasks.close()
    assert [str(error) for error in told] == ["print.no_printer"]


def test_without_cups_a_printer_that_is_gone_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(print_job.cups, "available", lambda: False)
    with pytest.raises(AppError, match=r"print\.vanished"):
        print_job.send_pdf(pdf(), choice=PrintChoice(printer="no such printer"), title="x")


@pytest.fixture
def chosen(monkeypatch: pytest.MonkeyPatch) -> Callable[[Path], None]:
    """The place that the clerk chooses."""

    def choose(path: Path) -> None:
        monkeypatch.setattr(
            "app.runtime.printing.QFileDialog.getSaveFileName", lambda *_args: (str(path), "PDF (*.pdf)")
        )

    return choose


def test_a_full_disk_is_told_and_leaves_nothing_behind(tmp_path: Path, chosen: Callable[[Path], None]) -> None:
    with small_disk(tmp_path / "stick", 2 * MIB) as stick:
        (stick / "before.pdf").write_bytes(b"what was there")
        fill(stick)
        chosen(stick / "before.pdf")
        with pytest.raises(AppError) as told:
            Printing(TasksAtOnce()).save_pdf(bytes(MIB), suggested_name="x.pdf")
        assert (told.value.code, told.value.params) == ("file.disk_full", {"name": "before.pdf"})
        assert (stick / "before.pdf").read_bytes() == b"what was there"
        assert sorted(file.name for file in stick.iterdir()) == ["ballast", "before.pdf"]


def test_a_stick_with_write_protection_is_told(tmp_path: Path, chosen: Callable[[Path], None]) -> None:
    with small_disk(tmp_path / "stick", 2 * MIB) as stick:
        subprocess.run(["mount", "-o", "remount,ro", str(stick)], check=True)
        chosen(stick / "sheet.pdf")
        with pytest.raises(AppError) as told:
            Printing(TasksAtOnce()).save_pdf(b"%PDF", suggested_name="x.pdf")
        assert told.value.code == "file.read_only"


def test_a_stick_that_was_pulled_out_is_told(tmp_path: Path, chosen: Callable[[Path], None]) -> None:
    chosen(tmp_path / "gone" / "sheet.pdf")
    with pytest.raises(AppError) as told:
        Printing(TasksAtOnce()).save_pdf(b"%PDF", suggested_name="x.pdf")
    assert told.value.code == "file.not_written"
