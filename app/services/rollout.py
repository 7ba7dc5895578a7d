"""The roll-out file: what an administrator settles for many desks at once, so that a clerk is asked for the enrolment code only.

    [center]
    address = "https://certdesk.example.gov.cn"
    ca_file = "/etc/certdesk/center-ca.pem"     # or: ca = '''-----BEGIN CERTIFICATE-----…'''
    [unit]
    code = "431000"
    name = "示范单位"

Everything but the address may be left out. A wrong file is told in words and never keeps the program from starting.
"""

import logging
import ssl
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.errors import AppError
from app.services.center_address import check_address

LARGEST_BYTES = 64 * 1024
LONGEST = 200
log = logging.getLogger(__name__)
KNOWN = {"center": frozenset({"address", "ca_file", "ca"}), "unit": frozenset({"code", "name"})}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rollout:
    """Attributes: address: the center's; ca: certificates in PEM, "" for the usual authorities; unit_code, unit_name: "" for any."""

    address: str
    ca: str = ""
    unit_code: str = ""
    unit_name: str = ""


def read(file: Path) -> Rollout | None:
    """None when there is no such file. AppError rollout.* with ``file`` otherwise."""
    try:
        if not file.exists():
            return None
        raw = _bytes(file)
    except OSError as error:
        raise AppError("rollout.unreadable", file=str(file)) from error
    try:
        content = tomllib.loads(raw.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise AppError("rollout.encoding", file=str(file)) from error
    except (ValueError, RecursionError) as error:
        where = str(error).rpartition("line ")[2].partition(",")[0]
        last = str(raw.count(b"\n") + 1)  # "at end of document"
        raise AppError("rollout.syntax", file=str(file), line=where if where.isdigit() else last) from error
    _refuse_unknown(content, file)
    return _rollout(content, file)


def read_or_trouble(file: Path | None) -> tuple[Rollout | None, AppError | None]:
    """What was rolled out, and what is wrong with it; the program starts either way."""
    try:
        return (read(file) if file is not None else None), None
    except AppError as error:
        log.warning("roll-out file: %s", error.code)
        return None, error


def _bytes(file: Path) -> bytes:
    with file.open("rb") as opened:
        raw = opened.read(LARGEST_BYTES + 1)
    if len(raw) > LARGEST_BYTES:
        raise AppError("rollout.too_large", file=str(file))
    return raw


def _refuse_unknown(content: dict[str, Any], file: Path) -> None:
    """A misspelt name must not pass for one that was left out."""
    for table, values in content.items():
        if table not in KNOWN or not isinstance(values, dict):
            raise AppError("rollout.unknown", file=str(file), name=table[:40])
        for name in values:
            if name not in KNOWN[table]:
                raise AppError("rollout.unknown", file=str(file), name=f"{table}.{name}"[:80])


def _rollout(content: dict[str, Any], file: Path) -> Rollout:
    address = _text(content, "center", "address", file)
    try:
        address = check_address(address)
    except AppError as error:
        raise AppError("rollout.address", file=str(file)) from error
    return Rollout(
        address=address,
        ca=_authority(content, file),
        unit_code=_text(content, "unit", "code", file),
        unit_name=_text(content, "unit", "name", file),
    )


def _text(content: dict[str, Any], table: str, name: str, file: Path, longest: int = LONGEST) -> str:
    value = content.get(table, {}).get(name, "")
    if not isinstance(value, str) or len(value) > longest or "\0" in value:
        raise AppError("rollout.value", file=str(file), name=f"{table}.{name}")
    return value.strip()


def _authority(content: dict[str, Any], file: Path) -> str:
    """The certificates, read here so that the desk keeps them even when the file goes away."""
    inside = _text(content, "center", "ca", file, LARGEST_BYTES)
    beside = _text(content, "center", "ca_file", file)
    if inside and beside:
        raise AppError("rollout.two_authorities", file=str(file))
    if beside:
        inside = _pem(file.parent / beside, file)
    if (inside or beside) and not _sound(inside):
        raise AppError("rollout.authority", file=str(file))
    return inside


def _pem(path: Path, file: Path) -> str:
    try:
        return _bytes(path).decode("ascii")
    except (OSError, ValueError) as error:
        raise AppError("rollout.authority", file=str(file)) from error


def _sound(pem: str) -> bool:
    if not pem.isascii():
        return False
    try:
        ssl.create_default_context(cadata=pem)
    except (ssl.SSLError, ValueError):
        return False
    return "BEGIN CERTIFICATE" in pem and "PRIVATE KEY" not in pem


def keep_authority(rollout: Rollout | None, kept: Path) -> Path | None:
    """The file with the authority to trust: the roll-out's, written to ``kept``; without a roll-out file the one kept before; or None.

    AppError('vault.unwritable').
    """
    try:
        if rollout is not None and not rollout.ca:
            kept.unlink(missing_ok=True)
        elif rollout is not None and _differs(kept, rollout.ca):
            part = kept.with_name(f".{kept.name}.part")
            kept.parent.mkdir(parents=True, exist_ok=True)
            part.write_text(rollout.ca, encoding="ascii")
            part.replace(kept)
        return kept if kept.exists() else None
    except OSError as error:
        raise AppError("vault.unwritable") from error


def _differs(kept: Path, pem: str) -> bool:
    try:
        return kept.read_text(encoding="ascii") != pem
    except (OSError, ValueError):
        return True
