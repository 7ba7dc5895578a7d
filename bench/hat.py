"""How often is a bare head asked to take off its hat? ``python -m bench.hat`` fits the measure of app.face.hat on the measuring
pictures, people kept disjoint between fitting and testing (five folds), and prints false alarms and hats found; the shipped weights are
judged on webcam frames that no fit saw. ``--write`` makes resources/coaching/hat.npz anew from all pictures.

Which pictures show a hat was seen by eye (bench/hats.csv). Every twelfth bare head is shown to the fit once more with a hat drawn on: the
pictures hold many caps and few knitted ones. Drawn hats are not counted among the hats found.
"""

import argparse
import csv
import sys
from collections.abc import Iterator
from dataclasses import dataclass
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
from demo import hats

FOLDS, RIDGE, HAT_WEIGHT, STEPS = 5, 100.0, 4.0, 12
WEBCAM_EVERY, DRAWN_EVERY = 3, 12
LABELS = Path(__file__).with_name("hats.csv")


def labels() -> dict[str, int]:
    """File name → 1 hat, 0 doubtful; everything else is a bare head."""
    with LABELS.open(encoding="utf-8") as lines:
        return {row[0]: int(row[1]) for row in csv.reader(line for line in lines if not line.startswith("#"))}


class Eyes:
    """Finds the face nearest to the middle and embeds the whole head."""

    def __init__(self) -> None:
        folder = resources.path("models")
        specs = read_manifest(folder)
        self._detector = Detector(load(specs["blazeface"], folder))
        self._finder, self._network = MeshFinder(load(specs["facemesh"], folder)), load(specs["faceres"], folder)

    def see(self, image: Image, *, worn: int | None = None) -> FloatArray | None:
        """None without a face or with a head that is cut off; ``worn``: number of a hat to draw on."""
        middle = np.array([image.shape[1] / 2, image.shape[0] / 2])
        found = self._detector.find(image)
        if not found:
            return None
        face = min(found, key=lambda item: float(np.linalg.norm(np.array(item.centre) - middle)))
        mesh = self._finder.settle(image, face)
        if mesh.presence < PRESENT:
            return None
        if worn is not None:
            colour, kind = hats.COLOURS[worn % len(hats.COLOURS)], hats.KINDS[worn // len(hats.COLOURS) % 2]
            image = hats.draw(image, mesh.points, colour, kind)
        return hat.embed(self._network, image, mesh.points)


def embedded(root: Path, wanted: list[Sample], *, draw: bool = False) -> Iterator[tuple[Sample, FloatArray]]:
    """Every picture whose whole head is seen; ``draw``: with a hat drawn on."""
    eyes = Eyes()
    for number, sample in enumerate(wanted):
        image = np.asarray(cv2.imread(str(root / sample.file)), dtype=np.uint8)
        vector = eyes.see(image, worn=number if draw else None)
        if vector is not None:
            yield sample, vector
        if number % 500 == 0:
            print(f"  {number}/{len(wanted)}", file=sys.stderr, flush=True)


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


@dataclass(frozen=True)
class Heads:
    """N embedded heads: whether a hat is worn, whether it is drawn, East Asian people, and the fold of the person."""

    vectors: FloatArray
    worn: BoolArray
    drawn: BoolArray
    east: BoolArray
    folds: FloatArray

    @classmethod
    def of(
        cls, real: list[tuple[Sample, FloatArray]], drawn: list[tuple[Sample, FloatArray]], known: dict[str, int]
    ) -> "Heads":
        every = [sample for sample, _vector in [*real, *drawn]]
        people = sorted({sample.person for sample in every})
        order = np.random.default_rng(0).permutation(len(people)) % FOLDS
        fold = dict(zip(people, order, strict=True))
        made = np.arange(len(every)) >= len(real)
        return cls(
            vectors=np.stack([vector for _sample, vector in [*real, *drawn]]),
            worn=np.array([Path(sample.file).name in known for sample in every]) | made,
            drawn=made,
            east=np.array([sample.kind == "east_asian" for sample in every]),
            folds=np.array([fold[sample.person] for sample in every]),
        )

    def asked_unseen(self) -> BoolArray:
        """Who would be asked, by a fit that saw no picture of the person."""
        asked = np.zeros(len(self.vectors), dtype=bool)
        for number in range(FOLDS):
            here = self.folds == number
            asked[here] = alarms(self.vectors[here], fit(self.vectors[~here], self.worn[~here]))
        return asked


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
    bare = [s for s in pictures if Path(s.file).name not in known]
    heads = Heads.of(list(embedded(root, pictures)), list(embedded(root, bare[::DRAWN_EVERY], draw=True)), known)
    asked = heads.asked_unseen()
    seen, worn = ~heads.drawn, heads.worn
    print("asked to take the hat off, in one picture (people that the fit did not see)")
    tell("hats", asked[seen & worn])
    tell("bare heads, East Asian", asked[seen & ~worn & heads.east])
    tell("bare heads, others", asked[seen & ~worn & ~heads.east])
    tell("(drawn hats)", asked[heads.drawn])
    if options.write:
        network = read_manifest(resources.path("models"))["faceres"].version
        weights = fit(heads.vectors, heads.worn).astype(np.float32)
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
