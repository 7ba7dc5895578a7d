"""Printing a PDF without the window: through CUPS as it is, elsewhere as pictures through QPrinter; and following the job."""

import json
import logging
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

import pypdfium2
from PySide6.QtCore import QMarginsF, QPoint
from PySide6.QtGui import QImage, QPageLayout, QPageSize, QPainter
from PySide6.QtPrintSupport import QPrinter, QPrinterInfo

from app.errors import AppError
from app.pdfium import PDFIUM
from app.runtime import cups
from app.runtime.cups import JobState

FOLLOW_S = 12.0
"""A job that is still waiting in a working queue by then is accepted: the queue is long, that is all."""
ASK_S = 0.3
DPI = 300
A5_LONG_PT = 640.0
"""A page whose longer side is below this is printed on A5 where the printer has it."""
NEEDS_HANDS = ("media-empty", "media-jam", "media-needed", "door-open", "cover-open", "toner-empty", "offline-report")
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintChoice:
    """What the clerk chose last; kept in the settings as text. ``duplex``: one of the IPP ``sides`` values."""

    printer: str
    copies: int = 1
    duplex: str = "one-sided"

    def to_text(self) -> str:
        """JSON."""
        return json.dumps(asdict(self), ensure_ascii=False, sort_keys=True)

    @classmethod
    def from_text(cls, text: str | None) -> "PrintChoice | None":
        """None when there is none or it is not readable: then the clerk is asked as the first time."""
        try:
            raw = json.loads(text or "")
            return cls(printer=str(raw["printer"]), copies=int(raw["copies"]), duplex=str(raw["duplex"]))
        except (ValueError, KeyError, TypeError):
            return None


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintOutcome:
    """An accepted job. ``attention``: IPP reason why the printer waits for a hand (paper, jam, cover), "" when none."""

    job: int
    attention: str = ""


def send_pdf(
    pdf: bytes, *, choice: PrintChoice, title: str, stopped: Callable[[], bool] = lambda: False
) -> PrintOutcome:
    """Print and wait until the job is accepted; blocks, belongs on the I/O pool.

    AppError: print.refused, print.vanished, print.queue_stopped, print.failed, print.cancelled, print.bad_file.
    ``stopped`` ends the waiting early (program closing).
    """
    media = paper_of(pdf, choice.printer)
    if not cups.available():
        return _send_pictures(pdf, choice, title, media)
    queue = cups.queue_state(choice.printer)
    if not queue.accepting:
        raise AppError("print.refused", printer=choice.printer, reason="not accepting")
    options = {"media": media, "sides": choice.duplex, "copies": str(choice.copies), "print-scaling": "none"}
    job = cups.send(pdf, printer=choice.printer, title=title, options=options)
    return follow(job, choice.printer, stopped=stopped)


def follow(job: int, printer: str, *, stopped: Callable[[], bool] = lambda: False) -> PrintOutcome:
    """Ask until the job is done, failed, or waits in a working queue. A job in a stopped queue is taken back."""
    until = time.monotonic() + FOLLOW_S
    while True:
        state = cups.job_state(job, printer=printer)
        if state is JobState.COMPLETED:
            return PrintOutcome(job=job)
        if state in (JobState.CANCELLED, JobState.GONE):
            raise AppError("print.cancelled", printer=printer)
        if state in (JobState.ABORTED, JobState.STOPPED):
            raise AppError("print.failed", printer=printer)
        queue = cups.queue_state(printer)
        if state is JobState.HELD or queue.stopped:
            cups.cancel(job, printer=printer)
            raise AppError("print.queue_stopped", printer=printer)
        wants = attention(queue.reasons)
        if wants or stopped() or time.monotonic() >= until:
            return PrintOutcome(job=job, attention=wants)
        time.sleep(ASK_S)


def attention(reasons: tuple[str, ...]) -> str:
    """The first reason that needs a person at the printer, without its severity suffix."""
    for reason in reasons:
        plain = reason.removesuffix("-error").removesuffix("-warning").removesuffix("-report")
        if plain in NEEDS_HANDS:
            return plain
    return ""


def paper_of(pdf: bytes, printer: str) -> str:
    """ "A4" or "A5" by the first page and what the printer has. AppError('print.bad_file')."""
    try:
        with PDFIUM, pypdfium2.PdfDocument(pdf) as document:
            longest = max(document[0].get_size())
    except (pypdfium2.PdfiumError, IndexError) as error:
        raise AppError("print.bad_file") from error
    if longest > A5_LONG_PT:
        return "A4"
    sizes = {size.id() for size in QPrinterInfo.printerInfo(printer).supportedPageSizes()}
    return "A5" if QPageSize.PageSizeId.A5 in sizes else "A4"


def pictures(pdf: bytes, dpi: int = DPI) -> list[QImage]:
    """Every page on white. (QPdfDocument would give transparent pages, which print black.)"""
    with PDFIUM, pypdfium2.PdfDocument(pdf) as document:
        return [_picture(page, dpi) for page in document]


def _picture(page: Any, dpi: int) -> QImage:
    grid = page.render(scale=dpi / 72, fill_color=(255, 255, 255, 255), rev_byteorder=True).to_numpy()
    height, width, channels = grid.shape
    layout = QImage.Format.Format_RGB888 if channels == 3 else QImage.Format.Format_RGBX8888
    return QImage(grid.tobytes(), width, height, width * channels, layout).copy()


def paint(pdf: bytes, printer: QPrinter, media: str) -> None:
    """The pages as pictures onto any QPrinter, full page. AppError('print.failed')."""
    size = QPageSize.PageSizeId.A5 if media == "A5" else QPageSize.PageSizeId.A4
    printer.setPageLayout(QPageLayout(QPageSize(size), QPageLayout.Orientation.Portrait, QMarginsF()))
    printer.setFullPage(True)
    painter = QPainter()
    if not painter.begin(printer):
        raise AppError("print.failed", printer=printer.printerName())
    try:
        for number, image in enumerate(pictures(pdf)):
            if number and not printer.newPage():
                raise AppError("print.failed", printer=printer.printerName())
            target = printer.pageLayout().fullRectPixels(printer.resolution())
            painter.drawImage(target.translated(QPoint(-target.x(), -target.y())), image)
    finally:
        painter.end()


def _send_pictures(pdf: bytes, choice: PrintChoice, title: str, media: str) -> PrintOutcome:
    info = QPrinterInfo.printerInfo(choice.printer)
    if info.isNull():
        raise AppError("print.vanished", printer=choice.printer)
    printer = QPrinter(info, QPrinter.PrinterMode.HighResolution)
    printer.setDocName(title.encode("ascii", "ignore").decode() or "document")
    printer.setCopyCount(choice.copies)
    modes = {
        "one-sided": QPrinter.DuplexMode.DuplexNone,
        "two-sided-long-edge": QPrinter.DuplexMode.DuplexLongSide,
        "two-sided-short-edge": QPrinter.DuplexMode.DuplexShortSide,
    }
    printer.setDuplex(modes.get(choice.duplex, QPrinter.DuplexMode.DuplexNone))
    paint(pdf, printer, media)
    if printer.printerState() in (QPrinter.PrinterState.Error, QPrinter.PrinterState.Aborted):
        raise AppError("print.failed", printer=choice.printer)
    return PrintOutcome(job=0)
