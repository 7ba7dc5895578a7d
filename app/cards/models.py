"""Where the two networks lie: inside the rapidocr package, of which nothing else is used (docs/decisions/0051)."""

import importlib.util
from pathlib import Path

from app.errors import AppError

NEEDED = ("PP-OCRv6_det_small.onnx", "PP-OCRv6_rec_small.onnx")


def folder() -> Path:
    """AppError('cards.no_models') when the package is not there: then only codes are read."""
    found = importlib.util.find_spec("rapidocr")
    for place in (found.submodule_search_locations or []) if found is not None else []:
        models = Path(place) / "models"
        if all((models / name).is_file() for name in NEEDED):
            return models
    raise AppError("cards.no_models")
