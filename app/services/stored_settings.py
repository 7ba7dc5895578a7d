"""Settings kept in the store: keys, and the frozen values behind them. Owns every settings key."""

import dataclasses
import json
import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from app.domain.calendar import Month
from app.domain.ids import DeskId, RetireeId, UnitId
from app.domain.policy import DEFAULT_POLICY, FORM_REVIEWS, NO_MODEL_PACK, Policy
from app.services.ports import DeskIdentity, Settings

IDENTITY = "desk.identity"
POLICY = "center.policy"
CURSOR = "sync.cursor"
LAST_SYNC = "sync.last"
SKEW_S = "sync.skew_s"
CENTER_TIME = "sync.center_time"
"""The center's clock as last heard: no true time is before it."""
LAST_RECORD_AT = "visit.last_record_at"
"""When the newest record was made; a clock before it stops certification (PROTOCOL, Time)."""
CAMERA = "camera.device"
VOICE = "voice.dialect"
PRINTER = "printer.name"
PAPER_SIZE = "printer.receipt_size"
DAY_BACKUP = "backup.last"
BACKUP_FOLDER = "backup.folder"
WATCH_FOLDER = "scan.folder"
NEAR_LIST = "center.near_list"
UPDATE = "center.update"
SMS_TEMPLATE = "sms.template"
LIST_SAVED = "lists.saved"
LIST_LAYOUT = "lists.layout"
LAST_IMPORT = "roster.last_import"
TOUR_SEEN = "tour.seen"
"""With the operator's id behind it."""
STANDINGS_MADE_WITH = "standings.made_with"
"""Version and policy values that the kept facts were made with."""


def save_identity(settings: Settings, identity: DeskIdentity) -> None:
    """After enrolment."""
    settings.set(IDENTITY, json.dumps(dataclasses.asdict(identity), ensure_ascii=False))


def load_identity(settings: Settings) -> DeskIdentity | None:
    """None before enrolment."""
    text = settings.get(IDENTITY)
    if text is None:
        return None
    raw = json.loads(text)
    return DeskIdentity(**{**raw, "desk_id": DeskId(raw["desk_id"]), "unit_id": UnitId(raw["unit_id"])})


def policy_from(raw: dict[str, Any]) -> Policy:
    """A policy from the center's JSON values; unknown names are ignored, missing ones keep the default, wrong ones raise ValueError."""
    values: dict[str, Any] = {}
    for field in dataclasses.fields(Policy):
        if field.name in raw:
            values[field.name] = _policy_value(field.name, raw[field.name], getattr(DEFAULT_POLICY, field.name))
    return dataclasses.replace(DEFAULT_POLICY, **values)


def _policy_value(name: str, value: Any, default: Any) -> Any:
    if name == "model_pack":
        if not re.fullmatch(rf"([0-9a-f]{{64}}|{NO_MODEL_PACK})?", str(value)):
            raise ValueError(f"policy {name}: {value!r}")
        return str(value)
    if name == "form_review" and value not in FORM_REVIEWS:
        raise ValueError(f"policy {name}: {value!r}")
    if isinstance(default, date):
        return date.fromisoformat(value)
    if name in ("holidays", "made_up_days"):
        return tuple(date.fromisoformat(day) for day in value)
    if isinstance(default, tuple):
        return tuple(int(v) for v in value)
    if isinstance(default, dict):
        return {str(k): tuple(str(x) for x in v) for k, v in value.items()}
    if isinstance(default, float):
        if isinstance(value, bool) or not isinstance(value, (int, float)) or value < 0:
            raise ValueError(f"policy {name}: {value!r}")
        return float(value)
    if isinstance(default, int):
        if isinstance(value, bool) or not isinstance(value, int) or value < 0:
            raise ValueError(f"policy {name}: {value!r}")
        return value
    return str(value)


@dataclass(frozen=True, slots=True)
class NearList:
    """The center's last list of those whose deadline is near (rule 17)."""

    month: Month
    retirees: frozenset[RetireeId]


def save_near_list(settings: Settings, near: NearList) -> None:
    """Keep the center's list; an earlier month's goes."""
    settings.set(NEAR_LIST, json.dumps({"month": str(near.month), "retiree_ids": sorted(near.retirees)}))


def load_near_list(settings: Settings) -> NearList | None:
    """None while the center has sent none that can be read."""
    try:
        raw = json.loads(settings.get(NEAR_LIST) or "{}")
        return NearList(Month.parse(raw["month"]), frozenset(map(RetireeId, raw["retiree_ids"])))
    except (KeyError, TypeError, ValueError):
        return None


FORM_TEMPLATES = "center.form_templates"


def save_template(settings: Settings, body: dict[str, Any]) -> None:
    """Keep a form's layout that the center sent, under its version; earlier ones stay: their paper is still out."""
    fresh = body["template"]
    kept = [one for one in load_templates(settings) if one["version"] != fresh["version"]]
    settings.set(FORM_TEMPLATES, json.dumps([*kept, fresh], ensure_ascii=False))


def load_templates(settings: Settings) -> list[dict[str, Any]]:
    """The layouts that the center sent, the newest last."""
    found: list[dict[str, Any]] = json.loads(settings.get(FORM_TEMPLATES) or "[]")
    return found


def save_policy(settings: Settings, raw: dict[str, Any]) -> None:
    """Store the center's policy after checking it."""
    policy_from(raw)
    settings.set(POLICY, json.dumps(raw, ensure_ascii=False))


def load_policy(settings: Settings) -> Policy:
    """The center's policy, or the default."""
    text = settings.get(POLICY)
    return DEFAULT_POLICY if text is None else policy_from(json.loads(text))


def load_skew(settings: Settings) -> float:
    """Desk minus center in seconds as last measured, 0 when never."""
    text = settings.get(SKEW_S)
    return 0.0 if text is None else float(text)


def save_last_sync(settings: Settings, at: datetime, error: str, detail: str = "") -> None:
    """When the last run ended, and how ("" for well); ``detail``: the center's words, or the name of what was not known."""
    settings.set(LAST_SYNC, json.dumps({"at": at.isoformat(), "error": error, "detail": detail}, ensure_ascii=False))


def load_backup(settings: Settings) -> tuple[datetime | None, str]:
    """When the last good backup was made, and the folder chosen for it ("" for none)."""
    text = settings.get(DAY_BACKUP)
    return datetime.fromisoformat(text) if text else None, settings.get(BACKUP_FOLDER) or ""


def load_last_sync(settings: Settings) -> tuple[datetime | None, str]:
    """When the last run ended and its error code; (None, "") before the first."""
    text = settings.get(LAST_SYNC)
    if text is None:
        return None, ""
    raw = json.loads(text)
    return datetime.fromisoformat(raw["at"]), raw["error"]


def load_sync_detail(settings: Settings) -> str:
    """What the center said beside the last run's error, "" for nothing."""
    return str(json.loads(settings.get(LAST_SYNC) or "{}").get("detail", ""))
