"""Attachments made visible: a PDF page by page as pictures, pictures as they are; nothing a desk sends ever runs in the clerk's browser."""

import io
import threading

import pypdfium2
from PIL import Image

MOST_PAGES = 30
DOTS_PER_INCH = 110
MOST_SIDE = 3000
_POINTS = 72
_one_at_a_time = threading.Lock()
"""PDFium is not made for threads."""


def kind_of(data: bytes) -> str:
    """Media type by the first bytes; "" for what is not shown, only fetched."""
    if data.startswith(b"%PDF-"):
        return "application/pdf"
    if data.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    return "image/png" if data.startswith(b"\x89PNG\r\n\x1a\n") else ""


def page_count(data: bytes) -> int:
    """Pages that can be shown; 0 for what can't be read."""
    kind = kind_of(data)
    if kind != "application/pdf":
        return 1 if kind else 0
    try:
        with _one_at_a_time, pypdfium2.PdfDocument(data) as document:
            return min(len(document), MOST_PAGES)
    except pypdfium2.PdfiumError:
        return 0


def page_picture(data: bytes, number: int) -> bytes | None:
    """Page ``number`` (from 1) as JPEG; None when there is none or it can't be read."""
    try:
        picture = _picture(data, number)
        if picture is None:
            return None
        picture.thumbnail((MOST_SIDE, MOST_SIDE))
        target = io.BytesIO()
        picture.convert("RGB").save(target, "JPEG", quality=85)
        return target.getvalue()
    except (pypdfium2.PdfiumError, OSError, ValueError, Image.DecompressionBombError):
        return None


def _picture(data: bytes, number: int) -> Image.Image | None:
    kind = kind_of(data)
    if kind == "application/pdf":
        with _one_at_a_time, pypdfium2.PdfDocument(data) as document:
            if not 1 <= number <= min(len(document), MOST_PAGES):
                return None
            page = document[number - 1]
            scale = min(DOTS_PER_INCH / _POINTS, MOST_SIDE / max(*page.get_size(), 1))
            made: Image.Image = page.render(scale=scale).to_pil()
            return made
    return Image.open(io.BytesIO(data), formats=("JPEG", "PNG")) if kind and number == 1 else None
