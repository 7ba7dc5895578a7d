"""One way from a PDF to the printer and the clerk's message bar."""

from collections.abc import Callable

from app.ui.ports import Printing, Say


def to_printer(printing: Printing, say: Say, told: str) -> Callable[[bytes], None]:
    """What is done with the PDF once it is made; ``told`` when the printer has it."""
    return lambda pdf: printing.print_pdf(pdf, title="certdesk", done=lambda: say.notice(told), failed=say.error)
