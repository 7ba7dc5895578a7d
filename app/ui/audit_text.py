"""Words about fraud signs and the audit log."""

import re

from app.domain.fraud import FraudKind, FraudSign
from app.services.scrutiny import LogRow, SignRow
from app.services.trip_return import AWAY
from app.ui import text

SIGN = {
    FraudKind.AFTER_DEATH: "去世之后的认证",
    FraudKind.FACE_OF_THE_DEAD: "认证画面像已去世的人",
    FraudKind.ATTACK_PASSED: "疑似照片或屏幕，仍放行",
    FraudKind.SAME_EVIDENCE: "证明照片重复使用",
    FraudKind.SAME_PICTURE: "两人用同一张照片",
    FraudKind.SAME_FACE: "两人照片像同一个人",
    FraudKind.MANY_OVERRIDES: "一人放行次数多",
    FraudKind.AT_NIGHT: "夜间认证",
}
WHY = {
    FraudKind.AFTER_DEATH: "认证日期晚于登记的去世日期。请核实哪个日期有误。",
    FraudKind.FACE_OF_THE_DEAD: "拍到的脸和一位已去世者的照片很像。可能是亲属，也可能冒领。",
    FraudKind.ATTACK_PASSED: "程序认为镜头前可能不是真人，由两位同事放行。请看留存的画面。",
    FraudKind.SAME_EVIDENCE: "同一张照片（或它的翻拍）被当作两次证明。请看是不是旧照片。",
    FraudKind.SAME_PICTURE: "名册里两个人的社保卡照片是同一张。多半是录入错误，请报省中心更正。",
    FraudKind.SAME_FACE: "两人的社保卡照片很像。可能是兄弟姐妹，请核对身份证。",
    FraudKind.MANY_OVERRIDES: "没有“匹配”也放行的比例偏高。可能是照片太旧，请抽查几份。",
    FraudKind.AT_NIGHT: "不在平常的上班时间。可能是电脑时钟不对，也可能是上门办理。",
}
"""Each with an innocent explanation: a sign is a question, not a verdict."""
ACTION = {
    "account.created": "新建账号",
    "account.disabled": "停用账号",
    "account.enabled": "启用账号",
    "account.failed": "密码输错",
    "account.kept_out": "锁定或停用时登录",
    "account.logged_in": "登录",
    "account.password_set": "改密码",
    "account.second_refused": "第二人确认被拒",
    "account.second_person": "第二人确认",
    "account.unknown_login": "不存在的账号登录",
    "alarm.certified_after_death": "警报：去世后有认证",
    "backup.folder_chosen": "换备份的位置",
    "backup.made": "备份",
    "case.batched": "确认表报送",
    "case.details_saved": "填写确认表",
    "case.drafted": "新建确认表",
    "case.evidence_added": "添加证明材料",
    "case.paper_delivered": "纸质表已交",
    "case.printed": "打印确认表",
    "case.review_passed": "复核确认表：通过",
    "case.review_sent_back": "复核确认表：退回",
    "case.sent_unreviewed": "未经复核报送",
    "case.scan_taken": "收下扫描件",
    "case.scan_withdrawn": "撤回扫描件",
    "case.step_back": "确认表退回一步",
    "certification.corrected": "更正认证记录",
    "certification.recorded": "记录认证",
    "clock.confirmed": "确认电脑时间正确",
    "desk.enrolled": "登记到省中心",
    "follow_up.logged": "记一次联系",
    "messages.template_set": "改提醒短信的内容",
    "package.exported": "导出上报包",
    "package.imported": "导入回执包",
    "record.accepted": "省中心收到",
    "record.refused": "省中心没有接受",
    "record.sent_again": "被拒的记录再报",
    "models.installed": "安装识别模型包",
    "models.removed": "停用识别模型包",
    "privacy.erased": "删除到期资料",
    "privacy.erasing": "开始删除到期资料",
    "privacy.held": "暂缓删除",
    "privacy.refused": "想删除、暂缓或撤回，没有权限",
    "privacy.released": "解除暂缓删除",
    "privacy.sheet": "打印或另存个人信息清单",
    "privacy.withdrawn": "撤回人脸识别同意",
    "report.custody": "报告服刑等",
    "report.death": "报告去世",
    "report.loss": "报告丧失资格",
    "report.withdrawn": "撤回报告",
    "roster.import_undone": "撤销导入名册",
    "roster.imported": "导入名册",
    "sign.settled": "核实可疑情况",
    "trip.brought_back": "收带回包",
    "trip.found": "带出包又找到了",
    "trip.lost": "带出包报失",
    "trip.opened": "笔记本打开带出包",
    "trip.packed": "做带出包",
    "trip.sent_back": "做带回包",
    "visit.abandoned": "放弃办理",
    "visit.begun": "开始办理",
    "visit.capture_again": "重新拍",
    "visit.capture_finished": "拍完，机器比对",
    "visit.closed": "没选人的办理关掉",
    "visit.consent_given": "同意人脸识别",
    "visit.consent_refused": "不同意人脸识别",
    "visit.decided_pass": "判断：通过",
    "visit.decided_pass_override": "判断：放行（两人）",
    "visit.finished": "办结",
    "visit.form_route": "改走确认表",
    "visit.precheck_passed": "核对信息，往下办",
    "visit.retiree_chosen": "选定要办的人",
}


DETAILS = {
    **{role.value: words for role, words in text.ROLE.items()},
    **{kind.value: words for kind, words in SIGN.items()},
    **{band.value: words for band, words in text.BAND.items()},
    **{result.value: words for result, words in text.RESULT.items()},
    "attack": "像是照片或屏幕冒充",
}
RECORD = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{64}")


def sign(row: SignRow) -> str:
    """The kind."""
    return SIGN[row.sign.kind]


def why(row: SignRow) -> str:
    """Why it is a sign; of a settled one what was found."""
    if row.settled is None:
        return WHY[row.sign.kind]
    return f"{WHY[row.sign.kind]}\n✓ {row.settled_by}，{text.moment(row.settled.at)}核实：{row.settled.note}"


def about(row: SignRow) -> str:
    """Who it is about."""
    if row.sign.kind is FraudKind.MANY_OVERRIDES:
        return f"经办人 {row.clerk}：{row.sign.total} 次中 {row.sign.count} 次"
    return text.names(row.names)


def when(found: FraudSign) -> str:
    """The time, where it has one."""
    return text.moment(found.at) if found.at is not None else ""


def action(row: LogRow) -> str:
    """What was done; on a home visit it says so."""
    plain = row.entry.action.removeprefix(AWAY)
    words = ACTION.get(plain, plain)
    return words if plain == row.entry.action else f"{words}（上门）"


def details(row: LogRow) -> str:
    """What is said of it beside: codes that people meet in words, and no bare number of a record, which tells nobody anything."""
    said = row.entry.details
    return DETAILS.get(said, "" if RECORD.fullmatch(said) else said)


def log_cells(row: LogRow) -> tuple[str, ...]:
    """A line for the screen, the search and the export."""
    return (str(row.number), text.moment(row.entry.at), row.who, action(row), row.subject, details(row))
