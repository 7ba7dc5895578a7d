"""The number on a card, out of what was read: look-alikes mended, the check digit deciding, several guesses where it must.

A guess is only ever used to look somebody up in the roster: a wrong one finds nobody.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from app.domain.idnumber import IdNumber, parse

LENGTH = 18
MOST_GUESSES = 5
LOOK_ALIKE = str.maketrans(
    {"O": "0", "Q": "0", "D": "0", "I": "1", "L": "1", "|": "1", "!": "1", "Z": "2", "S": "5", "G": "6", "B": "8", "×": "X", "Х": "X"}
)  # fmt: skip
"""Letters that print turns digits into; × and the Cyrillic letter for X."""
ALSO = {"0": "86", "1": "7", "2": "7", "3": "8", "4": "9", "5": "6", "6": "580", "7": "12", "8": "0369", "9": "48"}
"""Digits that print takes for one another; tried when the reader's own second choice does not help."""
SECOND_COST, ALSO_COST = 1.0, 2.0
_CARD = re.compile(r"(?<![0-9A-Z.-])(?:[A-Z][0-9]{7,9}|[0-9]{16,19})(?![0-9A-Z.-])")
"""What stands behind 卡号 on a social-security card."""


@dataclass(frozen=True, slots=True)
class Letter:
    """One printed character as it was read: the best and the second best reading, and how sure the best is, 0..1."""

    best: str
    second: str
    sure: float


Line = tuple[Letter, ...]


def guesses(lines: Sequence[Line]) -> tuple[str, ...]:
    """ID numbers first, the likeliest first of all; then what may be a card's own number. Empty when nothing looks like a number."""
    found: dict[str, float] = {}
    others: list[str] = []
    for line in lines:
        for run in _runs(line):
            for number, cost in _id_numbers(run):
                found[number] = min(cost, found.get(number, cost))
        others += _CARD.findall(_plain("".join(letter.best for letter in line)).replace(" ", ""))
    ranked = sorted(found, key=lambda number: found[number])[:MOST_GUESSES]
    return tuple(dict.fromkeys([*ranked, *others]))


def _runs(line: Line) -> Iterator[list[Letter]]:
    """Stretches of letters and digits; blanks and points between them don't count, Chinese characters part them."""
    run: list[Letter] = []
    for letter in line:
        best, second = _plain(letter.best), _plain(letter.second)
        if re.fullmatch(r"[0-9A-Z|!×Х]", best):
            run.append(Letter(best, second, letter.sure))
        elif best.strip(" .·-—_,:"):
            yield run
            run = []
    yield run


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).upper()


def _id_numbers(run: Sequence[Letter]) -> Iterator[tuple[str, float]]:
    """Valid numbers in a stretch, each with how much had to be believed for it."""
    for start in range(len(run) - LENGTH + 1):
        window = run[start : start + LENGTH]
        text = "".join(_digit(letter.best) for letter in window)
        doubt = sum(1 - letter.sure for letter in window)
        if valid(text):
            yield text, doubt
        else:
            yield from ((guess, doubt + cost) for guess, cost in _mended(text, window) if valid(guess))


def _mended(text: str, window: Sequence[Letter]) -> Iterator[tuple[str, float]]:
    """With one character read otherwise: the reader's second choice, or a digit that looks alike; the least sure cost least."""
    for place, letter in enumerate(window):
        for other, cost in _readings(text[place], letter):
            yield text[:place] + other + text[place + 1 :], cost + letter.sure


def _readings(present: str, letter: Letter) -> Iterable[tuple[str, float]]:
    second = _digit(letter.second)
    if second and second != present:
        yield second, SECOND_COST
    for other in ALSO.get(present, ""):
        if other != second:
            yield other, ALSO_COST


def _digit(text: str) -> str:
    return text.translate(LOOK_ALIKE)


def valid(text: str) -> bool:
    """A whole ID number with its right check character."""
    return len(text) == LENGTH and isinstance(parse(text), IdNumber)
