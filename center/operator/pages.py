"""Rendering templates; times as people in Changsha read them."""

from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from fastapi import Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from center.operator import words
from center.operator.session import Visit
from center.registry import aware
from center.rules import month_text

ZONE = ZoneInfo("Asia/Shanghai")


def local(moment: datetime) -> str:
    """2026年11月2日 17:30."""
    at = aware(moment).astimezone(ZONE)
    return f"{at.year}年{at.month}月{at.day}日 {at:%H:%M}"


def day(moment: date) -> str:
    """2026年11月2日."""
    return f"{moment.year}年{moment.month}月{moment.day}日"


def month(value: int | str) -> str:
    """2026年11月, of YYYY-MM or the rules' number."""
    year, number = (value if isinstance(value, str) else month_text(value)).split("-")
    return f"{year}年{int(number)}月"


def shown(value: object) -> str:
    """A body's value; moments in Changsha's time, whatever zone they were written in."""
    if isinstance(value, str) and "T" in value[10:11]:
        try:
            return local(datetime.fromisoformat(value))
        except ValueError:
            return value
    return words.shown(value)


def size(count: int) -> str:
    """For people."""
    for unit, name in ((2**30, "GB"), (2**20, "MB")):
        if count >= unit:
            return f"{count / unit:.1f}".removesuffix(".0") + f" {name}"
    return f"{max(1, count // 1024)} KB"


_templates = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_templates.filters |= {
    "local": local,
    "day": day,
    "month": month,
    "ym": month_text,
    "size": size,
    "masked": words.masked,
    "shown": shown,
}
_templates.globals["words"] = words


def render(request: Request, visit: Visit | None, template: str, *, status: int = 200, **content: Any) -> Response:
    """A page. With a visit its cookie is renewed and forms get their token."""
    page = _templates.get_template(template).render(
        center=request.app.state.name,
        clerk=visit.operator if visit else None,
        csrf=visit.csrf if visit else "",
        **content,
    )
    response = HTMLResponse(page, status_code=status)
    if visit is not None:
        visit.write(request, response)
    return response


def go(where: str) -> Response:
    """After a write: a page that may be reloaded without writing again."""
    return RedirectResponse(where, status_code=303)
