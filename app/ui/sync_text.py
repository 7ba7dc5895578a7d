"""Words of the exchange with the center: stages, kinds of records, and how it stands in one sentence."""

from app.domain.standing import Severity
from app.errors import AppError
from app.services.sync_status import SyncFigures, WaitingRecord
from app.ui.error_text import words

STAGE = {
    "": "正在连接省中心",
    "push": "正在上报记录",
    "pull": "正在接收变更",
    "photos": "正在接收照片",
    "attachments": "正在上传扫描件",
}
KIND = {
    "certification": "认证记录",
    "form_submission": "确认表",
    "death_report": "死亡报告",
    "loss_report": "丧失资格报告",
    "custody_report": "服刑等报告",
    "follow_up": "联系记录",
    "contact_change": "联系方式变更",
    "correction": "更正",
}
QUIET = ("", "sync.running")
"""Ends of a run that are nothing to tell."""


def fate(record: WaitingRecord) -> str:
    """What became of a record so far."""
    if record.refusal:
        return f"没有接受：{record.refusal}"
    return words(AppError(record.last_error)) if record.last_error else "等待上报"


def standing(figures: SyncFigures) -> tuple[Severity, str]:
    """The badge's sentence: first what the clerk must do, then what goes on by itself."""
    counts = figures.counts
    if counts.refused:
        return Severity.WARNING, f"省中心没有接受 {counts.refused} 条，请看下面的说明"
    if figures.last_error not in QUIET:
        return Severity.NOTICE, words(AppError(figures.last_error, text=figures.detail, kind=figures.detail))
    if counts.waiting:
        return Severity.NOTICE, f"还有 {counts.waiting} 条等待上报"
    if figures.attachments:
        return Severity.NOTICE, f"记录都已报到，还有 {figures.attachments} 份扫描件等待上传"
    return Severity.GOOD, "全部已报到省中心"


def heading(figures: SyncFigures) -> str:
    """Over the table."""
    waits, shown = figures.counts.waiting + figures.counts.refused, len(figures.waiting)
    return f"还没有收到回执的：共 {waits} 条，先列 {shown} 条" if waits > shown else "还没有收到省中心回执的"
