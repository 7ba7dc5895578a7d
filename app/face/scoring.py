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
from app.face.arrays import BoolArray, FloatArray
from app.face.embed import unit

NEAREST = 10
"""Cohort members that set the level of a face (adaptive cohort normalisation, as in speaker verification)."""
COHORT = 200
"""Size of a cohort; 40 are plenty."""
Vectors = Mapping[str, FloatArray]
"""Embedder name → unit vector of one face (or the pooled vector of several frames)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Statistics:
    """What is known about people and picture kinds for one embedder (D long vectors, K components).

    A component is a kind of people in a kind of picture ("east_asian.photo", "east_asian.webcam", "other.photo").

    Attributes:
        means: K×D.
        weights, biases: K×D and K: log likelihood of component k for x is ``weights[k]·x + biases[k]`` up to a constant.
        groups: K group numbers: which components are the same people.
        cohorts: one N×E matrix of unit vectors per group, centred and projected: sampled from a normal distribution, nobody's face.
        projection: D×E learned projection, None for none (E = D).
    """

    means: FloatArray
    weights: FloatArray
    biases: FloatArray
    groups: tuple[int, ...]
    cohorts: tuple[FloatArray, ...]
    projection: FloatArray | None = None

    def log_likelihoods(self, vector: FloatArray) -> FloatArray:
        """K values, comparable with each other only."""
        return np.asarray(self.weights @ vector + self.biases)

    def centred(self, vector: FloatArray, shares: FloatArray) -> FloatArray:
        """Unit vector with the mean of the likely components taken away; ``shares``: K probabilities."""
        moved = vector - shares @ self.means
        return unit(moved if self.projection is None else moved.astype(self.projection.dtype) @ self.projection)


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
        calibrations: by engine set ("dlib+faceres+sface"; names sorted) and reference quality ("modern", "card_358", "card_102").
        version: recorded with every certification.
    """

    statistics: Mapping[str, Statistics]
    calibrations: Mapping[str, Mapping[str, Calibration]]
    version: str = ""
    degraded: tuple[str, ...] = field(default=())

    def _evidence(self, face: Vectors) -> FloatArray:
        """Log likelihood of each component, summed over the embedders."""
        known = [
            self.statistics[name].log_likelihoods(vector) for name, vector in face.items() if name in self.statistics
        ]
        return np.asarray(np.sum(known, axis=0))

    def shares(self, *faces: Vectors) -> list[FloatArray]:
        """Per face the probability of each component. The group of people is chosen once for all faces, the picture kind for each."""
        groups = np.array(next(iter(self.statistics.values())).groups)
        evidence = [self._evidence(face) for face in faces]
        by_group = [
            np.mean([_log_sum(row[groups == group]) for row in evidence]) for group in range(int(groups.max()) + 1)
        ]
        people = _softmax(np.array(by_group))
        result: list[FloatArray] = []
        for row in evidence:
            share = np.zeros(len(groups))
            for group, weight in enumerate(people):
                share[groups == group] = weight * _softmax(row[groups == group])
            result.append(share)
        return result

    def scores(self, reference: Vectors, probe: Vectors) -> dict[str, float]:
        """Centred, cohort-normalised cosine per embedder that both faces have."""
        names = [name for name in reference if name in probe and name in self.statistics]
        if not names:
            return {}
        first = {name: reference[name] for name in names}
        second = {name: probe[name] for name in names}
        shares = self.shares(first, second)
        return {name: _score(self.statistics[name], shares, first[name], second[name]) for name in names}

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


def _log_sum(values: FloatArray) -> float:
    top = float(values.max())
    return top + float(np.log(np.exp(values - top).mean()))


def _softmax(values: FloatArray) -> FloatArray:
    powers = np.exp(values - values.max())
    return np.asarray(powers / powers.sum())


def _score(stats: Statistics, shares: list[FloatArray], a: FloatArray, b: FloatArray) -> float:
    a, b = stats.centred(a, shares[0]), stats.centred(b, shares[1])
    groups = np.array(stats.groups)
    likely = int(np.argmax([shares[0][groups == group].sum() for group in range(len(stats.cohorts))]))
    cohort = stats.cohorts[likely]
    return float(a @ b) - 0.5 * (level(cohort, a) + level(cohort, b))


def level(cohort: FloatArray, vector: FloatArray) -> float:
    """How near a centred face is to strangers: mean of the ``NEAREST`` best similarities to the cohort, 0 without one."""
    if len(cohort) == 0:
        return 0.0
    similar = np.sort(cohort @ vector)
    return float(similar[-NEAREST:].mean())


def pool(vectors: list[FloatArray], weights: list[float]) -> FloatArray:
    """Weighted mean of unit vectors, scaled to length 1."""
    return unit(np.average(np.stack(vectors), axis=0, weights=np.maximum(weights, 1e-6)))


def refine(
    scorer: Scorer,
    roster: Mapping[str, FloatArray],
    *,
    exclude: BoolArray | None = None,
    peers: BoolArray | None = None,
    prior: float = 25.0,
) -> Scorer:
    """Adapt means and cohorts to the unit's own people.

    ``roster``: embedder → N×D unit vectors, row i the same person throughout. Each photo counts towards the component it most likely
    belongs to, and a shipped mean weighs as much as ``prior`` people, so a roster of other people moves only its own group's mean.
    ``exclude``: rows (bool) left out: the claimed person and near-duplicates. ``peers``: rows that may be cohort (all without it).
    """
    known = [name for name in roster if name in scorer.statistics]
    if not known:
        return scorer
    count = len(roster[known[0]])
    keep = np.ones(count, dtype=bool) if exclude is None else ~exclude
    if not keep.any():
        return scorer
    rows = {name: roster[name][keep] for name in known}
    near = np.ones(int(keep.sum()), dtype=bool) if peers is None else peers[keep]
    evidence = np.mean(
        [m @ scorer.statistics[n].weights.T + scorer.statistics[n].biases for n, m in rows.items()], axis=0
    )
    component = np.argmax(evidence, axis=1)
    statistics = dict(scorer.statistics)
    for name, matrix in rows.items():
        statistics[name] = _adapted(statistics[name], matrix, component, near, prior)
    return replace(scorer, statistics=statistics)


LOOK_AT = 20
"""Nearest rows that are compared properly."""
ALIKE = 0.5
"""log10 likelihood ratio from which a roster photo may show the claimed person."""
TRAITS = "traits"
"""Key of a roster's N×2 traits: probability of a man, age in years / 100 (as a network reads them from the photo)."""
ENOUGH_PEERS = 40
"""People of the same sex and age band from which they alone make the cohort: strangers of one's own kind are the hardest."""
AGE_BAND = 0.12


def refined_without(
    scorer: Scorer,
    refined: Scorer,
    roster: Mapping[str, FloatArray],
    claimed: Vectors,
    traits: FloatArray | None = None,
) -> Scorer:
    """``refined``, made anew without the roster's rows that look like the claimed person (that photo itself, near-duplicates).

    ``traits``: of the claimed person, as in ``TRAITS``; with enough people of the same sex and age band these are the cohort.
    """
    nearness = sum(matrix @ claimed[name] for name, matrix in roster.items() if name in claimed)
    alike = np.zeros(len(next(iter(roster.values()))), dtype=bool)
    for row in np.argsort(nearness)[-LOOK_AT:]:
        result = refined.compare(claimed, {name: matrix[row] for name, matrix in roster.items()}, quality="modern")
        alike[row] = result is not None and result[0] > ALIKE
    peers = None if traits is None or TRAITS not in roster else same_band(roster[TRAITS], traits) & ~alike
    if peers is not None and peers.sum() < ENOUGH_PEERS:
        peers = None
    return refine(scorer, roster, exclude=alike, peers=peers) if alike.any() or peers is not None else refined


def same_band(traits: FloatArray, of: FloatArray) -> BoolArray:
    """Rows of ``traits`` (N×2) of the same sex and nearly the age of ``of`` (2)."""
    return np.asarray(((traits[:, 0] >= 0.5) == (of[0] >= 0.5)) & (np.abs(traits[:, 1] - of[1]) <= AGE_BAND))


def _adapted(old: Statistics, people: FloatArray, component: FloatArray, peers: BoolArray, prior: float) -> Statistics:
    means = old.means.copy()
    for k in range(len(means)):
        mine = people[component == k]
        means[k] = (prior * means[k] + mine.sum(axis=0)) / (prior + len(mine))
    cohorts = list(old.cohorts)
    groups = np.array(old.groups)[component]
    for group, cohort in enumerate(cohorts):
        own = (people - means[component])[(groups == group) & peers]
        own = own if old.projection is None else own @ old.projection
        own = own / np.maximum(np.linalg.norm(own, axis=1, keepdims=True), 1e-12)
        cohorts[group] = np.concatenate([own[:COHORT], cohort[: max(0, COHORT - len(own))]])
    return replace(old, means=means, cohorts=tuple(cohorts))


def merged(scorer: Scorer, more: Scorer | None) -> Scorer:
    """The shipped scorer with a model pack's statistics and calibrations added."""
    if more is None:
        return scorer
    return replace(
        scorer,
        statistics={**scorer.statistics, **more.statistics},
        calibrations={**scorer.calibrations, **more.calibrations},
        version=f"{scorer.version} + {more.version}",
    )


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
    except Exception as error:  # zip, json and key errors all mean a damaged file
        raise AppError("models.damaged", file="calibration") from error


def _statistics(name: str, data: Mapping[str, FloatArray]) -> Statistics:
    def part(key: str) -> FloatArray:
        return np.asarray(data[f"{name}.{key}"], dtype=np.float64)

    groups = tuple(int(group) for group in data[f"{name}.groups"])
    projection = part("projection").astype(np.float32) if f"{name}.projection" in data else None
    return Statistics(
        means=part("means"),
        weights=part("weights"),
        biases=part("biases"),
        groups=groups,
        cohorts=tuple(part(f"cohort{group}") for group in range(max(groups) + 1)),
        projection=projection,
    )
