"""Words about home visits: the desk's room, the laptop's room, the dialog that opens a package."""

from datetime import date

from app.domain.home_visit import TripStanding
from app.domain.standing import Severity
from app.services.away import AwayRow, AwayState, Done
from app.services.home_visits import Packed, TripRow
from app.services.trip_return import BroughtBack
from app.ui import text

STANDING = {
    TripStanding.OUT: "● 在外面",
    TripStanding.OVERDUE: "▲ 过期没带回",
    TripStanding.BACK: "✓ 已带回",
    TripStanding.LOST: "■ 已报失，作废",
}
DONE = {
    Done.NOTHING: "○ 还没办",
    Done.CERTIFIED: "✓ 已采集",
    Done.FORM: "✓ 走确认表",
    Done.REPORTED: "● 已报告情况变化",
    Done.CONTACTED: "● 已联系",
}
HOW = "做成加密文件，在笔记本上打开，不用联网；只带这几个人的资料，过期打不开。"
PASSPHRASE_HINT = "口令抄在纸上，别和 U 盘放一起。"
BACK_STEPS = "1. 做好带回包，拷到单位的电脑，在“上门认证”里收下。　2. 把那边显示的核对码输在这里。"
WIPE_WORDS = "核对通过后，本机上这次上门的数据会先毁掉密钥、再删除。写口令的纸条也请撕掉。"


def packed(made: Packed) -> str:
    """After packing."""
    size = max(1, made.size // 1024)
    return f"做好了：“{made.path.name}”，{len(made.trip.people)} 人，{size} KB。请“安全弹出”U 盘。"


def brought(back: BroughtBack) -> str:
    """After taking a file back."""
    parts = [
        f"{number} {what}"
        for number, what in (
            (back.certifications, "条认证"),
            (back.forms, "张确认表"),
            (back.contacts, "条联系"),
            (back.reports, "条情况变化"),
        )
        if number
    ]
    got = "收下了：" + "、".join(parts) if parts else "收下了，没有新内容"
    look = f"　请看一看{'、'.join(back.merged)}的确认表：两边都办过，材料已合在一起。" if back.merged else ""
    return f"{got}。请在笔记本上输入核对码 {back.code}，它就抹掉自己的数据。{look}"


def people(row: TripRow) -> str:
    """Who is in a package."""
    return text.names(row.names)


def returned(row: TripRow) -> str:
    """What came back so far."""
    if not row.trip.returned:
        return ""
    return f"{sum(one.records for one in row.trip.returned)} 条记录"


def day(value: date) -> str:
    """Short."""
    return f"{value.month}月{value.day}日"


def away_sentence(state: AwayState) -> tuple[Severity, str]:
    """How the trip stands, in one sentence."""
    left = sum(row.done is Done.NOTHING for row in state.rows)
    until = day(state.trip.expires_on)
    if state.brought_back:
        return Severity.NOTICE, "带回包做好了。单位收下以后，把核对码输在下面。"
    if state.expired:
        return Severity.WARNING, f"{until}已经到期，不能再办新的；请把办好的带回单位。"
    if left:
        return Severity.NOTICE, f"还有 {left} 人没办。{until}以前有效，不用联网。"
    return Severity.GOOD, "都办好了，请回单位做带回包。"


def away_standing(row: AwayRow) -> str:
    """Where they live and how to reach them."""
    return "　".join(filter(None, (row.retiree.address, row.retiree.phone))) or "——"


def role_words(names: str) -> str:
    """For the rail on a laptop."""
    return f"{names}\n上门办理"


NAVIGATION = {"away": "上门名单", "find": text.NAVIGATION["find"], "records": text.NAVIGATION["records"]}
"""The rail of a laptop."""
