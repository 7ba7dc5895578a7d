"""Makes the scorer's statistics and calibration from embeddings of known people. Used by bench.face; no pictures here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from app.face.arrays import FloatArray
from app.face.scoring import COHORT, Calibration, Scorer, Statistics

COMPONENTS = ("east_asian.photo", "east_asian.webcam", "other.photo", "east_asian.card_102", "other.card_102")
GROUPS = (0, 0, 1, 0, 1)
MATCH_FMR, MISMATCH_FNMR = 0.001, 0.005
PROJECTED = {"faceres": 256}
"""Embedders with a learned projection and its size (dlib gained nothing from one: bench.face prints both)."""
WITHIN_SHRINK = 0.5
TOTAL_SHRINK = {"faceres": 0.3}
TEMPERATURE = 0.1
"""Of the component likelihoods; softer was better for webcam frames and no worse for photos (cross-validated)."""


@dataclass(frozen=True)
class Faces:
    """Embeddings of N pictures: ``vectors`` embedder → N×D unit rows; ``people`` N names; ``component`` N numbers."""

    vectors: Mapping[str, FloatArray]
    people: np.ndarray  # type: ignore[type-arg]
    component: np.ndarray  # type: ignore[type-arg]

    def take(self, rows: np.ndarray) -> "Faces":  # type: ignore[type-arg]
        return Faces({n: v[rows] for n, v in self.vectors.items()}, self.people[rows], self.component[rows])


def regrouped(faces: Faces, names: Sequence[str], *, rounds: int = 2) -> Faces:
    """Move people of the last component who look like the first group into it (self-training).

    The measuring data's grouping goes by name, roughly; its “other” people hold dozens of East Asian faces, which would be missing from the
    first mean and spoil the last.
    """
    component = faces.component.copy()
    for _ in range(rounds):
        now = Faces(faces.vectors, faces.people, component)
        found = {name: statistics(now, name) for name in names}
        evidence = sum(faces.vectors[n] @ s.weights.T + s.biases for n, s in found.items())
        first = np.array(GROUPS) == 0
        odds = np.logaddexp.reduce(evidence[:, first], axis=1) - np.logaddexp.reduce(evidence[:, ~first], axis=1)
        _, index = np.unique(faces.people, return_inverse=True)
        mean = np.bincount(index, odds) / np.bincount(index)
        moved = mean[index] > 0
        component = np.where(moved & (faces.component == 2), 0, faces.component)
        component = np.where(moved & (faces.component == 4), 3, component)
    return Faces(faces.vectors, faces.people, component)


def _person_means(vectors: FloatArray, people: np.ndarray) -> FloatArray:  # type: ignore[type-arg]
    _, index = np.unique(people, return_inverse=True)
    sums = np.zeros((index.max() + 1, vectors.shape[1]))
    np.add.at(sums, index, vectors)
    return sums / np.bincount(index)[:, None]


def _within(vectors: FloatArray, people: np.ndarray) -> FloatArray:  # type: ignore[type-arg]
    """Covariance of pictures about their person's mean."""
    _, index = np.unique(people, return_inverse=True)
    counts = np.bincount(index)[index]
    rest = vectors - _person_means(vectors, people)[index]
    rest = rest[counts > 1] * np.sqrt(counts / np.maximum(counts - 1, 1))[counts > 1][:, None]
    return rest.T @ rest / max(len(rest), 1)


def _mean_noise(vectors: FloatArray, people: np.ndarray, inverse: FloatArray) -> float:  # type: ignore[type-arg]
    """By how much a mean of so few people is too long (in ``inverse``'s measure): taken off, or strangers would look unlikely."""
    rest = _person_means(vectors, people)
    rest = rest - rest.mean(axis=0)
    count = len(rest)
    return float(np.einsum("nd,de,ne->", rest, inverse, rest) / max(count * (count - 1), 1))


def _shrunk(matrix: FloatArray, share: float) -> FloatArray:
    return (1 - share) * matrix + share * np.trace(matrix) / len(matrix) * np.eye(len(matrix))


def _projection(within: FloatArray, size: int) -> FloatArray:
    """Within-person whitening (shrunk), cut to the ``size`` directions in which persons vary least."""
    values, axes = np.linalg.eigh(_shrunk(within, WITHIN_SHRINK))
    del size
    return np.asarray(axes / np.sqrt(values) @ axes.T)


def statistics(faces: Faces, name: str, *, seed: int = 7) -> Statistics:
    """Means, component likelihoods, sampled cohorts and projection of one embedder."""
    vectors = faces.vectors[name]
    means = np.stack(
        [
            _person_means(vectors[faces.component == k], faces.people[faces.component == k]).mean(axis=0)
            for k in range(len(GROUPS))
        ]
    )
    big = faces.component == 2
    within = _within(vectors[big], faces.people[big])
    centred = vectors[big] - means[2]
    total = _shrunk(centred.T @ centred / len(centred), TOTAL_SHRINK.get(name, 0.1))
    inverse = np.linalg.inv(total)
    inverse = TEMPERATURE * inverse  # the dimensions are not independent: their evidence counts for less
    weights = means @ inverse
    noise = [
        _mean_noise(vectors[faces.component == k], faces.people[faces.component == k], inverse)
        for k in range(len(means))
    ]
    biases = -0.5 * (np.einsum("kd,kd->k", weights, means) - np.array(noise))
    projection = _projection(within, PROJECTED[name]) if name in PROJECTED else None
    sampled = np.random.default_rng(seed).multivariate_normal(np.zeros(len(total)), total, COHORT)
    sampled = sampled if projection is None else sampled @ projection
    sampled /= np.linalg.norm(sampled, axis=1, keepdims=True)
    return Statistics(
        means=means, weights=weights, biases=biases, groups=GROUPS, cohorts=(sampled, sampled), projection=projection
    )


def score_matrix(
    scorer: Scorer, left: Mapping[str, FloatArray], right: Mapping[str, FloatArray]
) -> dict[str, FloatArray]:
    """All pairs' scores per embedder, the same arithmetic as Scorer.scores but for whole matrices (tested to agree)."""
    names = list(left)
    groups = np.array(GROUPS)

    def evidence(side: Mapping[str, FloatArray]) -> FloatArray:
        parts = [side[n] @ scorer.statistics[n].weights.T + scorer.statistics[n].biases for n in names]
        return np.asarray(np.sum(parts, axis=0))

    def log_group(rows: FloatArray) -> FloatArray:
        columns = []
        for group in range(groups.max() + 1):
            part = rows[:, groups == group]
            top = part.max(axis=1)
            columns.append(top + np.log(np.exp(part - top[:, None]).mean(axis=1)))
        return np.stack(columns, axis=1)

    e_left, e_right = evidence(left), evidence(right)
    pair = (log_group(e_left)[:, None] + log_group(e_right)[None]) / 2
    odds = 1.0 / (1.0 + np.exp(np.clip(pair[:, :, 1] - pair[:, :, 0], -50, 50)))
    result = {}
    for name in names:
        result[name] = _pair_scores(scorer.statistics[name], left[name], right[name], e_left, e_right, odds)
    return result


def _kinds(rows: FloatArray) -> FloatArray:
    """Share of each component within its group."""
    groups, shares = np.array(GROUPS), np.zeros_like(rows)
    for group in range(groups.max() + 1):
        part = rows[:, groups == group]
        powers = np.exp(part - part.max(axis=1, keepdims=True))
        shares[:, groups == group] = powers / powers.sum(axis=1, keepdims=True)
    return shares


STEPS = 60


def _pair_scores(
    stats: Statistics, left: FloatArray, right: FloatArray, e_left: FloatArray, e_right: FloatArray, odds: FloatArray
) -> FloatArray:
    """Odds are rounded to STEPS steps so that the centred vectors of a step can be made at once."""
    groups = np.array(GROUPS)
    steps = np.round(odds * STEPS).astype(int)
    out = np.zeros(odds.shape)
    for step in np.unique(steps):
        weight = np.where(groups == 0, step / STEPS, 1 - step / STEPS)
        centred = []
        for rows, shown in ((left, e_left), (right, e_right)):
            moved = rows - (_kinds(shown) * weight) @ stats.means
            moved = moved if stats.projection is None else moved @ stats.projection
            centred.append(moved / np.maximum(np.linalg.norm(moved, axis=1, keepdims=True), 1e-12))
        cohort = stats.cohorts[0 if step >= STEPS / 2 else 1]
        levels = [np.sort(side @ cohort.T, axis=1)[:, -10:].mean(axis=1) for side in centred]
        scores = centred[0] @ centred[1].T - 0.5 * (levels[0][:, None] + levels[1][None])
        mask = steps == step
        out[mask] = scores[mask]
    return out


def logistic(
    features: FloatArray, same: FloatArray, *, weight: FloatArray | None = None, ridge: float = 1e-4, rounds: int = 100
) -> FloatArray:
    """Weights and bias (last) of a logistic regression, by Newton's method; both classes weigh alike unless ``weight`` says otherwise.

    With equal class weights the log odds are the natural-log likelihood ratio.
    """
    design = np.hstack([features, np.ones((len(features), 1))])
    target = same.astype(float)
    if weight is None:
        weight = balanced(same, np.zeros(len(same), dtype=int))
    beta = np.zeros(design.shape[1])
    for _ in range(rounds):
        p = 1.0 / (1.0 + np.exp(-np.clip(design @ beta, -40, 40)))
        gradient = design.T @ (weight * (p - target)) + ridge * np.append(beta[:-1], 0.0)
        curvature = (design * (weight * np.maximum(p * (1 - p), 1e-9))[:, None]).T @ design
        curvature += ridge * np.diag(np.append(np.ones(len(beta) - 1), 1e-6))
        step = np.linalg.solve(curvature, gradient)
        beta -= np.clip(step, -4, 4)
        if np.abs(step).max() < 1e-8:
            break
    return beta


def balanced(same: FloatArray, kinds: FloatArray) -> FloatArray:
    """Weights with which every kind of pairs, and in it both classes, weigh alike: few hard pairs must not drown in many easy ones."""
    weight = np.zeros(len(same))
    for kind in np.unique(kinds):
        for part in (same, ~same):
            mask = (kinds == kind) & part
            weight[mask] = 0.5 / len(np.unique(kinds)) / max(int(mask.sum()), 1)
    return weight


def calibrate(
    names: Sequence[str], scores: Mapping[str, FloatArray], same: FloatArray, kinds: FloatArray | None = None
) -> Calibration:
    """Fusion weights by logistic regression, limits of the bands from the same pairs. ``kinds``: which pairs belong together."""
    features = np.stack([scores[name] for name in names], axis=1)
    beta = logistic(features, same, weight=None if kinds is None else balanced(same, kinds))
    llr = (features @ beta[:-1] + beta[-1]) / np.log(10)
    match = float(np.quantile(llr[~same], 1 - MATCH_FMR))
    mismatch = float(np.quantile(llr[same], MISMATCH_FNMR))
    return Calibration(
        weights=dict(zip(names, (float(value) for value in beta[:-1]), strict=True)),
        bias=float(beta[-1]),
        match=match,
        mismatch=min(mismatch, match),
    )
