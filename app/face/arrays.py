"""Names for the arrays that the face package passes about."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.uint8]
"""H×W×3 (BGR unless a name says RGB) or H×W grey, 8 bit."""
FloatArray = NDArray[np.floating[Any]]
"""Points, blobs, embeddings."""
BoolArray = NDArray[np.bool_]
"""Masks."""
