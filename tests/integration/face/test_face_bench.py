"""Scoring any other set of pictures, as ``python -m bench.face --pairs`` does it."""

import csv
from pathlib import Path

import cv2
import pytest

from app.face.engine import LocalEngine
from bench.face_data import Store
from bench.face_set import score_set
from demo.portraits import astronaut, hopper

RESOURCES = Path(__file__).resolve().parents[3] / "resources"


@pytest.fixture(scope="module")
def parts():
    engine = LocalEngine(RESOURCES)
    engine.start()
    return engine.parts


@pytest.fixture
def pictures(tmp_path):
    one, other = hopper(), astronaut()
    cv2.imwrite(str(tmp_path / "one.jpg"), one)
    cv2.imwrite(str(tmp_path / "again.jpg"), cv2.convertScaleAbs(one[:, ::-1], alpha=0.9, beta=12))
    cv2.imwrite(str(tmp_path / "other.jpg"), other)
    (tmp_path / "torn.jpg").write_bytes(b"\xff\xd8 torn")
    return tmp_path


def scored(parts, root, text, cohort=None):
    (root / "pairs.csv").write_text(text, encoding="utf-8-sig")
    if cohort is not None:
        (root / "cohort.csv").write_text(cohort, encoding="utf-8")
    score_set(
        Store(parts, root / "cache"), root=root, pairs=root / "pairs.csv",
        cohort=root / "cohort.csv" if cohort is not None else None, out=root / "scores.csv",
    )  # fmt: skip
    with (root / "scores.csv").open(encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


def test_every_row_gets_a_score_a_ratio_and_a_band(parts, pictures):
    rows = scored(parts, pictures, "reference,probe,same\none.jpg,again.jpg;one.jpg,1\none.jpg,other.jpg,0\n")
    assert rows[0]["band"] == "match"
    assert rows[1]["band"] in ("unsure", "mismatch")  # strangers; that they never match is what counts
    assert float(rows[0]["likelihood_ratio"]) == pytest.approx(10 ** float(rows[0]["score"]), rel=1e-3)
    assert [row["same"] for row in rows] == ["1", "0"]


def test_what_cannot_be_read_is_a_row_with_its_reason_and_the_rest_goes_on(parts, pictures):
    rows = scored(parts, pictures, "none.jpg,one.jpg\none.jpg,torn.jpg\none.jpg,again.jpg\n")
    assert [row["problem"] for row in rows] == ["file_missing", "damaged", ""]
    assert [row["band"] for row in rows] == ["none", "none", "match"]


def test_a_cohort_that_holds_the_claimed_person_changes_no_verdict(parts, pictures):
    rows = scored(
        parts, pictures, "one.jpg,again.jpg,1\none.jpg,other.jpg,0\n", cohort="file,person\nagain.jpg,a\nother.jpg,b\n"
    )
    alone = scored(parts, pictures, "one.jpg,again.jpg,1\none.jpg,other.jpg,0\n")
    assert [row["band"] for row in rows] == [row["band"] for row in alone]
