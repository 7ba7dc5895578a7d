"""Fonts on paper: embedded always, per-glyph fallback, never a silent box."""

import io
import mmap
from array import array
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from reportlab import rl_config
from reportlab.pdfbase import pdfmetrics, ttfonts
from reportlab.pdfgen.canvas import Canvas

from app import resources

SANS, MEDIUM, SERIF = "CertSans", "CertSansMedium", "CertSerif"
FILES = {SANS: "CertSans-Regular.ttf", MEDIUM: "CertSans-Medium.ttf", SERIF: "CertSerif-Regular.ttf"}
SYSTEM_TITLE = ("方正小标宋简体.ttf", "FZXBSJW.TTF", "FZXBSK.TTF", "小标宋.ttf")
SYSTEM_BODY = ("simfang.ttf", "仿宋_GB2312.ttf", "FangSong.ttf", "fangsong.ttf")
SYSTEM_FOLDERS = (Path("C:/Windows/Fonts"), Path("/usr/share/fonts"), Path.home() / ".local/share/fonts")
REPLACEMENT = "〓"
"""The printers' sign for a missing character (geta): seen, not a silent box."""


def _utf16_cmap(font_name: str, subset: list[int]) -> str:
    """ToUnicode map with UTF-16BE values.

    Workaround for ReportLab, whose own writes code points above U+FFFF as they are, so that 𬭎 copies out as another character.
    """
    lines = [f"<{index:02X}> <{chr(code).encode('utf-16-be').hex().upper()}>" for index, code in enumerate(subset)]
    head = "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n/CIDSystemInfo\n<< /Registry (Adobe)\n"
    head += f"/Ordering (UCS)\n/Supplement 0\n>> def\n/CMapName /{font_name} def\n/CMapType 2 def\n"
    head += f"1 begincodespacerange\n<00> <{len(subset) - 1:02X}>\nendcodespacerange\n"
    blocks = [lines[i : i + 100] for i in range(0, len(lines), 100)]
    body = "\n".join(f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar" for block in blocks)
    return head + body + "\nendcmap\nCMapName currentdict /CMap defineresource pop\nend\nend"


_maps: list[dict[int, int]] = []
"""Of the fonts so far: two weights of one family have the same."""


def _font(name: str, path: Path) -> ttfonts.TTFont:
    """The library's font, in a fifth of the memory.

    The file is mapped instead of read, equal numbers and equal maps are one object, and the map from glyphs back to characters, asked only
    where text is shaped, is dropped.
    """
    font = ttfonts.TTFont(name, str(path))
    face: Any = font.face
    if not hasattr(face, "_mapped"):  # faces are shared between fonts of one file
        with path.open("rb") as file:
            face._ttf_data = face._mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        one: dict[Any, Any] = {}
        face.hmetrics = tuple(one.setdefault(pair, pair) for pair in face.hmetrics)
        face.glyphPos = array("L", face.glyphPos)
        face.glyphToChar = {}
        face.charToGlyph = next((known for known in _maps if known == face.charToGlyph), face.charToGlyph)
        _maps.append(face.charToGlyph)
        widths = ((code, face.charWidths[code]) for code in face.charToGlyph if code in face.charWidths)
        face.charWidths = {code: one.setdefault(wide, wide) for code, wide in widths}
    return font


@cache
def register() -> dict[str, str]:
    """Register all fonts once; returns role → font name. Roles: title, body, sans, medium."""
    setattr(ttfonts, "makeToUnicodeCMap", _utf16_cmap)  # noqa: B010 - the workaround replaces a library function
    for name, file in FILES.items():
        pdfmetrics.registerFont(_font(name, resources.path("fonts", file)))
    rl_config.canvas_basefontname = SANS
    title = _system("SystemTitle", SYSTEM_TITLE) or SERIF
    body = _system("SystemBody", SYSTEM_BODY) or SERIF
    return {"title": title, "body": body, "sans": SANS, "medium": MEDIUM}


def _system(name: str, candidates: tuple[str, ...]) -> str | None:
    """A font of the official style, when the system has one that ReportLab can embed."""
    for folder in SYSTEM_FOLDERS:
        for candidate in candidates:
            path = folder / candidate
            try:
                if path.is_file():
                    pdfmetrics.registerFont(_font(name, path))
                    return name
            except (ttfonts.TTFError, OSError):
                continue
    return None


def new_canvas(target: io.BytesIO, size: tuple[float, float]) -> Canvas:
    """A canvas of ``size`` points that never mentions an unembedded font; the same facts give the same bytes."""
    options: dict[str, Any] = {"initialFontName": SANS, "invariant": 1}
    return Canvas(target, pagesize=size, **options)


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text in one font."""

    font: str
    text: str


@cache
def _has(font: str, character: str) -> bool:
    face: Any = pdfmetrics.getFont(font)
    return ord(character) in face.face.charToGlyph


def runs(text: str, font: str) -> tuple[Run, ...]:
    """``text`` split into runs, each in a font that has its characters: the wanted one, else sans, else 〓."""
    register()
    found: list[Run] = []
    for character in text:
        if _has(font, character):
            chosen = Run(font, character)
        elif _has(SANS, character):
            chosen = Run(SANS, character)
        else:
            chosen = Run(SANS, REPLACEMENT if not character.isspace() else " ")
        if found and found[-1].font == chosen.font:
            found[-1] = Run(chosen.font, found[-1].text + chosen.text)
        else:
            found.append(chosen)
    return tuple(found)


def width(text: str, font: str, size: float) -> float:
    """Width in points with fallback applied."""
    return float(sum(pdfmetrics.stringWidth(run.text, run.font, size) for run in runs(text, font)))
