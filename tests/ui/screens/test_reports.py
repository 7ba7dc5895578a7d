"""The reports' room: choose, export, copy; and what stands on paper."""

import io
import re

import pytest
from openpyxl import load_workbook
from pypdfium2 import PdfDocument

from app.domain.papers import UnitFacts
from app.forms import report as report_paper, report_book
from app.services.paper_facts import PaperFacts
from app.services.reports import Period, Reports
from app.ui.screens.reports import words
from app.ui.screens.reports.presenter import ReportPresenter, ReportState
from tests.builders.office import Office
from tests.fakes.screens import FakePapers

UNIT = UnitFacts(name="湖南省演示事务中心", code="D1", phone="0731-00000000", demo=True)


class View:
    """Keeps the state and what was copied."""

    state: ReportState
    copied = ""

    def show_state(self, state: ReportState) -> None:
        self.state = state

    def copy(self, words: str) -> None:
        self.copied = words


@pytest.fixture
def view() -> View:
    return View()


@pytest.fixture
def room(desk: Office, view: View) -> ReportPresenter:
    real = desk.real.desk
    made = ReportPresenter(
        view=view,
        reports=Reports(real),
        facts=PaperFacts(real),
        papers=FakePapers(),
        printing=desk.ears,
        clock=real.clock,
        tasks=desk.tasks,
        say=desk.ears,
    )
    made.refresh()
    return made


def test_this_month_comes_first_and_another_period_stays_chosen(
    desk: Office, room: ReportPresenter, view: View
) -> None:
    today = desk.real.clock.today()
    assert view.state.report.period == Period(year=today.year, month=today.month)
    room.choose(Period(year=2026))
    room.refresh()
    assert view.state.report.period == Period(year=2026)
    assert view.state.report.period in view.state.periods


def test_both_files_and_the_copy_are_of_the_report_on_screen(desk: Office, room: ReportPresenter, view: View) -> None:
    room.choose(Period(year=2026))
    room.save_book()
    room.save_pdf()
    assert [data.decode() for data in desk.ears.saved] == [
        "book 2026年全年待遇领取资格认证统计",
        "report 2026年全年待遇领取资格认证统计",
    ]
    room.copy()
    assert view.copied == view.state.feedback
    assert f"到期应认证 {view.state.report.due} 人" in view.copied


def test_the_paper_holds_every_figure_and_a_chart(desk: Office) -> None:
    found = Reports(desk.real.desk).report(Period(year=2026))
    pdf = report_paper.render(words.facts(found, UNIT))
    with PdfDocument(pdf) as document:
        said = "".join(page.get_textpage().get_text_range() for page in document)
    plain = re.sub(r"\s", "", said)
    for name, value in words.figures(found):
        assert re.sub(r"\s", "", name) in plain
        assert re.sub(r"\s", "", value) in plain
    assert "12月" in plain


def test_the_workbook_counts_with_numbers_and_brings_a_native_chart(desk: Office) -> None:
    found = Reports(desk.real.desk).report(Period(year=2026))
    book = load_workbook(io.BytesIO(report_book.write(words.facts(found, UNIT))))
    (sheet,) = book.worksheets
    months = {row[0]: row[1:4] for row in sheet.iter_rows(values_only=True) if str(row[0]).endswith("月")}
    assert months["11月"] == (found.year[10].certified, found.year[10].due, found.year[10].overdue)
    assert len(sheet._charts) == 2
