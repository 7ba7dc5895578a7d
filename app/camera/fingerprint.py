"""A picture's fingerprint: alike for copies (saved again, scaled, brightened, an edge cut off), far apart for two takes of one scene.

Signs of the slowest waves of the picture. Comparing neighbours instead fails at a desk: on a plain wall only noise decides, so that copies
were missed and, of 31,000 pairs of different people before one wall, 20 were taken for copies (measured with composed pictures).
"""

import cv2
import numpy as np

SIDE, WAVES = 64, 16


def fingerprint(data: bytes) -> int | None:
    """255 bits: each says whether one wave is stronger than half of them. None when ``data`` is no picture (a PDF, a video)."""
    grey = cv2.imdecode(np.frombuffer(data, dtype=np.uint8), cv2.IMREAD_GRAYSCALE) if data else None
    if grey is None:
        return None
    small = cv2.resize(grey, (SIDE, SIDE), interpolation=cv2.INTER_AREA).astype(np.float32)
    waves = cv2.dct(small)[:WAVES, :WAVES].ravel()[1:]  # the first is the brightness of the whole
    return int.from_bytes(np.packbits(waves > np.median(waves)).tobytes(), "big")
