"""How often is a bare head asked to take off its hat? ``python -m bench.hat`` fits the measure of app.face.hat on the measuring
pictures, people kept disjoint between fitting and testing (five folds), and prints false alarms and hats found; the shipped weights are
judged on webcam frames that no fit saw. ``--write`` makes resources/coaching/hat.npz anew from all pictures.

Which pictures show a hat was seen by eye (bench/hats.csv).
"""

import argparse
import csv
import sys
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np

from app import resources
from app.domain.coaching import HAT_WORN
from app.face import hat
from app.face.arrays import BoolArray, FloatArray, Image
from app.face.detect import Detector
from app.face.mesh import PRESENT, MeshFinder
from app.face.models import load, read_manifest
from bench.face_data import Sample, data_root, samples

FOLDS, RIDGE, HAT_WEIGHT, STEPS = 5, 100.0, 4.0, 12
WEBCAM_EVERY = 3
LABELS = Path(__file__).with_name("hats.csv")


def labels() -> dict[str, int]:
    """File name → 1 hat, 0 doubtful; everything else is a bare head."""
    with LABELS.open(encoding="utf-8") as lines:
        return {row[0]: int(row[1]) for row in csv.reader(line for line in lines if not line.startswith("#"))}


def embedded(root: Path, wanted: list[Sample]) -> Iterator[tuple[Sample, FloatArray]]:
    """Every picture whose whole head is seen."""
    folder = resources.path("models")
    specs = read_manifest(folder)
    detector = Detector(load(specs["blazeface"], folder))
    finder, network = MeshFinder(load(specs["facemesh"], folder)), load(specs["faceres"], folder)
    for number, sample in enumerate(wanted):
        image = np.asarray(cv2.imread(str(root / sample.file)), dtype=np.uint8)
        vector = _of(image, detector, finder, network)
        if vector is not None:
            yield sample, vector
        if number % 500 == 0:
            print(f"  {number}/{len(wanted)}", file=sys.stderr, flush=True)


def _of(image: Image, detector: Detector, finder: MeshFinder, network: hat.Network) -> FloatArray | None:
    """The face nearest to the middle."""
    middle = np.array([image.shape[1] / 2, image.shape[0] / 2])
    found = detector.find(image)
    if not found:
        return None
    mesh = finder.settle(image, min(found, key=lambda face: float(np.linalg.norm(np.array(face.centre) - middle))))
    return hat.embed(network, image, mesh.points) if mesh.presence >= PRESENT else None


def fit(vectors: FloatArray, hats: BoolArray) -> FloatArray:
    """Ridge logistic regression by Newton's method; weights and bias."""
    mean, spread = vectors.mean(axis=0), vectors.std(axis=0) + 1e-6
    rows = np.hstack([(vectors - mean) / spread, np.ones((len(vectors), 1))])
    penalty = np.full(rows.shape[1], RIDGE)
    penalty[-1] = 1e-6
    importance, found = np.where(hats, HAT_WEIGHT, 1.0), np.zeros(rows.shape[1])
    for _step in range(STEPS):
        chance = 1.0 / (1.0 + np.exp(-np.clip(rows @ found, -30, 30)))
        slope = rows.T @ (importance * (chance - hats)) + penalty * found
        curve = (rows.T * (importance * chance * (1 - chance))) @ rows + np.diag(penalty)
        found -= np.linalg.solve(curve, slope)
    plain = found[:-1] / spread
    return np.append(plain, found[-1] - float(plain @ mean))


def alarms(vectors: FloatArray, weights: FloatArray) -> BoolArray:
    """Which would be asked to take the hat off."""
    limit = float(np.log(HAT_WORN / (1 - HAT_WORN)))
    return np.asarray(vectors @ weights[:-1] + weights[-1] > limit)


def tell(words: str, found: BoolArray) -> None:
    share = float(found.mean()) if len(found) else float("nan")
    print(f"{words:44s} {int(found.sum()):5d} of {len(found):5d}   {share:7.2%}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="make the shipped weights anew")
    options = parser.parse_args()
    root = data_root()
    if not (root / "lfw.csv").exists():
        print(f"skipped: no measuring pictures in {root} (set CERTDESK_BENCH_DATA)")
        return 0
    known = labels()
    everyone = samples(root)
    pictures = [s for s in everyone if s.kind != "live" and known.get(Path(s.file).name) != 0]
    made = list(embedded(root, pictures))
    vectors = np.stack([vector for _sample, vector in made])
    hats = np.array([Path(s.file).name in known for s, _vector in made])
    east = np.array([s.kind == "east_asian" for s, _vector in made])
    people = sorted({s.person for s, _vector in made})
    order = np.random.default_rng(0).permutation(len(people))
    fold = dict(zip(people, order % FOLDS, strict=True))
    folds = np.array([fold[s.person] for s, _vector in made])
    asked = np.zeros(len(made), dtype=bool)
    for number in range(FOLDS):
        asked[folds == number] = alarms(vectors[folds == number], fit(vectors[folds != number], hats[folds != number]))
    print("asked to take the hat off, in one picture (people that the fit did not see)")
    tell("hats", asked[hats])
    tell("bare heads, East Asian", asked[~hats & east])
    tell("bare heads, others", asked[~hats & ~east])
    if options.write:
        network = read_manifest(resources.path("models"))["faceres"].version
        weights = fit(vectors, hats).astype(np.float32)
        np.savez(resources.root() / hat.FILE, weights=weights, network=np.array(network))
        print(f"written {hat.FILE}")
    webcam = [s for s in everyone if s.kind == "live"][::WEBCAM_EVERY]
    with np.load(resources.root() / hat.FILE) as stored:
        shipped = np.asarray(stored["weights"], dtype=np.float64)
    frames = np.stack([vector for _sample, vector in embedded(root, webcam)])
    tell("bare heads, NUAA webcam frames (shipped weights)", alarms(frames, shipped))
    return 0


if __name__ == "__main__":
    sys.exit(main())
