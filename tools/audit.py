"""``make audit``: known vulnerabilities of everything in the lock, also of what is only for Windows or another Python.

Exit status: 0 nothing known, 1 something known, 2 not found out: a package that could not be asked about is never "nothing known".
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tools.lock import groups, locked

PIP_AUDIT = (str(Path(sys.executable).with_name("pip-audit")),)


@dataclass
class Found:
    """What the service said. Attributes: asked: pins it was asked about; answered: those it knew; known: a line for each vulnerability."""

    asked: set[str]
    answered: set[str] = field(default_factory=set)
    known: list[str] = field(default_factory=list)
    trouble: str = ""

    @property
    def unanswered(self) -> list[str]:
        """Pins of which nothing was found out."""
        return sorted(self.asked - self.answered)

    @property
    def status(self) -> int:
        """See the module."""
        return 1 if self.known else 2 if self.unanswered else 0


def pins() -> set[str]:
    """``name==version`` of everything in the lock."""
    return {f"{entry.name}=={entry.version}" for group in groups() for entry in locked(group)}


def rounds(asked: set[str]) -> list[list[str]]:
    """A package that is locked in two versions can't be asked about in one go."""
    rounds: list[dict[str, str]] = []
    for pin in sorted(asked):
        name = pin.partition("==")[0]
        free = next((one for one in rounds if name not in one), None)
        if free is None:
            rounds.append(free := {})
        free[name] = pin
    return [list(one.values()) for one in rounds]


def audit(asked: set[str], command: Sequence[str] = PIP_AUDIT) -> Found:
    """Ask pip-audit."""
    found = Found(asked)
    for wanted in rounds(asked):
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder, "pins.txt")
            file.write_text("\n".join(wanted) + "\n", encoding="utf-8")
            line = [*command, "--disable-pip", "--no-deps", "--progress-spinner", "off", "-f", "json", "-r", str(file)]
            told = subprocess.run(line, capture_output=True, text=True, check=False)
        try:
            _take(found, json.loads(told.stdout)["dependencies"])
        except (ValueError, KeyError, TypeError):
            found.trouble = (told.stderr.strip() or told.stdout.strip()).rpartition("\n")[2][:300]
    return found


def _take(found: Found, dependencies: list[dict[str, Any]]) -> None:
    for one in dependencies:
        if "skip_reason" in one:
            found.trouble = str(one["skip_reason"])
            continue
        pin = f"{one['name']}=={one['version']}"
        found.answered.add(pin)
        for known in one["vulns"]:
            mended = ", ".join(known["fix_versions"]) or "none yet"
            found.known.append(f"{pin}: {known['id']} (mended in: {mended})")


def main(command: Sequence[str] = PIP_AUDIT) -> int:
    """Ask, and say it in words."""
    found = audit(pins(), command)
    for line in found.known:
        print(line)
    if found.unanswered:
        many, of = len(found.unanswered), len(found.asked)
        print(
            f"Nothing was found out about {many} of {of} packages: the vulnerability service is not reachable from here."
        )
        print(f"  its last word: {found.trouble}")
    print(f"{len(found.answered)} packages asked about, {len(found.known)} vulnerabilities known.")
    return found.status


if __name__ == "__main__":
    sys.exit(main((*PIP_AUDIT, *sys.argv[1:])))
