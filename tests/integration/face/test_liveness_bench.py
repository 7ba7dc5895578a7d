"""bench.liveness takes any other set of clips: every row of the list gives a row of the answer."""

import csv
from pathlib import Path

import cv2
import numpy as np
import pytest

from app.face.engine import LocalEngine
from bench.liveness import Engines, judge_set, read_clips
from bench.liveness_table import is_person, is_unknown
from demo.clips.library import ClipKind
from tests.integration.face.clips import pictures


@pytest.fixture
def engines(local: LocalEngine) -> Engines:
    return Engines(local.parts, ("shipped engine alone", "with the model pack"), ((), ()))


def folder_of(frames: tuple[np.ndarray, ...], folder: Path) -> None:
    folder.mkdir()
    for number, frame in enumerate(frames):
        cv2.imwrite(str(folder / f"frame_{number}.jpg"), frame)


def test_every_clip_gets_a_row_and_what_cannot_be_judged_says_why(engines: Engines, tmp_path: Path, capsys) -> None:
    folder_of(pictures(ClipKind.LIVE)[:8], tmp_path / "somebody")
    folder_of((np.full((120, 160, 3), 90, np.uint8),), tmp_path / "wall")
    (tmp_path / "broken.mp4").write_bytes(b"no video")
    (tmp_path / "empty").mkdir()
    listed = "file,kind\nsomebody,live\nwall,unknown\nbroken.mp4,replay\nempty,print\nnowhere,print\n"
    (tmp_path / "clips.csv").write_text(listed, "utf-8")
    judge_set(engines, tmp_path, tmp_path / "clips.csv", tmp_path / "out.csv", None)
    with (tmp_path / "out.csv").open(encoding="utf-8") as lines:
        rows = {row["file"]: row for row in csv.DictReader(lines)}
    assert list(rows) == ["somebody", "wall", "broken.mp4", "empty", "nowhere"]
    assert [row["problem"] for row in rows.values()] == ["", "no_face", "unreadable", "unreadable", "file_missing"]
    seen = rows["somebody"]
    assert (seen["verdict"], seen["with_the_model_pack_verdict"], seen["ever_live"]) == ("unsure", "unsure", "0")
    assert (seen["frames"], seen["frames_with_face"], seen["seconds"]) == ("8", "8", "1.40")
    assert seen["depth_verdict"] == "unsure"
    assert seen["passive_verdict"] == "absent"
    assert "BPCER" in capsys.readouterr().out


def test_a_list_may_lack_its_header_and_its_kinds(tmp_path: Path) -> None:
    (tmp_path / "clips.csv").write_text("a.mp4\nb,print bent\n\n", "utf-8")
    assert read_clips(tmp_path / "clips.csv") == [("a.mp4", "unknown"), ("b", "print bent")]


@pytest.mark.parametrize(
    ("kind", "person", "unknown"),
    [("live", True, False), ("Bona fide", True, False), ("replay phone", False, False), ("unknown", False, True)],
)
def test_kinds_say_who_is_a_person(kind: str, person: bool, unknown: bool) -> None:
    assert (is_person(kind), is_unknown(kind)) == (person, unknown)
