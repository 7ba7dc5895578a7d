"""``make sbom``: the bill of materials (CycloneDX 1.6, JSON) of what ships: the lock with its hashes, the licences of THIRD_PARTY.md,
and what no package registry holds. The same sources give the same bytes.

    python -m tools.sbom [--output FILE]

Checked against CycloneDX's schema where its library is installed (.venv/build); elsewhere that is said, and the exit status is 3.
"""

import argparse
import json
import re
import sys
import tomllib
from pathlib import Path
from typing import Any

from tools.lock import ROOT, Locked, locked

_ROW = re.compile(r"^\| (.+?) \| (.+?) \| (.+?) \|$", re.MULTILINE)
_ID = re.compile(r"[A-Za-z][A-Za-z0-9.]*-[A-Za-z0-9.-]+|MIT|ISC|Zlib|CC0-1\.0")
"""A licence's name as SPDX writes it, alone; everything else is told in words."""
NOT_CHECKED = 3


def bill() -> dict[str, Any]:
    """The whole document."""
    about = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    program = {
        "type": "application",
        "bom-ref": "certdesk",
        "name": about["name"],
        "version": about["version"],
        "description": about["description"],
        "licenses": _licence(about["license"]["text"]),
    }
    packages, others = _listed()
    parts = [_package(one, packages[one.name, one.version]) for one in locked("desk")]
    pack = tomllib.loads((ROOT / "resources" / "models" / "models.toml").read_text(encoding="utf-8"))["models"]
    hashes = {f"face model {one['version']}": one["sha256"] for one in pack.values()}
    parts += [_other(*row, hashes.get(row[0], "")) for row in others]
    parts.sort(key=lambda part: str(part["bom-ref"]))
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": program},
        "components": parts,
        "dependencies": [{"ref": "certdesk", "dependsOn": [part["bom-ref"] for part in parts]}],
    }


def _listed() -> tuple[dict[tuple[str, str], str], list[tuple[str, str, str]]]:
    """Licences by package and version; rows of what is not from the registry."""
    first, _, second = (ROOT / "THIRD_PARTY.md").read_text(encoding="utf-8").partition("\n## ")
    packages = {(name, version): licence for name, version, licence in _ROW.findall(first)}
    return packages, [row for row in _ROW.findall(second) if row[0] not in ("what", "---")]


def _licence(words: str) -> list[dict[str, Any]]:
    return [{"license": {"id": words} if _ID.fullmatch(words) else {"name": words}}]


def _package(one: Locked, licence: str) -> dict[str, Any]:
    address = f"pkg:pypi/{one.name}@{one.version}"
    made: dict[str, Any] = {
        "type": "library",
        "bom-ref": address,
        "name": one.name,
        "version": one.version,
        "purl": address,
        "licenses": _licence(licence),
        "hashes": [{"alg": "SHA-256", "content": content} for content in one.hashes],
    }
    return made | ({"properties": [{"name": "certdesk:wanted", "value": one.marker}]} if one.marker else {})


def _other(name: str, licence: str, where: str, sha256: str) -> dict[str, Any]:
    reference = "other:" + re.sub(r"\W+", "-", name.lower()).strip("-")
    kind = "machine-learning-model" if "model" in name or "PP-OCR" in name else "library"
    made = {"type": kind, "bom-ref": reference, "name": name, "description": where, "licenses": _licence(licence)}
    return made | ({"hashes": [{"alg": "SHA-256", "content": sha256}]} if sha256 else {})


def faults(text: str) -> str | None:
    """What CycloneDX's schema has against it, "" for nothing, None when that can't be asked here."""
    try:
        from cyclonedx.schema import SchemaVersion
        from cyclonedx.validation.json import JsonStrictValidator
    except ImportError:
        return None
    fault = JsonStrictValidator(SchemaVersion.V1_6).validate_str(text)
    return "" if fault is None else str(fault)[:2000]


def main(arguments: list[str]) -> int:
    """Write it, check it."""
    parser = argparse.ArgumentParser(prog="sbom", description=__doc__)
    parser.add_argument("--output", type=Path, default=ROOT / "dist" / "sbom.cdx.json")
    target: Path = parser.parse_args(arguments).output
    text = json.dumps(bill(), ensure_ascii=False, indent=1) + "\n"
    found = faults(text)
    if found:
        print(f"not a sound bill: {found}")
        return 1
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text, encoding="utf-8")
    print(
        f"{target}: {len(json.loads(text)['components'])} components{', NOT checked' if found is None else ', checked'}"
    )
    return NOT_CHECKED if found is None else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
