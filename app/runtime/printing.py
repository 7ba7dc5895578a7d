"""The system's print dialog and save dialog, and what the clerk chose there the last time."""

import contextlib
import errno
import os
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtPrintSupport import QAbstractPrintDialog, QPrintDialog, QPrinter, QPrinterInfo
from PySide6.QtWidgets import QFileDialog, QWidget

from app.errors import AppError
from app.runtime.print_job import PrintChoice, PrintOutcome, send_pdf
from app.services.ports import TaskRunner

Ask = Callable[[QWidget | None, PrintChoice | None], PrintChoice | None]
_SIDES = {
    QPrinter.DuplexMode.DuplexLongSide: "two-sided-long-edge",
    QPrinter.DuplexMode.DuplexShortSide: "two-sided-short-edge",
}
WHY_NOT: dict[int | None, str] = {
    errno.ENOSPC: "file.disk_full",
    errno.EDQUOT: "file.disk_full",
    errno.EROFS: "file.read_only",
    errno.EACCES: "file.read_only",
    errno.EPERM: "file.read_only",
}


def ask_by_dialog(parent: QWidget | None, last: PrintChoice | None) -> PrintChoice | None:
    """QPrintDialog with the last choice set; None when the clerk closed it. AppError('print.no_printer')."""
    if not QPrinterInfo.availablePrinterNames():
        raise AppError("print.no_printer")
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    if last is not None and last.printer in QPrinterInfo.availablePrinterNames():
        printer.setPrinterName(last.printer)
        printer.setCopyCount(last.copies)
        printer.setDuplex(
            next((mode for mode, sides in _SIDES.items() if sides == last.duplex), QPrinter.DuplexMode.DuplexNone)
        )
    dialog = QPrintDialog(printer, parent)
    dialog.setOption(QAbstractPrintDialog.PrintDialogOption.PrintToFile, False)
    dialog.setOption(QAbstractPrintDialog.PrintDialogOption.PrintPageRange, False)
    if dialog.exec() != QPrintDialog.DialogCode.Accepted:
        return None
    return PrintChoice(
        printer=printer.printerName(), copies=printer.copyCount(), duplex=_SIDES.get(printer.duplex(), "one-sided")
    )


def printers() -> tuple[str, ...]:
    """Names of the system's printers."""
    return tuple(QPrinterInfo.availablePrinterNames())


class Printing(QObject):
    """Implements app.ui.ports.Printing.

    Signals:
        chosen: the new PrintChoice as text, to be kept in the settings.
        attention: the job is accepted but the printer wants a hand; an IPP reason such as media-empty.
    """

    chosen = Signal(str)
    attention = Signal(str)

    def __init__(
        self,
        tasks: TaskRunner,
        *,
        window: Callable[[], QWidget | None] = lambda: None,
        last: str | None = None,
        ask: Ask = ask_by_dialog,
        parent: QObject | None = None,
    ) -> None:
        """``last``: the text of ``chosen`` from the settings."""
        super().__init__(parent)
        self._tasks, self._window, self._ask = tasks, window, ask
        self._last = PrintChoice.from_text(last)
        self._closing = False

    def print_pdf(
        self, pdf: bytes, *, title: str, done: Callable[[], None], failed: Callable[[Exception], None]
    ) -> None:
        """Ask, print, follow the job. ``done`` only when the job was accepted; neither is called when the clerk closed the dialog."""
        try:
            choice = self._ask(self._window(), self._last)
        except AppError as error:
            failed(error)
            return
        if choice is None:
            return
        if choice != self._last:
            self._last = choice
            self.chosen.emit(choice.to_text())

        def accepted(outcome: PrintOutcome) -> None:
            if outcome.attention:
                self.attention.emit(outcome.attention)
            done()

        self._tasks.io(
            lambda: send_pdf(pdf, choice=choice, title=title, stopped=lambda: self._closing), accepted, failed
        )

    def save_pdf(self, pdf: bytes, *, suggested_name: str) -> bool:
        """Save where the clerk says; False when the dialog was closed. AppError: file.not_written, file.disk_full, file.read_only."""
        return self.save_file(pdf, suggested_name=suggested_name, kinds="PDF (*.pdf)")

    def save_file(self, data: bytes, *, suggested_name: str, kinds: str) -> bool:
        """The same for any file; ``kinds`` is Qt's name filter, its ending is added where the clerk typed none."""
        name, _filter = QFileDialog.getSaveFileName(self._window(), "", suggested_name, kinds)
        if not name:
            return False
        ending = Path(suggested_name).suffix
        target = Path(name if name.lower().endswith(ending) else f"{name}{ending}")
        part = target.with_name(f".{target.name}.part")
        try:
            with part.open("wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())  # a stick takes it later, and may be full then
            part.replace(target)
        except OSError as error:
            with contextlib.suppress(OSError):
                part.unlink(missing_ok=True)
            raise AppError(WHY_NOT.get(error.errno, "file.not_written"), name=target.name) from error
        return True

    def close(self) -> None:
        """Stop following jobs, so that the program can end."""
        self._closing = True
