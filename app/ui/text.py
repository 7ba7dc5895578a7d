"""Every word a person reads on screen, except error messages (error_text.py). Simplified Chinese; the domain speaks in codes."""

from collections.abc import Sequence
from datetime import date, datetime

from app.domain.advice import needs_second_person
from app.domain.benefit import MonthState
from app.domain.certification import CenterState, Certification, Channel
from app.domain.challenge import Challenge
from app.domain.confirmation import CaseState, EvidenceKind, FormReason
from app.domain.evidence import Advice, AdviceReason, Band, CueVerdict, Hint
from app.domain.follow_up import FollowUpResult, FollowUpWay
from app.domain.operator import Role
from app.domain.precheck import Finding, FindingCode
from app.domain.retiree import PaymentState, Retiree, RetirementKind, Sex
from app.domain.scan import ScanDoubt
from app.domain.standing import Standing, StandingKind
from app.domain.visit import VisitStep
from app.services.home import HomeGroup
from app.services.lists import Errand, ListOrder
from app.services.search import MatchedField
from app.services.updates import Offer, UpdateStanding
from app.services.wording import month as month, months as months

PROGRAM = "待遇领取资格认证"
SIMULATED_CAMERA = "模拟摄像头：画面来自演示片段，不是真人"

NAVIGATION = {
    "home": "首页",
    "find": "查找认证",
    "lists": "名单提醒",
    "forms": "确认表",
    "records": "认证记录",
    "reports": "统计",
    "sync": "上报同步",
    "settings": "设置",
}
STEPS: tuple[tuple[VisitStep, str], ...] = (
    (VisitStep.PRECHECK, "核对"),
    (VisitStep.CONSENT, "同意"),
    (VisitStep.CAPTURE, "拍摄"),
    (VisitStep.REVIEW, "判断"),
    (VisitStep.RECORD, "记录"),
    (VisitStep.RECEIPT, "回执"),
)
SEX = {Sex.MALE: "男", Sex.FEMALE: "女"}
ROLE = {Role.CLERK: "经办员", Role.REVIEWER: "复核员", Role.ADMIN: "管理员"}
CHANNEL = {
    Channel.SELF_SERVICE: "自助认证",
    Channel.ASSISTED_FACE: "协助认证",
    Channel.UNIT_CONFIRMED: "社会化认证（确认表）",
}
RETIREMENT = {RetirementKind.RETIRED: "退休", RetirementKind.RESIGNED: "退职"}
PAYMENT = {PaymentState.PAID: "正常发放", PaymentState.SUSPENDED: "已暂停发放", PaymentState.TERMINATED: "已停发"}
REASON = {
    FormReason.GRAVELY_ILL: "重病",
    FormReason.DISABLED: "伤残",
    FormReason.VERY_OLD: "高龄行动不便",
    FormReason.ABROAD_ONLINE_FAILED: "境外居住，线上认证未通过",
    FormReason.NO_CARD: "未申领社保卡",
    FormReason.OTHER: "其他特殊原因（须写明）",
}
SHORT_REASON = {
    **{reason: words.split("（")[0] for reason, words in REASON.items()},
    FormReason.ABROAD_ONLINE_FAILED: "境外认证未通过",
}
"""For a table."""
EVIDENCE = {
    EvidenceKind.LIVING_PICTURE: "本人近照",
    EvidenceKind.LIVING_VIDEO: "本人视频",
    EvidenceKind.HOSPITAL_PAPER: "医院证明",
    EvidenceKind.DISABILITY_PAPER: "残疾证明",
    EvidenceKind.VIDEO_ABROAD: "境外视频",
    EvidenceKind.OTHER_PAPER: "其他材料",
}
CASE_STATE = {
    CaseState.DRAFTED: "正在填写",
    CaseState.EVIDENCE_COMPLETE: "可以打印",
    CaseState.PRINTED: "已打印，待签字盖章",
    CaseState.SCAN_CHECKED: "扫描件已核对",
    CaseState.REVIEWED: "已复核，可以报送",
    CaseState.IN_BATCH: "已列入本月报送",
    CaseState.SENT: "已报送，待省中心确认",
    CaseState.ACCEPTED: "省中心已确认",
    CaseState.RETURNED: "被退回",
    CaseState.CLOSED: "已关闭",
}
LACKS = {
    "reason_text": "原因说明",
    "verification": "核实方式、核实人、核实日期",
    "living_picture": "本人近照或视频",
    "hospital_paper": "医院证明",
    "disability_paper": "残疾证明",
    "video_abroad": "境外本人视频",
    "printing": "打印",
    "signed_scan": "签字盖章后扫描入库",
    "review": "等另一位同事复核",
    "batch": "列入本月报送",
    "receipt": "等省中心收到",
    "answer": "等省中心确认",
    "rework": "按退回原因重办",
    "paper": "纸质表还没交",
}
SCAN_DOUBT = {
    ScanDoubt.NO_CODE: "没有找到表上的二维码",
    ScanDoubt.FOREIGN_CODE: "二维码不是本程序的确认表",
    ScanDoubt.OTHER_TEMPLATE: "是另一种版式的表",
    ScanDoubt.CUT_OFF: "页面没有扫全",
    ScanDoubt.SEAL_MISSING: "没有看到红色公章",
    ScanDoubt.SEAL_MISPLACED: "公章不在规定的位置",
    ScanDoubt.SIGNATURE_MISSING: "没有看到负责人签字",
    ScanDoubt.DATE_MISSING: "没有看到签字日期",
    ScanDoubt.FACTS_CHANGED: "纸上内容与现在的不一样",
    ScanDoubt.FACTS_MOVED: "打印以后，系统里这个人的资料改过，请逐项核对",
    ScanDoubt.ALTERED: "红框里的字与系统里的不一样，可能被改过",
    ScanDoubt.COPIED: "签字和另一张表上的几乎一样，可能是复印或拼贴的",
}
HINT = {
    Hint.NO_FACE: "请坐到镜头前",
    Hint.TWO_FACES: "请只留本人在镜头前",
    Hint.CLOSER: "请靠近一点",
    Hint.FARTHER: "请往后一点",
    Hint.CENTRE: "请坐到中间",
    Hint.TOO_DARK: "光线太暗，请开灯",
    Hint.TOO_BRIGHT: "光线太亮，请避开强光",
    Hint.BACKLIGHT: "背后太亮，请换个方向坐",
    Hint.BLURRED: "请坐稳，别动",
    Hint.GLARE: "眼镜反光，请稍微低头",
    Hint.MASK: "请摘下口罩",
    Hint.HAT: "请摘下帽子",
    Hint.EYES_HIDDEN: "请露出眼睛",
    Hint.LOOK_HERE: "请看镜头",
    Hint.HOLD_STILL: "很好，请保持",
    Hint.TURN_SLOWLY: "请慢慢向左、向右转一转头",
    Hint.GOOD: "很好，请看镜头",
}
LAMP = "光线暗，屏幕已变亮补光"
CHALLENGE = {
    Challenge.TURN_LEFT: "请慢慢向左转一转头",
    Challenge.TURN_RIGHT: "请慢慢向右转一转头",
    Challenge.NOD: "请慢慢点一点头",
    Challenge.OPEN_MOUTH: "请张一张嘴",
}
BAND = {Band.MATCH: "匹配", Band.UNSURE: "需人工核对", Band.MISMATCH: "不匹配", Band.NONE: "没有比对结果"}
ADVICE_REASON = {
    AdviceReason.FACE_MATCHES: "现场画面与社保卡照片相符",
    AdviceReason.FACE_UNSURE: "现场画面与社保卡照片相近，但把握不够",
    AdviceReason.FACE_DIFFERS: "现场画面与社保卡照片不像同一个人，先看看是不是点错了人",
    AdviceReason.NO_COMPARISON: "没有可用的照片或画面，无法比对",
    AdviceReason.LIVENESS_UNSURE: "没能确认镜头前是真人，请您当面核对",
    AdviceReason.LIVENESS_ATTACK: "画面像是照片或屏幕翻拍，请您当面核对，并请另一位同事在场",
    AdviceReason.PHOTO_OLD: "社保卡照片拍摄时间较久",
    AdviceReason.PERSON_CHANGED: "拍摄中画面里的人换过或离开过",
    AdviceReason.ENGINE_DEGRADED: "识别程序有部分功能不可用，见“设置 → 自检”",
}
CUE_NAME = {
    "depth": "头部转动的立体感",
    "frame": "手机或照片的边框",
    "screen": "屏幕翻拍迹象",
    "motion": "自然微动",
    "repetition": "画面重复",
    "blink": "眨眼",
    "passive": "真人判别模型",
    "statement": "经办员当面确认",
    "request": "按提示做动作",
}
CUE_VERDICT = {
    CueVerdict.LIVE: "像真人",
    CueVerdict.UNSURE: "不确定",
    CueVerdict.ATTACK: "可疑",
    CueVerdict.ABSENT: "没有测到",
}
MATCHED = {
    MatchedField.NAME: "姓名",
    MatchedField.PINYIN: "拼音",
    MatchedField.INITIALS: "首字母",
    MatchedField.ID_NUMBER: "身份证号",
    MatchedField.PERSONNEL_NUMBER: "个人编号",
    MatchedField.PHONE: "电话",
}
WAY = {
    FollowUpWay.PHONE: "电话",
    FollowUpWay.TEXT_MESSAGE: "短信",
    FollowUpWay.LETTER: "寄信",
    FollowUpWay.VISIT: "上门",
    FollowUpWay.FAMILY: "找家属",
}
RESULT = {
    FollowUpResult.REMINDED: "已提醒",
    FollowUpResult.GUIDED_TO_SELF_SERVICE: "已教会自助认证",
    FollowUpResult.DESK_APPOINTMENT: "约好来单位",
    FollowUpResult.HOME_VISIT_PLANNED: "约好上门",
    FollowUpResult.FOUND_DEAD: "得知去世",
    FollowUpResult.FOUND_ABROAD: "得知在境外",
    FollowUpResult.FOUND_LOST: "得知丧失资格",
    FollowUpResult.NOT_REACHED: "没有联系上",
}
LIST_ORDER = {ListOrder.URGENCY: "先急后缓", ListOrder.NAME: "按姓名", ListOrder.DEADLINE: "按截止日期"}
HOME_GROUP = {
    HomeGroup.LOSES_NEXT_MONTH: "本月不认证，下月暂停发放",
    HomeGroup.SUSPENDED: "已经暂停发放",
    HomeGroup.DUE_7: "7 天内到期",
    HomeGroup.DUE_30: "30 天内到期",
    HomeGroup.DUE_60: "60 天内到期",
    HomeGroup.WAITING: "等省中心确认",
    HomeGroup.DEAD_OVERPAID: "去世后多发，须退还",
    HomeGroup.SAFE: "没有到期",
}
ERRAND = {
    Errand.TO_REACH: "该联系的全部人员",
    Errand.NEAR_LIST: "省中心名单里还没认证的",
    Errand.PLANNED: "约定日期已到的",
}
MONTH_STATE = {
    MonthState.PAID: "发放",
    MonthState.SUSPENDED: "暂停发放",
    MonthState.BACK_PAID: "当月未发，以后补发",
    MonthState.OVERPAID: "多发，须退还",
    MonthState.NOT_DUE: "不发放",
    MonthState.BY_POLICY: "按政策暂停",
}
SAID_BY = {True: "省中心已定", False: "预计"}
"""Who said what becomes of a month's payment: decided by the center or not."""
CENTER_STATE = {
    CenterState.PENDING: "已采集，待省中心确认",
    CenterState.ACCEPTED: "已认证",
    CenterState.REJECTED: "省中心退回",
}
CONSENT_READ_ALOUD = "请念给老人听，按老人自己的意思选。"
FORM_GENTLE = "好的，那我们填一张《资格认证确认表》，一样有效。"


def day(value: date | None) -> str:
    """2026年11月24日."""
    return f"{value.year}年{value.month}月{value.day}日" if value is not None else "——"


def moment(value: datetime | None) -> str:
    """2026-11-24 09:30."""
    return f"{value:%Y-%m-%d %H:%M}" if value is not None else "——"


def names(values: Sequence[str], most: int = 4) -> str:
    """All of them, or the first few and how many there are."""
    shown = "、".join(values[:most])
    return shown if len(values) <= most else f"{shown} 等 {len(values)} 人"


_CLOSED = {
    StandingKind.DECEASED: "已登记去世，不能认证",
    StandingKind.TERMINATED: "已停发，不能认证",
    StandingKind.CUSTODY: "按政策暂停，由省中心决定",
}


def standing_sentence(standing: Standing) -> str:
    """The one sentence on how things stand."""
    if standing.kind in _CLOSED:
        return _CLOSED[standing.kind]
    outlook = standing.outlook
    if outlook.resumes is not None:
        return f"已认证，预计{month(outlook.resumes)}恢复并补发{months(outlook.back_pay)}"
    return _open_sentence(standing, month(outlook.first_unpaid) if outlook.first_unpaid else "")


def _open_sentence(standing: Standing, unpaid: str) -> str:
    days, until = standing.days or 0, day(standing.deadlines.with_provisional)
    if standing.days is None and standing.kind is StandingKind.NEAR:
        return "还没有认证过，首次发放日期不明，请尽快认证"
    if standing.kind is StandingKind.DUE_THIS_MONTH and days == 0:
        return "今天到期，今天认证不受影响"
    return {
        StandingKind.SUSPENDED: f"{unpaid}起已暂停发放，认证后次月恢复并补发",
        StandingKind.SUSPENSION_PREDICTED: f"已逾期 {-days} 天，{unpaid}起应已暂停，认证后次月恢复并补发",
        StandingKind.OVERDUE_SAVABLE: f"已逾期 {-days} 天，若本月不认证，{unpaid}起暂停发放",
        StandingKind.DUE_THIS_MONTH: f"还有 {days} 天到期（{until}）",
        StandingKind.NEAR: f"还有 {days} 天到期（{until}）",
        StandingKind.SAFE_PROVISIONAL: f"已采集，省中心确认后管到{until}",
        StandingKind.SAFE: f"不用办，管到{until}",
    }[standing.kind]


def finding(found: Finding, retiree: Retiree, standing: Standing) -> str:
    """What a precheck finding says and what to do."""
    words = {
        FindingCode.DEAD: f"{day(retiree.died_on)}已登记去世，不能认证。如登记有误，请联系省中心更正。",
        FindingCode.FRAUD_AFTER_DEATH: "去世之后还有认证记录，请立即报告负责人核实。",
        FindingCode.TERMINATED: "待遇已停发，不能认证。如有疑问，请联系省中心。",
        FindingCode.CLOCK_BACKWARDS: "电脑时间早于上一条记录，先不能办。请点“核对时间”。",
        FindingCode.CLOCK_SKEWED: "电脑时间与省中心相差超过 5 分钟，请改正；差值会记入记录。",
        FindingCode.CUSTODY: "此人在“按政策暂停”期间，认证结果由省中心决定。",
        FindingCode.SUSPENDED: f"{standing_sentence(standing)}。",
        FindingCode.CERTIFIED_TODAY: "今天已经认证过了，不必再办。",
        FindingCode.WAITING: "已有一条记录在等省中心确认，一般不必再办。",
        FindingCode.EARLY: f"离到期还有 {standing.days or 0} 天，现在办不会有损失，只是从今天重新算 12 个月。",
        FindingCode.NO_PHOTO: "没有社保卡照片，不能刷脸，请走确认表。",
        FindingCode.NO_CARD: "没有申领社保卡，不能刷脸，请走确认表。",
        FindingCode.ABROAD: "登记为境外居住，本人也可以用“中国领事”APP 自己认证。",
        FindingCode.ID_NUMBER_ODD: "名册里的身份证号有误，或与出生日期、性别不符，请核对证件。",
    }
    return words[found.code]


def certification_state(certification: Certification) -> str:
    """The state as shown in lists."""
    return CENTER_STATE[certification.center]


def advice_headline(advice: Advice) -> str:
    """What the clerk reads first."""
    return BAND[advice.band]


def pass_button(advice: Advice | None) -> str:
    """The button that passes."""
    return "当面核对无误，通过（需复核员）" if needs_second_person(advice) else "确认是本人，通过"


_SYNC_ENDS = {
    **dict.fromkeys(("sync.offline", "sync.timeout", "sync.center_busy", "sync.tls"), "未连上省中心"),
    "sync.paused": "同步已暂停",
    "sync.revoked": "本机登记已停用",
    "sync.clock": "电脑时间不对",
    "sync.not_enrolled": "还没有登记",
    "disk.no_room": "磁盘快满了",
    "disk.full": "磁盘满了",
}


def sync_state(state: str) -> str:
    """The rail's line about the exchange: ``state`` is "", a count of waiting records, or an error code."""
    if not state:
        return ""
    if not state.isdigit():
        return _SYNC_ENDS.get(state, "同步没有做完")
    return "已全部上报" if state == "0" else f"待上报 {state} 条"


def update_words(standing: UpdateStanding, offer: Offer) -> str:
    """What to do about a newer version."""
    here = "新版本已经备好，关掉程序再打开就换上（先自检，一两分钟）。" if offer.ready else "新版本正在后台下载。"
    if offer.required_from is None or standing is UpdateStanding.READY:
        return f"新版本 {offer.version}：{here}"
    day = f"{offer.required_from:%Y年%m月%d日}"
    if standing is UpdateStanding.DUE:
        return f"省中心要求 {day} 起使用新版本 {offer.version}（{offer.words}）。{here}"
    return f"省中心通知：{day} 起要用新版本 {offer.version}（{offer.words}）。{here}"
