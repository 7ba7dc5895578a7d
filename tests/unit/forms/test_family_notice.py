"""The notice for the family, read back from its PDF."""

from datetime import date

import pypdfium2
import pytest

from app.domain.calendar import Month
from app.domain.eligibility_report import ReportKind
from app.domain.papers import FamilyNoticeFacts, UnitFacts
from app.forms import family_notice


def words_of(**changes: object) -> str:
    fields: dict[str, object] = {
        "kind": ReportKind.DEATH,
        "name": "谭𬭎远",
        "address": "",
        "on": date(2026, 8, 3),
        "until": None,
        "last_payable": Month.parse("2026-08"),
        "overpaid": (Month.parse("2026-09"), Month.parse("2026-10")),
        "held": (),
        "written_on": date(2026, 11, 24),
        "unit": UnitFacts(name="某中心", code="X", phone="0731-1"),
        "clerk": "王芳",
    }
    document = pypdfium2.PdfDocument(family_notice.render(FamilyNoticeFacts(**{**fields, **changes})))  # type: ignore[arg-type]
    assert len(document) == 1
    return str(document[0].get_textpage().get_text_range())


def test_after_a_death_it_condoles_and_names_the_months_to_be_paid_back() -> None:
    text = words_of()
    for words in (
        "谭𬭎远同志家属",
        "谨致哀悼",
        "2026年8月",
        "多发了 2 个月：2026年9月、10月",
        "四(四)",
        "0731-84900303",
    ):
        assert words in text


def test_nothing_overpaid_nothing_asked_back() -> None:
    assert "退还" not in words_of(overpaid=())


@pytest.mark.parametrize(
    ("kind", "words"), [(ReportKind.LOSS, "不再具备领取养老金的资格"), (ReportKind.CUSTODY, "按政策暂停发放")]
)
def test_the_other_kinds_have_words_of_their_own(kind: ReportKind, words: str) -> None:
    text = words_of(kind=kind, overpaid=())
    assert words in text
    assert "哀悼" not in text
