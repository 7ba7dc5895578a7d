"""Form templates as data: layout in millimetres, read from resources or from what the center sent. Owns the file format."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.errors import AppError
from app.forms.pen import Box

KINDS = frozenset({"label", "field", "photo", "reasons", "frame", "text", "line", "seal"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One element. ``field`` names a fact; ``size`` in points; ``align`` left, center, right."""

    kind: str
    box: Box
    text: str = ""
    field: str = ""
    size: float = 12.0
    align: str = "center"


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """A form's layout.

    Attributes:
        name, version: which form; the version (0-9, A-Z) is in the QR code.
        page: width and height, mm.
        title, title_box, qr, head, cells, notes, notes_box: what is drawn where.
        zones: where a scan is looked at: signature, date, seal.
    """

    name: str
    version: str
    page: tuple[float, float]
    title: str
    title_box: Box
    qr: Box
    head: tuple[Cell, ...]
    cells: tuple[Cell, ...]
    notes: tuple[str, ...]
    notes_box: Box
    zones: dict[str, Box]


def load(path: Path) -> Template:
    """From a file. AppError('template.damaged') when it does not fit."""
    try:
        return parse(json.loads(path.read_text("utf-8")))
    except (OSError, ValueError) as error:
        raise AppError("template.damaged", name=path.name) from error


def parse(raw: dict[str, Any]) -> Template:
    """From JSON values; ValueError when something is missing, unknown or outside the page."""
    try:
        template = Template(
            name=str(raw["name"]),
            version=str(raw["version"]),
            page=(float(raw["page"][0]), float(raw["page"][1])),
            title=str(raw["title"]),
            title_box=read_box(raw["title_box"]),
            qr=read_box(raw["qr"]),
            head=tuple(read_cell({"kind": "text", "align": "left", **cell}) for cell in raw["head"]),
            cells=tuple(read_cell(cell) for cell in raw["cells"]),
            notes=tuple(str(note) for note in raw["notes"]),
            notes_box=read_box(raw["notes_box"]),
            zones={str(name): read_box(box) for name, box in raw["zones"].items()},
        )
    except (KeyError, TypeError, IndexError, AttributeError) as error:
        raise ValueError(f"template: {error}") from error
    for cell in template.cells:
        if cell.box[0] + cell.box[2] > template.page[0] or cell.box[1] + cell.box[3] > template.page[1]:
            raise ValueError(f"template: {cell.kind} {cell.text or cell.field} lies outside the page")
    if len(template.version) != 1 or not {"signature", "date", "seal"} <= template.zones.keys():
        raise ValueError("template: version or zones")
    return template


def read_box(raw: Any) -> Box:
    """Four numbers, mm."""
    x, y, width, height = (float(v) for v in raw)
    return (x, y, width, height)


def read_cell(raw: dict[str, Any]) -> Cell:
    """One element; ValueError for an unknown kind."""
    if raw["kind"] not in KINDS:
        raise ValueError(f"template: unknown kind {raw['kind']}")
    default_align = "left" if raw["kind"] == "text" else "center"
    return Cell(
        kind=raw["kind"],
        box=read_box(raw["box"]),
        text=str(raw.get("text", "")),
        field=str(raw.get("field", "")),
        size=float(raw.get("size", 12.0)),
        align=str(raw.get("align", default_align)),
    )
