"""How often is an honest picture taken for a copy, and a copy missed? ``python -m bench.fraud`` composes people before one wall.

Faces are those of the measuring pictures (see bench.face); walls, shoulders, light and the camera's noise are made. Pairs of different
people, and of different photos of one person, should lie far apart; copies (saved again, halved, brighter, darker, cut off) near.
Also: how many honest clerks are told of because of their overrides.
"""

import argparse
import random
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from app.camera.fingerprint import fingerprint
from app.domain.near import NEAR_BITS
from app.domain.policy import Policy
from bench.face_data import data_root

Picture = npt.NDArray[np.uint8]
WIDTH, HEIGHT, FACE_PX = 640, 480, 330
WALLS = ("plain", "textured")
COPIES: dict[str, Callable[[Picture], bytes]] = {
    "saved again at quality 30": lambda p: jpeg(p, 30),
    "half the size, quality 80": lambda p: jpeg(cv2.resize(p, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA), 80),
    "brighter": lambda p: jpeg(np.clip(p * 1.15 + 15, 0, 255).astype(np.uint8)),
    "darker": lambda p: jpeg(np.clip(p * 0.7, 0, 255).astype(np.uint8)),
    "1 % cut off at each edge": lambda p: jpeg(_cut(p, 0.01)),
    "2 % cut off at each edge": lambda p: jpeg(_cut(p, 0.02)),
    "4 % cut off at each edge": lambda p: jpeg(_cut(p, 0.04)),
    "mirrored": lambda p: jpeg(p[:, ::-1].copy()),
}


def jpeg(picture: Picture, quality: int = 90) -> bytes:
    """As a desk keeps it."""
    return bytes(cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])[1])


def _cut(picture: Picture, share: float) -> Picture:
    height, width = picture.shape[:2]
    y, x = int(height * share), int(width * share)
    return picture[y : height - y, x : width - x]


def wall(name: str, rng: np.random.Generator) -> Picture:
    """The room behind everybody."""
    if name == "plain":
        return np.full((HEIGHT, WIDTH, 3), 200, np.uint8)
    patches = rng.integers(150, 215, (5, 7, 3), dtype=np.uint8)
    return cv2.resize(patches, (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC).astype(np.uint8)


def seated(path: Path, back: Picture, rng: np.random.Generator) -> Picture:
    """The person of ``path`` before ``back``, sitting a little elsewhere each time, in other light."""
    side = int(FACE_PX * rng.uniform(0.85, 1.15))
    photo = cv2.imread(str(path))
    assert photo is not None
    face = cv2.resize(photo[35:215, 35:215], (side, side))
    oval = np.zeros((side, side), np.float32)
    cv2.ellipse(oval, (side // 2, side // 2), (int(side * 0.36), int(side * 0.48)), 0, 0, 360, 1.0, -1)
    soft = cv2.GaussianBlur(oval, (21, 21), 0)[..., None]
    dx, dy = (int(v) for v in rng.integers(-40, 40, 2))
    out = back.astype(np.float32)
    cv2.ellipse(out, (320 + dx, 520), (230, 160), 0, 0, 360, rng.integers(40, 160, 3).tolist(), -1)
    x, y = (WIDTH - side) // 2 + dx, min(max((HEIGHT - side) // 2 + dy, 0), HEIGHT - side)
    out[y : y + side, x : x + side] = out[y : y + side, x : x + side] * (1 - soft) + face * soft
    out = out * rng.uniform(0.85, 1.15) + rng.normal(0, 3, out.shape)
    return np.clip(out, 0, 255).astype(np.uint8)


def _bits(data: bytes) -> int:
    found = fingerprint(data)
    assert found is not None
    return found


def _apart(prints: list[int]) -> Iterator[int]:
    for number, one in enumerate(prints):
        for other in prints[:number]:
            yield (one ^ other).bit_count()


def tell(name: str, apart: list[int]) -> None:
    """One line: how many, how near, and the share that counts as copies."""
    near = sum(value <= NEAR_BITS for value in apart)
    print(
        f"{name:55} {len(apart):6} pairs  nearest {min(apart):3}  farthest {max(apart):3}  copies {near / len(apart):.3%}"
    )


def overrides(rng: np.random.Generator, *, a_year: int = 200, clerks: int = 2000) -> None:
    """Honest clerks with a rate of overrides: whom is MANY_OVERRIDES told of at any day of their first year?"""
    policy = Policy()
    for rate in (0.05, 0.10, 0.15, 0.20):
        passed = np.cumsum(rng.random((clerks, a_year)) < rate, axis=1)
        share = passed / np.arange(1, a_year + 1)
        told = ((passed >= policy.overrides_least) & (share >= policy.overrides_share)).any(axis=1)
        print(f"honest clerks who override {rate:.0%} of {a_year} a year: told of {told.mean():.2%}")


def main(arguments: list[str]) -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m bench.fraud", description="false alarms of the fingerprint")
    parser.add_argument("--people", type=int, default=250, help="people before each wall")
    chosen = parser.parse_args(arguments)
    files = sorted((data_root() / "lfw").glob("*.jpg"))
    rng, pick = np.random.default_rng(1), random.Random(1)
    by_person: defaultdict[str, list[Path]] = defaultdict(list)
    for path in files:
        by_person[path.stem.rsplit("_", 1)[0]].append(path)
    overrides(rng)
    for name in WALLS:
        back = wall(name, rng)
        people = pick.sample(sorted(by_person), min(chosen.people, len(by_person)))
        tell(
            f"different people, {name} wall",
            list(_apart([_bits(jpeg(seated(by_person[p][0], back, rng))) for p in people])),
        )
        one = [[_bits(jpeg(seated(f, back, rng))) for f in by_person[p][:5]] for p in people]
        tell(f"one person, other photos, {name} wall", [bits for prints in one for bits in _apart(prints)])
        shots = [seated(by_person[p][0], back, rng) for p in people[:80]]
        for words, copied in COPIES.items():
            tell(f"  copy: {words}", [(_bits(jpeg(s)) ^ _bits(copied(s))).bit_count() for s in shots])
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
