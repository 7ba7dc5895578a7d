"""Reads requirements/*.txt, the lock: what it names, for which systems, with which hashes.

``python -m tools.lock`` prints pyproject.toml held to the versions in the lock, for tools/setup/lock.sh.
"""

import json
import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "requirements"
_ENTRY = re.compile(r"^([\w.-]+)(?:\[[\w,.-]+\])?==([^\s;\\]+)([^\\\n]*)((?:\\\n +--hash=[^\s\\]+ ?)*)", re.MULTILINE)
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")


SYSTEM, CPYTHON = r"(sys_platform == '\w+')", r"\1 and platform_python_implementation == 'CPython'"


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


def held() -> str:
    """pyproject.toml with every version of the lock as a constraint.

    For CPython only: exact versions have no wheels for PyPy, and uv would find no solution there.
    """
    pins = sorted({f"{one.name}=={one.version} ; {one.marker}" for group in groups() for one in locked(group)})
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    text = text.replace("[tool.uv]\n", f"[tool.uv]\nconstraint-dependencies = {json.dumps(pins, indent=1)}\n", 1)
    before, found, after = text.partition("\nenvironments = ")
    systems, _, rest = after.partition("\n")
    return f"{before}{found}{re.sub(SYSTEM, CPYTHON, systems)}\n{rest}"


if __name__ == "__main__":
    print(held())
