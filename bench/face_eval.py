"""Error rates with people kept disjoint: folds, pair scores, EER, FNMR at a given FMR, bootstrap over people."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np

from app.face.arrays import FloatArray
from app.face.scoring import Scorer, pool
from bench.face_train import Faces, regrouped, score_matrix, statistics

FOLDS = 6
Names = np.ndarray[Any, Any]


def hashed(text: str) -> int:
    """A number that stays the same on every machine."""
    return int(hashlib.sha256(text.encode()).hexdigest(), 16)


@dataclass(frozen=True)
class Pairs:
    """Scores of many comparisons: ``scores`` embedder → P; ``same`` P; the two people of each."""

    scores: Mapping[str, FloatArray]
    same: np.ndarray[Any, np.dtype[np.bool_]]
    left: Names
    right: Names

    def fused(self, weights: Mapping[str, float]) -> FloatArray:
        return np.asarray(sum(weight * self.scores[name] for name, weight in weights.items()))

    def where(self, mask: np.ndarray[Any, np.dtype[np.bool_]]) -> "Pairs":
        return Pairs({n: s[mask] for n, s in self.scores.items()}, self.same[mask], self.left[mask], self.right[mask])


def joined(parts: Iterable[Pairs]) -> Pairs:
    """Pairs of several sets together."""
    items = list(parts)
    names = items[0].scores.keys()
    return Pairs(
        {n: np.concatenate([item.scores[n] for item in items]) for n in names},
        np.concatenate([item.same for item in items]),
        np.concatenate([item.left for item in items]),
        np.concatenate([item.right for item in items]),
    )


@dataclass
class Folded:
    """Statistics learned without the people of any two folds, made when first asked for."""

    faces: Faces
    embedders: Sequence[str]
    folds: dict[str, int] = field(init=False)
    _scorers: dict[tuple[int, int], Scorer] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.folds = {}
        for component in range(3):
            people = sorted(set(self.faces.people[self.faces.component == component]), key=hashed)
            self.folds.update({person: index % FOLDS for index, person in enumerate(people)})

    def without(self, first: int, second: int) -> Scorer:
        """A scorer that never saw the people of these two folds."""
        key = (min(first, second), max(first, second))
        if key not in self._scorers:
            fold = np.array([self.folds[person] for person in self.faces.people])
            seen = regrouped(self.faces.take(np.flatnonzero((fold != first) & (fold != second))), self.embedders)
            self._scorers[key] = Scorer(statistics={n: statistics(seen, n) for n in self.embedders}, calibrations={})
        return self._scorers[key]

    def pairs(self, left: "Side", right: "Side", *, transform: Any = None) -> Pairs:
        """Every left against every right picture, both people unseen; the same sitting is left out."""
        found = []
        for i in range(FOLDS):
            for j in range(FOLDS):
                a, b = left.fold(self.folds, i), right.fold(self.folds, j)
                if len(a.people) == 0 or len(b.people) == 0:
                    continue
                scorer = self.without(i, j)
                scorer = transform(scorer) if transform else scorer
                table = score_matrix(scorer, _only(a.vectors, self.embedders), _only(b.vectors, self.embedders))
                same = a.people[:, None] == b.people[None]
                keep = ~(same & (a.session[:, None] == b.session[None]))
                people = np.broadcast_to(a.people[:, None], same.shape), np.broadcast_to(b.people[None], same.shape)
                found.append(
                    Pairs({n: t[keep] for n, t in table.items()}, same[keep], people[0][keep], people[1][keep])
                )
        return joined(found)


def _only(vectors: Mapping[str, FloatArray], names: Sequence[str]) -> dict[str, FloatArray]:
    return {name: vectors[name] for name in names}


@dataclass(frozen=True)
class Side:
    """One side of comparisons: vectors by embedder, people, sittings (rows alike)."""

    vectors: Mapping[str, FloatArray]
    people: Names
    session: Names

    def take(self, rows: Any) -> "Side":
        return Side({n: v[rows] for n, v in self.vectors.items()}, self.people[rows], self.session[rows])

    def fold(self, folds: Mapping[str, int], number: int) -> "Side":
        return self.take(np.flatnonzero(np.array([folds[person] == number for person in self.people], dtype=bool)))


def pooled(side: Side, count: int, *, draws: int = 4, by_session: bool = False, seed: int = 5) -> Side:
    """Draws of ``count`` different pictures of a person (of one sitting with ``by_session``), pooled.

    Without ``by_session`` the drawn pictures' names stand joined in ``session``: see ``disjoint``.
    """
    rng = np.random.default_rng(seed)
    vectors: dict[str, list[FloatArray]] = {name: [] for name in side.vectors}
    people, sessions = [], []
    keys = side.session if by_session else side.people
    for key in sorted(set(keys)):
        rows = np.flatnonzero(keys == key)
        if len(rows) < count:
            continue
        for _ in range(draws):
            chosen = rng.choice(rows, count, replace=False)
            for name, matrix in side.vectors.items():
                vectors[name].append(pool(list(matrix[chosen]), [1.0] * count))
            people.append(side.people[rows[0]])
            sessions.append(key if by_session else ";".join(side.session[chosen]))
    return Side({n: np.stack(v) for n, v in vectors.items()}, np.array(people), np.array(sessions))


def pooled_pairs(folded: Folded, references: Side, count: int) -> Pairs:
    """One picture against ``count`` others of a person pooled: pairs whose reference was among the drawn are left out."""
    probes = pooled(references, count)
    drawn = [set(text.split(";")) for text in probes.session]
    found = []
    for row in range(len(references.people)):
        keep = np.array([references.session[row] not in names for names in drawn])
        found.append(folded.pairs(references.take([row]), probes.take(np.flatnonzero(keep))))
    return joined(found)


# ---------------------------------------------------------------- error rates


def eer(same: FloatArray, different: FloatArray) -> float:
    """Equal error rate, 0..1."""
    limits = np.sort(np.concatenate([same, different]))
    misses = np.searchsorted(np.sort(same), limits) / len(same)
    passes = 1 - np.searchsorted(np.sort(different), limits) / len(different)
    at = int(np.argmin(np.abs(misses - passes)))
    return float((misses[at] + passes[at]) / 2)


def fnmr_at(same: FloatArray, different: FloatArray, fmr: float) -> float:
    """Share of genuine pairs refused at the threshold that lets ``fmr`` of the others pass."""
    return float((same <= np.quantile(different, 1 - fmr)).mean())


def cllr(llr: FloatArray, same: np.ndarray[Any, np.dtype[np.bool_]]) -> float:
    """Log-likelihood-ratio cost of log10 ratios (Brümmer 2006): 0 is perfect, 1 is as good as saying nothing."""
    natural = np.clip(llr * np.log(10), -60, 60)
    return float((np.log2(1 + np.exp(-natural[same])).mean() + np.log2(1 + np.exp(natural[~same])).mean()) / 2)


@dataclass(frozen=True)
class Rates:
    """EER and FNMR at FMR 1 %, 0.1 %, 0.01 %, with a 95 % interval of EER and FNMR at 0.1 %."""

    genuine: int
    impostor: int
    eer: float
    at: tuple[float, float, float]
    eer_range: tuple[float, float]
    milli_range: tuple[float, float]

    def line(self, title: str) -> str:
        low, high = self.eer_range
        milli_low, milli_high = self.milli_range
        at = [f"{100 * value:6.2f}" for value in self.at]
        return (
            f"{title:58s} {self.genuine:6d}/{self.impostor:7d}  EER {100 * self.eer:5.2f} [{100 * low:.1f}–{100 * high:.1f}]"
            f"  FNMR @1% {at[0]} @0.1% {at[1]} [{100 * milli_low:.1f}–{100 * milli_high:.1f}] @0.01% {at[2]}"
        )


def rates(score: FloatArray, pairs: Pairs, *, rounds: int = 60, seed: int = 3) -> Rates:
    """Error rates with a bootstrap over people (whole people are drawn again, with all their pairs)."""
    same, different = score[pairs.same], score[~pairs.same]
    rng = np.random.default_rng(seed)
    people, codes = np.unique(np.concatenate([pairs.left, pairs.right]), return_inverse=True)
    left, right = codes[: len(pairs.left)], codes[len(pairs.left) :]
    eers, millis = [], []
    for _ in range(rounds):
        weight = np.bincount(rng.integers(0, len(people), len(people)), minlength=len(people))
        chance = weight[left] * np.where(pairs.same, 1, weight[right])
        drawn = (
            np.repeat(np.arange(len(score)), np.minimum(chance, 4)) if len(score) < 400_000 else np.flatnonzero(chance)
        )
        genuine, impostor = score[drawn][pairs.same[drawn]], score[drawn][~pairs.same[drawn]]
        if len(genuine) and len(impostor):
            eers.append(eer(genuine, impostor))
            millis.append(fnmr_at(genuine, impostor, 0.001))
    return Rates(
        len(same),
        len(different),
        eer(same, different),
        (fnmr_at(same, different, 0.01), fnmr_at(same, different, 0.001), fnmr_at(same, different, 0.0001)),
        _range(eers),
        _range(millis),
    )


def _range(values: list[float]) -> tuple[float, float]:
    return (float(np.quantile(values, 0.025)), float(np.quantile(values, 0.975))) if values else (0.0, 1.0)


@cache
def histogram_edges() -> tuple[float, ...]:
    return tuple(np.linspace(-6, 6, 25))


def histogram(llr: FloatArray) -> str:
    """A one-line picture of a distribution from log10 LR −6 to 6."""
    counts, _ = np.histogram(np.clip(llr, -5.99, 5.99), histogram_edges())
    shades = " .:-=+*#%@"
    top = max(int(counts.max()), 1)
    return "".join(shades[int(np.ceil(9 * count / top))] for count in counts)
