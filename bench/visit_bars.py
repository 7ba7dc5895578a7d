"""The visit's safety bars on synthetic clips, 20 seeds each: live reaches 匹配, the impostor and every kind of attack never do.

``python -m bench.visit_bars [--seeds 20]`` plays each clip against the card photo through the real engine, folds what
it saw as a visit does (domain.advice), and prints how often each advice came out and how long the capture took.
Exit status 1 when a bar is missed.
"""

import argparse
import sys
from collections import Counter
from dataclasses import replace
from datetime import date

import numpy as np

from app import resources
from app.domain.advice import advise
from app.domain.evidence import Band
from app.domain.ids import VisitId
from app.face.engine import LocalEngine
from app.services.ports import Frame
from demo.clips.library import ClipKind, frames
from demo.clips.scene import FPS
from demo.portraits import portrait

KINDS = tuple(ClipKind)
LIMIT_S = 12.0
TODAY = date(2026, 11, 24)


def play(engine: LocalEngine, kind: ClipKind, seed: int, reference: bytes) -> tuple[Band, float]:
    """The advice, and the clip's seconds until the engine had enough (or the limit)."""
    visit = VisitId(f"{kind.value}-{seed}")
    engine.open_visit(visit, reference)
    pictures = frames(kind, seed)
    number, second = 0, 0.0
    while second < LIMIT_S:
        pixels = np.ascontiguousarray(pictures[number % len(pictures)])
        frame = Frame(id=number, captured_s=second, pixels=pixels, width=pixels.shape[1], height=pixels.shape[0])
        if engine.analyse(visit, frame).done:
            break
        number, second = number + 1, second + 1 / FPS
    summary = replace(engine.conclude(visit).summary, simulated=True)
    return advise(summary, photo_taken_on=date(2024, 6, 1), today=TODAY).band, second


def main() -> int:
    """Play all, print the table, tell missed bars by the exit status."""
    parser = argparse.ArgumentParser(description="safety bars of the visit on synthetic clips")
    parser.add_argument("--seeds", type=int, default=20)
    seeds = range(parser.parse_args().seeds)
    reference = portrait("hopper", seed=0, woman=True, age=84)
    assert reference is not None
    engine = LocalEngine(resources.root())
    engine.start()
    missed = 0
    print(
        f"{'synthetic clip':16s} {'match':>6s} {'unsure':>7s} {'mismatch':>9s} {'none':>5s}   seconds median / longest"
    )
    for kind in KINDS:
        outcomes = [play(engine, kind, seed, reference) for seed in seeds]
        count, seconds = Counter(band for band, _s in outcomes), sorted(s for _band, s in outcomes)
        wrong = len(outcomes) - count[Band.MATCH] if kind is ClipKind.LIVE else count[Band.MATCH]
        missed += wrong
        numbers = f"{count[Band.MATCH]:6d} {count[Band.UNSURE]:7d} {count[Band.MISMATCH]:9d} {count[Band.NONE]:5d}"
        print(f"{kind.value:16s} {numbers}   {seconds[len(seconds) // 2]:.1f} / {seconds[-1]:.1f}", flush=True)
    engine.close()
    print("bars kept" if not missed else f"bars MISSED in {missed} clips")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
