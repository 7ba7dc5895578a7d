"""The first look at a picture file on its way into the roster; the face itself is judged when the photo is first used."""

import cv2
import numpy as np


def size_of(data: bytes) -> tuple[int, int] | None:
    """Width and height in pixels; None when the bytes are damaged or no picture."""
    if not data:
        return None
    image = cv2.imdecode(np.frombuffer(data, dtype=np.uint8), cv2.IMREAD_GRAYSCALE)
    return None if image is None else (image.shape[1], image.shape[0])
