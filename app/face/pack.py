"""Model packs: further networks that the center supplies, installed without a change of code.

A pack is a zip: ``models.toml`` (as in resources/models), its ONNX files, licences, optionally ``statistics.npz`` and
``calibration.json`` for engine sets with its embedders, and ``pack.sig``: the center's Ed25519 signature over the SHA-256 of every other
file. A pack is unpacked only when the signature holds; the networks are verified again at every load.
"""

import hashlib
import shutil
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from app.errors import AppError
from app.face import models, scoring
from app.face.embed import Embedder, OnnxEmbedder
from app.face.models import Network

SIGNATURE = "pack.sig"
LIMIT_BYTES = 300_000_000
"""Larger packs are refused: a desk has 4 GB."""


def listing(files: Mapping[str, bytes]) -> bytes:
    """The text that is signed: one “sha256  name” line per file, sorted by name."""
    lines = [f"{hashlib.sha256(data).hexdigest()}  {name}\n" for name, data in sorted(files.items())]
    return "".join(lines).encode("utf-8")


def build(files: Mapping[str, bytes], key: Ed25519PrivateKey, target: Path) -> Path:
    """Write a signed pack (the center's side, and tests)."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in sorted(files.items()):
            archive.writestr(name, data)
        archive.writestr(SIGNATURE, key.sign(listing(files)))
    return target


def install(source: Path, folder: Path, keys: Iterable[bytes]) -> str:
    """Verify the pack ``source`` against the center's raw public keys and unpack it as ``folder``, replacing an older one.

    Returns the SHA-256 of the signed listing, the pack's name in records. AppError('pack.damaged'), ('pack.unsigned'), ('pack.too_large').
    """
    files = _read(source)
    signature = files.pop(SIGNATURE, b"")
    text = listing(files)
    if not any(_holds(key, signature, text) for key in keys):
        raise AppError("pack.unsigned")
    fresh = folder.with_name(folder.name + ".new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    for name, data in files.items():
        (fresh / name).write_bytes(data)
    (fresh / SIGNATURE).write_bytes(signature)
    load(fresh)
    shutil.rmtree(folder, ignore_errors=True)
    fresh.rename(folder)
    return hashlib.sha256(text).hexdigest()


def _read(source: Path) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(source) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            if sum(entry.file_size for entry in entries) > LIMIT_BYTES:
                raise AppError("pack.too_large")
            if any(
                "/" in entry.filename or "\\" in entry.filename or entry.filename.startswith(".") for entry in entries
            ):
                raise AppError("pack.damaged")
            return {entry.filename: archive.read(entry) for entry in entries}
    except (OSError, zipfile.BadZipFile) as error:
        raise AppError("pack.damaged") from error


def _holds(key: bytes, signature: bytes, text: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, text)
    except (InvalidSignature, ValueError):
        return False
    return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """The loaded networks of an installed pack and what it knows about scores."""

    embedders: tuple[Embedder, ...]
    passive: tuple[Network, ...]
    versions: tuple[str, ...]
    scorer: scoring.Scorer | None


def load(folder: Path) -> Pack:
    """Load an installed pack. AppError('models.missing') or ('models.damaged') name the file."""
    specs = models.read_manifest(folder)
    networks = {name: models.load(spec, folder) for name, spec in specs.items()}
    scorer = scoring.load(folder) if (folder / "statistics.npz").exists() else None
    return Pack(
        embedders=tuple(OnnxEmbedder(item) for item in networks.values() if item.spec.kind == "embedder"),
        passive=tuple(item for item in networks.values() if item.spec.kind == "liveness"),
        versions=tuple(spec.version for spec in specs.values()),
        scorer=scorer,
    )
