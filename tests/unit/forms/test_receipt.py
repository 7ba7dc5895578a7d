"""The receipt, read back from its PDF."""

from datetime import UTC, date, datetime
from typing import Any

import pypdfium2
import pytest

from app.domain.calendar import Month
from app.domain.ids import RecordId
from app.domain.papers import ReceiptFacts, UnitFacts
from app.forms import receipt


def words(size: str, **changes: Any) -> str:
    fields: dict[str, Any] = {
        "record_id": RecordId("6f6f2f66-8f9d-5d8b-9a54-2f5b6f0c4399"),
        "name": "谭𬭎远",
        "masked_id_number": "439***********1023",
        "certified_at": datetime(2026, 11, 24, 9, 30, tzinfo=UTC),
        "deadline": date(2027, 11, 24),
        "unit": UnitFacts(name="某中心", code="X"),
        "clerk": "王芳",
    }
    document = pypdfium2.PdfDocument(receipt.render(ReceiptFacts(**{**fields, **changes}), size=size))
    assert len(document) == 1
    return str(document[0].get_textpage().get_text_range()).replace("\r\n", "")


@pytest.mark.parametrize("size", receipt.SIZES)
def test_a_long_time_without_payment_is_told_in_a_line_that_can_be_read(size: str) -> None:
    months = tuple(Month(2022, 10).until(Month(2026, 11)))
    said = words(size, outlook_resumes=Month(2026, 12), outlook_back_pay=months)
    assert "预计2026年12月恢复发放，并补发2022年10月至2026年11月的养老金" in said
    assert "经 办 人" in said


def test_nothing_is_announced_that_is_not_there() -> None:
    said = words("A5", clerk="", accepted_at=datetime(2026, 11, 24, tzinfo=UTC), receipt_number="")
    assert "已认证" in said
    assert "经 办 人" not in said
    assert "回执号" not in said
