"""The theme can be read by tired eyes."""

import re

import pytest

from app.domain.standing import Severity
from app.ui import theme


@pytest.mark.parametrize(("ink", "back"), theme.CONTRAST_PAIRS)
def test_every_pair_of_ink_and_ground_has_a_contrast_of_at_least_four_and_a_half(ink: str, back: str) -> None:
    assert theme.contrast(ink, back) >= 4.5


def test_contrast_is_that_of_the_web_guidelines() -> None:
    assert theme.contrast("#000000", "#FFFFFF") == pytest.approx(21.0)
    assert theme.contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)


def test_the_mark_of_the_focus_stands_out_from_every_ground_it_is_on() -> None:
    p = theme.PALETTE
    for ground in (p.page, p.surface, p.raised):
        assert theme.contrast(p.focus, ground) >= 3.0


def test_each_severity_has_a_sign_of_its_own_beside_its_colour() -> None:
    assert set(theme.SEVERITY_SIGNS) == set(Severity) == set(theme.SEVERITY_COLOURS)
    assert len(set(theme.SEVERITY_SIGNS.values())) == len(Severity)


def test_the_style_sheet_uses_only_colours_of_the_palette() -> None:
    known = set(vars_of(theme.PALETTE))
    assert set(re.findall(r"#[0-9A-Fa-f]{6}", theme.style_sheet())) <= known


def test_nothing_is_written_smaller_than_fifteen_pixels() -> None:
    assert min(int(px) for px in re.findall(r"font-size: (\d+)px", theme.style_sheet())) >= 15
    assert theme.BASE_PX >= 16


def vars_of(palette: theme.Palette) -> list[str]:
    return [getattr(palette, name) for name in palette.__slots__]
