"""What is different in the window on the laptop of a home visit, and how a window can end."""

from enum import Enum

from app.services.ports import SyncReport
from app.ui import text

ELSEWHERE = frozenset(
    {"home", "lists", "forms", "reports", "sync", "settings", "audit", "roster_import", "home_visits", "privacy"}
)
"""Screens that a laptop does not have: the list of the visit comes up instead."""


class Ending(Enum):
    """Why the window closed, when it was for something else than leaving."""

    TAKE_ALONG = "take_along"
    """A take-along package is to be opened."""
    WIPE = "wipe"
    """Everything was brought back: this folder goes."""


def place(name: str, *, away: bool) -> str:
    """The screen that comes up for ``name``."""
    return "away" if away and name in ELSEWHERE else name


def rail_state(report: SyncReport, *, away: bool) -> str:
    """The rail's line about records that wait."""
    if not away:
        return text.sync_state(report.error or f"{report.waiting}")
    return f"带回单位：{report.waiting} 条" if report.waiting else "上门办理，不联网"
