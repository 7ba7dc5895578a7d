"""Pictures of every page that the program prints: ``python -m tools.staged_papers FOLDER``, called by tools.screens.

Facts of the tests' office through the program's own services; a letter and a month's list, which need more than that, are filled in.
"""

import sys
import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from PIL import Image

from app.domain.calendar import Month
from app.domain.confirmation import FormReason
from app.domain.eligibility_report import ReportKind
from app.domain.follow_up import FollowUpResult, FollowUpWay
from app.domain.ids import DeskId, UnitId
from app.domain.papers import LetterFacts, ListingFacts, SummaryFacts, SummaryRow
from app.domain.policy import Policy
from app.domain.standing import StandingKind
from app.services.data_sheet import DataSheets
from app.services.eligibility import Draft, Eligibility
from app.services.follow_ups import FollowUps
from app.services.list_choices import ListLayout
from app.services.lists import Lists
from app.services.plans import Plans
from app.services.ports import DeskIdentity
from app.services.reports import Period, Reports
from app.services.stored_settings import save_identity
from app.ui import privacy_text, text
from app.ui.screens.lists.columns import CELL, HEADING
from app.ui.screens.plans import words as plan_words
from app.ui.screens.reports import words as report_words
from tests.builders.forms_room import FormsDesk
from tests.builders.office import office
from tests.builders.papers import case_id, form_facts

WIDTH_PX = 1000
UNIT = DeskIdentity(
    desk_id=DeskId("d"), unit_id=UnitId("u"), unit_name="湖南省演示事务中心", unit_code="DEMO439999", center_url="",
    unit_phone="0731-00000000", demo=True,
)  # fmt: skip


def main(folder: Path) -> int:
    """Each as name-page.png."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as made:
        desk = FormsDesk(office(Path(made)), Path(made))
        with desk.office.real.uow() as store:
            save_identity(store.settings, UNIT)
            store.commit()
        for name, pdf in (*of_a_person(desk), *of_many(desk)):
            for page in range(desk.papers.pages(pdf)):
                width, height, data = desk.papers.preview(pdf, page=page, width_px=WIDTH_PX)
                Image.frombytes("RGB", (width, height), data).save(folder / f"{name}-{page + 1}.png")
        desk.office.real.engine.dispose()
    return 0


def of_a_person(desk: FormsDesk) -> Iterator[tuple[str, bytes]]:
    """Papers about one person."""
    real, clerk, today = desk.office.real.desk, desk.office.clerk, desk.office.real.clock.today()
    near, unit = desk.office.person(StandingKind.NEAR), desk.facts.unit()
    yield "form", desk.papers.form(form_facts(unit=unit))
    yield "form-blank", desk.papers.blank_form(unit)
    with real.uow() as store:
        certification = store.certifications.of_retiree(near.id)[0]
    for size in ("A4", "A5"):
        yield f"receipt-{size}", desk.papers.receipt(desk.facts.receipt(certification.id), size=size)
    letter = LetterFacts(
        retiree_id=near.id, name=near.name, address=near.address, sentence="还有 40 天到期（2027年1月3日）",
        deadline=date(2027, 1, 3), written_on=today, unit=unit, clerk=clerk.name,
    )  # fmt: skip
    yield "letter", desk.papers.letters([letter]) or b""
    sheets = DataSheets(real)
    yield "data-sheet", desk.papers.listing(privacy_text.sheet(sheets.hand_out(near.id, operator_id=clerk.id)))
    dead = desk.office.person(StandingKind.SAFE)
    draft = Draft(
        kind=ReportKind.DEATH, on=date(2026, 8, 3), document="死亡医学证明", papers=((b"%PDF", "application/pdf"),)
    )
    report = Eligibility(real).report(dead.id, draft, operator_id=clerk.id)
    yield "family-notice", desk.papers.family_notice(Eligibility(real).family_notice(report.id))
    yield "recovery", desk.papers.recovery_page("ABCDE-FGHJK-MNPQR-STVWX-Y2345")


def of_many(desk: FormsDesk) -> Iterator[tuple[str, bytes]]:
    """Lists, a day, a month, a year."""
    real, clerk, today = desk.office.real.desk, desk.office.clerk, desk.office.real.clock.today()
    people, unit, layout = Lists(real).rows(), desk.facts.unit(), ListLayout()
    listing = ListingFacts(
        title="全部人员",
        subtitle=f"{text.day(today)}　共 {len(people)} 人",
        headings=tuple(HEADING[one.column] for one in layout.columns),
        widths=tuple(float(one.width) for one in layout.columns),
        rows=tuple(tuple(CELL[one.column](row) for one in layout.columns) for row in people),
        unit=unit,
    )
    yield "listing", desk.papers.listing(listing)
    yield "register", desk.papers.listing(privacy_text.register_sheet(Policy(), unit, text.day(today)))
    persons = [one.row.retiree for one in people[:9]]
    for number, one in enumerate(persons):
        FollowUps(real).log(
            retiree_id=one.id, operator_id=clerk.id, way=FollowUpWay.PHONE,
            result=FollowUpResult.HOME_VISIT_PLANNED if number % 2 else FollowUpResult.DESK_APPOINTMENT,
            note="女儿接的电话，说好了时间", next_on=today, next_time=f"{9 + number:02d}:30",
        )  # fmt: skip
    plan = Plans(real).day()
    yield "day-plan", desk.papers.day_plan(plan_words.facts(today, plan.planned, unit, clerk.name, today))
    rows = tuple(
        SummaryRow(
            case_id=case_id(number), name=one.name, sex=one.sex, id_number=one.id_number, personnel_number=one.personnel_number,
            reason=list(FormReason)[number % len(FormReason)], signed_on=today,
        )
        for number, one in enumerate(persons)
    )  # fmt: skip
    month = Period(year=today.year, month=today.month)
    yield "summary", desk.papers.summary(SummaryFacts(unit=unit, month=Month.of(today), rows=rows))
    yield "report-year", desk.papers.report(report_words.facts(Reports(real).report(Period(year=today.year)), unit))
    yield "report-month", desk.papers.report(report_words.facts(Reports(real).report(month), unit))


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
