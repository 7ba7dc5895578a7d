"""Does the page still say what the case says? Compares every printed character of the fields with a fresh rendering.

A changed digit is seen because another digit fits better than the right one; any other character because it fits much worse than
its neighbours on the same page, so that a poor scan alone raises nothing. Red is left out, and handwriting is not looked at.
"""

import ctypes
import io
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
import pypdfium2
import pypdfium2.raw as pdfium_raw
from numpy.typing import NDArray
from reportlab.lib.units import mm

from app.domain.papers import FormFacts
from app.domain.scan import ScanDoubt, Spot
from app.forms import fonts, form
from app.forms.pen import Box
from app.forms.scan_check import whitened
from app.forms.scan_input import Picture
from app.forms.scan_place import PX_PER_MM
from app.forms.template import Template
from app.pdfium import PDFIUM

FINE = 2
"""The comparison's pixels per pixel of the straightened page."""
SCALE = PX_PER_MM * FINE
BLUR_PX = 1.5
RUN_SHIFT_MM, GLYPH_SHIFT_MM, PAD_MM = 1.8, 0.6, 0.25
RUN_GLYPHS, NEXT_LINE_MM = 6, 2.5
"""How many glyphs are placed together: a crumpled page moves long lines unevenly."""
OTHER_DIGIT, WORSE_THAN_MEDIAN = 0.05, 0.18
"""From bench.scan: between what unaltered pages and pages with one changed character show."""
DIGITS = "0123456789"
HIGH, LOW, REPLACEMENT = (0xD800, 0xDBFF), (0xDC00, 0xDFFF), 0x3007
Grey = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Glyph:
    """A printed character: its box and origin in mm, size in points."""

    text: str
    box: Box
    origin: tuple[float, float]
    size: float


@dataclass(frozen=True, slots=True)
class Fit:
    """How well a glyph fits: correlation of the right one; for digits, the best of the others (-1 for anything else)."""

    glyph: Glyph
    right: float
    other: float

    def wrong(self, usual: float) -> bool:
        """Whether something else stands there; ``usual``: how well glyphs fit on this page."""
        if self.glyph.text in DIGITS:
            return self.other - self.right > OTHER_DIGIT
        return self.right < usual - WORSE_THAN_MEDIAN


class Comparer:
    """For one template. Not thread-safe for one instance."""

    def __init__(self, template: Template) -> None:
        self._template = template
        self._fields = [cell.box for cell in (*template.head, *(c for c in template.cells if c.kind == "field"))]
        self._font = fonts.register()["body"]

    def spots(self, page: Picture, facts: FormFacts) -> tuple[Spot, ...]:
        """The fields that don't say what ``facts`` say. ``page``: straightened, RGB, PX_PER_MM."""
        found = self.fits(page, facts)
        usual = float(np.median([fit.right for _box, fits in found for fit in fits] or [0.0]))
        return tuple(
            Spot(doubt=ScanDoubt.ALTERED, box=box) for box, fits in found if any(fit.wrong(usual) for fit in fits)
        )

    def fits(self, page: Picture, facts: FormFacts) -> list[tuple[Box, list[Fit]]]:
        """Every glyph of every field that has any."""
        fresh, glyphs = read_pdf(form.render(self._template, [facts]), self._template.page[1])
        seen = _grey(page, fresh.shape)
        found = []
        for box in self._fields:
            inside = [g for g in glyphs if _within(g.box, box)]
            fits = [fit for run in _runs(inside) for fit in self._run(fresh, seen, run)]
            if fits:
                found.append((box, fits))
        return found

    def _run(self, fresh: Grey, seen: Grey, glyphs: list[Glyph]) -> list[Fit]:
        left, top = min(g.box[0] for g in glyphs), min(g.box[1] for g in glyphs)
        right, bottom = max(g.box[0] + g.box[2] for g in glyphs), max(g.box[1] + g.box[3] for g in glyphs)
        whole = _cut(fresh, (left, top, right - left, bottom - top), PAD_MM)
        _score, shift = _best(seen, whole.picture, whole.at, RUN_SHIFT_MM)
        marks = unicodedata.category
        return [self._glyph(fresh, seen, glyph, shift) for glyph in glyphs if marks(glyph.text)[0] in "LN"]

    def _glyph(self, fresh: Grey, seen: Grey, glyph: Glyph, shift: tuple[int, int]) -> Fit:
        patch = _cut(fresh, glyph.box, PAD_MM)
        at = (patch.at[0] + shift[0], patch.at[1] + shift[1])
        if glyph.text not in DIGITS:
            score, _shift = _best(seen, patch.picture, at, GLYPH_SHIFT_MM)
            return Fit(glyph, score, -1.0)
        scores = {}
        for digit, other in _digits(self._font, round(glyph.size, 2)).items():
            same = _cut(other.picture, _moved(other.glyph.box, PAD_MM), 0.0)
            dx = other.glyph.box[0] - other.glyph.origin[0] - (glyph.box[0] - glyph.origin[0])
            dy = other.glyph.box[1] - other.glyph.origin[1] - (glyph.box[1] - glyph.origin[1])
            x, y = glyph.box[0] + dx - PAD_MM, glyph.box[1] + dy - PAD_MM
            where = (round(x * SCALE) + shift[0], round(y * SCALE) + shift[1])
            scores[digit] = _best(seen, same.picture, where, GLYPH_SHIFT_MM)[0]
        return Fit(glyph, scores.pop(glyph.text), max(scores.values()))


@dataclass(frozen=True, slots=True)
class _Patch:
    picture: Grey
    at: tuple[int, int]


@dataclass(frozen=True, slots=True)
class _Digit:
    picture: Grey
    glyph: Glyph


def _runs(glyphs: list[Glyph]) -> Iterator[list[Glyph]]:
    """Neighbours on one line, a few at a time."""
    run: list[Glyph] = []
    for glyph in glyphs:
        if run and (len(run) == RUN_GLYPHS or abs(glyph.origin[1] - run[-1].origin[1]) > NEXT_LINE_MM):
            yield run
            run = []
        run.append(glyph)
    if run:
        yield run


def _moved(box: Box, pad: float) -> Box:
    return (box[0] - pad, box[1] - pad, box[2] + 2 * pad, box[3] + 2 * pad)


def _within(box: Box, field: Box) -> bool:
    x, y = box[0] + box[2] / 2, box[1] + box[3] / 2
    return field[0] <= x <= field[0] + field[2] and field[1] <= y <= field[1] + field[3]


def _cut(picture: Grey, box: Box, pad: float) -> _Patch:
    x0, y0 = round((box[0] - pad) * SCALE), round((box[1] - pad) * SCALE)
    x1, y1 = round((box[0] + box[2] + pad) * SCALE), round((box[1] + box[3] + pad) * SCALE)
    x0, y0 = max(x0, 0), max(y0, 0)
    return _Patch(picture[y0:y1, x0:x1], (x0, y0))


def _best(seen: Grey, patch: Grey, at: tuple[int, int], reach_mm: float) -> tuple[float, tuple[int, int]]:
    """Best correlation within ``reach_mm`` of ``at``, and how far from it, px."""
    reach = round(reach_mm * SCALE)
    x0, y0 = max(at[0] - reach, 0), max(at[1] - reach, 0)
    window = seen[y0 : at[1] + patch.shape[0] + reach, x0 : at[0] + patch.shape[1] + reach]
    if window.shape[0] < patch.shape[0] or window.shape[1] < patch.shape[1] or patch.size == 0:
        return 0.0, (0, 0)
    scores = cv2.matchTemplate(window, patch, cv2.TM_CCOEFF_NORMED)
    _low, high, _where, (x, y) = cv2.minMaxLoc(scores)
    return float(high), (x0 + x - at[0], y0 + y - at[1])


def _grey(page: Picture, shape: tuple[int, ...]) -> Grey:
    """Brightness without red, the paper made white, at SCALE."""
    red = whitened(page)[:, :, 0].astype(np.float32)
    return np.asarray(cv2.resize(red, (shape[1], shape[0]), interpolation=cv2.INTER_CUBIC), dtype=np.float32)


def read_pdf(pdf: bytes, height_mm: float) -> tuple[Grey, list[Glyph]]:
    """The first page at SCALE, softened as a scan is, and its characters."""
    with PDFIUM, pypdfium2.PdfDocument(pdf) as document:
        sheet = document[0]
        bitmap = sheet.render(scale=SCALE * 25.4 / 72, grayscale=True).to_numpy()
        picture = np.asarray(bitmap, dtype=np.float32).reshape(bitmap.shape[:2])
        words = sheet.get_textpage()
        glyphs = [made for index in range(words.count_chars()) if (made := _glyph_at(words, index, height_mm))]
    return np.asarray(cv2.GaussianBlur(picture, (0, 0), BLUR_PX), dtype=np.float32), glyphs


def _glyph_at(words: "pypdfium2.PdfTextPage", index: int, height_mm: float) -> Glyph | None:
    left, bottom, right, top = words.get_charbox(index)
    code = pdfium_raw.FPDFText_GetUnicode(words, index)
    if right <= left or top <= bottom or code <= ord(" ") or LOW[0] <= code <= LOW[1]:
        return None
    if HIGH[0] <= code <= HIGH[1]:  # PDFium speaks UTF-16: a rare character is two, with one box
        low = pdfium_raw.FPDFText_GetUnicode(words, index + 1)
        code = 0x10000 + (code - HIGH[0]) * 0x400 + (low - LOW[0]) if LOW[0] <= low <= LOW[1] else REPLACEMENT
    x, y = ctypes.c_double(), ctypes.c_double()
    pdfium_raw.FPDFText_GetCharOrigin(words, index, x, y)
    return Glyph(
        text=chr(code),
        box=(left / mm, height_mm - top / mm, (right - left) / mm, (top - bottom) / mm),
        origin=(x.value / mm, height_mm - y.value / mm),
        size=float(pdfium_raw.FPDFText_GetFontSize(words, index)),
    )


@lru_cache(maxsize=64)
def _digits(font: str, size: float) -> dict[str, _Digit]:
    """The ten digits as they are printed in this size."""
    target = io.BytesIO()
    canvas = fonts.new_canvas(target, (120 * mm, 20 * mm))
    canvas.setFont(font, size)
    for number, digit in enumerate(DIGITS):
        canvas.drawString((5 + 10 * number) * mm, 8 * mm, digit)
    canvas.showPage()
    canvas.save()
    picture, glyphs = read_pdf(target.getvalue(), 20.0)
    return {glyph.text: _Digit(picture, glyph) for glyph in glyphs}
