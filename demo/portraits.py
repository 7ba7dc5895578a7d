"""Reference pictures of the demo roster, 358×441 as on a social-security card. Owns where they come from.

Two are real public-domain portraits that installed packages ship (matplotlib's Grace Hopper, scikit-image's Eileen Collins); all others
are drawn by code: nobody's face, and the face check rightly finds them unusable.
"""

from pathlib import Path
from typing import Any

import cv2
import matplotlib
import numpy as np
from skimage import data

WIDTH, HEIGHT = 358, 441
"""Pixels of the card photo."""

Image = np.ndarray[Any, np.dtype[np.uint8]]


def hopper() -> Image:
    """The whole portrait, 606×512×3 uint8 BGR."""
    path = Path(matplotlib.__file__).parent / "mpl-data" / "sample_data" / "grace_hopper.jpg"
    image = cv2.imread(str(path))
    if image is None:
        raise FileNotFoundError(path.name)
    return np.asarray(image, dtype=np.uint8)


def astronaut() -> Image:
    """The whole portrait, 512×512×3 uint8 BGR."""
    return np.ascontiguousarray(data.astronaut()[:, :, ::-1])  # type: ignore[no-untyped-call]


def card_photo(image: Image, *, centre: tuple[int, int], face_height: int) -> Image:
    """Cut ``image`` about a face so that the face fills half of the card's height; edges are repeated where it ends."""
    height = face_height * 2.1
    width = height * WIDTH / HEIGHT
    scale = HEIGHT / height
    matrix = np.array(
        [[scale, 0, -scale * (centre[0] - width / 2)], [0, scale, -scale * (centre[1] - height * 0.46)]],
        dtype=np.float64,
    )
    cut = cv2.warpAffine(image, matrix, (WIDTH, HEIGHT), flags=cv2.INTER_AREA, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(cut, dtype=np.uint8)


def drawn(seed: int, *, woman: bool, age: int) -> Image:
    """A drawn figure with a face of simple shapes: greyer with age, glasses on some."""
    rng = np.random.default_rng(seed)
    big = np.full((HEIGHT * 2, WIDTH * 2, 3), (236, 222, 205), np.uint8)
    grey = int(np.clip(60 + (age - 60) * 4, 60, 210))
    hair, skin = (grey, grey, grey + 4), tuple(int(c) for c in np.array([172, 198, 232]) - rng.integers(0, 26))
    cloth = tuple(int(c) for c in rng.integers(60, 150, 3))
    middle, top = WIDTH, 400
    across, down = int(rng.integers(118, 140)), int(rng.integers(158, 178))
    draw: dict[str, Any] = {"lineType": cv2.LINE_AA}
    cv2.rectangle(big, (middle - 52, top + 90), (middle + 52, top + 280), skin, -1)
    cv2.ellipse(big, (middle, HEIGHT * 2 + 40), (300, 262), 0, 180, 360, cloth, -1, **draw)
    if woman:
        cv2.ellipse(big, (middle, top - 10), (across + 42, down + 40), 0, 150, 390, hair, -1, **draw)
    else:
        cv2.ellipse(big, (middle, top - 40), (across + 12, down - 10), 0, 180, 360, hair, -1, **draw)
    cv2.ellipse(big, (middle, top), (across, down), 0, 0, 360, skin, -1, **draw)
    fringe = int(rng.integers(70, 110)) if woman else int(rng.integers(40, 80))
    cv2.ellipse(big, (middle, top - down + 34), (across - 8, fringe), 0, 180, 360, hair, -1, **draw)
    for side in (-1, 1):
        eye = (middle + side * 54, top - 12)
        cv2.ellipse(big, eye, (17, 6), 0, 0, 360, (60, 60, 66), -1, **draw)
        cv2.ellipse(big, (eye[0], eye[1] - 34), (26, 7), 0, 200, 340, hair, 5, **draw)
        if seed % 3 == 0:
            cv2.circle(big, eye, 40, (70, 60, 60), 4, **draw)
    if seed % 3 == 0:
        cv2.line(big, (middle - 14, top - 14), (middle + 14, top - 14), (70, 60, 60), 4, **draw)
    shade = tuple(c - 34 for c in skin)
    cv2.ellipse(big, (middle, top + 44), (16, 10), 0, 20, 160, shade, 5, **draw)
    cv2.ellipse(big, (middle, top + 82), (40, 16), 0, 20, 160, (110, 110, 176), 6, **draw)
    return np.asarray(cv2.resize(big, (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA), dtype=np.uint8)


def portrait(kind: str, *, seed: int, woman: bool, age: int) -> bytes | None:
    """The reference picture as JPEG bytes for a ``kind`` of demo.roster, None for no picture."""
    if not kind:
        return None
    if kind == "hopper":
        image = card_photo(hopper(), centre=(276, 165), face_height=200)
    elif kind == "astronaut":
        image = card_photo(astronaut(), centre=(224, 118), face_height=120)
    else:
        image = drawn(seed, woman=woman, age=age)
    done, encoded = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, 88])
    if not done:
        raise RuntimeError("JPEG encoder refused a picture")
    return bytes(encoded.tobytes())
