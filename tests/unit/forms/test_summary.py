"""The month's list: thirty rows a page, numbered pages, a template that is only data."""

import json
from datetime import date

import numpy as np
import pypdfium2
import pytest

from app import resources
from app.domain.calendar import Month
from app.domain.confirmation import FormReason
from app.domain.papers import SummaryFacts, SummaryRow, UnitFacts
from app.domain.retiree import Sex
from app.errors import AppError
from app.forms import summary
from app.forms.papers import PdfPapers
from app.forms.scan_place import read_codes
from tests.builders.papers import RARE, case_id

OFFICIAL = resources.path("forms", "summary-1.json")


def facts(count: int) -> SummaryFacts:
    rows = tuple(
        SummaryRow(
            case_id=case_id(number),
            name=RARE[number % len(RARE)] + f"某{number}",
            sex=Sex.FEMALE,
            id_number=f"43010219380307{number:04d}",
            personnel_number=f"43{number:07d}",
            reason=list(FormReason)[number % len(FormReason)],
            signed_on=date(2026, 11, 21),
        )
        for number in range(1, count + 1)
    )
    unit = UnitFacts(name="某县第二中学（演示）", code="G43999901")
    return SummaryFacts(unit=unit, month=Month(2026, 11), rows=rows)


def texts(pdf: bytes) -> list[str]:
    with pypdfium2.PdfDocument(pdf) as document:
        return [page.get_textpage().get_text_range() for page in document]


def code(pdf: bytes, page: int) -> list[str]:
    width, height, data = PdfPapers().preview(pdf, page=page, width_px=1240)
    return [found.text for found in read_codes(np.frombuffer(data, np.uint8).reshape(height, width, 3))]


@pytest.mark.parametrize(("count", "pages"), [(1, 1), (30, 1), (31, 2), (95, 4)])
def test_thirty_rows_go_on_a_page_and_every_page_says_which_it_is(count: int, pages: int) -> None:
    shown = texts(PdfPapers().summary(facts(count)))
    assert len(shown) == pages
    assert all(f"第 {number} 页　共 {pages} 页" in page for number, page in enumerate(shown, 1))
    assert all(f"全表共 {count} 人" in page for page in shown)
    assert all("单位负责人（签字）" in page and "公章" in page for page in shown)
    ids = [row.id_number for row in facts(count).rows]
    assert [number for number in ids if any(number in page for page in shown)] == ids


def test_each_page_has_its_own_code_that_changes_with_what_is_printed() -> None:
    pdf = PdfPapers().summary(facts(31))
    (first,), (second,) = code(pdf, 0), code(pdf, 1)
    assert (first[:11], second[:11]) == ("RL011202611", "RL021202611")
    assert first[11:] == second[11:] == summary.facts_hash(facts(31))
    assert summary.facts_hash(facts(30)) != summary.facts_hash(facts(31))


def test_the_blank_list_has_thirty_empty_rows_and_no_code() -> None:
    pdf = PdfPapers().summary(facts(0))
    (page,) = texts(pdf)
    assert "某县第二中学" in page
    assert "2026" not in page
    assert code(pdf, 0) == []


def test_another_list_is_another_data_file() -> None:
    raw = json.loads(OFFICIAL.read_text("utf-8"))
    raw["title"] = "新汇总表"
    raw["table"] |= {"rows": 20, "columns": [c for c in raw["table"]["columns"] if c["field"] != "remark"]}
    shown = texts(summary.render(summary.parse(raw), facts(41)))
    assert len(shown) == 3
    assert "新汇总表" in shown[0]
    assert "备注" not in shown[0]


@pytest.mark.parametrize(
    "damage", [{"rows": 60}, {"rows": 0}, {"columns": [{"heading": "x", "field": "?", "width": 9}]}]
)
def test_a_list_template_that_does_not_fit_is_refused(damage: dict[str, object]) -> None:
    raw = json.loads(OFFICIAL.read_text("utf-8"))
    raw["table"] |= damage
    with pytest.raises(ValueError, match="template"):
        summary.parse(raw)


def test_a_list_template_that_is_no_json_is_told(tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("forms") / "bad.json"
    path.write_text("{", "utf-8")
    with pytest.raises(AppError) as caught:
        summary.load(path)
    assert caught.value.code == "template.damaged"
