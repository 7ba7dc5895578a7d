"""Making a laptop's folder unreadable, then removing it. Safe to be cut off: what was begun goes on at the next start.

What this can do: the keys go first, overwritten and removed, so that from then on nothing in the folder opens any more, with the passphrase
or without. What it can't: a flash disk may keep an overwritten block for a while, and memory that was swapped out holds what it held. The
old block is sealed with the passphrase, so destroying the note with the passphrase is part of the wiping.
"""

import os
import shutil
from pathlib import Path

KEYS = "keys.json"
SECRETS = "secrets"


def wipe(folder: Path) -> None:
    """Keys first, then everything. OSError when something stays (a file that is open elsewhere)."""
    for file in [*sorted((folder / SECRETS).glob("*")), folder / KEYS, folder / "desk.key"]:
        _overwrite(file)
    _sync(folder)
    shutil.rmtree(folder)


def wiped(folder: Path) -> bool:
    """Whether its keys are gone already: then the rest is only rubbish."""
    return not (folder / KEYS).exists()


def _overwrite(file: Path) -> None:
    try:
        size = file.stat().st_size
        with file.open("r+b") as open_file:
            open_file.write(os.urandom(size))
            open_file.flush()
            os.fsync(open_file.fileno())
    except FileNotFoundError:
        return
    file.unlink()


def _sync(folder: Path) -> None:
    if os.name == "posix" and folder.is_dir():
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
