"""Words about reports of death, loss of eligibility and custody."""

from collections.abc import Sequence

from app.domain.calendar import Month
from app.domain.eligibility_report import ARTICLES, Consequences, EligibilityReport, ReportKind
from app.ui import text

KIND = {ReportKind.DEATH: "去世", ReportKind.LOSS: "丧失领取资格", ReportKind.CUSTODY: "被采取强制措施或服刑"}
DAY = {ReportKind.DEATH: "去世日期", ReportKind.LOSS: "从哪天起", ReportKind.CUSTODY: "从哪天起"}


def months(found: Sequence[Month]) -> str:
    """“2026年9月至2026年11月（3 个月）”."""
    first, last = text.month(found[0]), text.month(found[-1])
    return f"{first}（1 个月）" if len(found) == 1 else f"{first}至{last}（{len(found)} 个月）"


def consequences(kind: ReportKind, found: Consequences) -> str:
    """What will follow, one line each."""
    lines = []
    if found.last_payable is not None:
        lines.append(f"养老金和职业年金发到 {text.month(found.last_payable)}，以后停发。")
    if found.overpaid:
        lines.append(f"多发：{months(found.overpaid)}，要全额退还。")
    if found.held:
        lines.append(f"按政策暂停：{months(found.held)}，由省中心决定。")
    if kind is ReportKind.DEATH:
        lines.append("没办完的确认表会关闭，此人不能再认证。")
    if found.after_death:
        days = "、".join(text.day(one.counts_from) for one in found.after_death)
        lines.append(f"注意：{days} 的认证在去世之后，请立即报告负责人核实。")
    return "\n".join([*lines, f"依据：湘人社函〔2022〕40号 {'、'.join(ARTICLES[kind])}"])


def line(report: EligibilityReport) -> str:
    """A report in one line."""
    until = f"至 {text.day(report.until)}" if report.until is not None else ""
    return f"{text.day(report.on)}{until}"


def state(report: EligibilityReport) -> str:
    """Whether it stands."""
    if report.withdrawn_at is None:
        return "有效"
    return f"{text.day(report.withdrawn_at.date())} 已撤回：{report.withdrawn_because}"
