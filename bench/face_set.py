"""Scores any other set with the shipped calibration: ``python -m bench.face --root DIR --pairs pairs.csv … --out scores.csv``."""

import csv
from pathlib import Path

import numpy as np

from app.face import scoring
from app.face.arrays import FloatArray
from app.face.scoring import Scorer
from bench.face_data import Embedded, Store, read_cohort, read_pairs, traits_row


def score_set(store: Store, *, root: Path, pairs: Path, cohort: Path | None, out: Path) -> None:
    """Score pairs.csv with the shipped calibration, refined by the cohort."""
    scorer = store.parts.scorer
    roster = _roster(store, root, cohort) if cohort else None
    base = scoring.refine(scorer, roster) if roster else scorer
    refined: dict[str, Scorer] = {}
    with out.open("w", encoding="utf-8", newline="") as lines:
        table = csv.writer(lines)
        table.writerow(["reference", "probes", "same", "score", "likelihood_ratio", "band", "problem"])
        for pair in read_pairs(pairs):
            left = store.get(root / pair.reference)
            probes = [store.get(root / name) for name in pair.probes]
            seen = [item for item in probes if item.vectors]
            said = "" if pair.same is None else int(pair.same)
            row = [pair.reference, ";".join(pair.probes), said]
            if not left.vectors or not seen:
                worst = left.problem or next((item.problem for item in probes if item.problem), "no_face")
                table.writerow([*row, "", "", "none", worst])
                continue
            if roster and pair.reference not in refined:
                refined[pair.reference] = scoring.refined_without(scorer, base, roster, left.vectors, traits_row(left))
            use = refined.get(pair.reference, base)
            probe = {n: scoring.pool([s.vectors[n] for s in seen], [s.weight for s in seen]) for n in seen[0].vectors}
            result = use.compare(left.vectors, probe, quality=left.quality)
            if result is None:
                table.writerow([*row, "", "", "none", "no_calibration"])
                continue
            llr, band = result
            table.writerow([*row, f"{llr:.5f}", f"{10 ** min(llr, 300):.6g}", band.value, ""])
    print(f"written {out}")


def _roster(store: Store, root: Path, cohort: Path) -> dict[str, FloatArray]:
    """One row per person of cohort.csv: the mean of the person's pictures."""
    by_person: dict[str, list[Embedded]] = {}
    for file, person in read_cohort(cohort):
        item = store.get(root / file)
        if item.vectors:
            by_person.setdefault(person, []).append(item)
    if not by_person:
        return {}
    rows: dict[str, FloatArray] = {
        item.name: np.stack(
            [scoring.pool([s.vectors[item.name] for s in items], [1.0] * len(items)) for items in by_person.values()]
        )
        for item in store.parts.embedders
    }
    rows[scoring.TRAITS] = np.stack([np.mean([traits_row(s) for s in items], axis=0) for items in by_person.values()])
    return rows
