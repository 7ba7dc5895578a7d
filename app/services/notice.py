"""The notice's text by section, so that every rule is one click from where it bites."""

import re
from dataclasses import dataclass

_CHAPTER = re.compile(r"^([一二三四五])、(.*)$")
_SECTION = re.compile(r"^（([一二三四五])）")


@dataclass(frozen=True, slots=True)
class Notice:
    """Sections by their codes: "二", "三(二)", "四(三)" …; ``title`` names the notice, ``heads`` its chapters."""

    title: str
    sections: dict[str, str]
    heads: dict[str, str]

    def text_of(self, articles: str) -> str:
        """The texts of one or more codes joined by 、; unknown ones are left out."""
        wanted = [code for code in articles.split("、") if code in self.sections]
        return "\n\n".join(f"〔{code}〕{self.text(code)}" for code in wanted)

    def text(self, code: str) -> str:
        """A section as in the notice, a chapter with its heading above it."""
        head = self.heads.get(code)
        return self.sections[code] if head is None else f"{head}\n{self.sections[code]}".strip()

    def search(self, words: str) -> tuple[str, ...]:
        """Codes of the sections that hold every one of the words, parted by blanks."""
        wanted = words.split()
        return tuple(code for code in self.sections if wanted and all(word in self.text(code) for word in wanted))


def parse(text: str) -> Notice:
    """Cut the notice's plain text into chapters and sections."""
    sections: dict[str, str] = {}
    heads: dict[str, str] = {}
    chapter, code = "", ""
    for line in (raw.strip() for raw in text.splitlines()):
        if not line:
            continue
        head = _CHAPTER.match(line)
        if head is not None:
            chapter = code = head.group(1)
            heads[code], sections[code] = head.group(2), ""
            continue
        inner = _SECTION.match(line)
        if inner is not None and chapter:
            code = f"{chapter}({inner.group(1)})"
            sections[code] = line[inner.end() :]
        elif code:
            sections[code] += line
    return Notice("湘人社函〔2022〕40号", sections, heads)
