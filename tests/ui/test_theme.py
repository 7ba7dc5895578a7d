"""The theme can be read by tired eyes."""

import re
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest

from app.domain.standing import Severity
from app.ui import theme

P = theme.PALETTE
RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
LEAST = 4.5
UI = Path(theme.__file__).parent
DRAWING = UI / "screens" / "retiree_side" / "pictogram.py"
"""Has two colours of its own, none of which carries words."""


def rules() -> Iterator[tuple[str, dict[str, str]]]:
    """Selector and declarations of every rule of the style sheet."""
    for selectors, body in RULE.findall(theme.style_sheet()):
        declared = dict(part.split(":", 1) for part in body.split(";") if ":" in part)
        for selector in selectors.split(","):
            yield selector.strip(), {name.strip(): value.strip() for name, value in declared.items()}


def grounds(selector: str, declared: dict[str, str]) -> tuple[str, ...]:
    """What the words of a rule stand on: its own ground, or whatever it may lie on."""
    ground = declared.get("background", "")
    if ground.startswith("#"):
        return (ground,)
    if "#rail" in selector:
        return (P.rail, P.rail_chosen)
    return (P.page, P.surface, P.raised)


def pairs() -> list[tuple[str, str, str]]:
    """(selector, ink, ground) of words, placeholders, disabled and selected text."""
    found = []
    for selector, declared in rules():
        for ink in ("color", "placeholder-text-color"):
            if declared.get(ink, "").startswith("#"):
                found += [(f"{selector} {ink}", declared[ink], ground) for ground in grounds(selector, declared)]
        if "selection-color" in declared:
            found.append((f"{selector} selection", declared["selection-color"], declared["selection-background-color"]))
        if "alternate-background-color" in declared:
            found.append((f"{selector} alternate", P.ink, declared["alternate-background-color"]))
    return found


def test_words_placeholders_disabled_and_selected_text_all_have_a_contrast_of_at_least_four_and_a_half() -> None:
    checked = pairs()
    names = " ".join(name for name, _ink, _ground in checked)
    for kind in (":disabled", "placeholder", "selection", "alternate", "QToolTip", "#rail", '[role="muted"]', "link"):
        assert kind in names
    assert len(checked) > 30
    assert [(name, ink, ground) for name, ink, ground in checked if theme.contrast(ink, ground) < LEAST] == []


@pytest.mark.parametrize(("ink", "back"), theme.CONTRAST_PAIRS)
def test_every_pair_of_ink_and_ground_has_a_contrast_of_at_least_four_and_a_half(ink: str, back: str) -> None:
    assert theme.contrast(ink, back) >= LEAST


def test_every_severity_is_read_on_its_own_ground_as_the_badges_write_it() -> None:
    for ink, back in theme.SEVERITY_COLOURS.values():
        assert theme.contrast(ink, back) >= LEAST
        assert theme.contrast(P.primary, back) >= LEAST  # the link 依据 in it


def test_contrast_is_that_of_the_web_guidelines() -> None:
    assert theme.contrast("#000000", "#FFFFFF") == pytest.approx(21.0)
    assert theme.contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)


def test_the_mark_of_the_focus_stands_out_from_every_ground_it_is_on() -> None:
    for ground in (P.page, P.surface, P.raised):
        assert theme.contrast(P.focus, ground) >= 3.0
    for ground in (P.rail, P.rail_chosen):
        assert theme.contrast(P.focus_on_rail, ground) >= 3.0
    assert theme.FOCUS_PX >= 3


def test_edges_of_what_can_be_ticked_and_drawn_ovals_stand_out() -> None:
    for mark, ground in ((P.oval, P.film), (P.oval_good, P.film), (P.surface, P.film)):
        assert theme.contrast(mark, ground) >= 3.0


FOCUSED = (
    "QPushButton",
    "QLineEdit",
    "QComboBox",
    "QPlainTextEdit",
    "QTextEdit",
    "QTableView",
    "QListView",
    "QDateEdit",
    "QSpinBox",
    "QTabBar::tab",
    "QCheckBox",
    "QRadioButton",
)


@pytest.mark.parametrize("kind", FOCUSED)
def test_every_kind_of_control_shows_its_focus_by_a_thick_edge(kind: str) -> None:
    shown = [declared for selector, declared in rules() if selector == f"{kind}:focus"]
    edges = " ".join(f"{d.get('border', '')} {d.get('border-color', '')}" for d in shown)
    assert P.focus in edges


def test_no_role_of_a_button_hides_the_focus_behind_an_edge_of_its_own() -> None:
    selectors = {selector for selector, _declared in rules()}
    edged = {s for s, d in rules() if s.startswith("QPushButton[") and s.endswith("]") and "border" in d}
    assert len(edged) >= 3
    assert {f"{selector}:focus" for selector in edged} <= selectors


def test_nothing_is_told_by_colour_alone() -> None:
    """A severity has its sign, the chosen place of the rail its bar, a disabled button its ground, a link its line."""
    assert set(theme.SEVERITY_SIGNS) == set(Severity) == set(theme.SEVERITY_COLOURS)
    assert len(set(theme.SEVERITY_SIGNS.values())) == len(Severity)
    by_selector: dict[str, dict[str, str]] = {}
    for selector, declared in rules():
        by_selector.setdefault(selector, {}).update(declared)
    assert "border-left" in by_selector["QFrame#rail QPushButton:checked"]
    assert by_selector['QPushButton[role="link"]']["text-decoration"] == "underline"
    assert by_selector["QPushButton:disabled"]["background"] != by_selector["QPushButton"]["background"]


def test_colours_are_named_in_the_theme_and_nowhere_else() -> None:
    known = set(vars_of(P))
    assert set(re.findall(r"#[0-9A-Fa-f]{6}", theme.style_sheet())) <= known
    elsewhere = [
        f"{file.name}: {colour}"
        for file, colour in (
            (file, colour)
            for file in UI.rglob("*.py")
            if file not in (Path(theme.__file__), DRAWING)
            for colour in re.findall(r"#[0-9A-Fa-f]{6}", file.read_text("utf-8"))
        )
    ]
    assert elsewhere == []


def test_the_drawings_for_the_retiree_are_seen_on_white() -> None:
    inks = (P.ink, P.primary, P.danger, P.good)
    assert [pair for pair in product(inks, (P.surface,)) if theme.contrast(*pair) < LEAST] == []


def test_nothing_is_written_smaller_than_fifteen_pixels() -> None:
    assert min(int(px) for px in re.findall(r"font-size: (\d+)px", theme.style_sheet())) >= 15
    assert theme.BASE_PX >= 16


def vars_of(palette: theme.Palette) -> list[str]:
    return [getattr(palette, name) for name in palette.__slots__]
