"""A list on paper as it is shown, and a day's plan."""

from datetime import date

import pypdfium2
import pytest
import zxingcpp

from app.domain.ids import RetireeId
from app.domain.papers import ListingFacts, PlanFacts, PlanLine, UnitFacts
from app.forms import codes, day_plan, listing

UNIT = UnitFacts(name="某中心", code="X", phone="0731-1", demo=True)
PERSON = RetireeId("6f6f2f66-8f9d-5d8b-9a54-2f5b6f0c4399")


def texts(pdf: bytes) -> list[str]:
    return [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(pdf)]


def a_list(rows: int, **changes: object) -> ListingFacts:
    fields: dict[str, object] = {
        "title": "30 天内到期",
        "subtitle": "2026年11月24日　共 45 人",
        "headings": ("姓名", "现在的情况", "电话"),
        "widths": (120.0, 520.0, 150.0),
        "rows": tuple((f"人{n}", "还有 12 天到期（2026年12月6日）", f"1380000{n:04d}") for n in range(rows)),
        "unit": UNIT,
    }
    return ListingFacts(**{**fields, **changes})  # type: ignore[arg-type]


def test_every_row_is_on_paper_once_with_headings_and_numbers_on_every_page() -> None:
    pages = texts(listing.render(a_list(45)))
    assert len(pages) == 3
    assert all("姓名" in page and "30 天内到期" in page and "共 3 页" in page for page in pages)
    whole = "".join(pages)
    assert all(whole.count(f"1380000{n:04d}") == 1 for n in range(45))


def test_an_empty_list_is_one_page() -> None:
    assert len(texts(listing.render(a_list(0)))) == 1


@pytest.mark.parametrize("widths", [(120.0, 520.0, 150.0), (1.0, 1.0, 5000.0), (0.0, 0.0), tuple([100.0] * 10)])
def test_columns_fill_the_page_and_none_is_too_narrow_to_read(widths: tuple[float, ...]) -> None:
    made = listing.columns(widths)
    assert sum(made) == pytest.approx(listing.WIDTH)
    assert min(made) >= listing.NARROWEST - 1e-6


def a_line(number: int) -> PlanLine:
    return PlanLine(
        retiree_id=PERSON, kind="上门", time="09:30", name=f"欧阳{number}", who="女　86 岁", phone="0731-2",
        address="示范路 6 号", sentence="还有 12 天到期", note="女儿在家",
    )  # fmt: skip


def test_a_plan_says_who_where_when_and_its_code_opens_the_person() -> None:
    pdf = day_plan.render(PlanFacts(day=date(2026, 11, 25), lines=(a_line(1),), unit=UNIT, clerk="王芳"))
    (page,) = texts(pdf)
    for words in ("2026年11月25日", "星期三", "09:30", "欧阳1", "86 岁", "0731-2", "示范路 6 号", "女儿在家", "没见到"):
        assert words in page
    picture = pypdfium2.PdfDocument(pdf)[0].render(scale=3).to_numpy()
    found = {code.text for code in zxingcpp.read_barcodes(picture[:, :, :3].copy())}
    assert codes.person_text(PERSON) in found


def test_a_long_day_has_more_pages_and_an_empty_one_says_so() -> None:
    facts = PlanFacts(day=date(2026, 11, 25), lines=tuple(a_line(n) for n in range(14)), unit=UNIT, clerk="王芳")
    assert len(texts(day_plan.render(facts))) == 3
    empty = PlanFacts(day=date(2026, 11, 25), lines=(), unit=UNIT, clerk="王芳")
    assert "没有安排" in texts(day_plan.render(empty))[0]
