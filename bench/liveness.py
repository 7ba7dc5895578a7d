"""How well are attacks told from people? ``python -m bench.liveness`` plays the measuring pictures and the synthetic attacks, without and
with a model pack (``--pack DIR_OR_ZIP``), and prints APCER per attack kind and BPCER (ISO/IEC 30107-3), and what each cue alone says.
``--root DIR --clips clips.csv --out OUT.csv`` judges any other set: rows file-or-folder-of-frames,kind (kinds that begin with live, real
or bona count as people).

Nothing in a recording can answer a request, so a person who never turns the head stays “unsure” (the desk then asks for a turn):
BPCER counts people called an attack, and those left unsure are printed beside it.
"""

import argparse
import csv
import re
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from app.domain.evidence import Cue, CueVerdict, LivenessVerdict
from app.face import pack, quality
from app.face.arrays import Image
from app.face.liveness import LivenessFold
from app.face.session import TRACKED_SIDE, Parts, as_bgr, shrunk
from app.face.tracking import Tracker
from bench.face import engine_parts, trial_pack, unpacked
from bench.face_data import data_root
from demo.clips.library import ClipKind, frames
from demo.clips.scene import FPS

FOLDER_FPS = 5.0
"""Frames a second assumed for folders of pictures: the measuring sequences hold every fourth of 20 a second."""
PICTURES = (".jpg", ".jpeg", ".png", ".bmp")
PEOPLE = ("live", "real", "bona", "impostor")


@dataclass(frozen=True)
class Outcome:
    """What a clip came to: final verdict, whether it was ever called live, each cue, frames with a face."""

    name: str
    kind: str
    verdict: LivenessVerdict
    ever_live: bool
    cues: tuple[Cue, ...]
    frames: int

    @property
    def person(self) -> bool:
        return self.kind.lower().startswith(PEOPLE)


def judge(parts: Parts, clip: Iterable[tuple[float, Image]], *, name: str, kind: str) -> Outcome:
    """Play a clip of (seconds, frame) through tracking and liveness, as a capture does."""
    tracker, fold = Tracker(parts.detector, parts.finder), LivenessFold(parts.passive)
    ever, count = False, 0
    for at_s, pixels in clip:
        kept = as_bgr(pixels)
        tracked = tracker.follow(shrunk(kept, TRACKED_SIDE), at_s)
        if tracked.changed and count:
            fold = LivenessFold(parts.passive)
        if tracked.mesh is None or tracked.faces != 1:
            continue
        count += 1
        kept = tracker.upright(kept)
        mesh = tracked.mesh * (kept.shape[1] / tracked.picture.shape[1])
        fold.update(kept, mesh, quality.box_of(mesh, kept), at_s)
        ever = ever or fold.verdict() is LivenessVerdict.LIVE
    cues = fold.cues()
    return Outcome(name, kind, fold.verdict(cues), ever, cues, count)


def _natural(path: Path) -> list[object]:
    return [int(part) if part.isdigit() else part for part in re.split(r"(\d+)", path.name)]


def pictures_of(files: Sequence[Path], fps: float) -> Iterator[tuple[float, Image]]:
    for number, path in enumerate(files):
        image = cv2.imread(str(path))
        if image is not None:
            yield number / fps, np.asarray(image, dtype=np.uint8)


def clip_of(path: Path, fps: float = FOLDER_FPS) -> Iterator[tuple[float, Image]]:
    """Frames of a video file or of a folder of pictures in natural order."""
    if path.is_dir():
        yield from pictures_of(sorted((p for p in path.iterdir() if p.suffix.lower() in PICTURES), key=_natural), fps)
        return
    capture = cv2.VideoCapture(str(path))
    rate, number = capture.get(cv2.CAP_PROP_FPS) or 25.0, 0
    while True:
        more, image = capture.read()
        if not more:
            break
        yield number / rate, np.asarray(image, dtype=np.uint8)
        number += 1
    capture.release()


def real_clips(root: Path) -> Iterator[tuple[str, str, Iterator[tuple[float, Image]]]]:
    """NUAA sequences and the two videos: (name, kind, frames)."""
    for folder, kind in (("live", "live NUAA"), ("print", "print NUAA")):
        sequences: dict[str, list[Path]] = defaultdict(list)
        for path in sorted((root / "nuaa" / folder).rglob("*.jpg"), key=_natural):
            sequences[path.stem.rsplit("_", 1)[0]].append(path)
        for name, files in sorted(sequences.items()):
            yield f"{folder}/{name}", kind, pictures_of(files, FOLDER_FPS)
    yield "ls_real.mp4", "live video", clip_of(root / "video" / "ls_real.mp4")
    yield "ls_fake.mp4", "replay video", clip_of(root / "video" / "ls_fake.mp4")


def synthetic_clips(seeds: int) -> Iterator[tuple[str, str, Iterator[tuple[float, Image]]]]:
    """Every kind of synthetic clip with ``seeds`` seeds."""
    for kind in ClipKind:
        for seed in range(1, seeds + 1):
            made = ((number / FPS, image) for number, image in enumerate(frames(kind, seed)))
            yield f"{kind.value}-{seed}", f"{kind.value} (synthetic)", made


def print_table(title: str, outcomes: Sequence[Outcome]) -> None:
    """APCER and BPCER per kind, and what each cue alone would do."""
    print(f"\n== {title} ==")
    kinds = list(dict.fromkeys(item.kind for item in outcomes))
    for kind in kinds:
        some = [item for item in outcomes if item.kind == kind]
        attack = sum(item.verdict is LivenessVerdict.ATTACK for item in some) / len(some)
        live = sum(item.ever_live for item in some) / len(some)
        rest = max(0.0, 1.0 - attack - live)
        if some[0].person:
            print(
                f"{kind:32s} n={len(some):3d}  BPCER {attack:6.1%}   called live {live:6.1%}   left to the clerk {rest:6.1%}"
            )
        else:
            print(
                f"{kind:32s} n={len(some):3d}  APCER {live:6.1%}   called attack {attack:6.1%}   left to the clerk {rest:6.1%}"
            )
    people = [item for item in outcomes if item.person]
    wrong = sum(item.verdict is LivenessVerdict.ATTACK for item in people)
    worst = max(
        (sum(i.ever_live for i in outcomes if i.kind == k) / sum(i.kind == k for i in outcomes), k)
        for k in kinds
        if not next(i for i in outcomes if i.kind == k).person
    )
    print(f"all people: BPCER {wrong}/{len(people)}; worst attack kind: APCER {worst[0]:.1%} ({worst[1]})")
    print("each cue alone: share of clips it calls live / an attack")
    for name in (cue.name for cue in outcomes[0].cues):
        cells = []
        for kind in kinds:
            found = [cue.verdict for item in outcomes if item.kind == kind for cue in item.cues if cue.name == name]
            live = sum(v is CueVerdict.LIVE for v in found) / len(found)
            attack = sum(v is CueVerdict.ATTACK for v in found) / len(found)
            cells.append(f"{kind.removesuffix(' (synthetic)')} {live:.0%}/{attack:.0%}")
        print(f"  {name:11s} " + "  ".join(cells))


def judge_set(options: argparse.Namespace, parts: Parts) -> None:
    """Judge clips.csv and write one row per clip."""
    outcomes = []
    with options.clips.open(encoding="utf-8-sig", newline="") as lines:
        rows = [row for row in csv.reader(lines) if row and row[0].strip().lower() not in ("file", "clip", "path")]
    for row in rows:
        kind = row[1].strip() if len(row) > 1 else "unknown"
        path = options.root / row[0].strip()
        outcomes.append(judge(parts, clip_of(path, options.fps), name=row[0].strip(), kind=kind))
    with options.out.open("w", encoding="utf-8", newline="") as lines:
        out = csv.writer(lines)
        names = [cue.name for cue in outcomes[0].cues] if outcomes else []
        head = ["file", "kind", "verdict", "ever_live", "frames_with_face"]
        out.writerow(head + [f"{name}_{what}" for name in names for what in ("value", "verdict")])
        for item in outcomes:
            cells = [cell for cue in item.cues for cell in (f"{cue.value:.4f}", cue.verdict.value)]
            out.writerow([item.name, item.kind, item.verdict.value, int(item.ever_live), item.frames, *cells])
    if outcomes:
        print_table(f"{len(outcomes)} clips", outcomes)
    print(f"written {options.out}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--root", type=Path)
    parser.add_argument("--clips", type=Path)
    parser.add_argument("--out", type=Path, default=Path("liveness.csv"))
    parser.add_argument("--pack", type=Path)
    parser.add_argument(
        "--no-pack", action="store_true", help="leave out the trial models beside the measuring pictures"
    )
    parser.add_argument("--seeds", type=int, default=20, help="seeds per synthetic kind")
    parser.add_argument("--fps", type=float, default=FOLDER_FPS, help="frames a second of folders of pictures")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        extra = pack.load(unpacked(options.pack, Path(folder))) if options.pack else None
        parts = engine_parts(extra)
        options.root = options.root or data_root()
        if options.clips:
            judge_set(options, parts)
            return 0
        report(parts, options, "with the model pack" if extra else "shipped engine alone")
        trial = trial_pack(options.root)
        if extra is None and trial is not None and not options.no_pack:
            (Path(folder) / "trial").mkdir()
            parts = engine_parts(pack.load(unpacked(trial, Path(folder) / "trial")))
            report(parts, options, "with the model pack")
    return 0


def report(parts: Parts, options: argparse.Namespace, title: str) -> None:
    """Judge the real and the synthetic clips and print the table."""
    sources: list[Iterator[tuple[str, str, Iterator[tuple[float, Image]]]]] = []
    if (options.root / "nuaa").is_dir():
        sources.append(real_clips(options.root))
    else:
        print(f"real clips skipped: none in {options.root} (set CERTDESK_BENCH_DATA)")
    sources.append(synthetic_clips(options.seeds))
    outcomes = [judge(parts, clip, name=name, kind=kind) for source in sources for name, kind, clip in source]
    print_table(title, outcomes)


if __name__ == "__main__":
    sys.exit(main())
