"""What a cohort of the claimed person's own sex and age band changes: strangers of one's own kind are the hardest. Part of bench.face."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from app.face import scoring
from app.face.arrays import FloatArray
from app.face.scoring import Calibration
from bench.face_eval import FOLDS, Pairs, Side, joined, rates
from bench.face_train import score_matrix

if TYPE_CHECKING:
    from bench.face import Report

ROSTER = 400
"""People of the made-up unit, one photo each; none of them is tested."""


def print_bands(report: "Report", calibration: Calibration) -> None:
    """Other people (there are enough of them): pairs of one sex, with the whole roster as cohort and with the claimed person's peers."""
    side, traits = report.side("modern", 2), report.traits("modern", 2)
    roster, folds = report.roster(ROSTER), report.folded.folds
    fold = np.array([folds[person] for person in side.people])
    print(f"\n== cohort by sex and age band: a unit of {ROSTER}, other people, pairs of one sex ==")
    for title, banded in (("whole roster", False), ("own sex and age band", True)):
        found, narrowed = [], 0
        for number in range(FOLDS):
            rows = np.flatnonzero(fold == number)
            some, theirs = side.take(rows), traits[rows]
            scorer = report.folded.without(number, number)
            base = scoring.refine(scorer, roster)
            for row in range(len(rows)):
                claimed = {n: v[row] for n, v in some.vectors.items()}
                use = scoring.refined_without(scorer, base, roster, claimed, theirs[row] if banded else None)
                narrowed += use is not base
                found.append(_row(use, some, theirs, row, claimed))
        pairs = joined(found)
        line = rates(pairs.fused(calibration.weights), pairs, rounds=20).line(title)
        print(f"{line}  ({narrowed} of {len(found)} narrowed)")


def _row(scorer: scoring.Scorer, side: Side, traits: FloatArray, row: int, claimed: Mapping[str, FloatArray]) -> Pairs:
    """One picture against every later one of a person of the same sex."""
    later = np.arange(len(side.people)) > row
    rest = np.flatnonzero(later & ((traits[:, 0] >= 0.5) == (traits[row, 0] >= 0.5)))
    table = score_matrix(
        scorer, {n: v[None] for n, v in claimed.items()}, {n: v[rest] for n, v in side.vectors.items()}
    )
    people = np.full(len(rest), side.people[row])
    return Pairs({n: t[0] for n, t in table.items()}, side.people[rest] == side.people[row], people, side.people[rest])
