"""Words about personal data: the sheet for the person, the register of processing, what is erased."""

from app.domain.calendar import civil_day
from app.domain.papers import ListingFacts, UnitFacts
from app.domain.policy import Policy
from app.domain.retention import DataKind, kept_until
from app.domain.visit import Visit
from app.services.data_sheet import DataSheet
from app.services.erasure import ErasurePlan
from app.services.processing import ACTIVITIES, Activity, kept_months
from app.ui import audit_text, text

SHEET_HEADINGS = ("类别", "内容", "时间", "用来做什么", "存到什么时候")
SHEET_WIDTHS = (34.0, 110.0, 40.0, 50.0, 46.0)
Line = tuple[str, str, str, str, str]
ON_ROSTER = "在名册期间"

KIND = {
    DataKind.EVIDENCE: "人脸画面和比对结果",
    DataKind.ABANDONED: "没办成的认证画面",
    DataKind.PAPER: "确认表和证明材料",
    DataKind.CONTACT: "联系记录",
    DataKind.JOURNAL: "名册导入底账",
}
REGISTER_HEADINGS = ("处理活动", "目的", "哪些信息", "敏感", "依据", "存多久", "提供给谁", "怎样保护")
REGISTER_WIDTHS = (24.0, 44.0, 46.0, 10.0, 30.0, 30.0, 34.0, 40.0)
DUTY, CONSENT = "履行法定职责", "本人单独同意"
SEALED, LOG = "加密存储，按权限查看", "防改日志，每日签名"
WORDS: dict[str, tuple[str, str, str, str, str]] = {
    "roster": ("参保名册", "找到本人，算截止日期", "姓名、身份证号、电话、住址、待遇状态", DUTY, SEALED),
    "photo": ("社保卡照片", "和现场画面比对", "照片、人脸特征值", DUTY, SEALED),
    "face": ("人脸协助认证", "核实是本人、健在", "现场照片、短片、比对结果", CONSENT, SEALED),
    "certification": ("认证记录", "证明已经认证", "时间、方式、结果", DUTY, "签名，防改日志"),
    "form": ("资格认证确认表", "不能刷脸的人办认证", "确认表、病历或残疾等证明", DUTY, SEALED),
    "report": ("去世、丧失资格、服刑", "停发、暂停待遇", "日期、证明材料", DUTY, SEALED),
    "contact": ("联系和提醒", "提醒按时认证", "联系时间、方式、结果", DUTY, SEALED),
    "trip": ("上门带出包", "到家里办认证", "上门名单上的人的名册和照片", DUTY, "加密，到期打不开"),
    "outbox": ("上报省中心", "把结果报省中心", "认证记录、确认表、报告", DUTY, "签名，TLS 传输"),
    "scrutiny": ("疑点核查", "防冒领，查清疑点", "涉及的人和记录编号、图片指纹、核查结论", DUTY, SEALED),
    "import": ("名册导入底账", "导错了能撤销", "改前改后的内容", DUTY, SEALED),
    "staff": ("工作人员账号", "登录和责任到人", "姓名、账号、密码摘要", DUTY, "密码只存摘要"),
    "log": ("操作日志", "查谁做了什么", "时间、经办人、编号", DUTY, LOG),
    "settings": ("程序设置", "本机运行", "单位、设备、暂缓删除的理由", DUTY, SEALED),
}
CENTER = "省机关事保中心"
TAKEN_BACK = "您说不愿再留人脸画面。在这以前拍的都要删掉：已经办完的删了，没办完的办完就删。"
PASSED_ON: Line = ("提供给谁", f"认证结果、确认表和情况变化报给{CENTER}；人脸画面不外传", "", "核定待遇", "")


def span(months: int) -> str:
    """五年 as 5 年, 3 个月."""
    return f"{months // 12} 年" if months % 12 == 0 else f"{months} 个月"


def register(policy: Policy) -> tuple[tuple[str, ...], ...]:
    """The register's rows."""
    return tuple(_activity(one, policy) for one in ACTIVITIES)


def _activity(one: Activity, policy: Policy) -> tuple[str, ...]:
    name, purpose, data, basis, guard = WORDS[one.code]
    kept = kept_months(one, policy)
    how_long = span(kept) if kept is not None else _for_good(one)
    to = CENTER if one.to_center else "不提供"
    return (name, purpose, data, "是" if one.sensitive else "否", basis, how_long, to, guard)


def _for_good(one: Activity) -> str:
    return {"roster": ON_ROSTER, "photo": ON_ROSTER, "trip": "带回即删"}.get(one.code, "长期（业务档案）")


def register_sheet(policy: Policy, unit: UnitFacts, on: str) -> ListingFacts:
    """For paper."""
    return ListingFacts(
        title="个人信息处理活动记录",
        subtitle=on,
        headings=REGISTER_HEADINGS,
        widths=REGISTER_WIDTHS,
        rows=register(policy),
        unit=unit,
    )


LOOKING = "正在核对有没有到期的……"


def due(plan: ErasurePlan) -> str:
    """What a run would erase."""
    if plan.unconfirmed:
        return "要先和省中心同步一次，确认电脑日期没错，才会删除。"
    parts = [f"{KIND[kind]} {number} 份" for kind, number in plan.counts.items()]
    if not parts:
        return "现在没有到期的资料。"
    oldest = f"，最早的是{text.day(plan.oldest)}的" if plan.oldest is not None else ""
    return "到期的：" + "、".join(parts) + oldest + "。"


# ---------------------------------------------------------------- the person's sheet


def sheet(found: DataSheet) -> ListingFacts:
    """Everything that is held about one person, each with purpose and end."""
    who = found.card.retiree
    made = f"{text.moment(found.made_at)}　{found.made_by}　制表"
    return ListingFacts(
        title=f"{who.name}的个人信息清单",
        subtitle=made,
        headings=SHEET_HEADINGS,
        widths=SHEET_WIDTHS,
        rows=(*_roster(found), *_certified(found), *_papers(found), *_contacts(found), *_asked(found), PASSED_ON),
        unit=found.unit,
    )


def _roster(found: DataSheet) -> list[Line]:
    who, purpose = found.card.retiree, "核实待遇资格"
    rows: list[Line] = [
        ("名册", f"{who.name}　{text.SEX[who.sex]}　{text.day(who.birth_date)}生", "", purpose, ON_ROSTER),
        ("名册", f"身份证号 {who.id_number}　个人编号 {who.personnel_number}", "", purpose, ON_ROSTER),
        ("名册", f"社保卡 {who.card_number or '未申领'}　{text.PAYMENT[who.payment]}", "", purpose, ON_ROSTER),
        ("名册", f"电话 {who.phone or '——'}　住址 {who.address or '——'}", "", "联系提醒", ON_ROSTER),
    ]
    if who.photo is not None and who.photo in found.here:
        taken = text.day(who.photo_taken_on) if who.photo_taken_on else ""
        rows.append(("社保卡照片", "照片一张，和由它算出的特征值（只存本机）", taken, "和现场画面比对", ON_ROSTER))
    return rows


def _certified(found: DataSheet) -> list[Line]:
    rows: list[Line] = [
        (
            "认证记录",
            f"{text.CHANNEL[one.channel]}　{text.certification_state(one)}",
            text.moment(one.captured_at),
            "证明已经认证",
            "长期（业务档案）",
        )
        for one in found.card.certifications
    ]
    return [*rows, *(line for visit in found.visits for line in _visit(found, visit))]


def _visit(found: DataSheet, visit: Visit) -> list[Line]:
    rows: list[Line] = []
    if visit.consent is not None:
        said = "同意" if visit.consent.given else "不同意"
        words = f"{said}人脸识别（告知书 {visit.consent.wording_version} 版）"
        rows.append(("同意", words, text.moment(visit.consent.at), "依法征得同意", _until(found, visit)))
    if visit.summary is not None:
        pieces = [visit.summary.best_frame, visit.summary.clip]
        here = sum(one in found.here for one in pieces if one is not None)
        words = f"比对结果，画面和短片 {here} 份（只存本机）" if here else "比对结果（画面已删除）"
        rows.append(("人脸画面", words, text.moment(visit.updated_at), "核实是本人、健在", _until(found, visit)))
    return rows


def _until(found: DataSheet, visit: Visit) -> str:
    if found.wishes.hold:
        return "暂缓删除"
    kind = DataKind.EVIDENCE if visit.record_id or visit.case_id else DataKind.ABANDONED
    return text.day(kept_until(kind, civil_day(visit.updated_at), found.policy))


def _papers(found: DataSheet) -> list[Line]:
    kept = f"办结后 {span(found.policy.paper_retention_months)}"
    forms: list[Line] = [
        ("确认表", text.CASE_STATE[case.state], text.day(case.signed_on) if case.signed_on else "", "办理认证", kept)
        for case in found.card.cases
    ]
    papers: list[Line] = [
        (
            "材料",
            (text.EVIDENCE[one.kind] if one.kind is not None else one.name or "签字盖章的确认表")
            + ("" if one.blob in found.here else "（已删除）"),
            text.moment(one.at),
            "办理认证",
            kept,
        )
        for one in found.card.documents
    ]
    reports: list[Line] = [
        ("情况变化", one.document, text.moment(one.at), "核定待遇", kept) for one in found.card.reports
    ]
    return [*forms, *papers, *reports]


def _contacts(found: DataSheet) -> list[Line]:
    return [
        (
            "联系记录",
            f"{text.WAY[one.way]}　{text.RESULT[one.result]}　{one.note}",
            text.moment(one.at),
            "提醒按时认证",
            text.day(kept_until(DataKind.CONTACT, civil_day(one.at), found.policy)),
        )
        for one in found.card.follow_ups
    ]


def _asked(found: DataSheet) -> list[Line]:
    rows: list[Line] = [
        (
            "操作日志",
            f"{audit_text.ACTION.get(one.action, one.action)}（{one.who or '程序'}）",
            text.moment(one.at),
            "查谁做了什么",
            "长期",
        )
        for one in found.deeds
    ]
    if found.wishes.withdrawn_at is not None:
        rows.append(("撤回同意", TAKEN_BACK, text.moment(found.wishes.withdrawn_at), "按您的意愿", "长期"))
    if found.wishes.hold:
        rows.append(("暂缓删除", found.wishes.hold, "", "依法留存", "解除为止"))
    return rows
