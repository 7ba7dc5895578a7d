"""The lists' columns: their headings, and a row's text under each."""

from collections.abc import Callable

from app.domain.follow_up import FollowUp
from app.domain.retiree import Residence
from app.services.lists import ListColumn, ListRow
from app.ui import text

RESIDENCE = {Residence.LOCAL: "本地", Residence.ELSEWHERE: "异地", Residence.ABROAD: "境外"}
HEADING = {
    ListColumn.NAME: "姓名",
    ListColumn.SITUATION: "现在的情况",
    ListColumn.PHONE: "电话",
    ListColumn.CONTACT: "最近联系",
    ListColumn.DEADLINE: "认证截止日期",
    ListColumn.SEX: "性别",
    ListColumn.ID_NUMBER: "身份证号",
    ListColumn.PERSONNEL_NUMBER: "个人编号",
    ListColumn.ADDRESS: "地址",
    ListColumn.RESIDENCE: "居住情况",
}
WIDTH = {
    ListColumn.NAME: 120, ListColumn.SITUATION: 520, ListColumn.PHONE: 150, ListColumn.CONTACT: 320, ListColumn.DEADLINE: 160,
    ListColumn.SEX: 70, ListColumn.ID_NUMBER: 210, ListColumn.PERSONNEL_NUMBER: 130, ListColumn.ADDRESS: 300,
    ListColumn.RESIDENCE: 100,
}  # fmt: skip
"""Pixels of a column that the clerk adds."""


def planned(contact: FollowUp) -> str:
    """The agreed day and time; "" for none."""
    if contact.next_on is None:
        return ""
    return f"{contact.next_on.month}月{contact.next_on.day}日{contact.next_time}"


def contact_words(latest: FollowUp | None) -> str:
    """The newest contact in one line."""
    if latest is None:
        return ""
    later = f" {planned(latest)}" if latest.next_on else ""
    return f"{latest.at:%m-%d} {text.WAY[latest.way]}：{text.RESULT[latest.result]}{later}"


CELL: dict[ListColumn, Callable[[ListRow], str]] = {
    ListColumn.NAME: lambda r: r.row.retiree.name,
    ListColumn.SITUATION: lambda r: text.standing_sentence(r.row.standing),
    ListColumn.PHONE: lambda r: r.row.retiree.phone,
    ListColumn.CONTACT: lambda r: contact_words(r.latest),
    ListColumn.DEADLINE: lambda r: text.day(r.row.standing.deadlines.with_provisional),
    ListColumn.SEX: lambda r: text.SEX[r.row.retiree.sex],
    ListColumn.ID_NUMBER: lambda r: r.row.retiree.id_number,
    ListColumn.PERSONNEL_NUMBER: lambda r: r.row.retiree.personnel_number,
    ListColumn.ADDRESS: lambda r: r.row.retiree.address,
    ListColumn.RESIDENCE: lambda r: RESIDENCE[r.row.retiree.residence],
}
