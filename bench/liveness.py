"""How well are attacks told from people? ``python -m bench.liveness`` plays the measuring pictures and the synthetic attacks, without and
with a model pack (``--pack DIR_OR_ZIP``, else the trial models beside the measuring pictures), and prints APCER per attack kind and
BPCER (ISO/IEC 30107-3), and what each cue alone would do. ``--seeds N`` synthetic clips of each kind (20).

``--root DIR --clips clips.csv --out OUT.csv`` judges any other set: rows ``file,kind``, the file a video, a folder of pictures in natural
order or one picture, relative to DIR. Kinds that begin with live, real, bona, genuine or impostor are people, unknown or none is only
judged, all others are attacks.

``--fps`` is the rate of folders (5 when not given), and of videos that do not tell theirs (then 25). Every row of
clips.csv gives a row of OUT.csv; what could not be judged says why under ``problem``.

A clip is judged as a capture is: it ends when the verdict stands, and a changed person voids what was seen before. Nothing in a
recording can answer a request, so without a pack a person who never turns the head stays “unsure” (the desk then asks for a turn, and at
last the clerk looks): BPCER counts people called an attack, and those not called live are printed beside it.
"""

import argparse
import csv
import re
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

import cv2
import numpy as np

from app.domain.evidence import Cue, LivenessVerdict
from app.face import pack, quality
from app.face.arrays import Image
from app.face.liveness import WATCH_S, LivenessFold
from app.face.models import Network
from app.face.session import TRACKED_SIDE, Parts, as_bgr, shrunk
from app.face.tracking import Tracker
from bench.face import engine_parts, trial_pack, unpacked
from bench.face_data import data_root
from bench.liveness_table import print_table
from demo.clips.library import ClipKind, stream
from demo.clips.scene import FPS, FRAMES

FOLDER_FPS, VIDEO_FPS = 5.0, 25.0
"""Frames a second assumed for folders of pictures (the measuring sequences hold every fourth of 20 a second or fewer), and for videos
that don't tell."""
PICTURES = (".jpg", ".jpeg", ".png", ".bmp")
Clip = Iterable[tuple[float, Image]]


@dataclass(frozen=True)
class Outcome:
    """What a clip came to for one engine: the verdict that stands, whether it was ever called live, each cue."""

    name: str
    kind: str
    verdict: LivenessVerdict
    ever_live: bool
    cues: tuple[Cue, ...]
    frames: int
    with_face: int
    seconds: float

    @property
    def problem(self) -> str:
        return "" if self.with_face else "no_face" if self.frames else "unreadable"


@dataclass
class _Judge:
    """One engine's liveness through a clip."""

    networks: tuple[Network, ...]
    fold: LivenessFold = field(init=False)
    ever: bool = False
    over: bool = False

    def __post_init__(self) -> None:
        self.fold = LivenessFold(self.networks)

    def see(self, frame: Image, tracked_mesh: np.ndarray, at_s: float) -> None:
        self.fold.update(frame, tracked_mesh, quality.box_of(tracked_mesh, frame), at_s)
        verdict = self.fold.verdict()
        self.ever = self.ever or verdict is LivenessVerdict.LIVE
        self.over = verdict is not LivenessVerdict.UNSURE and self.fold.watched_s >= WATCH_S


def judge(parts: Parts, clip: Clip, engines: Sequence[tuple[Network, ...]], *, name: str, kind: str) -> list[Outcome]:
    """Play a clip of (seconds, frame) as a capture does, for every engine (its passive networks) at once."""
    tracker, judges = Tracker(parts.detector, parts.finder), [_Judge(networks) for networks in engines]
    frames = with_face = 0
    at_s = 0.0
    for at_s, pixels in clip:
        frames += 1
        kept = as_bgr(pixels)
        tracked = tracker.follow(shrunk(kept, TRACKED_SIDE), at_s)
        for one in judges:
            if tracked.changed and with_face and not one.over:
                one.fold = LivenessFold(one.networks)
        if tracked.mesh is None or tracked.faces != 1:
            continue
        with_face += 1
        kept = tracker.upright(kept)
        mesh = tracked.mesh * (kept.shape[1] / tracked.picture.shape[1])
        for one in judges:
            if not one.over:
                one.see(kept, mesh, at_s)
        if all(one.over for one in judges):
            break
    return [
        Outcome(name, kind, one.fold.verdict(), one.ever, one.fold.cues(), frames, with_face, at_s) for one in judges
    ]


# ---------------------------------------------------------------- clips


def _natural(path: Path) -> list[object]:
    return [int(part) if part.isdigit() else part for part in re.split(r"(\d+)", path.name)]


def pictures_of(files: Sequence[Path], fps: float) -> Iterator[tuple[float, Image]]:
    for number, path in enumerate(files):
        image = cv2.imread(str(path))
        if image is not None:
            yield number / fps, np.asarray(image, dtype=np.uint8)


def clip_of(path: Path, fps: float | None = None) -> Iterator[tuple[float, Image]]:
    """Frames of a video file, of a folder of pictures in natural order, or one picture."""
    if path.is_dir():
        files = sorted((p for p in path.iterdir() if p.suffix.lower() in PICTURES), key=_natural)
        yield from pictures_of(files, fps or FOLDER_FPS)
        return
    if path.suffix.lower() in PICTURES:
        yield from pictures_of([path], 1.0)
        return
    capture = cv2.VideoCapture(str(path))
    said = capture.get(cv2.CAP_PROP_FPS)
    rate, number = said if 1.0 <= said <= 240.0 else fps or VIDEO_FPS, 0
    while True:
        more, image = capture.read()
        if not more:
            break
        yield number / rate, np.asarray(image, dtype=np.uint8)
        number += 1
    capture.release()


def real_clips(root: Path, fps: float | None) -> Iterator[tuple[str, str, Clip]]:
    """NUAA sequences and the two videos: (name, kind, frames)."""
    for folder, kind in (("live", "live NUAA"), ("print", "print NUAA")):
        sequences: dict[str, list[Path]] = defaultdict(list)
        for path in sorted((root / "nuaa" / folder).rglob("*.jpg"), key=_natural):
            sequences[path.stem.rsplit("_", 1)[0]].append(path)
        for name, files in sorted(sequences.items()):
            yield f"{folder}/{name}", kind, pictures_of(files, fps or FOLDER_FPS)
    yield "ls_real.mp4", "live video", clip_of(root / "video" / "ls_real.mp4")
    yield "ls_fake.mp4", "replay video", clip_of(root / "video" / "ls_fake.mp4")


def synthetic_clips(seeds: int) -> Iterator[tuple[str, str, Clip]]:
    """Every kind of synthetic clip with ``seeds`` seeds."""
    for seed in range(1, seeds + 1):
        for kind in ClipKind:
            made = ((number / FPS, image) for number, image in enumerate(islice(stream(kind, seed), FRAMES)))
            yield f"{kind.value}-{seed}", f"{kind.value} (synthetic)", made


# ---------------------------------------------------------------- another set


@dataclass(frozen=True)
class Engines:
    """The engines to judge with: names and passive networks, the one asked for first."""

    parts: Parts
    names: tuple[str, ...]
    networks: tuple[tuple[Network, ...], ...]


def read_clips(path: Path) -> list[tuple[str, str]]:
    """(file, kind) rows, with or without a header line."""
    with path.open(encoding="utf-8-sig", newline="") as lines:
        rows = [row for row in csv.reader(lines) if row and row[0].strip()]
    if rows and rows[0][0].strip().lower() in ("file", "clip", "path", "folder", "file or folder of frames"):
        rows = rows[1:]
    return [(row[0].strip(), (row[1].strip() if len(row) > 1 else "") or "unknown") for row in rows]


def judge_set(engines: Engines, root: Path, clips: Path, out: Path, fps: float | None) -> None:
    """Judge clips.csv and write one row per clip; a row that cannot be judged says why."""
    judged: list[list[Outcome]] = []
    other = [name.replace(" ", "_") for name in engines.names[1:]]
    cues = [cue.name for cue in LivenessFold().cues()]
    head = [
        "file",
        "kind",
        "verdict",
        "ever_live",
        *(f"{name}_{w}" for name in other for w in ("verdict", "ever_live")),
    ]
    head += ["problem", "frames", "frames_with_face", "seconds"]
    head += [f"{name}_{what}" for name in cues for what in ("value", "verdict")]
    head += [f"{name}_passive_{what}" for name in other for what in ("value", "verdict")]
    with out.open("w", encoding="utf-8", newline="") as lines:
        rows = csv.DictWriter(lines, head, restval="")
        rows.writeheader()
        for file, kind in read_clips(clips):
            path = root / file
            if not path.exists():
                rows.writerow(
                    {"file": file, "kind": kind, "verdict": "none", "ever_live": 0, "problem": "file_missing"}
                )
                continue
            outcomes = judge(engines.parts, clip_of(path, fps), engines.networks, name=file, kind=kind)
            rows.writerow(_row(outcomes, other))
            lines.flush()
            judged.append(outcomes)
    for number, name in enumerate(engines.names):
        if judged:
            print_table(f"{len(judged)} clips, {name}", [outcomes[number] for outcomes in judged])
    print(f"written {out}")


def _row(outcomes: Sequence[Outcome], other: Sequence[str]) -> dict[str, object]:
    """One clip's row of OUT.csv: the engine asked for, and beside it the other one."""
    first = outcomes[0]
    row: dict[str, object] = {
        "file": first.name,
        "kind": first.kind,
        "verdict": "none" if first.problem else first.verdict.value,
        "ever_live": int(first.ever_live),
        "problem": first.problem,
        "frames": first.frames,
        "frames_with_face": first.with_face,
        "seconds": f"{first.seconds:.2f}",
    }
    for cue in first.cues:
        row |= {f"{cue.name}_value": f"{cue.value:.4f}", f"{cue.name}_verdict": cue.verdict.value}
    for name, item in zip(other, outcomes[1:], strict=True):
        row |= {
            f"{name}_verdict": "none" if item.problem else item.verdict.value,
            f"{name}_ever_live": int(item.ever_live),
        }
        cue = next(cue for cue in item.cues if cue.name == "passive")
        row |= {f"{name}_passive_value": f"{cue.value:.4f}", f"{name}_passive_verdict": cue.verdict.value}
    return row


# ---------------------------------------------------------------- the command


def report(engines: Engines, root: Path, seeds: int, fps: float | None) -> None:
    """Judge the real and the synthetic clips and print the tables."""
    sources: list[Iterator[tuple[str, str, Clip]]] = []
    if (root / "nuaa").is_dir():
        sources.append(real_clips(root, fps))
    else:
        print(f"real clips skipped: none in {root} (set CERTDESK_BENCH_DATA)")
    sources.append(synthetic_clips(seeds))
    judged = []
    for source in sources:
        for name, kind, clip in source:
            judged.append(judge(engines.parts, clip, engines.networks, name=name, kind=kind))
            said = ", ".join(f"{item.verdict.value}{'!' if item.ever_live else ''}" for item in judged[-1])
            print(f"  {name}: {said}", file=sys.stderr, flush=True)
    for number, name in enumerate(engines.names):
        print_table(f"{name}; {seeds} seeds of each synthetic kind", [outcomes[number] for outcomes in judged])


def engines_of(options: argparse.Namespace, folder: Path) -> Engines:
    """The shipped engine, and the one with a pack where one is given or lies beside the measuring pictures."""
    parts = engine_parts(None)
    given = options.pack or (None if options.no_pack else trial_pack(data_root()))
    shipped: tuple[str, tuple[Network, ...]] = ("shipped engine alone", ())
    if given is None:
        return Engines(parts, (shipped[0],), (shipped[1],))
    extra = ("with the model pack", pack.load(unpacked(given, folder)).passive)
    both = (extra, shipped) if options.pack else (shipped, extra)
    return Engines(parts, tuple(name for name, _ in both), tuple(networks for _, networks in both))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--root", type=Path, help="folder of the clips, or of the measuring pictures")
    parser.add_argument("--clips", type=Path, help="clips.csv: file,kind")
    parser.add_argument("--out", type=Path, default=Path("liveness.csv"))
    parser.add_argument("--pack", type=Path, help="model pack; its verdict then comes first")
    parser.add_argument("--no-pack", action="store_true", help="leave out the trial models")
    parser.add_argument("--seeds", type=int, default=20, help="seeds per synthetic kind")
    parser.add_argument("--fps", type=float, help=f"frames a second of folders of pictures ({FOLDER_FPS:g})")
    options = parser.parse_args()
    root = options.root or data_root()
    with tempfile.TemporaryDirectory() as folder:
        engines = engines_of(options, Path(folder))
        if options.clips:
            judge_set(engines, root, options.clips, options.out, options.fps)
        else:
            report(engines, root, options.seeds, options.fps)
    return 0


if __name__ == "__main__":
    sys.exit(main())
