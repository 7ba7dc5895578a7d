"""From embeddings to a likelihood ratio: centring on the group's mean, cohort normalisation, fusion, bands. Pure arrays, no pictures.

Why: the embeddings of these networks lie crowded in one corner for people the networks saw few of, so strangers look alike. Taking the
group's mean away and measuring each pair against a cohort of strangers repairs it (docs/decisions/0010-centred-scores.md).
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from app.domain.evidence import Band
from app.errors import AppError
from app.face.arrays import FloatArray
from app.face.embed import unit

NEAREST = 10
"""Cohort members that set the level of a face (adaptive cohort normalisation, as in speaker verification)."""
Vectors = Mapping[str, FloatArray]
"""Embedder name → unit vector of one face (or the pooled vector of several frames)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """What is known about a group of people for one embedder: ``mean`` (D) and ``cohort`` (N×D centred unit vectors)."""

    mean: FloatArray
    cohort: FloatArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Statistics:
    """One embedder's groups and the linear rule that tells them apart (``weight``·x + ``bias`` > 0: the first group)."""

    first: Group
    second: Group
    weight: FloatArray
    bias: float

    def log_odds(self, vector: FloatArray) -> float:
        """Evidence that a face belongs to the first group."""
        return float(np.clip(self.weight @ vector + self.bias, -20, 20))


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """Natural-log likelihood ratio = ``bias`` + Σ weight × score, and the two limits in log10 units.

    ``match``: from here FMR ≤ 0.1 %; ``mismatch``: below it FNMR ≤ 0.5 %. Between them a person must look.
    """

    weights: Mapping[str, float]
    bias: float
    match: float
    mismatch: float

    def band(self, llr: float) -> Band:
        """The band of a log10 likelihood ratio."""
        if llr >= self.match:
            return Band.MATCH
        return Band.MISMATCH if llr < self.mismatch else Band.UNSURE


@dataclass(frozen=True, slots=True, kw_only=True)
class Scorer:
    """Everything needed to compare two faces.

    Attributes:
        statistics: by embedder.
        calibrations: by engine set ("dlib+faceres"; names sorted) and reference quality ("modern", "card_358", "card_102").
        version: recorded with every certification.
    """

    statistics: Mapping[str, Statistics]
    calibrations: Mapping[str, Mapping[str, Calibration]]
    version: str = ""
    degraded: tuple[str, ...] = field(default=())

    def first_group_share(self, *faces: Vectors) -> float:
        """Probability that these faces belong to the first group; 0.5 when nothing is known."""
        known = [
            self.statistics[name].log_odds(vector)
            for face in faces
            for name, vector in face.items()
            if name in self.statistics
        ]
        return float(1.0 / (1.0 + np.exp(-np.mean(known)))) if known else 0.5

    def scores(self, reference: Vectors, probe: Vectors) -> dict[str, float]:
        """Centred, cohort-normalised cosine per embedder that both faces have."""
        share = self.first_group_share(reference, probe)
        return {
            name: _score(self.statistics[name], share, reference[name], probe[name])
            for name in reference
            if name in probe and name in self.statistics
        }

    def calibration(self, names: tuple[str, ...], quality: str) -> Calibration | None:
        """The calibration of an engine set; an unknown quality falls back to the worst known one."""
        by_quality = self.calibrations.get("+".join(sorted(names)))
        if not by_quality:
            return None
        return by_quality.get(quality) or max(by_quality.values(), key=lambda item: item.match)

    def compare(self, reference: Vectors, probe: Vectors, *, quality: str) -> tuple[float, Band] | None:
        """log10 likelihood ratio and band; None without a calibration for the embedders at hand."""
        scores = self.scores(reference, probe)
        calibration = self.calibration(tuple(scores), quality)
        if calibration is None:
            return None
        llr = (calibration.bias + sum(calibration.weights[n] * s for n, s in scores.items())) / np.log(10)
        return float(llr), calibration.band(float(llr))


def _score(stats: Statistics, share: float, a: FloatArray, b: FloatArray) -> float:
    mean = share * stats.first.mean + (1 - share) * stats.second.mean
    a, b = unit(a - mean), unit(b - mean)
    cohort = stats.first.cohort if share >= 0.5 else stats.second.cohort
    return float(a @ b) - 0.5 * (_level(cohort, a) + _level(cohort, b))


def _level(cohort: FloatArray, vector: FloatArray) -> float:
    """Mean of the ``NEAREST`` best similarities to the cohort, 0 without one."""
    if len(cohort) == 0:
        return 0.0
    similar = np.sort(cohort @ vector)
    return float(similar[-NEAREST:].mean())


def pool(vectors: list[FloatArray], weights: list[float]) -> FloatArray:
    """Weighted mean of unit vectors, scaled to length 1."""
    return unit(np.average(np.stack(vectors), axis=0, weights=np.maximum(weights, 1e-6)))


def refine(
    scorer: Scorer, roster: Mapping[str, FloatArray], *, exclude: FloatArray | None = None, prior: float = 25.0
) -> Scorer:
    """Adapt means and cohorts to the unit's own people.

    ``roster``: embedder → N×D unit vectors, row i the same person throughout. Each photo counts towards the group it most likely belongs
    to, and the shipped mean weighs as much as ``prior`` people, so a roster of other people moves only its own group.
    ``exclude``: rows (bool) left out: the claimed person and near-duplicates.
    """
    keep = None if exclude is None else ~exclude
    rows = {name: (m if keep is None else m[keep]) for name, m in roster.items() if name in scorer.statistics}
    if not rows or len(next(iter(rows.values()))) == 0:
        return scorer
    odds = np.mean([m @ scorer.statistics[n].weight + scorer.statistics[n].bias for n, m in rows.items()], axis=0)
    statistics = dict(scorer.statistics)
    for name, matrix in rows.items():
        old = statistics[name]
        statistics[name] = replace(
            old, first=_adapt(old.first, matrix[odds >= 0], prior), second=_adapt(old.second, matrix[odds < 0], prior)
        )
    return replace(scorer, statistics=statistics)


def _adapt(group: Group, people: FloatArray, prior: float) -> Group:
    if len(people) == 0:
        return group
    mean = (prior * group.mean + people.sum(axis=0)) / (prior + len(people))
    own = people - mean
    own /= np.maximum(np.linalg.norm(own, axis=1, keepdims=True), 1e-12)
    room = max(0, 200 - len(own))
    return Group(mean=mean, cohort=np.concatenate([own[:200], group.cohort[:room]]))


def load(folder: Path) -> Scorer:
    """The shipped scorer from ``folder`` (statistics.npz, calibration.json). AppError('models.missing'), ('models.damaged')."""
    try:
        with np.load(folder / "statistics.npz", allow_pickle=False) as data:
            statistics = {str(name): _statistics(str(name), data) for name in data["embedders"]}
        document = json.loads((folder / "calibration.json").read_text(encoding="utf-8"))
        calibrations = {
            engines: {quality: Calibration(**values) for quality, values in table.items()}
            for engines, table in document["calibrations"].items()
        }
        return Scorer(statistics=statistics, calibrations=calibrations, version=str(document["version"]))
    except FileNotFoundError as error:
        raise AppError("models.missing", file="calibration") from error
    except Exception as error:  # noqa: BLE001 - zip, json and key errors all mean a damaged file
        raise AppError("models.damaged", file="calibration") from error


def _statistics(name: str, data: Mapping[str, FloatArray]) -> Statistics:
    def group(which: str) -> Group:
        return Group(
            mean=data[f"{name}.{which}.mean"].astype(np.float64), cohort=data[f"{name}.{which}.cohort"].astype(np.float64)
        )

    return Statistics(
        first=group("first"),
        second=group("second"),
        weight=data[f"{name}.weight"].astype(np.float64),
        bias=float(data[f"{name}.bias"]),
    )
