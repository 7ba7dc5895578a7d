"""Lines of text in a picture: where they are, and what they say, with the runner-up of every character.

The two networks are PP-OCRv6 small (Baidu, Apache-2.0), converted for onnxruntime by RapidOCR.
Only lines long enough for a number are read.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import onnxruntime

from app.domain.card_number import Letter, Line

Pixels = np.ndarray[Any, Any]
Floats = np.ndarray[Any, np.dtype[np.float32]]

LONG_SIDE = 960
"""The picture in which lines are looked for; they are read from the whole one."""
STRIDE = 32
INK, SURE = 0.3, 0.5
"""From which probability a pixel is text, and a line's mean so that it counts."""
GROW = 1.6
"""The network marks the core of a line: how far it grows, times area over circumference."""
HEIGHT = 48
LEAST_ASPECT = 3.5
"""Width to height of what can hold eight characters or more."""
MOST_LINES = 10
LEAST_HEIGHT = 9.0
WIDEST = 960


class LineReader:
    """Both networks, one thread each: the window comes first."""

    def __init__(self, models: Path) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        options.enable_cpu_mem_arena = False  # a third less memory for the same time

        def load(name: str) -> Any:
            return onnxruntime.InferenceSession(
                str(models / name), sess_options=options, providers=["CPUExecutionProvider"]
            )

        self._find, self._read = load("PP-OCRv6_det_small.onnx"), load("PP-OCRv6_rec_small.onnx")
        letters = self._read.get_modelmeta().custom_metadata_map["character"].split("\n")
        self._letters = ["", *letters, " "]

    def lines(self, picture: Pixels, *, upside_down: bool = False) -> list[Line]:
        """Every line long enough for a number, the longest first. ``picture``: H×W×3 uint8 BGR."""
        boxes = self.boxes(picture)
        if upside_down:
            boxes = [np.roll(box, 2, axis=0) for box in boxes]
        return [self.read(cut(picture, box)) for box in boxes]

    def boxes(self, picture: Pixels) -> list[Floats]:
        """Corners (4×2, full-size pixels, clockwise from the line's beginning) of long lines."""
        height, width = picture.shape[:2]
        scale = LONG_SIDE / max(height, width)
        size = tuple(max(STRIDE, round(side * scale / STRIDE) * STRIDE) for side in (width, height))
        small = cv2.resize(picture, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
        tensor = _tensor(small)[None]
        likely = self._find.run(None, {self._find.get_inputs()[0].name: tensor})[0][0, 0]
        stretch = np.array([width / size[0], height / size[1]], np.float32)
        found = [corners * stretch for corners in _rectangles(likely)]
        found = [box for box in found if _aspect(box) >= LEAST_ASPECT and _sides(box)[1] >= LEAST_HEIGHT]
        return sorted(found, key=lambda box: -_aspect(box))[:MOST_LINES]

    def read(self, line: Pixels) -> Line:
        """What a cut-out line says."""
        height, width = line.shape[:2]
        wide = min(WIDEST, max(HEIGHT, round(width * HEIGHT / height)))
        tensor = _tensor(cv2.resize(line, (wide, HEIGHT)))[None]
        steps = self._read.run(None, {self._read.get_inputs()[0].name: tensor})[0][0]
        return self._collapsed(steps)

    def _collapsed(self, steps: Floats) -> Line:
        """CTC: repeats and blanks go; of a repeated character its surest step stays."""
        best = steps.argmax(axis=1)
        found: list[tuple[int, int, float]] = []
        before = 0
        for place, letter in enumerate(best):
            if letter and letter != before:
                found.append((int(letter), place, float(steps[place, letter])))
            elif letter and float(steps[place, letter]) > found[-1][2]:
                found[-1] = (int(letter), place, float(steps[place, letter]))
            before = letter
        return tuple(
            Letter(self._letters[letter], self._letters[_second(steps[place], letter)], sure)
            for letter, place, sure in found
            if letter < len(self._letters)
        )


def _second(step: Floats, best: int) -> int:
    """The likeliest reading but the best one and the blank."""
    two = np.argpartition(step, -3)[-3:]
    others = [int(one) for one in two if one not in (0, best)]
    return max(others, key=lambda one: float(step[one]), default=0)


def _tensor(picture: Pixels) -> Floats:
    """3×H×W in -1..1."""
    return np.ascontiguousarray((picture.astype(np.float32) / 127.5 - 1.0).transpose(2, 0, 1))


def _rectangles(likely: Floats) -> list[Floats]:
    """Turned rectangles about the marked lines, grown to the whole height of the letters."""
    contours, _ = cv2.findContours((likely > INK).astype(np.uint8), cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
    found = []
    for contour in contours:
        (x, y), (wide, high), angle = cv2.minAreaRect(contour)
        if min(wide, high) < 3 or _mean(likely, contour) < SURE:
            continue
        grow = wide * high * GROW / (2 * (wide + high)) * 2
        corners = cv2.boxPoints(((x, y), (wide + grow, high + grow), angle))
        found.append(_from_the_left(np.asarray(corners, np.float32)))
    return found


def _mean(likely: Floats, contour: Any) -> float:
    x, y, wide, high = cv2.boundingRect(contour)
    mask = np.zeros((high, wide), np.uint8)
    cv2.drawContours(mask, [contour], 0, 1, -1, offset=(-x, -y))
    return float(cv2.mean(likely[y : y + high, x : x + wide], mask)[0])


def _from_the_left(corners: Floats) -> Floats:
    """The long sides lie along the line, and the line runs to the right: clockwise from the upper left."""
    first = np.linalg.norm(corners[0] - corners[1])
    if first < np.linalg.norm(corners[1] - corners[2]):
        corners = np.roll(corners, -1, axis=0)
    return corners if corners[1][0] >= corners[0][0] else np.roll(corners, 2, axis=0)


def _sides(box: Floats) -> tuple[float, float]:
    return float(np.linalg.norm(box[1] - box[0])), float(np.linalg.norm(box[2] - box[1]))


def _aspect(box: Floats) -> float:
    wide, high = _sides(box)
    return wide / max(high, 1.0)


def cut(picture: Pixels, box: Floats) -> Pixels:
    """The line laid straight."""
    wide, high = (max(1, round(side)) for side in _sides(box))
    target = np.array([[0, 0], [wide, 0], [wide, high], [0, high]], np.float32)
    turn = cv2.getPerspectiveTransform(box.astype(np.float32), target)
    return cv2.warpPerspective(picture, turn, (wide, high), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)


def said(lines: Sequence[Line]) -> list[str]:
    """The lines as text."""
    return ["".join(letter.best for letter in line) for line in lines]
