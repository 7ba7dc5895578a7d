"""The one reader of shipped resources; works from a checkout and from a frozen program."""

import sys
from pathlib import Path


def root() -> Path:
    """The resources folder."""
    frozen = getattr(sys, "_MEIPASS", None)
    base = Path(frozen) if frozen is not None else Path(__file__).resolve().parents[1]
    return base / "resources"


def beside(name: str) -> Path:
    """A file or folder that ships beside the resources: LICENSE, THIRD_PARTY.md, docs."""
    return root().parent / name


def path(*parts: str) -> Path:
    """A file below it."""
    return root().joinpath(*parts)
