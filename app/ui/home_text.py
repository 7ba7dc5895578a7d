"""Words of the home screen's lines: forms, people to reach, and the desk itself; each with its severity."""

from datetime import date, datetime

from app.domain.standing import Severity
from app.services.home import DeskHealth, HomeFigures, HomeGroup
from app.services.month import BoardRow
from app.ui import text
from app.ui.screens.home.state import HomeLine

Said = tuple[Severity, str]
SEVERITY = {
    HomeGroup.LOSES_NEXT_MONTH: Severity.DANGER,
    HomeGroup.SUSPENDED: Severity.DANGER,
    HomeGroup.DUE_7: Severity.WARNING,
    HomeGroup.DUE_30: Severity.NOTICE,
    HomeGroup.DUE_60: Severity.NOTICE,
    HomeGroup.WAITING: Severity.NOTICE,
    HomeGroup.DEAD_OVERPAID: Severity.WARNING,
    HomeGroup.SAFE: Severity.GOOD,
}
TITLE = {
    HomeLine.RETURNED: "被退回的确认表",
    HomeLine.FORMS: "还没报的确认表",
    HomeLine.REVIEW: "等复核的确认表",
    HomeLine.UNREACHED: "还没联系上的人",
    HomeLine.PLANNED: "约定日期已到的人",
    HomeLine.NEAR_LIST: "省中心名单里还没认证的人",
}
ARTICLES: dict[HomeGroup | HomeLine, str] = {
    HomeGroup.LOSES_NEXT_MONTH: "四(三)",
    HomeGroup.SUSPENDED: "四(三)",
    HomeGroup.DUE_7: "二、四(三)",
    HomeGroup.DUE_30: "二",
    HomeGroup.DUE_60: "二",
    HomeGroup.DEAD_OVERPAID: "四(四)",
    HomeGroup.SAFE: "二",
    HomeLine.RETURNED: "三(二)",
    HomeLine.FORMS: "三(二)",
    HomeLine.REVIEW: "三(二)",
    HomeLine.UNREACHED: "四(二)",
    HomeLine.NEAR_LIST: "四(二)",
}
"""Which sections of the notice a list rests on."""
NOTHING = {
    HomeLine.RETURNED: "没有被退回的确认表。",
    HomeLine.FORMS: "确认表都报了。",
    HomeLine.REVIEW: "没有等复核的确认表。",
    HomeLine.UNREACHED: "都联系上了。",
    HomeLine.PLANNED: "今天没有约好要联系或上门的人。",
    HomeLine.NEAR_LIST: "省中心名单里没有还没认证的人。",
}


def line(which: HomeLine, figures: HomeFigures, now: datetime) -> Said:
    """One line of the side."""
    health, today = figures.health, now.date()
    return {
        HomeLine.RETURNED: lambda: _count(figures.forms_returned, "被退回确认表 {} 张", "没有被退回的确认表"),
        HomeLine.FORMS: lambda: _forms(figures),
        HomeLine.REVIEW: lambda: _review(figures),
        HomeLine.UNREACHED: lambda: _count(figures.unreached, "还没联系上 {} 人", "该联系的都联系上了"),
        HomeLine.PLANNED: lambda: _count(figures.planned, "今天要联系、接待或上门 {} 人", "今天没有约好的人"),
        HomeLine.NEAR_LIST: lambda: _near(figures),
        HomeLine.UNSENT: lambda: _unsent(health),
        HomeLine.SYNC: lambda: _sync(health, today),
        HomeLine.CLOCK: lambda: _clock(health),
        HomeLine.BACKUP: lambda: _backup(health, today),
    }[which]()


def lacks(row: BoardRow) -> str:
    """What one form still lacks; of a returned one the center's words."""
    if row.case.return_reason:
        return f"退回原因：{row.case.return_reason}"
    return "还缺：" + "、".join(text.LACKS[code] for code in row.lacks) if row.lacks else "齐了"


def _count(number: int, some: str, none: str) -> Said:
    return (Severity.WARNING, some.format(number)) if number else (Severity.GOOD, none)


def _forms(figures: HomeFigures) -> Said:
    if not figures.forms_open:
        return Severity.GOOD, "确认表都报了"
    left = (figures.forms_aim - figures.today).days
    severity = Severity.WARNING if left <= 3 else Severity.NOTICE
    return severity, f"未报确认表 {figures.forms_open} 张，{figures.forms_aim.day} 日前报"


def _review(figures: HomeFigures) -> Said:
    if not figures.forms_review:
        return Severity.GOOD, "没有待复核的确认表"
    due = "，该报了" if figures.review_due else ""
    return (Severity.WARNING if due else Severity.NOTICE), f"待复核确认表 {figures.forms_review} 张{due}"


def _near(figures: HomeFigures) -> Said:
    if figures.near_list is None:
        return Severity.NEUTRAL, "省中心还没有发名单"
    month, left = figures.near_list
    if not left:
        return Severity.GOOD, f"省中心 {month.month} 月名单都认证了"
    return Severity.NOTICE, f"省中心 {month.month} 月名单还剩 {left} 人"


def _unsent(health: DeskHealth) -> Said:
    waiting, refused = health.outbox.waiting, health.outbox.refused
    if refused:
        return Severity.WARNING, f"省中心退回 {refused} 条，待上报 {waiting} 条"
    return (Severity.NOTICE, f"待上报 {waiting} 条") if waiting else (Severity.GOOD, "全部已上报")


def _sync(health: DeskHealth, today: date) -> Said:
    if health.last_sync is None:
        return Severity.WARNING, "还没有同步过"
    when = short_moment(health.last_sync, today)
    if health.sync_error:
        return Severity.WARNING, f"{when} 同步没有成功"
    return (Severity.WARNING, f"{when} 以后没有同步") if health.sync_late else (Severity.GOOD, f"{when} 同步正常")


def _clock(health: DeskHealth) -> Said:
    if health.clock_off:
        way = "快" if health.clock_skew_s > 0 else "慢"
        return Severity.WARNING, f"电脑时间{way}了 {round(abs(health.clock_skew_s) / 60)} 分钟，请改正"
    return Severity.GOOD, "电脑时间准"


def _backup(health: DeskHealth, today: date) -> Said:
    if not health.backup_folder and health.last_backup is None:
        return Severity.WARNING, "还没有选备份的地方"
    if health.last_backup is None:
        return Severity.WARNING, "还没有备份过"
    when = short_moment(health.last_backup, today)
    return (Severity.WARNING, f"上次备份 {when}，太久了") if health.backup_late else (Severity.GOOD, f"{when} 备份正常")


def short_moment(value: datetime, today: date) -> str:
    """今天 09:20, or 11 月 24 日 09:20."""
    day = "今天" if value.date() == today else f"{value.month} 月 {value.day} 日"
    return f"{day} {value:%H:%M}"
