"""The program's log, for the time of one test."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.log import start_logging


@contextmanager
def logging_into(folder: Path) -> Iterator[Path]:
    """Everything is logged into ``folder`` meanwhile; afterwards as before."""
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    start_logging(folder, console=False)
    try:
        yield folder
    finally:
        for handler in [one for one in root.handlers if one not in before]:
            root.removeHandler(handler)
            handler.close()
        root.setLevel(level)
