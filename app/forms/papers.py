"""Implements app.services.ports.Papers: receipts, forms, previews."""

import io
from collections.abc import Callable, Iterable, Sequence

import pypdfium2

from app import resources
from app.domain.papers import (
    FamilyNoticeFacts,
    FormFacts,
    LetterFacts,
    ListingFacts,
    PlanFacts,
    ReceiptFacts,
    ReportFacts,
    SummaryFacts,
    UnitFacts,
)
from app.errors import AppError
from app.forms import (
    day_plan,
    family_notice,
    fonts,
    form,
    letter,
    listing,
    receipt,
    recovery,
    report,
    report_book,
    summary,
    workbook,
)
from app.forms.template import Template, load
from app.pdfium import PDFIUM


class PdfPapers:
    """Renders with ReportLab, previews with PDFium."""

    def __init__(self, template: Template | None = None, *, newest: Callable[[], Template] | None = None) -> None:
        """``newest``: asked for the layout at each form, since the center may send another; else ``template``, else the shipped one."""
        self._fixed = template or load(resources.path("forms", "confirmation-1.json"))
        self._newest = newest

    @property
    def _template(self) -> Template:
        return self._fixed if self._newest is None else self._newest()

    def warm(self) -> None:
        """Load the fonts now: it holds the interpreter for some 0.2 s, which must not fall into a visit."""
        fonts.register()

    def receipt(self, facts: ReceiptFacts, *, size: str) -> bytes:
        """A4 or A5."""
        return receipt.render(facts, size=size)

    def form(self, facts: FormFacts) -> bytes:
        """One person's 确认表."""
        return form.render(self._template, [facts])

    def form_hash(self, facts: FormFacts) -> str:
        """The hash printed in the form's code."""
        return form.facts_hash(facts)

    def blank_form(self, unit: UnitFacts) -> bytes:
        """To be filled in by hand."""
        target = io.BytesIO()
        writer = form.FormWriter(self._template, target)
        writer.add_blank(unit)
        writer.close()
        return target.getvalue()

    def family_notice(self, facts: FamilyNoticeFacts) -> bytes:
        """About payments after a death, a loss, or during custody."""
        return family_notice.render(facts)

    def forms(self, facts: Iterable[FormFacts], progress: Callable[[int], bool] | None = None) -> bytes | None:
        """Many persons' forms in one file; None when ``progress`` said to stop."""
        target = io.BytesIO()
        writer = form.FormWriter(self._template, target)
        for number, one in enumerate(facts, 1):
            writer.add(one)
            if progress is not None and not progress(number):
                return None
        writer.close()
        return target.getvalue()

    def summary(self, facts: SummaryFacts) -> bytes:
        """The month's list."""
        return summary.render(summary.load(resources.path("forms", "summary-1.json")), facts)

    def letters(self, facts: Sequence[LetterFacts], progress: Callable[[int], bool] | None = None) -> bytes | None:
        """Reminder letters, one page each; None when ``progress`` said to stop."""
        return letter.render(facts, progress)

    def listing(self, facts: ListingFacts) -> bytes:
        """A list as it is shown, on A4 across."""
        return listing.render(facts)

    def day_plan(self, facts: PlanFacts) -> bytes:
        """A day's appointments and home visits."""
        return day_plan.render(facts)

    def workbook(self, title: str, headings: Sequence[str], rows: Sequence[Sequence[str]]) -> bytes:
        """A table as xlsx."""
        return workbook.write(title, headings, rows)

    def report(self, facts: ReportFacts) -> bytes:
        """A report as PDF."""
        return report.render(facts)

    def report_book(self, facts: ReportFacts) -> bytes:
        """A report as xlsx."""
        return report_book.write(facts)

    def recovery_page(self, code: str) -> bytes:
        """The page with the recovery code."""
        return recovery.render(code)

    def pages(self, pdf: bytes) -> int:
        """How many pages."""
        with PDFIUM, _open(pdf) as document:
            return len(document)

    def preview(self, pdf: bytes, *, page: int, width_px: int) -> tuple[int, int, bytes]:
        """Page ``page`` (from 0) as (width, height, RGB888 bytes) on white."""
        with PDFIUM, _open(pdf) as document:
            sheet = document[page]
            bitmap = sheet.render(scale=width_px / sheet.get_width(), rev_byteorder=True, prefer_bgrx=False)
            picture = bitmap.to_numpy()[:, :, :3]
            return picture.shape[1], picture.shape[0], picture.tobytes()


def _open(pdf: bytes) -> "pypdfium2.PdfDocument":
    try:
        return pypdfium2.PdfDocument(pdf)
    except pypdfium2.PdfiumError as error:
        raise AppError("pdf.unreadable") from error
