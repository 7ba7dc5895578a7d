"""Model packs: further networks for the desks' face engine, signed by the center; how they are wrapped, and what is told about them.

A pack is a flat zip: ``models.toml``, its ONNX files, licences, optionally ``statistics.npz`` and ``calibration.json``, and ``pack.sig``:
the center's Ed25519 signature over the SHA-256 of every other file. The policy value ``model_pack`` names the zip's own SHA-256.
"""

import hashlib
import tomllib
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

SIGNATURE, MANIFEST = "pack.sig", "models.toml"
LIMIT_BYTES = 300_000_000
"""Larger packs are refused: a desk has 4 GB."""
_EPOCH = (1980, 1, 1, 0, 0, 0)
"""Every file's date in the zip, so that the same files under the same key make the same bytes."""


class PackError(ValueError):
    """No pack. ``code``: damaged, or too_large."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def listing(files: Mapping[str, bytes]) -> bytes:
    """The text that is signed: one “sha256  name” line per file, sorted by name."""
    lines = [f"{hashlib.sha256(data).hexdigest()}  {name}\n" for name, data in sorted(files.items())]
    return "".join(lines).encode("utf-8")


def write(files: Mapping[str, bytes], key: Ed25519PrivateKey, target: Path) -> None:
    """Sign and wrap; the same files and key give the same bytes."""
    with zipfile.ZipFile(target, "w") as archive:
        for name, data in [*sorted(files.items()), (SIGNATURE, key.sign(listing(files)))]:
            archive.writestr(zipfile.ZipInfo(name, _EPOCH), data, zipfile.ZIP_DEFLATED)


def read(source: Path) -> dict[str, bytes]:
    """Every file of the zip, signature included. PackError; nothing is written anywhere."""
    try:
        with zipfile.ZipFile(source) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            if sum(entry.file_size for entry in entries) > LIMIT_BYTES:
                raise PackError("too_large")
            if any(_leaves_its_folder(entry.filename) for entry in entries):
                raise PackError("damaged")
            return {entry.filename: archive.read(entry) for entry in entries}
    except (OSError, EOFError, RuntimeError, NotImplementedError, zipfile.BadZipFile, zlib.error) as error:
        raise PackError("damaged") from error


def _leaves_its_folder(name: str) -> bool:
    return not name or name.startswith(".") or any(sign in name for sign in "/\\:\0")


def holds(key: bytes, signature: bytes, files: Mapping[str, bytes]) -> bool:
    """Whether this raw public key signed exactly these files (without the signature)."""
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, listing(files))
    except (InvalidSignature, ValueError):
        return False
    return True


def versions(files: Mapping[str, bytes]) -> list[str]:
    """What the manifest's networks call themselves. ValueError, in words, for a network that is missing, altered or without licence."""
    try:
        networks = tomllib.loads(files[MANIFEST].decode("utf-8"))["models"]
        found = []
        for name, table in networks.items():
            digest = hashlib.sha256(files[table["file"]]).hexdigest()
            if digest != str(table["sha256"]).lower():
                raise ValueError(f"{table['file']} 的 SHA-256 和清单不一样")
            if not str(table.get("license", "")).strip() or not str(table.get("origin", "")).strip():
                raise ValueError(f"{name} 没有写许可证或出处")
            found.append(str(table["version"]))
    except KeyError as error:
        raise ValueError(f"缺少 {error.args[0]}") from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, AttributeError, TypeError) as error:
        raise ValueError(f"{MANIFEST} 读不懂") from error
    if not found:
        raise ValueError("没有模型")
    return found
