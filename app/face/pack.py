"""Installed model packs: further networks that the center supplies, taken in without a change of code (format: protocol.model_packs).

A pack is unpacked only when the center's signature holds; the networks are verified again at every load. ``statistics.npz`` and
``calibration.json`` in it are for engine sets with its embedders.
"""

import hashlib
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.errors import AppError
from app.face import models, scoring
from app.face.embed import Embedder, OnnxEmbedder
from app.face.models import Network
from protocol import model_packs
from protocol.model_packs import SIGNATURE

NAME_LENGTH = 16
"""Digits of a pack's SHA-256 that stand in records: enough to tell packs apart."""


def build(files: Mapping[str, bytes], key: Ed25519PrivateKey, target: Path) -> Path:
    """Write a signed pack (trials and tests; the center has a command of its own)."""
    model_packs.write(files, key, target)
    return target


def install(source: Path, folder: Path, keys: Iterable[bytes]) -> str:
    """Verify the pack ``source`` against the center's raw public keys and unpack it as ``folder``, replacing an older one.

    Returns the SHA-256 of the signed listing, the pack's name in records. AppError('pack.damaged'), ('pack.unsigned'), ('pack.too_large').
    """
    try:
        files = model_packs.read(source)
    except model_packs.PackError as error:
        raise AppError("pack.too_large" if error.code == "too_large" else "pack.damaged") from error
    signature = files.pop(SIGNATURE, b"")
    if not any(model_packs.holds(key, signature, files) for key in keys):
        raise AppError("pack.unsigned")
    fresh = folder.with_name(folder.name + ".new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    for name, data in files.items():
        (fresh / name).write_bytes(data)
    (fresh / SIGNATURE).write_bytes(signature)
    load(fresh)
    remove(folder)
    fresh.rename(folder)
    return hashlib.sha256(model_packs.listing(files)).hexdigest()


def remove(folder: Path) -> None:
    """The engine's next start knows nothing of a pack."""
    shutil.rmtree(folder, ignore_errors=True)


def name_of(folder: Path) -> str:
    """The installed pack's name in records: the beginning of the SHA-256 of its files' hashes, as they lie there now."""
    files = {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file() and path.name != SIGNATURE}
    return hashlib.sha256(model_packs.listing(files)).hexdigest()[:NAME_LENGTH]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """The loaded networks of an installed pack and what it knows about scores."""

    embedders: tuple[Embedder, ...]
    passive: tuple[Network, ...]
    name: str
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
        name=name_of(folder),
        versions=tuple(spec.version for spec in specs.values()),
        scorer=scorer,
    )


@dataclass(frozen=True, slots=True)
class Shelf:
    """The folder that the engine's next start looks into. Implements app.services.model_packs.PackShelf."""

    folder: Path

    def install(self, file: Path, keys: list[bytes]) -> str:
        """See ``install``."""
        return install(file, self.folder, keys)

    def remove(self) -> None:
        """See ``remove``."""
        remove(self.folder)

    def present(self) -> bool:
        """Whether a pack lies there, whole or not."""
        return (self.folder / SIGNATURE).exists()
