"""The port to paper; app.services.ports hands it on."""

from collections.abc import Callable, Iterable, Sequence
from typing import Protocol

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


class Papers(Protocol):
    """Facts → PDF bytes."""

    def receipt(self, facts: ReceiptFacts, *, size: str) -> bytes:
        """``size`` is "A4" or "A5" (large type)."""
        ...

    def form(self, facts: FormFacts) -> bytes:
        """The 资格认证确认表 of one person."""
        ...

    def blank_form(self, unit: UnitFacts) -> bytes: ...

    def form_hash(self, facts: FormFacts) -> str:
        """The hash printed in the form's code."""
        ...

    def forms(self, facts: Iterable[FormFacts], progress: Callable[[int], bool] | None = None) -> bytes | None:
        """Many forms in one PDF; None when ``progress`` (pages done → go on?) said to stop."""
        ...

    def summary(self, facts: SummaryFacts) -> bytes:
        """The month's list; blank without rows."""
        ...

    def family_notice(self, facts: FamilyNoticeFacts) -> bytes:
        """The notice about payments after a death, a loss or during custody."""
        ...

    def letters(self, facts: Sequence[LetterFacts], progress: Callable[[int], bool] | None = None) -> bytes | None:
        """Reminder letters in one PDF; None when ``progress`` (pages done → go on?) said to stop."""
        ...

    def listing(self, facts: ListingFacts) -> bytes:
        """A list as it is shown."""
        ...

    def day_plan(self, facts: PlanFacts) -> bytes:
        """A day's appointments and home visits."""
        ...

    def recovery_page(self, code: str) -> bytes:
        """The page with the recovery code."""
        ...

    def workbook(self, title: str, headings: Sequence[str], rows: Sequence[Sequence[str]]) -> bytes:
        """A table as xlsx bytes."""
        ...

    def report(self, facts: ReportFacts) -> bytes: ...
    def report_book(self, facts: ReportFacts) -> bytes:
        """The same as xlsx, with a native chart."""
        ...

    def pages(self, pdf: bytes) -> int:
        """How many pages; AppError('pdf.unreadable')."""
        ...

    def preview(self, pdf: bytes, *, page: int, width_px: int) -> tuple[int, int, bytes]:
        """One page as (width, height, RGB888 bytes) on white."""
        ...
