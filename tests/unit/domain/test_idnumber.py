"""ID numbers: what is one, what is wrong with one, and how it is hidden."""

from datetime import date

import pytest
from hypothesis import given, strategies as st

from app.domain.idnumber import IdKind, IdNumber, IdProblem, age_on, check_character, mask, normalise, parse
from app.domain.retiree import Sex
from tests.builders.people import id_number


def test_a_number_tells_birth_date_sex_and_region() -> None:
    number = parse(id_number(date(1938, 2, 28), sex=Sex.MALE))
    assert isinstance(number, IdNumber)
    assert (number.birth_date, number.sex, number.region) == (date(1938, 2, 28), Sex.MALE, "439999")
    assert number.kind is IdKind.RESIDENT


@pytest.mark.parametrize("region", ["810000", "820000", "830000"])
def test_residents_of_hong_kong_macau_and_taiwan_have_valid_numbers(region: str) -> None:
    number = parse(id_number(region=region))
    assert isinstance(number, IdNumber)
    assert number.kind is IdKind.HK_MACAU_TAIWAN


def test_a_foreigners_new_card_has_eighteen_digits_beginning_with_nine() -> None:
    number = parse(id_number(region="911840"))
    assert isinstance(number, IdNumber)
    assert number.kind is IdKind.FOREIGNER


def test_a_foreigners_old_card_has_three_letters_and_no_sex() -> None:
    body = "USA4300" + "400102" + "1"
    weights = (7, 3, 1)
    total = sum((int(c) if c.isdigit() else ord(c) - 55) * weights[i % 3] for i, c in enumerate(body))
    number = parse(f"{body}{total % 10}")
    assert isinstance(number, IdNumber)
    assert (number.kind, number.sex, number.region) == (IdKind.FOREIGNER_OLD, None, "USA")
    assert parse(f"{body}{(total + 1) % 10}") is IdProblem.CHECK_DIGIT


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", IdProblem.EMPTY),
        (" － ", IdProblem.EMPTY),
        ("4301", IdProblem.LENGTH),
        ("43999919500307 01", IdProblem.LENGTH),
        ("X" * 18, IdProblem.CHARACTERS),
        ("009999195003070120"[:18], IdProblem.REGION),
        ("439999195002300120", IdProblem.BIRTH_DATE),
        ("USA430001340015", IdProblem.BIRTH_DATE),
    ],
)
def test_what_is_wrong_is_named(text: str, problem: IdProblem) -> None:
    assert parse(text) is problem


@given(st.dates(date(1900, 1, 1), date(2020, 12, 31)), st.integers(0, 99), st.integers(0, 17), st.integers(1, 9))
def test_one_wrong_digit_is_always_noticed(born: date, serial: int, place: int, by: int) -> None:
    right = id_number(born, serial=serial)
    wrong_digit = "0" if right[place] == "X" else str((int(right[place]) + by) % 10)
    assert isinstance(parse(right), IdNumber)
    assert isinstance(parse(right[:place] + wrong_digit + right[place + 1 :]), IdProblem)


@given(st.text(max_size=40))
def test_no_text_whatever_makes_it_fail(text: str) -> None:
    assert isinstance(parse(text), IdNumber | IdProblem)
    assert len(mask(text)) == len(normalise(text))


def test_full_width_lower_case_and_blanks_are_read_as_people_mean_them() -> None:
    right = "11010519491231002X"
    assert check_character(right[:17]) == "X"
    parsed = parse("１１０１０５ 19491231-002ｘ")
    assert isinstance(parsed, IdNumber)
    assert parsed.text == right


def test_only_the_first_three_and_last_four_characters_are_shown() -> None:
    assert mask("11010519491231002X") == "110***********002X"
    assert mask("123456789") == "*********"


@pytest.mark.parametrize(
    ("born", "on", "age"),
    [
        (date(1940, 5, 2), date(2026, 5, 1), 85),
        (date(1940, 5, 2), date(2026, 5, 2), 86),
        (date(1940, 2, 29), date(2026, 2, 28), 85),
        (date(1940, 2, 29), date(2026, 3, 1), 86),
    ],
)
def test_age_is_in_completed_years(born: date, on: date, age: int) -> None:
    assert age_on(born, on) == age
