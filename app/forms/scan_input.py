"""Files that come from scanners and cameras → pictures, page by page; every unreadable input is an AppError that says why."""

import io
import warnings
from collections.abc import Iterator

import numpy as np
import pypdfium2
from numpy.typing import NDArray
from PIL import Image, ImageFile, ImageSequence, UnidentifiedImageError

from app.errors import AppError
from app.pdfium import PDFIUM

Picture = NDArray[np.uint8]
"""H×W×3 uint8 RGB."""
LARGEST_FILE_BYTES = 200 * 1024 * 1024
LARGEST_PIXELS = 80_000_000
"""A4 at 600 dpi has 35 million; beyond this a file is a mistake or an attack and would fill a 4 GB desk."""
PDF_DPI = 200
LONGEST_SIDE = 3600
MOST_PAGES = 500


def pages(data: bytes, *, name: str) -> Iterator[Picture]:
    """Every page of a PDF, JPEG, PNG or (multi-page) TIFF.

    AppError: scan.empty, scan.too_large, scan.password, scan.torn, scan.not_a_picture; all with ``name``.
    """
    if not data:
        raise AppError("scan.empty", name=name)
    if len(data) > LARGEST_FILE_BYTES:
        raise AppError("scan.too_large", name=name)
    if data[:1024].lstrip().startswith(b"%PDF"):
        yield from _pdf(data, name)
    else:
        yield from _image(data, name)


def _pdf(data: bytes, name: str) -> Iterator[Picture]:
    with PDFIUM:
        count = _count(data, name)
    if count == 0:
        raise AppError("scan.empty", name=name)
    if count > MOST_PAGES:
        raise AppError("scan.too_large", name=name)
    for number in range(count):
        with PDFIUM:
            yield_page = _pdf_page(data, number, name)
        yield yield_page


def _count(data: bytes, name: str) -> int:
    try:
        with pypdfium2.PdfDocument(data) as document:
            return len(document)
    except pypdfium2.PdfiumError as error:
        code = "scan.password" if "password" in str(error).lower() else "scan.torn"
        raise AppError(code, name=name) from error


def _pdf_page(data: bytes, number: int, name: str) -> Picture:
    try:
        with pypdfium2.PdfDocument(data) as document:
            sheet = document[number]
            longest = max(sheet.get_width(), sheet.get_height(), 1.0)
            scale = min(PDF_DPI / 72, LONGEST_SIDE / longest)
            bitmap = sheet.render(scale=scale, rev_byteorder=True, prefer_bgrx=False)
            return np.ascontiguousarray(bitmap.to_numpy()[:, :, :3])
    except pypdfium2.PdfiumError as error:
        raise AppError("scan.torn", name=name) from error


def _image(data: bytes, name: str) -> Iterator[Picture]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            ImageFile.LOAD_TRUNCATED_IMAGES = False  # face_recognition turns it on for a whole process
            image = Image.open(io.BytesIO(data), formats=("JPEG", "PNG", "TIFF"))
        for frame in ImageSequence.Iterator(image):
            if frame.width * frame.height > LARGEST_PIXELS:
                raise AppError("scan.too_large", name=name)
            frame.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
            copy = frame.convert("RGB")
            copy.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
            yield np.asarray(copy)
    except Image.DecompressionBombError as error:
        raise AppError("scan.too_large", name=name) from error
    except UnidentifiedImageError as error:
        raise AppError("scan.not_a_picture", name=name) from error
    except (OSError, SyntaxError, ValueError, EOFError) as error:
        raise AppError("scan.torn", name=name) from error
