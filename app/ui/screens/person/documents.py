"""Opening a document of the person off the window's thread."""

from typing import Protocol

from app.services.ports import Papers, TaskRunner
from app.services.roster import Document, Roster
from app.ui.ports import Say

PDF = b"%PDF"


class Dialog(Protocol):
    """What the presenter asks of the dialog."""

    def show_picture(self, data: bytes) -> None: ...
    def show_pdf(self, pages: int) -> None: ...
    def show_page(self, page: tuple[int, int, bytes]) -> None: ...


class DocumentPresenter:
    """One opened document."""

    def __init__(self, *, dialog: Dialog, roster: Roster, papers: Papers, tasks: TaskRunner, say: Say) -> None:
        self._dialog, self._roster, self._papers, self._tasks, self._say = dialog, roster, papers, tasks, say
        self._data = b""

    def open(self, document: Document) -> None:
        """Read it; what it is tells itself by its first bytes."""

        def work() -> tuple[bytes, int]:
            data = self._roster.document(document.blob)
            return data, self._papers.pages(data) if data.startswith(PDF) else 0

        self._tasks.io(work, self._read, self._say.error)

    def page(self, number: int, width_px: int) -> None:
        """One page of a PDF."""
        data = self._data
        self._tasks.io(
            lambda: self._papers.preview(data, page=number, width_px=width_px),
            self._dialog.show_page,
            self._say.error,
        )

    def _read(self, read: tuple[bytes, int]) -> None:
        self._data, pages = read
        if pages:
            self._dialog.show_pdf(pages)
        else:
            self._dialog.show_picture(self._data)
