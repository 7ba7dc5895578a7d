"""Words of the form review: the facts on the form, what was checked, who worked on it."""

from app.domain.form_review import Refusal
from app.services.form_reviews import ReviewRow
from app.ui import text

REFUSED = {
    Refusal.NOT_A_REVIEWER: "您的账号不能复核，请复核员或管理员来看。",
    Refusal.OWN_WORK: "这张表您自己经手过，要请另一位同事复核。",
}


def name(row: ReviewRow) -> str:
    """Whose."""
    return row.retiree.name if row.retiree is not None else "（已不在名册）"


def when(row: ReviewRow) -> str:
    """By when it should go."""
    day = f"{row.aim.month} 月 {row.aim.day} 日"
    return "！现在就该报" if row.due else day


def facts(row: ReviewRow) -> str:
    """What the form says, to be compared with the scan."""
    case, person = row.case, row.retiree
    reason = text.REASON[case.reason].split("（")[0] + (f"：{case.reason_text}" if case.reason_text else "")
    lines = [
        f"身份证号　{person.id_number}" if person is not None else "",
        f"原因　{reason}",
        f"怎样核实　{case.how_verified}",
        f"核实　{case.verified_by}，{text.day(case.verified_on)}" if case.verified_on is not None else "",
        f"负责人签字　{text.day(case.signed_on)}" if case.signed_on is not None else "",
        f"证明材料　{len(case.evidence)} 份：{'、'.join(dict.fromkeys(text.EVIDENCE[e.kind] for e in case.evidence))}",
    ]
    return "\n".join(line for line in lines if line)


def checks(row: ReviewRow) -> str:
    """What the program looked for in the scan, and what the clerk let stand."""
    scanned = "今天" if row.today else text.moment(row.scanned_at)
    told = f"经手　{'、'.join(one for one in row.handled_by if one)}，{scanned}收下扫描件"
    if not row.let_stand:
        return f"{told}\n✓ 程序查过：二维码、页面完整、公章、签字、日期、印的字、签字不雷同"
    doubts = "；".join(text.SCAN_DOUBT[doubt] for doubt in row.let_stand)
    return f"{told}\n！程序有疑问，经办员看过纸后收下：{doubts}"
