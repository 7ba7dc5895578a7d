"""A report in words: its tables, and the monthly feedback for the center."""

from app.domain.certification import Channel
from app.domain.papers import ReportFacts, ReportTable, UnitFacts
from app.services.reports import Period, Report
from app.ui import text

NOTES = (
    "按认证生效日统计；确认表从负责人签字日算起。按时：不晚于截止日期；按时率不算还没到期的。暂停：以省中心的决定为准。"
)
CHANNEL = {Channel.SELF_SERVICE: "自助认证", Channel.ASSISTED_FACE: "协助认证", Channel.UNIT_CONFIRMED: "社会化认证"}
"""Short, below the columns of a chart."""
CLERKS = ("经办人", "协助认证", "确认表", "其中复核", "联系")


def period_name(period: Period) -> str:
    """2026年11月, 2026年全年."""
    return f"{period.year}年{period.month}月" if period.month else f"{period.year}年全年"


def rate(report: Report) -> str:
    """As a percentage."""
    return "——" if report.rate is None else f"{report.rate * 100:.1f}%"


def lead(report: Report) -> str:
    """Average days before the deadline, of those in time."""
    return "——" if report.days_before is None else f"{report.days_before:.1f} 天"


def figures(report: Report) -> tuple[tuple[str, str], ...]:
    """The main table."""
    return (
        ("名册人数", f"{report.roster}"),
        ("到期应认证", f"{report.due}"),
        ("按时认证", f"{report.in_time}"),
        ("按时率", rate(report)),
        ("逾期", f"{report.overdue}"),
        ("省中心暂停发放", f"{report.suspended}"),
        ("办成认证", f"{report.certified}"),
        *((f"　{text.CHANNEL[channel]}", f"{count}") for channel, count in report.channels.items()),
        ("按时的平均提前", lead(report)),
        ("新办确认表", f"{sum(report.forms.values())}"),
        *((f"　{text.REASON[reason].split('（')[0]}", f"{count}") for reason, count in report.forms.items() if count),
        ("联系过的人", f"{sum(report.contacts.values())}"),
        *((f"　{text.RESULT[result]}", f"{count}") for result, count in report.contacts.items() if count),
    )


def clerk_rows(report: Report) -> tuple[tuple[str, int, int, int, int], ...]:
    """One row for each clerk."""
    return tuple((one.name, one.face, one.form, one.overridden, one.contacts) for one in report.clerks)


def feedback(report: Report, unit: UnitFacts) -> str:
    """What the unit tells the center, ready to paste."""
    channels = "、".join(f"{text.CHANNEL[channel]} {count} 人次" for channel, count in report.channels.items())
    forms = "、".join(f"{text.REASON[r].split('（')[0]} {n} 张" for r, n in report.forms.items() if n)
    parts = [
        f"{unit.name}{period_name(report.period)}待遇领取资格认证情况反馈：",
        f"我单位现有待遇领取人员 {report.roster} 人。到期应认证 {report.due} 人，按时认证 {report.in_time} 人，按时率 {rate(report)}；",
        f"逾期 {report.overdue} 人，省中心暂停发放 {report.suspended} 人。",
        f"共办成认证 {report.certified} 人次：{channels}。",
        f"新办确认表 {sum(report.forms.values())} 张" + (f"：{forms}。" if forms else "。"),
    ]
    reached = "、".join(f"{text.RESULT[r]} {n} 人" for r, n in report.contacts.items() if n)
    parts.append(f"核实、提醒 {sum(report.contacts.values())} 人" + (f"：{reached}。" if reached else "。"))
    phone = f"联系电话：{unit.phone}。" if unit.phone else ""
    return "".join(parts) + phone


def facts(report: Report, unit: UnitFacts) -> ReportFacts:
    """For paper and workbook."""
    months = tuple((f"{m.month.month}月", m.certified, m.due, m.overdue) for m in report.year)
    channels = tuple((CHANNEL[channel], count) for channel, count in report.channels.items())
    reasons = tuple((text.REASON[r].split("（")[0], n) for r, n in report.forms.items() if n)
    name, year = period_name(report.period), f"{report.period.year}年各月"
    tables = (
        ReportTable(caption="总体情况", headings=("项目", "人数"), rows=figures(report)),
        ReportTable(caption="各种方式", headings=("方式", "人次"), rows=channels, chart=f"{name}各种方式的认证"),
        ReportTable(caption="确认表的原因", headings=("原因", "张数"), rows=reasons),
        ReportTable(caption="经办人", headings=CLERKS, rows=clerk_rows(report)),
        ReportTable(caption=year, headings=("月份", "已认证", "到期", "逾期"), rows=months, chart=f"{year}情况"),
    )
    return ReportFacts(
        title=f"{name}待遇领取资格认证统计",
        subtitle=f"{unit.name}　{text.day(report.today)}",
        tables=tuple(table for table in tables if table.rows),
        notes=NOTES,
        unit=unit,
    )
