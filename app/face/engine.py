"""LocalEngine: the face engine in this process. The desk runs it inside a process of its own (app/face/remote.py)."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np

from app.domain.evidence import FrameReading
from app.domain.ids import VisitId
from app.errors import AppError
from app.face import hat, library, models, pack, reference, scoring, template, twins
from app.face.arrays import FloatArray
from app.face.detect import Detector
from app.face.embed import DlibEmbedder, Embedder, OnnxEmbedder
from app.face.mesh import MeshFinder
from app.face.models import Network
from app.face.session import Parts, Session
from app.services.ports import CaptureResult, EngineInfo, Frame, ReferenceReport, Twins

ENGINE_VERSION = "engine 1"


class LocalEngine:
    """FaceEngine over the shipped models. ``resources`` holds ``models/`` and ``face/``."""

    def __init__(self, resources: Path, *, pack: Path | None = None) -> None:
        """``pack``: folder of an installed model pack, None or an absent folder for none."""
        self._resources = resources
        self._pack = pack
        self._parts: Parts | None = None
        self._session: Session | None = None
        self._roster: dict[str, FloatArray] = {}
        self._refined: scoring.Scorer | None = None

    def start(self) -> EngineInfo:
        """Load and verify everything. AppError('engine.failed') when the mesh or every embedder is missing."""
        if self._parts is None:
            cv2.setNumThreads(1)
            self._parts = self._load()
        return self._parts.info

    @property
    def parts(self) -> Parts:
        """The loaded parts, for benchmarks and the roster's embedding. AppError('engine.failed') before start()."""
        return self._started()

    def _load(self) -> Parts:
        folder, degraded = self._resources / "models", []
        try:
            specs = models.read_manifest(folder)
            finder = MeshFinder(models.load(specs["facemesh"], folder))
        except (AppError, KeyError) as error:
            raise AppError("engine.failed", part="facemesh") from error
        embedders: list[Embedder] = []
        try:
            library.load()
            embedders.append(DlibEmbedder())
        except Exception:  # noqa: BLE001 - whatever keeps dlib from loading, the engine goes on without it and says so
            degraded.append("no_dlib")
        kinds = {name: spec.kind for name, spec in specs.items()}
        shipped = {name: _optional(specs, name, folder, degraded) for name, kind in kinds.items() if kind == "embedder"}
        embedders += [OnnxEmbedder(network) for network in shipped.values() if network is not None]
        if not embedders:
            raise AppError("engine.failed", part="embedders")
        detector = _optional(specs, "blazeface", folder, degraded)
        hats = self._hats(shipped.get("faceres"), degraded)
        scorer = self._scorer(degraded)
        extra = self._load_pack(degraded)
        passive: tuple[Network, ...] = ()
        pack_versions: tuple[str, ...] = ()
        if extra is not None:
            scorer = scoring.merged(scorer, extra.scorer)
            known = [item for item in extra.embedders if item.name in scorer.statistics]
            degraded += ["pack_uncalibrated"] if len(known) < len(extra.embedders) else []
            embedders += known
            passive, pack_versions = extra.passive, (*extra.versions, f"sha256 {extra.name}")
        versions = (
            ENGINE_VERSION,
            *(spec.version for name, spec in specs.items() if name not in shipped and f"no_{name}" not in degraded),
            *(embedder.version for embedder in embedders if embedder.version not in pack_versions),
            *(f"pack {version}" for version in pack_versions),
            f"calibration {scorer.version or '-'}",
        )
        return Parts(
            detector=Detector(detector),
            finder=finder,
            embedders=tuple(embedders),
            passive=passive,
            scorer=scorer,
            hats=hats,
            info=EngineInfo(versions=versions, degraded=tuple(degraded)),
        )

    def _hats(self, network: Network | None, degraded: list[str]) -> hat.HatFinder | None:
        try:
            return hat.load(self._resources, network)
        except AppError:
            degraded.append("no_hats")
            return None

    def _load_pack(self, degraded: list[str]) -> pack.Pack | None:
        if self._pack is None or not self._pack.is_dir():
            return None
        try:
            return pack.load(self._pack)
        except AppError:
            degraded.append("no_pack")
            return None

    def _scorer(self, degraded: list[str]) -> scoring.Scorer:
        try:
            return scoring.load(self._resources / "face")
        except AppError:
            degraded.append("no_calibration")
            return scoring.Scorer(statistics={}, calibrations={})

    def open_visit(self, visit_id: VisitId, reference_image: bytes | None) -> ReferenceReport:
        """Begin a capture; an earlier one that was not concluded is dropped."""
        parts = self._started()
        if reference_image is None:
            self._session = Session(visit_id, parts, None)
            return ReferenceReport(usable=False, problem="absent", quality="modern", width=0, height=0)
        portrait = self._examined(reference_image, parts)
        self._session = Session(visit_id, replace(parts, scorer=self._scorer_for(portrait, parts)), portrait)
        return portrait.report

    def analyse(self, visit_id: VisitId, frame: Frame) -> FrameReading:
        """One frame of the open visit. AppError('engine.visit') for any other visit."""
        return self._open(visit_id).analyse(frame)

    def conclude(self, visit_id: VisitId) -> CaptureResult:
        """End the capture and fold everything seen."""
        result = self._open(visit_id).conclude()
        self._session = None
        return result

    def template(self, reference_image: bytes) -> tuple[ReferenceReport, bytes | None]:
        """Check and embed a roster photo; bytes for ``use_roster``."""
        parts = self._started()
        portrait = self._examined(reference_image, parts)
        if not portrait.vectors:
            return portrait.report, None
        vectors = {**portrait.vectors, twins.THUMB: twins.thumbnail(portrait.image)}
        if portrait.traits is not None:
            vectors[scoring.TRAITS] = portrait.traits
        return portrait.report, template.pack(vectors, self._embedder_versions(parts))

    def use_roster(self, templates: Sequence[bytes]) -> int:
        """Refine means and cohorts by these people, from the next visit on."""
        parts = self._started()
        versions = self._embedder_versions(parts)
        faces = [vectors for data in templates if (vectors := template.unpack(data, versions)) is not None]
        self._roster = twins.stacked(faces)
        self._refined = scoring.refine(parts.scorer, self._roster)
        return len(faces)

    def twins(self, templates: Sequence[bytes]) -> tuple[Twins, ...]:
        """Every two that may show one person. Templates of another engine version look like nobody."""
        parts = self._started()
        versions = self._embedder_versions(parts)
        read = [
            (at, face) for at, data in enumerate(templates) if (face := template.unpack(data, versions)) is not None
        ]
        found = twins.find(self._refined or parts.scorer, twins.stacked([face for _, face in read]))
        return tuple(replace(pair, first=read[pair.first][0], second=read[pair.second][0]) for pair in found)

    @staticmethod
    def _embedder_versions(parts: Parts) -> list[str]:
        return [item.version for item in parts.embedders]

    def _examined(self, image: bytes, parts: Parts) -> reference.Portrait:
        portrait = reference.examine(image, parts.detector, parts.finder)
        if portrait.mesh is None or not portrait.report.usable:
            return portrait
        vectors, traits = {}, None
        for item in parts.embedders:
            vectors[item.name], seen = item.embed_with_traits(portrait.image, portrait.mesh)
            traits = traits if seen is None else np.array([seen.male, seen.age / 100.0])
        return replace(portrait, vectors=vectors, traits=traits)

    def _scorer_for(self, portrait: reference.Portrait, parts: Parts) -> scoring.Scorer:
        """Means and cohort refined by the roster, without the claimed person."""
        if not self._roster or not portrait.vectors:
            return self._refined or parts.scorer
        return scoring.refined_without(
            parts.scorer, self._refined or parts.scorer, self._roster, portrait.vectors, portrait.traits
        )

    def close(self) -> None:
        """Forget models and evidence."""
        self._session = self._parts = self._refined = None
        self._roster = {}

    def _started(self) -> Parts:
        if self._parts is None:
            raise AppError("engine.failed", part="not started")
        return self._parts

    def _open(self, visit_id: VisitId) -> Session:
        if self._session is None or self._session.visit_id != visit_id:
            raise AppError("engine.visit")
        return self._session


def _optional(specs: dict[str, models.ModelSpec], name: str, folder: Path, degraded: list[str]) -> Network | None:
    """A network the engine can do without; its absence is noted."""
    try:
        return models.load(specs[name], folder)
    except (AppError, KeyError):
        degraded.append(f"no_{name}")
        return None
