"""Pictures to embeddings for the benches, kept in a cache outside the repository, and the lists of the measuring data."""

import csv
import hashlib
import os
import pickle
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from app.face import geometry, reference
from app.face.arrays import FloatArray, Image
from app.face.embed import Embedder, Traits
from app.face.session import Parts

CARD_SIZES = {"card_358": (358, 441), "card_102": (102, 126)}
CARD_JPEG = 60
CACHE_VERSION = 2
UNKNOWN = Traits(0.5, 50.0)


def data_root() -> Path:
    """Where the measuring pictures are: CERTDESK_BENCH_DATA or ../shared/data."""
    default = Path(__file__).resolve().parents[1].parent / "shared" / "data"
    return Path(os.environ.get("CERTDESK_BENCH_DATA", default))


@dataclass(frozen=True)
class Sample:
    """One picture of the measuring data; ``session`` tells sittings of one person apart."""

    file: str
    person: str
    kind: str
    session: str


def samples(root: Path) -> list[Sample]:
    """LFW pictures (kind: group) and NUAA live frames (kind: live)."""
    found = []
    with (root / "lfw.csv").open(encoding="utf-8") as lines:
        found += [Sample(row["file"], row["identity"], row["group"], row["file"]) for row in csv.DictReader(lines)]
    with (root / "nuaa.csv").open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            if row["kind"] == "live" and row["file"].endswith(".jpg"):
                session = Path(row["file"]).stem.rsplit("_", 1)[0]
                found.append(Sample(row["file"], "nuaa-" + row["subject"], "live", session))
    return found


@dataclass(frozen=True)
class Embedded:
    """What is kept of a picture: unit vectors by embedder, reference quality class, traits; ``problem`` when there is no face."""

    vectors: dict[str, FloatArray]
    quality: str
    problem: str
    traits: Traits = UNKNOWN
    weight: float = 1.0


@dataclass(frozen=True)
class Found:
    """A face in a picture: the bytes (of its own card photo where one was made, else empty), mesh, reference quality class, problem."""

    data: bytes
    mesh: FloatArray | None
    quality: str
    problem: str


class Store:
    """Faces by picture and card size, vectors by embedder version besides. Safe to delete: everything is computed again."""

    def __init__(self, parts: Parts, folder: Path | None = None) -> None:
        default = Path(tempfile.gettempdir()) / "certdesk-bench"
        folder = folder or Path(os.environ.get("CERTDESK_BENCH_CACHE", default))
        folder.mkdir(parents=True, exist_ok=True)
        self.parts = parts
        self._db = sqlite3.connect(folder / f"faces-{CACHE_VERSION}.sqlite", timeout=60)
        self._db.execute("create table if not exists item (key text primary key, value blob)")

    def get(self, path: Path, card: str = "") -> Embedded:
        """The embedding of a file, as its own card photo when ``card`` names a size."""
        try:
            data = path.read_bytes()
        except OSError:
            return Embedded({}, "modern", "file_missing")
        picture = hashlib.sha256(data).hexdigest()
        found: Found = self._kept(f"{picture}|{card}|face", lambda: self._find(data, card))
        if found.mesh is None:
            return Embedded({}, found.quality, found.problem)
        vectors, traits = {}, None
        for item in self.parts.embedders:
            key = f"{picture}|{card}|{item.name} {item.version}"
            vector, seen = self._kept(key, partial(_embed, item, found.data or data, found.mesh))
            vectors[item.name] = vector
            traits = seen or traits
        return Embedded(vectors, found.quality, "", traits or UNKNOWN)

    def _kept(self, key: str, make: Callable[[], Any]) -> Any:
        row = self._db.execute("select value from item where key = ?", (key,)).fetchone()
        if row is not None:
            return pickle.loads(row[0])
        value = make()
        self._db.execute("insert or replace into item values (?, ?)", (key, pickle.dumps(value)))
        self._db.commit()
        return value

    def _find(self, data: bytes, card: str) -> Found:
        portrait = reference.examine(data, self.parts.detector, self.parts.finder)
        if card and portrait.mesh is not None:
            data = as_card(portrait.image, portrait.mesh, *CARD_SIZES[card])
            portrait = reference.examine(data, self.parts.detector, self.parts.finder)
        return Found(data if card else b"", portrait.mesh, portrait.report.quality, portrait.report.problem)


def _embed(item: Embedder, data: bytes, mesh: FloatArray) -> tuple[FloatArray, Traits | None]:
    """The vector and, where the network tells them, sex and age."""
    original = reference.decode(data)
    assert original is not None
    image = reference.enlarged(original)
    vector, traits = item.embed_with_traits(image, mesh)
    return vector, traits


def traits_row(face: Embedded) -> FloatArray:
    """As scoring.TRAITS wants it."""
    return np.array([face.traits.male, face.traits.age / 100.0])


def as_card(image: Image, mesh: FloatArray, width: int, height: int) -> bytes:
    """The face framed as on an ID card of that many pixels, JPEG quality 60: a simulated card photo."""
    five = geometry.five_from_mesh(mesh)
    scale = 0.30 * width / float(np.linalg.norm(five[0] - five[1]))
    centre = five[:2].mean(axis=0)
    matrix = np.array([[scale, 0, width / 2 - scale * centre[0]], [0, scale, 0.45 * height - scale * centre[1]]])
    done, data = cv2.imencode(
        ".jpg", geometry.warp(image, matrix, width, height), [cv2.IMWRITE_JPEG_QUALITY, CARD_JPEG]
    )
    assert done
    return bytes(data)


@dataclass(frozen=True)
class Pair:
    """A row of pairs.csv; ``same`` is None when the file doesn't say."""

    reference: str
    probes: tuple[str, ...]
    same: bool | None


def read_pairs(path: Path) -> Iterator[Pair]:
    """Rows ``reference,probe[;probe…],same``, with or without a header line."""
    with path.open(encoding="utf-8-sig", newline="") as lines:
        for row in csv.reader(lines):
            if len(row) < 2 or (row[0].strip().lower() in ("reference", "ref") and "probe" in row[1].lower()):
                continue
            said = row[2].strip().lower() if len(row) > 2 else ""
            same = None if said == "" else said in ("1", "true", "yes", "same", "y")
            yield Pair(row[0].strip(), tuple(part.strip() for part in row[1].split(";") if part.strip()), same)


def read_cohort(path: Path) -> list[tuple[str, str]]:
    """(file, person) rows; the person is the second column when there is one, else the file itself."""
    rows = []
    with path.open(encoding="utf-8-sig", newline="") as lines:
        for row in csv.reader(lines):
            if not row or row[0].strip().lower() in ("file", "path", "picture", "reference", "image"):
                continue
            rows.append((row[0].strip(), row[1].strip() if len(row) > 1 and row[1].strip() else row[0].strip()))
    return rows
