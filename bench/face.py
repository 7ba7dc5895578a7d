"""How good is the comparison? ``python -m bench.face`` prints error rates on the measuring pictures and, with ``--write DIR``, makes
the scorer's statistics and calibration. ``--root DIR --pairs pairs.csv [--cohort cohort.csv] --out scores.csv`` scores any other set.

pairs.csv: reference,probe[;probe…],same. cohort.csv: file[,person]: the unit's roster of other people. ``--pack DIR_OR_ZIP`` adds a
model pack (a folder of bare ONNX files is read with tools/models/trial_pack.toml). People are disjoint between learning and testing.
"""

import argparse
import itertools
import json
import re
import sys
import tempfile
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np

from app.face import models, pack, scoring
from app.face.arrays import FloatArray
from app.face.embed import OnnxEmbedder
from app.face.engine import LocalEngine
from app.face.scoring import Calibration, Scorer
from app.face.session import Parts
from bench.face_bands import print_bands
from bench.face_data import Embedded, Store, data_root, samples, traits_row
from bench.face_eval import FOLDS, Folded, Pairs, Side, cllr, histogram, joined, pooled, pooled_pairs, rates
from bench.face_set import score_set
from bench.face_train import Faces, calibrate, regrouped, statistics
from tools.models.pack import TRIAL_RECIPE, pack_files

ROOT = Path(__file__).resolve().parents[1]
RESOURCES = ROOT / "resources"
SHIPPED = ("dlib", "faceres", "sface")
QUALITIES = ("modern", "card_358", "card_102")
OTHER_PEOPLE = 150
"""People of the “other” group that are tested (all of them teach)."""


def unpacked(source: Path, folder: Path) -> Path:
    """A folder with models.toml of a pack given as zip, installed folder or folder of bare ONNX files. Not verified: a bench."""
    if source.is_dir() and (source / models.MANIFEST).exists():
        return source
    if source.is_dir():
        for name, data in pack_files(source).items():
            (folder / name).write_bytes(data)
    else:
        with zipfile.ZipFile(source) as archive:
            archive.extractall(folder)
    return folder


def trial_pack(root: Path) -> Path | None:
    """The trial models beside the measuring pictures, None where they are absent."""
    folder = root / "models"
    names = re.findall(r'^file = "([^"]+)"', TRIAL_RECIPE.read_text(encoding="utf-8"), re.MULTILINE)
    return folder if all((folder / name).exists() for name in names) else None


def engine_parts(extra: pack.Pack | None) -> Parts:
    """The shipped engine's parts, with every embedder of the pack whether calibrated or not."""
    engine = LocalEngine(RESOURCES)
    engine.start()
    parts = engine.parts
    if extra is None:
        return parts
    return replace(
        parts,
        embedders=(*parts.embedders, *extra.embedders),
        passive=extra.passive,
        scorer=scoring.merged(parts.scorer, extra.scorer),
    )


# ---------------------------------------------------------------- the report


class Report:
    """Embeds the measuring pictures and prints the error rates."""

    def __init__(self, store: Store, root: Path, embedders: Sequence[str]) -> None:
        self.embedders = tuple(embedders)
        self.sides: dict[str, dict[str, Side]] = {}
        self.missed: dict[str, int] = {}
        chosen = samples(root)
        modern: dict[int, list[tuple[Embedded, str, str]]] = {0: [], 1: [], 2: []}
        counts: dict[str, int] = {}
        for item in chosen:
            counts[item.person] = counts.get(item.person, 0) + 1
        rows: dict[str, dict[int, list[tuple[Embedded, str, str]]]] = {"modern": modern}
        tested = sorted({s.person for s in chosen if s.kind == "other" and counts[s.person] > 1}, key=_hash)[
            :OTHER_PEOPLE
        ]
        self.tested_other = set(tested)
        for card in ("", "card_358", "card_102"):
            table = rows.setdefault(card or "modern", {0: [], 1: [], 2: []})
            for item in chosen:
                component = {"east_asian": 0, "live": 1}.get(item.kind, 2)
                if card and component == 2 and item.person not in self.tested_other:
                    continue
                found = store.get(root / item.file, card)
                if not found.vectors:
                    self.missed[card or "modern"] = self.missed.get(card or "modern", 0) + 1
                    continue
                table[component].append((found, item.person, item.session))
        self.rows = rows
        small = rows["card_102"]
        parts = [(0, modern[0]), (1, modern[1]), (2, modern[2]), (3, small[0] + small[1]), (4, small[2])]
        teach = [(k, found, person) for k, items in parts for found, person, _ in items]
        self.faces = Faces(
            {n: np.stack([found.vectors[n] for _, found, _ in teach]) for n in self.embedders},
            np.array([person for _, _, person in teach]),
            np.array([k for k, _, _ in teach]),
        )
        self.folded = Folded(self.faces, self.embedders)

    def side(self, quality: str, component: int) -> Side:
        """Pictures of one kind; of the others only the tested people."""
        items = [r for r in self.rows[quality][component] if component != 2 or r[1] in self.tested_other]
        return Side(
            {n: np.stack([f.vectors[n] for f, _, _ in items]) for n in self.embedders},
            np.array([person for _, person, _ in items]),
            np.array([session for _, _, session in items]),
        )

    def traits(self, quality: str, component: int) -> FloatArray:
        """N×2, row for row as ``side``: see scoring.TRAITS."""
        items = [r for r in self.rows[quality][component] if component != 2 or r[1] in self.tested_other]
        return np.stack([traits_row(found) for found, _, _ in items])

    def roster(self, count: int) -> dict[str, FloatArray]:
        """One photo each of ``count`` untested other people, with traits: a made-up unit."""
        first: dict[str, Embedded] = {}
        for found, person, _ in self.rows["modern"][2]:
            if person not in self.tested_other:
                first.setdefault(person, found)
        chosen = [first[person] for person in sorted(first, key=_hash)[:count]]
        rows = {n: np.stack([found.vectors[n] for found in chosen]) for n in self.embedders}
        return {**rows, scoring.TRAITS: np.stack([traits_row(found) for found in chosen])}

    def learned(self, quality: str) -> tuple[list[Pairs], dict[str, Calibration]]:
        """Cross-validated pairs per component and the calibration of every engine set."""
        parts = [self.folded.pairs(self.side(quality, k), self.side("modern", k)) for k in range(3)]
        fitted = joined(parts)
        kinds = np.repeat(np.arange(len(parts)), [len(part.same) for part in parts])
        result = {}
        for names in engine_sets(self.embedders):
            first = calibrate(names, fitted.scores, fitted.same, kinds)
            llrs = [(part.fused(first.weights) + first.bias) / np.log(10) for part in parts]
            match = max(float(np.quantile(llr[~part.same], 0.999)) for llr, part in zip(llrs, parts, strict=True))
            low = min(float(np.quantile(llr[part.same], 0.005)) for llr, part in zip(llrs, parts, strict=True))
            result["+".join(sorted(names))] = replace(first, match=match, mismatch=min(low, match))
        return parts, result


def _hash(text: str) -> int:
    from bench.face_eval import hashed

    return hashed(text)


def engine_sets(embedders: Sequence[str]) -> list[tuple[str, ...]]:
    """Every combination: whichever network is missing or damaged on a desk, the rest are calibrated."""
    counts = range(len(embedders), 0, -1)
    return [names for count in counts for names in itertools.combinations(embedders, count)]


def shipped(embedders: Sequence[str]) -> str:
    """The engine set of the desk without a model pack."""
    return "+".join(sorted(name for name in embedders if name in SHIPPED))


KIND_NAMES = ("East Asian, photos", "NUAA webcam, across sittings", "other people, photos")


def print_report(report: Report) -> dict[str, dict[str, Calibration]]:
    """Print everything; returns the calibrations by engine set and quality."""
    full = "+".join(sorted(report.embedders))
    default = shipped(report.embedders)
    calibrations: dict[str, dict[str, Calibration]] = {}
    print(f"pictures without a face found: {report.missed or 'none'}")
    for quality in QUALITIES:
        parts, found = report.learned(quality)
        print(
            f"\n== reference {quality}, one frame; people disjoint ({report.folded.faces.people.size} pictures teach) =="
        )
        for name, calibration in found.items():
            calibrations.setdefault(name, {})[quality] = calibration
        for part, kind in zip(parts, KIND_NAMES, strict=True):
            if quality == "modern":
                print(rates(_raw(report, part, kind), part).line(f"{kind}: dlib alone, as it comes"))
            for name in dict.fromkeys((default, full)):
                score = part.fused(found[name].weights)
                print(rates(score, part).line(f"{kind}: {name}"))
                _print_bands(score, part, found[name])
        if quality == "modern":
            _print_sexes(report, parts, found[full])
    _print_pooling(report, {n: c["modern"] for n, c in calibrations.items()}, (default, full))
    _print_cards(report, calibrations, (default, full))
    _print_rosters(report, calibrations[default]["modern"])
    print_bands(report, calibrations[default]["modern"])
    return calibrations


def _raw(report: Report, part: Pairs, kind: str) -> FloatArray:
    """dlib's own cosine of the same pairs, in the same order."""
    side = report.side("modern", KIND_NAMES.index(kind))
    out = []
    for i in range(FOLDS):
        for j in range(FOLDS):
            a, b = side.fold(report.folded.folds, i), side.fold(report.folded.folds, j)
            same = a.people[:, None] == b.people[None]
            keep = ~(same & (a.session[:, None] == b.session[None]))
            out.append((a.vectors["dlib"] @ b.vectors["dlib"].T)[keep])
    del part
    return np.concatenate(out)


def _print_bands(score: FloatArray, part: Pairs, calibration: Calibration) -> None:
    llr = (score + calibration.bias) / np.log(10)
    shares = []
    for mask, who in ((part.same, "same"), (~part.same, "different")):
        match = float((llr[mask] >= calibration.match).mean())
        mismatch = float((llr[mask] < calibration.mismatch).mean())
        shares.append(f"{who}: 匹配 {match:.2%} 需人工核对 {1 - match - mismatch:.2%} 不匹配 {mismatch:.2%}")
    print(f"      log10 LR −6…6  same |{histogram(llr[part.same])}|  different |{histogram(llr[~part.same])}|")
    print(
        f"      cost of the likelihood ratio (Cllr, 0 best, 1 knows nothing) {cllr(llr, part.same):.3f}; "
        + "; ".join(shares)
    )


def _print_sexes(report: Report, parts: Sequence[Pairs], calibration: Calibration) -> None:
    """East Asian and other people by the sex that faceres reads (majority of a person's pictures)."""
    male: dict[str, list[float]] = {}
    for component in range(3):
        for found, person, _ in report.rows["modern"][component]:
            male.setdefault(person, []).append(found.traits.male)
    for part, kind in ((parts[0], KIND_NAMES[0]), (parts[2], KIND_NAMES[2])):
        for want, word in ((True, "men"), (False, "women")):
            known = {person for person, values in male.items() if (float(np.mean(values)) >= 0.5) == want}
            mask = np.isin(part.left, list(known)) & np.isin(part.right, list(known))
            some = part.where(mask)
            if some.same.sum() >= 10:
                print(rates(some.fused(calibration.weights), some).line(f"{kind}: {word} (as faceres reads them)"))


def _print_pooling(report: Report, calibrations: Mapping[str, Calibration], names: Sequence[str]) -> None:
    print("\n== pooling: one modern picture against n other pictures of a person, East Asian ==")
    side = report.side("modern", 0)
    for count in (1, 2, 3):
        pairs = pooled_pairs(report.folded, side, count)
        for name in dict.fromkeys(names):
            print(rates(pairs.fused(calibrations[name].weights), pairs).line(f"{count} pictures pooled: {name}"))


def _print_cards(report: Report, calibrations: Mapping[str, Mapping[str, Calibration]], names: Sequence[str]) -> None:
    print("\n== NUAA: card photo of another sitting against frames of one sitting ==")
    for quality in QUALITIES:
        references = report.side(quality, 1)
        for count in (1, 5):
            probes = pooled(report.side("modern", 1), count, draws=12, by_session=True)
            pairs = report.folded.pairs(references, probes)
            for name in dict.fromkeys(names):
                score = pairs.fused(calibrations[name][quality].weights)
                print(rates(score, pairs).line(f"{quality}, {count} frame(s): {name}"))


def _print_rosters(report: Report, calibration: Calibration) -> None:
    """A roster of other people must not harm: means and cohorts refined by rosters of each kind, people unseen."""
    print("\n== rosters: means and cohort refined by a unit's own photos ==")
    faces = report.faces
    names = list(calibration.weights)
    for title, components, count in (
        ("no roster", (), 0),
        ("60 other people", (2,), 60),
        ("half and half", (0, 2), 20),
    ):
        rows = _one_each(faces, components, count, report.tested_other)

        def transform(scorer: Scorer, rows: list[int] = rows) -> Scorer:
            if not rows:
                return scorer
            return scoring.refine(scorer, {n: faces.vectors[n][rows] for n in names})

        for component in (0, 2):
            side = report.side("modern", component)
            held = side.take(np.flatnonzero(~np.isin(side.people, faces.people[rows]))) if rows else side
            pairs = report.folded.pairs(held, held, transform=transform)
            print(rates(pairs.fused(calibration.weights), pairs, rounds=20).line(f"{title}: {KIND_NAMES[component]}"))


def _one_each(faces: Faces, components: Sequence[int], count: int, spared: set[str]) -> list[int]:
    rows: list[int] = []
    for component in components:
        wanted = count if component == 2 else count // 2
        people = sorted(set(faces.people[faces.component == component]) - spared, key=_hash)[:wanted]
        rows += [int(np.flatnonzero(faces.people == person)[0]) for person in people]
    return rows


# ---------------------------------------------------------------- writing


def write(folder: Path, report: Report, names: Sequence[str], found: Mapping[str, Mapping[str, Calibration]]) -> None:
    """statistics.npz (embedders ``names``, all people) and calibration.json."""
    arrays: dict[str, FloatArray] = {"embedders": np.array(list(names))}
    faces = regrouped(report.faces, report.embedders)
    for name in names:
        stats = statistics(faces, name)
        for key in ("means", "weights", "biases"):
            arrays[f"{name}.{key}"] = getattr(stats, key).astype(np.float32)
        arrays[f"{name}.groups"] = np.array(stats.groups)
        for group, cohort in enumerate(stats.cohorts):
            arrays[f"{name}.cohort{group}"] = cohort.astype(np.float16)
        if stats.projection is not None:
            arrays[f"{name}.projection"] = stats.projection.astype(np.float16)
    folder.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(folder / "statistics.npz", **arrays)  # type: ignore[arg-type]
    wanted = {key: table for key, table in found.items() if set(names) & set(key.split("+"))}
    document = {
        "version": f"bench.face {len(set(report.faces.people))} people",
        "calibrations": {key: {q: asdict(c) for q, c in table.items()} for key, table in wanted.items()},
    }
    (folder / "calibration.json").write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
    print(f"written {folder}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--root", type=Path, help="folder of the pictures (default: CERTDESK_BENCH_DATA)")
    parser.add_argument("--pairs", type=Path)
    parser.add_argument("--cohort", type=Path)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--pack", type=Path)
    parser.add_argument("--write", type=Path, help="write statistics and calibration of the shipped embedders")
    parser.add_argument("--write-pack", type=Path, help="write those of the pack's embedders")
    parser.add_argument(
        "--no-pack", action="store_true", help="leave out the trial models beside the measuring pictures"
    )
    options = parser.parse_args()
    if not (options.pairs or options.pack or options.no_pack):
        options.pack = trial_pack(options.root or data_root())
    with tempfile.TemporaryDirectory() as folder:
        extra = pack.load(unpacked(options.pack, Path(folder))) if options.pack else None
        parts = engine_parts(extra)
        if options.pairs:
            for file in (options.pairs, *([options.cohort] if options.cohort else [])):
                if not file.is_file():
                    parser.error(f"no such file: {file}")
            options.root = options.root or data_root()
            options.out = options.out or Path("scores.csv")
            calibrated = tuple(item for item in parts.embedders if item.name in parts.scorer.statistics)
            store = Store(replace(parts, embedders=calibrated))
            score_set(store, root=options.root, pairs=options.pairs, cohort=options.cohort, out=options.out)
            return 0
        root = options.root or data_root()
        if not (root / "lfw.csv").exists():
            print(f"skipped: no measuring pictures in {root} (set CERTDESK_BENCH_DATA)")
            return 0
        report = Report(Store(parts), root, [item.name for item in parts.embedders])
        found = print_report(report)
        own = [item.name for item in parts.embedders if extra is None or item not in extra.embedders]
        if options.write:
            write(options.write, report, own, {k: v for k, v in found.items() if set(k.split("+")) <= set(own)})
        if options.write_pack and extra is not None:
            theirs = [item.name for item in extra.embedders if isinstance(item, OnnxEmbedder)]
            write(options.write_pack, report, theirs, found)
    return 0


if __name__ == "__main__":
    sys.exit(main())
