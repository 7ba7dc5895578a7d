"""Reminder letters and xlsx tables."""

import io
from datetime import date

import openpyxl
import pypdfium2
import zxingcpp

from app.domain.ids import RetireeId
from app.domain.papers import LetterFacts, UnitFacts
from app.forms import codes, letter, workbook

PERSON = RetireeId("6f6f2f66-8f9d-5d8b-9a54-2f5b6f0c4399")


def facts(**changes: object) -> LetterFacts:
    fields: dict[str, object] = {
        "retiree_id": PERSON,
        "name": "谭𬭎远",
        "address": "湖南省样例区示范路4号",
        "sentence": "还有 23 天到期",
        "deadline": date(2026, 12, 17),
        "written_on": date(2026, 11, 24),
        "unit": UnitFacts(name="某中心", code="X", phone="0731-1"),
        "clerk": "王芳",
    }
    return LetterFacts(**{**fields, **changes})  # type: ignore[arg-type]


def test_a_letter_says_who_until_when_and_where_to_ask_and_its_code_finds_the_person() -> None:
    pdf = letter.render([facts()])
    assert pdf is not None
    document = pypdfium2.PdfDocument(pdf)
    text = document[0].get_textpage().get_text_range()
    for words in (
        "谭𬭎远",
        "2026年12月17日",
        "0731-84900303",
        "0731-84900296",
        "我们从不索要验证码、从不收费",
        "还有 23 天到期",
    ):
        assert words in text
    picture = document[0].render(scale=3).to_numpy()
    found = {code.text for code in zxingcpp.read_barcodes(picture[:, :, :3].copy())}
    assert codes.person_text(PERSON) in found
    assert codes.parse_person(codes.person_text(PERSON)) == PERSON
    assert {"https://si.12333.gov.cn", "https://rst.hunan.gov.cn"} <= found


def test_a_letter_without_deadline_and_address_is_still_whole() -> None:
    pdf = letter.render([facts(deadline=None, address="", unit=UnitFacts(name="某中心", code="X", demo=True))])
    assert pdf is not None
    assert "谭𬭎远" in pypdfium2.PdfDocument(pdf)[0].get_textpage().get_text_range()


def test_a_list_of_letters_can_be_stopped() -> None:
    seen: list[int] = []

    def stop_at_three(done: int) -> bool:
        seen.append(done)
        return done < 3

    assert letter.render([facts()] * 10, stop_at_three) is None
    assert seen == [1, 2, 3]
    whole = letter.render([facts()] * 3)
    assert whole is not None
    assert len(pypdfium2.PdfDocument(whole)) == 3


def test_codes_of_other_papers_are_not_taken_for_a_person() -> None:
    for text in ("", "RP", "RH" + "0" * 25, "RP" + "!" * 25, "RP" + "Z" * 25, "https://si.12333.gov.cn"):
        assert codes.parse_person(text) is None


def test_a_workbook_keeps_numbers_as_text_and_never_a_formula() -> None:
    made = workbook.write("名单", ["姓名", "号码"], [["龑", "439999194404061078"], ['=HYPERLINK("x")', "+1"]])
    sheet = openpyxl.load_workbook(io.BytesIO(made)).active
    assert sheet is not None
    assert [[cell.value for cell in row] for row in sheet.iter_rows()][1:] == [
        ["龑", "439999194404061078"],
        ['=HYPERLINK("x")', "+1"],
    ]
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} == {"s"}
    assert sheet.freeze_panes == "A2"
