"""Printing through a real CUPS scheduler: “printed” means that the queue took the job, never less."""

import ctypes
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtPrintSupport import QPrintDialog
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from reportlab.pdfgen.canvas import Canvas

from app.errors import AppError
from app.runtime.print_job import PrintChoice, PrintOutcome, send_pdf
from app.runtime.printing import Printing, ask_by_dialog
from app.runtime.tasks import QtTaskRunner
from tests.fakes.cupsd import MISSING, QUEUE, PrivateCups, private_cups

pytestmark = [
    pytest.mark.skipif(MISSING, reason="needs cupsd and root"),
    pytest.mark.usefixtures("qapp"),
]
CHOICE = PrintChoice(printer=QUEUE)


def paper(pages: int = 1) -> bytes:
    buffer = BytesIO()
    canvas = Canvas(buffer, pagesize=(595, 842))
    for number in range(pages):
        canvas.drawString(100, 700, f"page {number}")
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


@pytest.fixture
def cups(monkeypatch: pytest.MonkeyPatch) -> Iterator[PrivateCups]:
    folder = Path(tempfile.mkdtemp(prefix="cups"))
    monkeypatch.setenv("CUPS_SERVER", str(folder / "cups.sock"))
    try:
        with private_cups(folder) as running:
            yield running
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def on_worker(call: Callable[[], PrintOutcome]) -> PrintOutcome:
    """As the program does it; libcups reads the server's name anew in every thread."""
    with ThreadPoolExecutor(max_workers=1) as pool:
        return pool.submit(call).result()


def code_of_printing() -> str:
    with pytest.raises(AppError) as caught:
        on_worker(lambda: send_pdf(paper(), choice=CHOICE, title="receipt"))
    return caught.value.code


def test_the_printer_gets_the_very_bytes_and_the_job_is_accepted(cups: PrivateCups) -> None:
    pdf = paper(pages=3)
    before = set(os.listdir(tempfile.gettempdir()))
    outcome = on_worker(lambda: send_pdf(pdf, choice=CHOICE, title="回执 certdesk-receipt"))
    assert outcome.job > 0
    assert cups.paper.read_bytes() == pdf
    left = {name for name in set(os.listdir(tempfile.gettempdir())) - before if name.startswith("certdesk")}
    assert left == set()


def test_a_stopped_queue_is_an_error_and_the_job_is_taken_back(cups: PrivateCups) -> None:
    cups.disable()
    assert code_of_printing() == "print.queue_stopped"
    cups.enable()
    assert cups.jobs_left() == 0
    assert cups.paper.read_bytes() == b""


def test_a_queue_that_accepts_nothing_says_so(cups: PrivateCups) -> None:
    cups.reject()
    assert code_of_printing() == "print.refused"


def test_a_printer_that_vanished_says_so(cups: PrivateCups) -> None:
    cups.remove()
    assert code_of_printing() == "print.vanished"


def test_a_scheduler_that_is_gone_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CUPS_SERVER", str(tmp_path / "nothing.sock"))
    assert code_of_printing() == "print.vanished"


def test_the_window_hears_done_only_after_the_queue_took_it(qtbot: QtBot, cups: PrivateCups) -> None:
    tasks = QtTaskRunner()
    printing = Printing(tasks, ask=lambda _parent, _last: CHOICE)
    told: list[str] = []
    kept: list[str] = []
    printing.chosen.connect(kept.append)
    try:
        printing.print_pdf(paper(), title="r", done=lambda: told.append("done"), failed=lambda e: told.append(str(e)))
        assert told == []
        qtbot.waitUntil(lambda: bool(told), timeout=20_000)
        cups.disable()
        printing.print_pdf(
            paper(), title="r", done=lambda: told.append("done"), failed=lambda e: told.append(e.args[0])
        )
        qtbot.waitUntil(lambda: len(told) == 2, timeout=20_000)
    finally:
        tasks.close()
    assert told[0] == "done"
    assert told[1].startswith("print.queue_stopped")
    assert [PrintChoice.from_text(text) for text in kept] == [CHOICE]


def test_the_systems_dialog_offers_the_printer_and_its_choice_is_printed(qtbot: QtBot, cups: PrivateCups) -> None:
    ctypes.CDLL("libcups.so.2").cupsSetServer(str(cups.socket).encode())  # this thread may know another one already
    dialogs: list[QPrintDialog] = []

    def accept() -> None:
        top = QApplication.activeModalWidget()
        if isinstance(top, QPrintDialog):
            dialogs.append(top)
            top.accept()
        else:
            QTimer.singleShot(20, accept)

    QTimer.singleShot(0, accept)
    choice = ask_by_dialog(None, PrintChoice(printer=QUEUE, copies=2))
    ctypes.CDLL("libcups.so.2").cupsSetServer(None)
    assert len(dialogs) == 1
    assert choice is not None
    assert (choice.printer, choice.copies) == (QUEUE, 2)
    assert on_worker(lambda: send_pdf(paper(), choice=choice, title="receipt")).job > 0
