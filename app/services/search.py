"""Finding a retiree as the clerk types: name, pinyin, initials, any part of the ID number, personnel number, phone.

An index in memory: one line per retiree, scanned with str.find over one long text, which is faster in pure Python than any per-row
loop. Built off the window's thread and swapped whole, so that a search always sees one consistent roster.
"""

import os
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from itertools import islice, product

from app.domain.idnumber import normalise
from app.domain.ids import RetireeId
from app.domain.retiree import Retiree

os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")
"""Names are read character by character, so the library's 47,000 phrases (44 MB) are never asked for; it looks at this once."""
os.environ.setdefault("PYPINYIN_NO_DICT_COPY", "true")

from pypinyin import Style, pinyin  # noqa: E402

RARE: dict[str, str] = {"䶮": "yan", "𬭎": "hong", "㛃": "jie", "𠅤": "xin", "𫍯": "yi", "犇": "ben", "翀": "chong"}
"""Readings that the pinyin library lacks or might lack."""
_SEPARATOR = "\n"
_MOST_READINGS = 4
_MOST_PER_SCAN = 500
"""A text that fits more lines than this is too short to mean somebody; the clerk goes on typing."""


class MatchedField(Enum):
    """What matched, shown beside the hit."""

    NAME = "name"
    PINYIN = "pinyin"
    INITIALS = "initials"
    ID_NUMBER = "id_number"
    PERSONNEL_NUMBER = "personnel_number"
    PHONE = "phone"


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchHit:
    """One hit; ``score`` orders hits, the smallest first."""

    retiree_id: RetireeId
    name: str
    matched: MatchedField
    score: int


@lru_cache(maxsize=32_768)
def _readings(character: str) -> tuple[str, ...]:
    if character in RARE:
        return (RARE[character],)
    found = pinyin(character, style=Style.NORMAL, heteronym=True, errors="ignore", strict=False)
    if not found:
        return ()
    return tuple(dict.fromkeys(reading.replace("ü", "v").lower() for reading in found[0] if reading))


def spellings(name: str) -> tuple[tuple[str, str], ...]:
    """(full pinyin, initials) of a name, every combination of readings up to a few per character; letters stay letters."""
    per_character = [_readings(c) or ((c.lower(),) if c.isalnum() else ()) for c in name]
    per_character = [choices[:_MOST_READINGS] for choices in per_character if choices]
    if not per_character:
        return ()
    combinations = list(product(*per_character))[:16]
    return tuple(dict.fromkeys(("".join(c), "".join(part[0] for part in c)) for c in combinations))


class _Column:
    """One field of all retirees as one long text with line starts, to find every line that holds a string."""

    __slots__ = ("_rows", "_starts", "_text")

    def __init__(self, lines: Iterable[tuple[int, str]]) -> None:
        self._rows: list[int] = []
        self._starts: list[int] = []
        parts: list[str] = []
        position = 0
        for row, line in lines:
            self._rows.append(row)
            self._starts.append(position)
            parts.append(_SEPARATOR + line)
            position += len(line) + 1
        self._text = "".join(parts) + _SEPARATOR

    def search(self, wanted: str) -> Iterator[int]:
        """The row of every line that holds ``wanted``, each once; a line break in it stands for a line's begin or end."""
        at = self._text.find(wanted)
        while at >= 0:
            line = bisect_right(self._starts, at) - 1
            yield self._rows[line]
            following = line + 1
            if following >= len(self._starts):
                return
            at = self._text.find(wanted, self._starts[following])


@dataclass(frozen=True, slots=True)
class SearchIndex:
    """An immutable index over one roster; ``build`` a new one when the roster changes."""

    _ids: tuple[RetireeId, ...]
    _names: tuple[str, ...]
    _columns: dict[MatchedField, _Column]

    @classmethod
    def build(cls, retirees: Sequence[Retiree]) -> "SearchIndex":
        """Index ``retirees``; about 20 µs each for names met before."""
        rows = list(enumerate(retirees))
        spelled = [(row, spellings(r.name)) for row, r in rows]
        columns = {
            MatchedField.NAME: _Column((row, r.name.lower()) for row, r in rows),
            MatchedField.PINYIN: _Column(
                (row, full) for row, all_ in spelled for full in dict.fromkeys(f for f, _ in all_)
            ),
            MatchedField.INITIALS: _Column(
                (row, i) for row, all_ in spelled for i in dict.fromkeys(i for _, i in all_)
            ),
            MatchedField.ID_NUMBER: _Column((row, normalise(r.id_number)) for row, r in rows),
            MatchedField.PERSONNEL_NUMBER: _Column((row, r.personnel_number.upper()) for row, r in rows),
            MatchedField.PHONE: _Column((row, _digits(r.phone)) for row, r in rows),
        }
        return cls(tuple(r.id for r in retirees), tuple(r.name for r in retirees), columns)

    def __len__(self) -> int:
        return len(self._ids)

    def find(self, text: str, *, limit: int = 20) -> tuple[SearchHit, ...]:
        """Best hits first: whole field, then beginning, then anywhere; names before pinyin before numbers."""
        best: dict[int, tuple[int, MatchedField]] = {}
        questions = tuple(_questions(text))
        for closeness, (before, after) in enumerate(((_SEPARATOR, _SEPARATOR), (_SEPARATOR, ""), ("", ""))):
            for rank, (field, wanted) in enumerate(questions):
                for row in islice(self._columns[field].search(before + wanted + after), max(limit, _MOST_PER_SCAN)):
                    best.setdefault(row, (closeness * 10 + rank, field))
            if len(best) >= limit:
                break
        ordered = sorted(best.items(), key=lambda item: (item[1][0], self._names[item[0]], item[0]))
        return tuple(
            SearchHit(retiree_id=self._ids[row], name=self._names[row], matched=field, score=score)
            for row, (score, field) in ordered[:limit]
        )


def _digits(text: str) -> str:
    return "".join(c for c in text if c.isdigit())


def _questions(text: str) -> Iterator[tuple[MatchedField, str]]:
    """Which fields to ask for what: by the shape of the text."""
    plain = normalise(text)
    if not plain:
        return
    yield MatchedField.NAME, "".join(text.split()).lower()
    if plain.isascii() and plain.isalpha():
        yield MatchedField.INITIALS, plain.lower()
        yield MatchedField.PINYIN, plain.lower()
    if any(c.isdigit() for c in plain) or plain == "X":
        yield MatchedField.PERSONNEL_NUMBER, plain
        yield MatchedField.ID_NUMBER, plain
        digits = _digits(plain)
        if digits == plain:
            yield MatchedField.PHONE, digits
