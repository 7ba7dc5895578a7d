"""Logging: one rotating file with ids only, warnings on the console too. Never names, ID numbers or pictures."""

import logging
from logging.handlers import RotatingFileHandler
from pathlib import Path

FORMAT = "%(asctime)s %(levelname)s %(name)s %(message)s"
LARGEST_BYTES = 2 * 1024 * 1024
KEPT_FILES = 5


def start_logging(folder: Path, *, console: bool = True) -> None:
    """Send the root logger's records to ``folder``/certdesk.log; to stderr from WARNING on."""
    folder.mkdir(parents=True, exist_ok=True)
    root = logging.getLogger()
    root.setLevel(logging.INFO)
    file = RotatingFileHandler(
        folder / "certdesk.log", maxBytes=LARGEST_BYTES, backupCount=KEPT_FILES, encoding="utf-8", delay=True
    )
    file.setFormatter(logging.Formatter(FORMAT))
    root.addHandler(file)
    if console:
        shown = logging.StreamHandler()
        shown.setLevel(logging.WARNING)
        shown.setFormatter(logging.Formatter(FORMAT))
        root.addHandler(shown)
    for talkative in ("httpx", "httpcore", "alembic", "PIL"):
        logging.getLogger(talkative).setLevel(logging.WARNING)
