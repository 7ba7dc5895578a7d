"""The card reader's process: started by the first card, ended at rest, replaced when it dies or hangs."""

import os
import signal
import sys
from collections.abc import Iterator

import numpy as np
import pytest

from app.cards import models
from app.cards.remote import CardReader
from app.domain.ids import RetireeId
from app.errors import AppError
from app.services.held_up import HeldUp, Look
from tests.builders.cards import before_the_camera, simulated_id_card
from tests.builders.people import id_number

NUMBER = id_number(serial=34)
EMPTY = np.zeros((48, 64, 3), np.uint8)
ECHO = """
import sys
from app.cards.worker import serve
def read(picture):
    shade = int(picture[0, 0, 0])
    if shade == 1:
        sys.exit(3)
    if shade == 2:
        import time
        time.sleep(600)
    print("a library prints something", file=sys.stderr)
    return (str(shade), str(picture.shape))
serve(read, sys.stdin.buffer, sys.stdout.buffer)
"""


@pytest.fixture
def echo() -> Iterator[CardReader]:
    """A process that answers with the picture's first shade, dies at 1, hangs at 2."""
    made = CardReader(command=lambda: [sys.executable, "-c", ECHO], limits_s=(60.0, 3.0))
    yield made
    made.rest()


def shade(value: int) -> np.ndarray:
    return np.full((4, 6, 3), value, np.uint8)


def test_nothing_runs_before_the_first_card_nor_after_the_last(echo: CardReader) -> None:
    assert echo.process_id is None
    assert echo.read(shade(7)) == ("7", "(4, 6, 3)")
    first = echo.process_id
    assert echo.read(shade(8))[0] == "8"
    assert echo.process_id == first
    echo.rest()
    assert echo.process_id is None
    echo.rest()
    assert echo.read(shade(9))[0] == "9"


@pytest.mark.parametrize("value", [1, 2])
def test_a_process_that_dies_or_hangs_is_told_and_replaced(echo: CardReader, value: int) -> None:
    assert echo.read(shade(7))[0] == "7"
    with pytest.raises(AppError, match=r"cards\.failed"):
        echo.read(shade(value))
    assert echo.process_id is None
    assert echo.read(shade(8))[0] == "8"


def test_a_killed_process_is_told_and_replaced(echo: CardReader) -> None:
    echo.read(shade(7))
    assert echo.process_id is not None
    os.kill(echo.process_id, signal.SIGKILL)
    with pytest.raises(AppError, match=r"cards\.failed"):
        echo.read(shade(7))
    assert echo.read(shade(8))[0] == "8"


def test_a_program_without_its_networks_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(models, "NEEDED", ("absent.onnx",))
    with pytest.raises(AppError, match=r"cards\.no_models"):
        models.folder()


@pytest.mark.slow
def test_the_real_process_reads_a_simulated_card() -> None:
    reader = CardReader()
    try:
        assert reader.read(before_the_camera(simulated_id_card(NUMBER)))[0] == NUMBER
        assert reader.read(EMPTY) == ()
    finally:
        reader.rest()


class FakeCards:
    """Implements ReadNumbers."""

    def __init__(self, *answers: tuple[str, ...] | AppError) -> None:
        self.answers, self.rested, self.asked = list(answers), 0, 0

    def read(self, pixels: object) -> tuple[str, ...]:
        self.asked += 1
        answer = self.answers.pop(0)
        if isinstance(answer, AppError):
            raise answer
        return answer

    def rest(self) -> None:
        self.rested += 1


def test_a_code_is_enough_and_print_is_read_only_without_one() -> None:
    cards = FakeCards((), (NUMBER,))
    ours = HeldUp(person=RetireeId("r"))
    codes = [ours, None, None]
    look = Look(lambda _pixels: codes.pop(0), cards)
    assert look(EMPTY) == ours
    assert cards.asked == 0
    assert look(EMPTY) is None
    assert look(EMPTY) == HeldUp(numbers=(NUMBER,))


def test_a_reader_that_fails_twice_is_left_alone_until_the_next_time() -> None:
    failed = AppError("cards.failed")
    cards = FakeCards(failed, failed, (NUMBER,))
    look = Look(lambda _pixels: None, cards)
    assert [look(EMPTY) for _ in range(4)] == [None] * 4
    assert cards.asked == 2
    look.rest()
    assert look(EMPTY) == HeldUp(numbers=(NUMBER,))
    assert cards.rested == 1
