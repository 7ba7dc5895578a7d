"""Simulated cards before a simulated camera, read by the real networks: straight, turned, tilted, blurred, in glare, in the dark."""

import pytest

from app.cards import models
from app.cards.lines import LineReader, said
from app.domain.card_number import guesses
from tests.builders.cards import Held, before_the_camera, simulated_id_card, simulated_social_card
from tests.builders.people import id_number

NUMBER = id_number(serial=34)
CARD = "A12345678"
WAYS = {
    "straight": Held(),
    "turned": Held(turn=14),
    "turned the other way": Held(turn=-22),
    "tilted": Held(tilt=0.25),
    "blurred": Held(blur=2.0),
    "in a lamp's glare": Held(glare=0.6),
    "dark and noisy": Held(dark=0.4, noise=6),
    "far away": Held(share=0.42),
    "a poor camera": Held(jpeg=35, blur=1.0),
    "all of it": Held(turn=8, tilt=0.12, blur=1.0, glare=0.35, dark=0.7, noise=4),
}


@pytest.fixture(scope="module")
def reader() -> LineReader:
    return LineReader(models.folder())


@pytest.mark.parametrize("way", WAYS)
def test_the_number_of_an_id_card_is_the_first_guess(reader: LineReader, way: str) -> None:
    frame = before_the_camera(simulated_id_card(NUMBER), WAYS[way], seed=3)
    assert guesses(reader.lines(frame))[:1] == (NUMBER,)


@pytest.mark.parametrize("way", ["straight", "turned", "blurred", "all of it"])
def test_both_numbers_of_a_social_security_card_are_read(reader: LineReader, way: str) -> None:
    frame = before_the_camera(simulated_social_card(NUMBER, CARD), WAYS[way], seed=4)
    found = guesses(reader.lines(frame))
    assert found[0] == NUMBER
    assert CARD in found


def test_an_x_at_the_end_is_read(reader: LineReader) -> None:
    number = next(n for serial in range(99) if (n := id_number(serial=serial)).endswith("X"))
    assert guesses(reader.lines(before_the_camera(simulated_id_card(number))))[0] == number


def test_a_card_upside_down_is_read_the_other_way_round(reader: LineReader) -> None:
    frame = before_the_camera(simulated_id_card(NUMBER), Held(turn=180))
    assert guesses(reader.lines(frame)) == ()
    assert guesses(reader.lines(frame, upside_down=True))[0] == NUMBER


def test_an_empty_table_has_no_number_and_a_words_only_card_none(reader: LineReader) -> None:
    blank = before_the_camera(simulated_id_card(""), Held(share=0.5))
    assert guesses(reader.lines(blank)) == ()
    assert any("湖南省" in line for line in said(reader.lines(blank)))
    assert guesses(reader.lines(blank[:60, :60])) == ()


def test_without_a_line_nothing_is_read(reader: LineReader) -> None:
    import numpy as np

    assert reader.lines(np.full((720, 1280, 3), 90, np.uint8)) == []
