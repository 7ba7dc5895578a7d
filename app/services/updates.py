"""Updates: what the center offers, how far it is here, and whether it must be used. Pure; fetching is in app.sync.updates."""

import json
from dataclasses import asdict, dataclass
from datetime import date
from enum import StrEnum
from typing import Protocol

from app.services.ports import Settings
from app.services.stored_settings import UPDATE
from protocol.versions import version_key


class UpdateStanding(StrEnum):
    """How an offer stands: nothing to do; being fetched; used from the next start on; wanted from a day on; overdue."""

    NONE = "none"
    FETCHING = "fetching"
    READY = "ready"
    ANNOUNCED = "announced"
    DUE = "due"


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A newer version the center has signed. ``required_from`` only together with ``words``."""

    version: str
    sha256: str
    size: int
    required_from: date | None = None
    words: str = ""
    ready: bool = False


class UpdateSource(Protocol):
    """Fetches in the background."""

    def run(self) -> Offer | None:
        """Ask the center and fetch what is newer; blocks for minutes. None: nothing newer. AppError sync.*, update.*, disk.full."""
        ...

    def stop(self) -> None:
        """Let a fetch that is under way end soon; it goes on from there another time."""
        ...


def newer(version: str, than: str) -> bool:
    """Never equal or older: there is no way back by update."""
    return version_key(version) > version_key(than)


def standing(offer: Offer | None, running: str, today: date) -> UpdateStanding:
    """What to tell the clerk. A date alone forces nothing: it takes words."""
    if offer is None or not newer(offer.version, running):
        return UpdateStanding.NONE
    if offer.required_from is not None and offer.words.strip():
        return UpdateStanding.DUE if today >= offer.required_from else UpdateStanding.ANNOUNCED
    return UpdateStanding.READY if offer.ready else UpdateStanding.FETCHING


def save_offer(settings: Settings, offer: Offer) -> None:
    """Remembered over a restart, so that a required date counts without network too."""
    until = offer.required_from.isoformat() if offer.required_from is not None else None
    settings.set(UPDATE, json.dumps({**asdict(offer), "required_from": until}, ensure_ascii=False))


def load_offer(settings: Settings) -> Offer | None:
    """The offer last seen."""
    text = settings.get(UPDATE)
    if text is None:
        return None
    raw = json.loads(text)
    until = raw["required_from"]
    return Offer(**{**raw, "required_from": date.fromisoformat(until) if until is not None else None})
