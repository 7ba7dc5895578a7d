"""Facts that go on paper. Papers render from these, built from stored records, never from widgets."""

from dataclasses import dataclass, field
from datetime import date, datetime

from app.domain.calendar import Month
from app.domain.confirmation import FormReason
from app.domain.eligibility_report import ReportKind
from app.domain.ids import CaseId, RecordId, RetireeId
from app.domain.retiree import Sex

PHONE_CONSULT = "0731-84900303"
"""业务咨询（省机关事保中心待遇科）, the notice's last page."""
PHONE_REPORT = "0731-84900296"
"""投诉举报（省机关事保中心稽核科）."""
SELF_SERVICE_CHANNELS = (
    "智慧人社 APP",
    "智慧人社公众号",
    "掌上12333 APP",
    "si.12333.gov.cn",
    "rst.hunan.gov.cn（待遇资格认证）",
    "中国领事 APP（境外）",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitFacts:
    """The unit as printed. ``demo`` True prints 演示数据 across the paper."""

    name: str
    code: str
    phone: str = ""
    address: str = ""
    demo: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptFacts:
    """The paper the retiree takes home.

    Attributes:
        record_id: goes into the QR code and, shortened, beside it.
        name, masked_id_number: e.g. 430***********1234.
        certified_at: capture (aware); ``deadline``: the new deadline, 36 pt.
        accepted_at, receipt_number: set once the center's receipt is in; until then 已采集，待省中心确认.
        previous_deadline: for “由…延至…”, None for the first.
        outlook_resumes, outlook_back_pay: what happens to suspended payments, if any.
        unit, clerk: who did it.
        simulated: pictures came from a stand-in clip.
    """

    record_id: RecordId
    name: str
    masked_id_number: str
    certified_at: datetime
    deadline: date
    unit: UnitFacts
    clerk: str
    accepted_at: datetime | None = None
    receipt_number: str = ""
    previous_deadline: date | None = None
    outlook_resumes: Month | None = None
    outlook_back_pay: tuple[Month, ...] = ()
    simulated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FormFacts:
    """The printed facts of one 资格认证确认表. Field names are those the template data refers to."""

    case_id: CaseId
    unit: UnitFacts
    name: str
    sex: Sex
    birth_date: date
    id_number: str
    personnel_number: str
    card_number: str
    retired_on: date | None
    address: str
    residence: str
    phone: str
    reason: FormReason
    reason_text: str
    how_verified: str
    verified_by: str
    verified_on: date | None
    evidence_lines: tuple[str, ...]
    clerk: str
    filled_on: date
    deadline: date | None
    photo_jpeg: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class FamilyNoticeFacts:
    """The notice for the family after a death, a loss of eligibility, or during custody (rules 13-16).

    Attributes:
        name, address: of the retiree; the letter goes to the family.
        on, until: the reported dates.
        last_payable: last month that may be paid, None for custody.
        overpaid: months to be refunded; ``held``: months suspended by policy.
        written_on, unit, clerk: who writes, when.
    """

    kind: ReportKind
    name: str
    address: str
    on: date
    until: date | None
    last_payable: Month | None
    overpaid: tuple[Month, ...]
    held: tuple[Month, ...]
    written_on: date
    unit: UnitFacts
    clerk: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportTable:
    """A small table: caption, headings, rows of texts and whole numbers.

    ``chart``: caption of a chart below it, "" for none; its columns are named by the first cells, its series are the other columns.
    """

    caption: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str | int, ...], ...]
    chart: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportFacts:
    """A report on paper or as a workbook.

    Attributes:
        title, subtitle: above everything.
        tables: in order.
        notes: how it was counted.
        unit: who reports.
    """

    title: str
    subtitle: str
    tables: tuple[ReportTable, ...]
    notes: str
    unit: UnitFacts


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterFacts:
    """A reminder letter.

    Attributes:
        retiree_id: goes into the QR code.
        name, address: of the addressee; the address may be empty.
        sentence: how things stand, in the words of the screen.
        deadline: None when unknown.
        written_on: date of the letter.
        unit, clerk: who writes.
    """

    retiree_id: RetireeId
    name: str
    address: str
    sentence: str
    deadline: date | None
    written_on: date
    unit: UnitFacts
    clerk: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryRow:
    """One form on the month's list."""

    case_id: CaseId
    name: str
    sex: Sex
    id_number: str
    personnel_number: str
    reason: FormReason
    signed_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryFacts:
    """The month's list (汇总表); without rows it is the blank one."""

    unit: UnitFacts
    month: Month
    rows: tuple[SummaryRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ListingFacts:
    """A list on paper as it is shown.

    Attributes:
        title, subtitle: which list; when and how many.
        headings, rows: texts.
        widths: of the columns, in any unit.
    """

    title: str
    subtitle: str
    headings: tuple[str, ...]
    widths: tuple[float, ...]
    rows: tuple[tuple[str, ...], ...]
    unit: UnitFacts


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanLine:
    """One person of a day's plan. ``kind``: what for, in words; ``sentence``: how things stand; ``note``: what was said last."""

    retiree_id: RetireeId
    kind: str
    time: str
    name: str
    who: str
    phone: str
    address: str
    sentence: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanFacts:
    """A day's appointments and home visits, to be taken along."""

    day: date
    lines: tuple[PlanLine, ...]
    unit: UnitFacts
    clerk: str
