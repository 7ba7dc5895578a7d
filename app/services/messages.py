"""SMS texts from the unit's template, for one person or for a mass-SMS tool. The sentence against fraud is always there."""

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.domain.idnumber import normalise
from app.domain.ids import OperatorId
from app.errors import AppError
from app.services.context import Desk
from app.services.ports import AuditEntry
from app.services.stored_settings import SMS_TEMPLATE

PLACES = ("姓名", "情况", "截止日期", "单位", "电话")
"""What may stand in braces in a template."""
DEFAULT = "{姓名}同志您好！您的养老金领取资格认证情况：{情况}。可用“智慧人社”APP自己办，也可到单位来办，行动不便的我们上门。{单位} {电话}"
AGAINST_FRAUD = "我们从不索要验证码、从不收费。"
_ENDS = ("。", "！", "？", "；", ".", "!", "?")
LONGEST = 300
SMS_CHARACTERS = 70
"""Of one SMS; a longer one is sent and paid as parts of 67."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Addressee:
    """Somebody and what the template may say of them."""

    name: str
    phone: str
    values: Mapping[str, str]


def mobile(phone: str) -> str:
    """The first mobile number in a text, as eleven digits; "" when there is none."""
    found = re.search(r"(?<!\d)(?:86)?(1[3-9]\d{9})(?!\d)", normalise(phone).replace("+", ""))
    return found[1] if found else ""


def check(template: str) -> None:
    """AppError sms.empty, sms.too_long, sms.place (with the unknown one)."""
    if not template.strip():
        raise AppError("sms.empty")
    if len(template) > LONGEST:
        raise AppError("sms.too_long", most=LONGEST)
    for place in re.findall(r"\{([^{}]*)\}", template):
        if place not in PLACES:
            raise AppError("sms.place", place=place, places="、".join(PLACES))
    if re.search(r"[{}]", re.sub(r"\{[^{}]*\}", "", template)):
        raise AppError("sms.place", place="{", places="、".join(PLACES))


def text_for(template: str, to: Addressee) -> str:
    """The whole text. Raises as ``check`` does."""
    check(template)
    said = re.sub(r"\{([^{}]*)\}", lambda found: to.values.get(found[1], ""), template)
    said = " ".join(said.split())
    return said + ("" if said.endswith(_ENDS) else "。") + AGAINST_FRAUD


def parts(text: str) -> int:
    """As how many SMS it is sent."""
    return 1 if len(text) <= SMS_CHARACTERS else -(-len(text) // 67)


def rows(template: str, people: Sequence[Addressee]) -> list[tuple[str, str, str]]:
    """(number, name, text) of everybody with a mobile number; each number once."""
    found: dict[str, tuple[str, str, str]] = {}
    for one in people:
        number = mobile(one.phone)
        if number:
            found.setdefault(number, (number, one.name, text_for(template, one)))
    return list(found.values())


def as_csv(headings: Sequence[str], lines: Sequence[Sequence[str]]) -> bytes:
    """UTF-8 with a mark, which spreadsheets and mass-SMS tools both take."""
    target = io.StringIO()
    writer = csv.writer(target, lineterminator="\r\n")
    writer.writerow(headings)
    writer.writerows(lines)
    return target.getvalue().encode("utf-8-sig")


@dataclass(frozen=True, slots=True)
class Messages:
    """Keeps the unit's template."""

    desk: Desk

    def template(self) -> str:
        """The unit's own, else the usual one."""
        with self.desk.uow() as store:
            return store.settings.get(SMS_TEMPLATE) or DEFAULT

    def set_template(self, template: str, *, operator_id: OperatorId) -> None:
        """Remember; raises as ``check`` does."""
        check(template)
        with self.desk.uow() as store:
            store.settings.set(SMS_TEMPLATE, template.strip())
            at = self.desk.clock.now()
            store.audit.append(AuditEntry(at=at, operator_id=operator_id, action="messages.template_set", subject=""))
            store.commit()
