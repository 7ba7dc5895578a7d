"""On a laptop of a home visit: until when it works. Apart from away.py, because every visit asks."""

from dataclasses import dataclass
from datetime import date, datetime

from app.errors import AppError
from app.services.codec import from_json
from app.services.ports import Settings

TRIP = "away.trip"
"""Settings key, in a laptop's own store only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AwayTrip:
    """The trip as the laptop knows it. ``trip_key``: Ed25519 seed; ``desk_key``: public; ``secret``: of the confirmation (hex)."""

    id: str
    unit_id: str
    made_at: datetime
    expires_on: date
    desk_key: str
    trip_key: str
    secret: str


def trip_of(settings: Settings) -> AwayTrip | None:
    """The trip of this store; None at a desk."""
    text = settings.get(TRIP)
    return None if text is None else from_json(AwayTrip, text)


def not_expired(settings: Settings, today: date) -> None:
    """AppError('away.expired') on a laptop whose trip is over."""
    trip = trip_of(settings)
    if trip is not None and today > trip.expires_on:
        raise AppError("away.expired", day=f"{trip.expires_on.month}月{trip.expires_on.day}日")


def at_a_desk(settings: Settings) -> None:
    """AppError('away.at_the_desk') on a laptop: what rests on records that it does not have is done at the unit."""
    if trip_of(settings) is not None:
        raise AppError("away.at_the_desk")
