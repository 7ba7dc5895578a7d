"""Drawing on a page in millimetres from the top left: text that shrinks or wraps into its box, lines, codes, marks."""

import io
from typing import Any

import numpy as np
import zxingcpp
from reportlab.lib.units import mm
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from app.forms import fonts

INK, GREY, FAINT = (0.08, 0.09, 0.12), (0.36, 0.38, 0.42), (0.80, 0.82, 0.85)
Box = tuple[float, float, float, float]
"""x, y, width, height in mm; y downwards from the page's top."""
LINE_HEIGHT = 1.32
ONE_LINE_SHARE, ONE_LINE_LETTERS = 0.72, 28
NO_BREAK_BEFORE = "，。、；：！？）》”’」』】〕%％"
MARK_MM, MARK_INSET_MM = 5.0, 7.0


class Pen:
    """One page at a time on a canvas."""

    def __init__(self, canvas: Canvas, page_height_mm: float) -> None:
        self._canvas = canvas
        self._height = page_height_mm

    def _y(self, y: float) -> float:
        return (self._height - y) * mm

    def run(self, x: float, baseline: float, text: str, font: str, size: float, colour: Any = INK) -> None:
        """One line of text with its baseline at (x, baseline) mm; ``size`` in points."""
        self._canvas.setFillColorRGB(*colour)
        cursor = x * mm
        for run in fonts.runs(text, font):
            self._canvas.setFont(run.font, size)
            self._canvas.drawString(cursor, self._y(baseline), run.text)
            cursor += self._canvas.stringWidth(run.text, run.font, size)

    def text(
        self,
        box: Box,
        text: str,
        font: str,
        size: float,
        *,
        align: str = "left",
        colour: Any = INK,
        smallest: float = 4.5,
        pad: float = 1.2,
    ) -> float:
        """Text inside ``box``: wrapped, made smaller until it fits, cut with … beyond ``smallest``; centred upright.

        Returns the size used, in points.
        """
        x, y, width, height = box
        inner = max(width - 2 * pad, 1.0) * mm
        size = _one_line_size(text, font, size, inner)
        while True:
            lines = wrap(text, font, size, inner)
            tall = len(lines) * size * LINE_HEIGHT
            if (tall <= height * mm and all(fonts.width(line, font, size) <= inner + 0.5 for line in lines)) or (
                size <= smallest
            ):
                break
            size = max(size - 0.5, smallest)
        lines = _cut_to(lines, int(height * mm / (size * LINE_HEIGHT)))
        top = y + (height - len(lines) * size * LINE_HEIGHT / mm) / 2
        for number, line in enumerate(lines):
            baseline = top + (number * size * LINE_HEIGHT + size * 1.02) / mm
            spare = inner / mm - fonts.width(line, font, size) / mm
            shift = {"left": 0.0, "center": spare / 2, "right": spare}[align]
            self.run(x + pad + max(shift, 0.0), baseline, line, font, size, colour)
        return size

    def frame(self, box: Box, *, line: float = 0.5, colour: Any = INK, dash: tuple[int, int] | None = None) -> None:
        """A rectangle; ``line`` in points."""
        x, y, width, height = box
        self._canvas.saveState()
        self._canvas.setStrokeColorRGB(*colour)
        self._canvas.setLineWidth(line)
        if dash is not None:
            self._canvas.setDash(*dash)
        self._canvas.rect(x * mm, self._y(y + height), width * mm, height * mm, stroke=1, fill=0)
        self._canvas.restoreState()

    def fill(self, box: Box, colour: Any) -> None:
        """A filled rectangle."""
        x, y, width, height = box
        self._canvas.setFillColorRGB(*colour)
        self._canvas.rect(x * mm, self._y(y + height), width * mm, height * mm, stroke=0, fill=1)

    def line(self, x0: float, y0: float, x1: float, y1: float, *, line: float = 0.6, colour: Any = INK) -> None:
        """A straight line."""
        self._canvas.setStrokeColorRGB(*colour)
        self._canvas.setLineWidth(line)
        self._canvas.line(x0 * mm, self._y(y0), x1 * mm, self._y(y1))

    def checkbox(self, x: float, y: float, *, ticked: bool, side: float = 3.4) -> None:
        """A drawn box, ticked or not: no shipped font has ☑."""
        self.frame((x, y, side, side), line=0.8)
        if ticked:
            self.line(x + 0.6, y + 1.8, x + 1.4, y + 2.8, line=1.5)
            self.line(x + 1.4, y + 2.8, x + 3.0, y + 0.5, line=1.5)

    def picture(self, box: Box, data: bytes) -> None:
        """A picture fitted into ``box``, keeping its proportions. ValueError when it can't be read."""
        x, y, width, height = box
        try:
            image = ImageReader(io.BytesIO(data))
        except Exception as error:  # the reader raises what its decoder raises
            raise ValueError("unreadable picture") from error
        self._canvas.drawImage(
            image, x * mm, self._y(y + height), width * mm, height * mm, preserveAspectRatio=True, anchor="c"
        )

    def qr(self, box: Box, text: str) -> None:
        """A QR code, level M, drawn as vectors; ``text`` upper-case alphanumeric keeps it small."""
        x, y, width, _height = box
        code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
        grid = np.array(code.to_image(scale=1, add_quiet_zones=False))
        modules = grid.shape[0]
        side = width / modules
        self._canvas.setFillColorRGB(0, 0, 0)
        path = self._canvas.beginPath()
        for row in range(modules):
            for column in range(modules):
                if grid[row, column] == 0:
                    path.rect((x + column * side) * mm, self._y(y + (row + 1) * side), side * mm, side * mm)
        self._canvas.drawPath(path, stroke=0, fill=1)

    def corner_marks(self, page: tuple[float, float]) -> None:
        """Four filled squares by which a scan is straightened."""
        far_x, far_y = page[0] - MARK_INSET_MM - MARK_MM, page[1] - MARK_INSET_MM - MARK_MM
        for x in (MARK_INSET_MM, far_x):
            for y in (MARK_INSET_MM, far_y):
                self.fill((x, y, MARK_MM, MARK_MM), (0, 0, 0))

    def watermark(self, text: str, page: tuple[float, float]) -> None:
        """Large pale text across the page."""
        self._canvas.saveState()
        self._canvas.translate(page[0] / 2 * mm, page[1] / 2 * mm)
        self._canvas.rotate(32)
        self._canvas.setFillColorRGB(0.90, 0.91, 0.93)
        self._canvas.setFont(fonts.MEDIUM, 64 if page[0] > 160 else 46)
        self._canvas.drawCentredString(0, 0, text)
        self._canvas.restoreState()


def _cut_to(lines: list[str], most: int) -> list[str]:
    """At most ``most`` lines; a cut is seen by its …."""
    if len(lines) <= max(most, 1):
        return lines
    kept = lines[: max(most, 1)]
    return [*kept[:-1], kept[-1][:-1] + "…"]


def _one_line_size(text: str, font: str, size: float, inner_pt: float) -> float:
    """Rather a little smaller on one line than broken: the size at which a short text fits, if that is at least three quarters."""
    needed = fonts.width(text, font, size)
    if "\n" in text or len(text) > ONE_LINE_LETTERS or needed <= inner_pt or needed * ONE_LINE_SHARE > inner_pt:
        return size
    return size * inner_pt / needed * 0.995


def wrap(text: str, font: str, size: float, inner_pt: float) -> list[str]:
    """Lines no wider than ``inner_pt`` points, broken between any two characters but never before closing punctuation."""
    lines: list[str] = []
    for paragraph in text.split("\n"):
        line = ""
        for character in paragraph:
            if line and character not in NO_BREAK_BEFORE and fonts.width(line + character, font, size) > inner_pt:
                lines.append(line)
                line = ""
            line += character
        lines.append(line)
    return lines
