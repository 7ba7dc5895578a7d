"""Made-up retirees and certifications for tests of the rules."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from app.domain.certification import CenterState, Certification, Channel
from app.domain.idnumber import check_character
from app.domain.ids import RecordId, RetireeId, UnitId
from app.domain.retiree import Retiree, Sex

SHANGHAI = ZoneInfo("Asia/Shanghai")
BORN = date(1950, 3, 7)
REGION = "439999"
"""A county code that does not exist."""


def id_number(born: date = BORN, *, region: str = REGION, serial: int = 12, sex: Sex = Sex.FEMALE) -> str:
    """A number with a valid check character in a region that does not exist."""
    body = f"{region}{born:%Y%m%d}{serial:02d}{1 if sex is Sex.MALE else 2}"
    return body + check_character(body)


def retiree(**changes: Any) -> Retiree:
    """Somebody with card and photo, paid since 2015, never certified."""
    fields: dict[str, Any] = {
        "id": RetireeId("r-1"),
        "unit_id": UnitId("u-1"),
        "name": "龑淑珍",
        "id_number": id_number(),
        "personnel_number": "430000001",
        "sex": Sex.FEMALE,
        "birth_date": BORN,
        "first_paid_on": date(2015, 1, 1),
        "card_number": "A1234567",
        "photo": "0" * 64,
    }
    return Retiree(**{**fields, **changes})


def certified(
    on: date, *, number: int = 1, center: CenterState = CenterState.ACCEPTED, **changes: Any
) -> Certification:
    """A face certification at ten in the morning of ``on``."""
    fields: dict[str, Any] = {
        "id": RecordId(f"c-{number}"),
        "retiree_id": RetireeId("r-1"),
        "channel": Channel.ASSISTED_FACE,
        "captured_at": datetime(on.year, on.month, on.day, 10, tzinfo=SHANGHAI),
        "center": center,
    }
    return Certification(**{**fields, **changes})
