"""Words of the plans, and a plan as it goes on paper."""

from datetime import date

from app.domain.idnumber import age_on
from app.domain.papers import PlanFacts, PlanLine, UnitFacts
from app.services.plans import PlanKind, Planned
from app.ui import text

KIND = {PlanKind.HOME_VISIT: "上门", PlanKind.APPOINTMENT: "来单位", PlanKind.CALL: "再联系"}
WEEKDAYS = "一二三四五六日"
MISSED = "过期没办的"


def day_words(day: date, today: date) -> str:
    """今天 11月24日 周二."""
    near = {0: "今天 ", 1: "明天 "}.get((day - today).days, "")
    return f"{near}{day.month}月{day.day}日 周{WEEKDAYS[day.weekday()]}"


def when(one: Planned, day: date) -> str:
    """The time, with the day where it is another one."""
    time = one.contact.next_time or "不定"
    return time if one.day == day else f"{one.day.month}月{one.day.day}日 {time}"


def situation(one: Planned) -> str:
    """How the person stands; said plainly when nobody has to go any more."""
    words = text.standing_sentence(one.standing)
    return f"不用去了：{words}" if one.settled else words


def facts(day: date, planned: tuple[Planned, ...], unit: UnitFacts, clerk: str, today: date) -> PlanFacts:
    """For paper: without those who need no one any more."""
    return PlanFacts(
        day=day,
        lines=tuple(_line(one, day, today) for one in planned if not one.settled),
        unit=unit,
        clerk=clerk,
    )


def _line(one: Planned, day: date, today: date) -> PlanLine:
    person = one.retiree
    return PlanLine(
        retiree_id=person.id,
        kind=KIND[one.kind],
        time=when(one, day) if one.contact.next_time else "",
        name=person.name,
        who=f"{text.SEX[person.sex]}　{age_on(person.birth_date, today)} 岁",
        phone=person.phone,
        address=person.address,
        sentence=text.standing_sentence(one.standing),
        note=one.contact.note,
    )
