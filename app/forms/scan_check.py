"""Looks at a straightened page: red seal, ink of signature and date, against the same page as it leaves the printer."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from app.domain.scan import HAND_PER_MM, HAND_SHIFT, HAND_WIDTH, Hand
from app.forms.pen import Box
from app.forms.scan_input import Picture
from app.forms.scan_place import PX_PER_MM

RED_LEAST = 38
"""Red above the other channels, of 255, after the paper was made white."""
INK_DARKER_THAN = 0.72
"""Of the paper's own brightness around."""
SEAL_SHARE, SIGNATURE_SHARE, DATE_SHARE = 0.035, 0.012, 0.012
"""From bench.scan: between what unsealed or unsigned and sealed or signed pages show."""
PRINTED_MARGIN_MM = 0.9
HAND_CELL = 0.3
"""Share of a cell that must be ink."""
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Shares:
    """Measured shares, 0..1; ``red_elsewhere``: red outside the seal's zone, in shares of its area; ``hand``: the signature's ink."""

    seal: float
    signature: float
    date: float
    red_elsewhere: float
    hand: Hand


def whitened(page: Picture) -> Picture:
    """The paper's colour and shadows divided out."""
    small = cv2.resize(page, None, fx=0.2, fy=0.2, interpolation=cv2.INTER_AREA)
    paper = cv2.medianBlur(cv2.dilate(small, np.ones((7, 7), np.uint8)), 21)
    paper = cv2.resize(paper, (page.shape[1], page.shape[0]), interpolation=cv2.INTER_LINEAR)
    return np.asarray(cv2.divide(page, np.maximum(paper, 1), scale=255.0), dtype=np.uint8)


def measure(page: Picture, blank: Picture, zones: dict[str, Box]) -> Shares:
    """``page`` and ``blank`` (the form without facts as printed) at PX_PER_MM, RGB."""
    clean = whitened(page)
    channels = clean.astype(np.int16)
    red: Mask = (channels[:, :, 0] - np.maximum(channels[:, :, 1], channels[:, :, 2])) > RED_LEAST
    margin = int(PRINTED_MARGIN_MM * PX_PER_MM) * 2 + 1
    printed = cv2.erode(cv2.cvtColor(blank, cv2.COLOR_RGB2GRAY), np.ones((margin, margin), np.uint8)) < 215
    grey = cv2.cvtColor(clean, cv2.COLOR_RGB2GRAY)
    ink: Mask = (grey < 255 * INK_DARKER_THAN) & ~red & ~printed
    ink = cv2.morphologyEx(ink.astype(np.uint8), cv2.MORPH_OPEN, np.ones((2, 2), np.uint8)) > 0
    seal = _cut(red, zones["seal"])
    return Shares(
        seal=float(seal.mean()),
        signature=_share(ink, printed, zones["signature"]),
        date=_share(ink, printed, zones["date"]),
        red_elsewhere=float((red.sum() - seal.sum()) / max(seal.size, 1)),
        hand=hand(ink, zones["signature"]),
    )


def _cut(mask: Mask, box: Box) -> Mask:
    x, y, width, height = (round(v * PX_PER_MM) for v in box)
    return mask[y : y + height, x : x + width]


def _share(ink: Mask, printed: Mask, box: Box) -> float:
    free = ~_cut(printed, box)
    return float(_cut(ink, box).sum() / max(int(free.sum()), 1))


def hand(ink: Mask, box: Box) -> Hand:
    """The ink in ``box`` as a coarse map of bits."""
    size = (min(round(box[2] * HAND_PER_MM), HAND_WIDTH - 2 * HAND_SHIFT), round(box[3] * HAND_PER_MM))
    part = cv2.resize(_cut(ink, box).astype(np.float32), size, interpolation=cv2.INTER_AREA) > HAND_CELL
    grid = np.zeros((size[1], HAND_WIDTH), np.uint8)
    grid[:, HAND_SHIFT : HAND_SHIFT + size[0]] = part
    return Hand(ink=np.packbits(grid).tobytes().hex(), box=box)
