"""A picture file on its way into the roster is made anew; the face itself is judged when the photo is first used."""

import cv2
import numpy as np

from app.services.roster_photos import Picture

MAX_SIDE = 1600
"""Pixels; more adds nothing to a comparison."""
QUALITY = 95


def re_encode(data: bytes) -> Picture | None:
    """Upright as its EXIF says, no larger than needed, and nothing that was hidden in the file; None when it is damaged or no picture."""
    if not data:
        return None
    image = cv2.imdecode(np.frombuffer(data, dtype=np.uint8), cv2.IMREAD_COLOR)
    if image is None:
        return None
    longest = max(image.shape[:2])
    if longest > MAX_SIDE:
        image = cv2.resize(image, None, fx=MAX_SIDE / longest, fy=MAX_SIDE / longest, interpolation=cv2.INTER_AREA)
    done, made = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])
    return Picture(made.tobytes(), image.shape[1], image.shape[0]) if done else None
