"""Finds the page in a picture: the QR code tells which form and how it lies, the corner marks straighten it."""

from dataclasses import dataclass
from itertools import product

import cv2
import numpy as np
import zxingcpp
from numpy.typing import NDArray

from app.forms.pen import MARK_INSET_MM, MARK_MM, Box
from app.forms.scan_input import Picture

PX_PER_MM = 5
"""Of the straightened page: 127 dpi, enough for ink and seal, small enough for a second a page."""
SEARCH_SHARE = 0.22
"""How far from the QR code's extrapolation a mark is looked for, as a share of its distance from the code."""
CANDIDATES = 4
Points = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Code:
    """A code's text and its four corners in the picture, px: top left, top right, bottom right, bottom left as printed."""

    text: str
    corners: Points


@dataclass(frozen=True, slots=True)
class Placed:
    """The straightened page (RGB, PX_PER_MM) and how many of the four marks were seen."""

    page: Picture
    marks: int


def read_codes(picture: Picture) -> tuple[Code, ...]:
    """All QR codes; small pictures are tried enlarged as well."""
    for scale in (1.0, 2.0, 0.5):
        tried = (
            picture if scale == 1.0 else cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC)
        )
        found = zxingcpp.read_barcodes(tried, formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode))
        if found:
            return tuple(Code(code.text, _corners(code.position) / scale) for code in found)
    return ()


def _corners(position: zxingcpp.Position) -> Points:
    four = (position.top_left, position.top_right, position.bottom_right, position.bottom_left)
    return np.array([(p.x, p.y) for p in four], dtype=np.float64)


def mark_centres(page: tuple[float, float]) -> Points:
    """Centres of the four marks in mm: top left, top right, bottom right, bottom left."""
    near, far_x, far_y = MARK_INSET_MM + MARK_MM / 2, page[0], page[1]
    return np.array(
        [(near, near), (far_x - near, near), (far_x - near, far_y - near), (near, far_y - near)], dtype=np.float64
    )


def place(picture: Picture, corners: Points, *, qr: Box, page: tuple[float, float]) -> Placed:
    """Straighten by the marks, and by the code where marks are lacking."""
    printed = np.array([(qr[0], qr[1]), (qr[0] + qr[2], qr[1]), (qr[0] + qr[2], qr[1] + qr[3]), (qr[0], qr[1] + qr[3])])
    affine = np.linalg.lstsq(np.c_[printed, np.ones(4)], corners, rcond=None)[0]
    scale = float(np.sqrt(abs(np.linalg.det(affine[:2]))))
    blobs = _squares(picture, MARK_MM * scale)
    centres = mark_centres(page)
    guesses = np.c_[centres, np.ones(4)] @ affine
    middle = corners.mean(axis=0)
    near = [_near(blobs, guess, SEARCH_SHARE * float(np.linalg.norm(guess - middle)) + 4 * scale) for guess in guesses]
    best, marks = _best(near, centres, printed, corners)
    to_page = np.diag([PX_PER_MM, PX_PER_MM, 1.0]) @ best
    size = (round(page[0] * PX_PER_MM), round(page[1] * PX_PER_MM))
    flat = cv2.warpPerspective(picture, to_page, size, flags=cv2.INTER_AREA, borderValue=(128, 128, 128))
    return Placed(np.asarray(flat, dtype=np.uint8), marks)


def _squares(picture: Picture, side: float) -> Points:
    """Centres of dark, filled, square-like blobs of about ``side`` px: N×2."""
    grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)
    window = int(side * 4) | 1
    dark = cv2.adaptiveThreshold(grey, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, max(window, 3), 18)
    _count, _labels, stats, centres = cv2.connectedComponentsWithStats(dark)
    wide, tall, area = (stats[:, k].astype(float) for k in (cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT, cv2.CC_STAT_AREA))
    fits = (area > 0.45 * side**2) & (area < 1.9 * side**2) & (np.maximum(wide, tall) < 2.0 * side)
    fits &= (np.minimum(wide, tall) > 0.6 * side) & (area / (wide * tall) > 0.48)
    return np.asarray(centres[fits], dtype=np.float64)


def _near(blobs: Points, guess: Points, radius: float) -> list[Points | None]:
    away = np.linalg.norm(blobs - guess, axis=1) if len(blobs) else np.zeros(0)
    order = [index for index in np.argsort(away)[:CANDIDATES] if away[index] <= radius]
    return [*(blobs[index] for index in order), None]


def _best(near: list[list[Points | None]], centres: Points, printed: Points, corners: Points) -> tuple[Points, int]:
    """The choice of marks under which the code lands where it was printed; picture px → page mm, and how many marks."""
    best: tuple[float, Points, int] | None = None
    for choice in product(*near):
        seen = [index for index, mark in enumerate(choice) if mark is not None]
        source = np.array([choice[index] for index in seen] + list(corners if len(seen) < 4 else []), dtype=np.float64)
        target = np.array([centres[index] for index in seen] + list(printed if len(seen) < 4 else []))
        found, _mask = cv2.findHomography(source, target)
        if found is None:
            continue
        back = cv2.perspectiveTransform(corners[None], found)[0]
        miss = float(np.abs(back - printed).mean()) + 1.2 * (4 - len(seen))
        if best is None or miss < best[0]:
            best = (miss, np.asarray(found, dtype=np.float64), len(seen))
    assert best is not None  # the choice without any mark uses the code's own corners
    return best[1], best[2]
