"""Faces of the roster that look like one person's: all against all, in blocks."""

from collections.abc import Mapping

import cv2
import numpy as np

from app.face.arrays import FloatArray, Image
from app.face.embed import unit
from app.face.scoring import Scorer, level
from app.services.ports import Twins

SAME_PERSON = 1.0
"""log10 likelihood ratio from which two roster photos are told. A unit of 3,000 has 4.5 million pairs: at the limit for 匹配 thousands of
strangers would be told. Here none of 155,000 pairs of strangers is, and 94 of 100 pairs of one person's pictures (measured on LFW)."""
SAME_PICTURE = 0.98
"""Likeness of a picture's thumbnail to that of its own copy (smaller, or saved again) …"""
SAME_FACE = 0.93
"""… whose embeddings are at least so near: 99 of 100 copies are, strangers at most 0.77, two pictures of one person 0.92."""
SAME_FACE_OF = {"sface": 0.90}
"""This embedder feels a smaller copy more: 99 of 100 are above 0.92 at 102×126."""
THUMB = "thumb"
BLOCK = 256
MOST = 200
"""Pairs that are told at most, the likest first."""


def find(scorer: Scorer, roster: Mapping[str, FloatArray]) -> tuple[Twins, ...]:
    """``roster``: embedder → N×D unit vectors, row i the same person throughout. Empty without a calibration for these embedders."""
    thumbs = roster.get(THUMB)
    names = tuple(name for name in roster if name in scorer.statistics)
    calibration = scorer.calibration(names, "modern")
    count = len(next(iter(roster.values()))) if roster else 0
    if calibration is None or count < 2:
        return ()
    shares = [scorer.shares({name: roster[name][row] for name in names})[0] for row in range(count)]
    centred = {
        n: np.stack([scorer.statistics[n].centred(roster[n][i], shares[i]) for i in range(count)]) for n in names
    }
    levels = {n: _levels(scorer, n, centred[n], shares) for n in names}
    found: list[tuple[float, Twins]] = []
    for start in range(0, count, BLOCK):
        rows = slice(start, min(start + BLOCK, count))
        sums = np.full((rows.stop - start, count), calibration.bias)
        copies = np.ones_like(sums, dtype=bool)
        if thumbs is not None:
            copies = thumbs[rows] @ thumbs.T >= SAME_PICTURE
        for name in names:
            similar = centred[name][rows] @ centred[name].T
            sums += calibration.weights[name] * (similar - 0.5 * (levels[name][rows, None] + levels[name][None]))
            copies &= roster[name][rows] @ roster[name].T >= SAME_FACE_OF.get(name, SAME_FACE)
        for i, j in zip(*np.nonzero((sums / np.log(10) >= SAME_PERSON) | copies), strict=True):
            if start + i < j:
                same = bool(copies[i, j])
                found.append(
                    (float(sums[i, j]) + 1e6 * same, Twins(first=int(start + i), second=int(j), same_picture=same))
                )
    found.sort(key=lambda item: -item[0])
    return tuple(twins for _, twins in found[:MOST])


def _levels(scorer: Scorer, name: str, centred: FloatArray, shares: list[FloatArray]) -> FloatArray:
    """Each face's level against the cohort of its own likely people."""
    stats = scorer.statistics[name]
    groups = np.array(stats.groups)
    likely = [int(np.argmax([share[groups == group].sum() for group in range(len(stats.cohorts))])) for share in shares]
    return np.array([level(stats.cohorts[group], face) for group, face in zip(likely, centred, strict=True)])


def stacked(faces: list[dict[str, FloatArray]]) -> dict[str, FloatArray]:
    """One matrix per embedder."""
    return {name: np.stack([face[name] for face in faces]) for name in faces[0]} if faces else {}


def thumbnail(image: Image) -> FloatArray:
    """480 long unit vector of the whole picture, small and grey, without its mean: alike only for copies of one picture."""
    grey = cv2.cvtColor(image, cv2.COLOR_BGR2GRAY)
    small = cv2.resize(grey, (20, 24), interpolation=cv2.INTER_AREA).astype(np.float64).ravel()
    return unit(small - small.mean())
