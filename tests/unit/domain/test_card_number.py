"""The number on a card, out of what was read: look-alikes, the check digit, guesses."""

import string
from datetime import date, timedelta

import pytest
from hypothesis import given, strategies as st

from app.domain.card_number import ALSO, LENGTH, Letter, Line, guesses, valid
from app.domain.retiree import Sex
from tests.builders.people import BORN, id_number

NUMBER = id_number(serial=34)
numbers = st.builds(
    lambda days, serial, woman: id_number(BORN + timedelta(days=days), serial=serial, sex=Sex.FEMALE if woman else Sex.MALE),
    st.integers(0, 9000), st.integers(0, 99), st.booleans(),
)  # fmt: skip


def line(text: str, *, second: str = "", sure: float = 0.99) -> Line:
    """Read as ``text``; ``second``: the second choices, as long as the text."""
    return tuple(Letter(c, second[i] if second else "", sure) for i, c in enumerate(text))


@pytest.mark.parametrize(
    "read",
    [
        NUMBER,
        " ".join(NUMBER),
        f"公民身份号码{NUMBER}",
        f"社会保障号码 {NUMBER}",
        f"：{NUMBER[:6]}-{NUMBER[6:14]}-{NUMBER[14:]}。",
        NUMBER.replace("0", "O").replace("1", "l").replace("5", "S"),
        "".join(chr(ord(c) + 0xFEE0) for c in NUMBER),
        f"99{NUMBER}",
    ],
)
def test_however_it_was_read_it_is_the_first_guess(read: str) -> None:
    assert guesses([line(read)])[0] == NUMBER


def test_an_x_at_the_end_is_an_x_however_it_was_printed() -> None:
    number = next(n for serial in range(99) if (n := id_number(serial=serial)).endswith("X"))
    for read in (number, number[:-1] + "x", number[:-1] + "×", number[:-1] + "Х"):
        assert guesses([line(read)])[0] == number


@given(number=numbers, place=st.integers(0, LENGTH - 1), wrong=st.sampled_from(string.digits))
def test_one_wrong_digit_is_always_mended_when_the_right_one_was_the_second_choice(
    number: str, place: int, wrong: str
) -> None:
    read = number[:place] + wrong + number[place + 1 :]
    letters = tuple(
        Letter(c, number[i] if i == place else "", 0.6 if i == place else 0.999) for i, c in enumerate(read)
    )
    found = guesses([letters])
    assert number in found
    if wrong == number[place]:
        assert found[0] == number


@given(number=numbers, place=st.integers(0, LENGTH - 2))
def test_a_digit_taken_for_one_that_looks_alike_is_mended_without_a_second_choice(number: str, place: int) -> None:
    wrong = next((digit for digit, others in ALSO.items() if number[place] in others), None)
    if wrong is not None:
        assert number in guesses([line(number[:place] + wrong + number[place + 1 :])]) or valid(
            number[:place] + wrong + number[place + 1 :]
        )


@given(text=st.text(max_size=40))
def test_whatever_was_read_a_guess_is_a_valid_number_or_a_cards(text: str) -> None:
    for guess in guesses([line(text)]):
        assert valid(guess) or guess[0].isascii()


@given(number=numbers, place=st.integers(0, LENGTH - 1))
def test_a_missing_digit_is_never_made_up(number: str, place: int) -> None:
    assert not any(valid(guess) for guess in guesses([line(number[:place] + number[place + 1 :])]))


def test_a_cards_own_number_comes_after_the_id_number() -> None:
    found = guesses([line("卡号 A12345678"), line(f"社会保障号码 {NUMBER}"), line("6217000000000000000")])
    assert found[0] == NUMBER
    assert set(found[1:]) == {"A12345678", "6217000000000000000"}


def test_dates_and_words_are_no_numbers() -> None:
    assert guesses([line("签发日期 2019.03.07-2039.03.07"), line("湖南省演示市样例区示范路2号"), ()]) == ()
    assert not valid("439999" + date(2001, 2, 3).isoformat())
