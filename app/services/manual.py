"""The clerk's manual by chapter, so that F1 opens where one stands. Knows Markdown's headings, no more of it."""

import re
from dataclasses import dataclass

_HEADING = re.compile(r"^(#{1,3}) (.+)$", re.MULTILINE)
_MARKS = re.compile(r"!\[[^\]]*\]\([^)]*\)|[*`|#>\[\]]|\s")


@dataclass(frozen=True, slots=True)
class Chapter:
    """Attributes: title as in the heading; level 2 or 3; markdown: its own text with the heading, without that of the chapters below."""

    title: str
    level: int
    markdown: str

    def holds(self, words: str) -> bool:
        """Whether every one of the words, parted by blanks, stands in it."""
        plain = _MARKS.sub("", self.markdown).lower()
        return all(word in plain for word in words.lower().split())


@dataclass(frozen=True, slots=True)
class Manual:
    """All chapters in order."""

    chapters: tuple[Chapter, ...]

    def chapter(self, title: str) -> Chapter | None:
        """The one of that heading."""
        return next((one for one in self.chapters if one.title == title), None)

    def search(self, words: str) -> tuple[Chapter, ...]:
        """The chapters that hold ``words``; all of them when nothing is asked."""
        return tuple(one for one in self.chapters if one.holds(words))


def parse(markdown: str) -> Manual:
    """Cut at the headings of the second and third level; what stands before the first one is left out."""
    heads = [match for match in _HEADING.finditer(markdown) if len(match.group(1)) > 1]
    ends = [*(match.start() for match in heads[1:]), len(markdown)][: len(heads)]
    return Manual(
        tuple(
            Chapter(match.group(2).strip(), len(match.group(1)), markdown[match.start() : end].strip() + "\n")
            for match, end in zip(heads, ends, strict=True)
        )
    )
