"""Reads requirements/*.txt, the lock: what it names, for which systems, with which hashes."""

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "requirements"
_ENTRY = re.compile(r"^([\w.-]+)(?:\[[\w,.-]+\])?==([^\s;\\]+)([^\\\n]*)((?:\\\n +--hash=[^\s\\]+ ?)*)", re.MULTILINE)
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")


@dataclass(frozen=True, slots=True)
class Locked:
    """Attributes: marker: where it is wanted, "" for everywhere; hashes: SHA-256 of the files that may be installed."""

    name: str
    version: str
    marker: str
    hashes: tuple[str, ...]


def locked(group: str) -> tuple[Locked, ...]:
    """Of requirements/``group``.txt, every entry whatever the system here."""
    text = (FOLDER / f"{group}.txt").read_text(encoding="utf-8")
    return tuple(
        Locked(name, version, marker.strip(" ;"), tuple(_HASH.findall(hashes)))
        for name, version, marker, hashes in _ENTRY.findall(text)
    )


def groups() -> tuple[str, ...]:
    """Names of the lock's files."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.txt")))
