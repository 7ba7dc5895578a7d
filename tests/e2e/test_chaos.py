"""A small piece of the chaos bench: a bad line, kills of both sides, a full disk, and at the end the same on both sides."""

import pytest

from bench.chaos import Rates, Size, run

SMALL = Size(
    records=60,
    attachments=10,
    kills=6,
    smallest=100_000,
    largest=700_000,
    people=20,
    pause=(1.0, 3.5),
    limit_s=240,
    rates=Rates(cut=0.01, corrupt=0.01, swap=0.01, twice=0.1, late=0.05, lost_answer=0.05),
)


@pytest.mark.e2e
@pytest.mark.slow
def test_nothing_is_lost_doubled_or_changed_by_a_bad_line_kills_and_a_full_disk() -> None:
    findings, figures = run(SMALL, seed=3)
    assert [one for one in findings if not one.good] == [], figures
    done = dict(figures)
    assert all(int(str(done[f"line: {act}"])) > 0 for act in ("delayed", "late", "answer lost"))
