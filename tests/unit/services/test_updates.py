"""What an offer of a newer version means, and what the clerk reads of it."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, strategies as st

from app.errors import AppError
from app.services.updates import Offer, UpdateStanding, load_offer, newer, save_offer, standing
from app.ui import text
from app.ui.updates import UpdateWatch
from app.version import VERSION
from protocol.versions import version_key
from tests.builders.desk import RealDesk
from tests.fakes.screens import Ears, TasksAtOnce

DAY = date(2026, 12, 1)
PLAIN = Offer(version="0.2.0", sha256="0" * 64, size=1)
FORCED = replace(PLAIN, required_from=DAY, words="修正了补发月数的计算")
VERSIONS = st.lists(st.integers(0, 9999), min_size=2, max_size=4).map(lambda parts: ".".join(map(str, parts)))


@pytest.mark.parametrize(
    ("offer", "running", "today", "wanted"),
    [
        (None, "0.1.0", DAY, UpdateStanding.NONE),
        (PLAIN, "0.2.0", DAY, UpdateStanding.NONE),
        (PLAIN, "0.10.0", DAY, UpdateStanding.NONE),
        (PLAIN, "0.1.0", DAY, UpdateStanding.FETCHING),
        (replace(PLAIN, ready=True), "0.1.0", DAY, UpdateStanding.READY),
        (FORCED, "0.1.0", date(2026, 11, 30), UpdateStanding.ANNOUNCED),
        (FORCED, "0.1.0", DAY, UpdateStanding.DUE),
        (FORCED, "0.2.0", DAY, UpdateStanding.NONE),
        (replace(FORCED, words=" "), "0.1.0", DAY, UpdateStanding.FETCHING),
    ],
)
def test_how_an_offer_stands(offer: Offer | None, running: str, today: date, wanted: UpdateStanding) -> None:
    assert standing(offer, running, today) is wanted


@given(VERSIONS, VERSIONS)
def test_of_two_versions_never_both_are_newer_and_equal_ones_are_never(one: str, other: str) -> None:
    assert not (newer(one, other) and newer(other, one))
    assert not newer(one, one)
    assert newer(one, other) == (version_key(one) > version_key(other))


def test_an_offer_outlives_a_restart(desk: RealDesk) -> None:
    with desk.uow() as store:
        assert load_offer(store.settings) is None
        for offer in (PLAIN, FORCED):
            save_offer(store.settings, offer)
            assert load_offer(store.settings) == offer


class Source:
    def __init__(self, *answers: Offer | AppError | None) -> None:
        self.answers = list(answers)

    def run(self) -> Offer | None:
        answer = self.answers.pop(0)
        if isinstance(answer, AppError):
            raise answer
        return answer

    def stop(self) -> None:
        return


def watch(source: Source, ears: Ears, *, today: date, quiet: bool = False, known: Offer | None = None) -> UpdateWatch:
    return UpdateWatch(
        source,
        TasksAtOnce(),
        ears,
        running="0.1.0",
        today=lambda: today,
        remembered=lambda: known,
        quiet=lambda: quiet,
    )


@pytest.mark.usefixtures("qapp")
def test_a_ready_version_is_told_once_and_a_required_one_every_time_with_date_and_words() -> None:
    ready, ears = replace(PLAIN, ready=True), Ears()
    told = watch(Source(ready, ready, FORCED, FORCED), ears, today=DAY)
    for _ in range(4):
        told.check()
    assert len(ears.notices) == 3
    assert "0.2.0" in ears.notices[0]
    assert "2026年12月01日" in ears.notices[1]
    assert FORCED.words in ears.notices[2]


@pytest.mark.usefixtures("qapp")
def test_no_network_is_no_excuse_for_a_required_version_but_nothing_is_said_in_a_visit() -> None:
    ears = Ears()
    watch(Source(AppError("sync.offline")), ears, today=DAY, known=FORCED).check()
    assert "2026年12月01日" in ears.notices[0]
    watch(Source(FORCED), ears, today=DAY, quiet=True).check()
    assert len(ears.notices) == 1
    assert ears.errors == []


@pytest.mark.usefixtures("qapp")
def test_an_unsigned_version_is_told() -> None:
    ears = Ears()
    watch(Source(AppError("update.unsigned")), ears, today=DAY).check()
    assert [str(error) for error in ears.errors] == ["update.unsigned"]


def test_words_before_the_day_name_it() -> None:
    assert "省中心通知：2026年12月01日 起" in text.update_words(UpdateStanding.ANNOUNCED, FORCED)


def test_the_program_and_the_project_say_the_same_version() -> None:
    import tomllib
    from pathlib import Path

    project = tomllib.loads((Path(__file__).resolve().parents[3] / "pyproject.toml").read_text("utf-8"))
    assert project["project"]["version"] == VERSION
