"""The form on paper: fonts, rare characters, codes, replaceable template."""

import io
import json
import re
import uuid

import numpy as np
import pypdfium2
import pytest
from hypothesis import given, strategies as st

from app import resources
from app.domain.ids import CaseId, RecordId
from app.domain.papers import UnitFacts
from app.errors import AppError
from app.forms import codes, form
from app.forms.papers import PdfPapers
from app.forms.scan_place import read_codes
from app.forms.template import load, parse
from tests.builders.papers import RARE, form_facts

OFFICIAL = resources.path("forms", "confirmation-1.json")


def text_of(pdf: bytes) -> str:
    with pypdfium2.PdfDocument(pdf) as document:
        return "".join(page.get_textpage().get_text_range() for page in document)


def test_every_rare_character_is_printed_and_copies_out_as_itself() -> None:
    pdf = PdfPapers().form(form_facts(name=RARE))
    assert set(RARE) <= set(text_of(pdf))


def test_no_font_is_left_outside_the_file() -> None:
    pdf = PdfPapers().form(form_facts())
    assert b"Helvetica" not in pdf
    fonts = set(re.findall(rb"/BaseFont /(\S+)", pdf))
    assert fonts
    assert all(re.match(rb"[A-Z]{6}\+Cert|\w+\+", font) for font in fonts)


def test_a_character_that_no_font_has_is_a_visible_sign() -> None:
    assert "〓" in text_of(PdfPapers().form(form_facts(name="王\U0001f600")))


def test_the_same_facts_make_the_same_bytes_and_another_name_another_hash() -> None:
    papers = PdfPapers()
    assert papers.form(form_facts()) == papers.form(form_facts())
    assert papers.form_hash(form_facts()) != papers.form_hash(form_facts(name="欧阳龑"))


def test_a_very_long_address_stays_within_its_box() -> None:
    papers = PdfPapers()
    shown = []
    for text in ("短", "湖南省某县城关镇人民路一百二十八号教师新村" * 6):
        width, height, data = papers.preview(papers.form(form_facts(address=text)), page=0, width_px=1050)
        shown.append(np.frombuffer(data, np.uint8).reshape(height, width, 3))
    changed = np.argwhere((shown[0] != shown[1]).any(axis=2))
    changed = changed[(changed[:, 0] > 46 * 5) & (changed[:, 0] < 270 * 5)]
    top, left = changed.min(axis=0) / 5
    bottom, right = changed.max(axis=0) / 5
    assert top >= 84.5
    assert bottom <= 95.5
    assert left >= 40.5
    assert right <= 109.5


def test_the_blank_form_carries_the_unit_and_no_code() -> None:
    papers = PdfPapers()
    pdf = papers.blank_form(UnitFacts(name="某县第二中学", code="G1"))
    width, height, data = papers.preview(pdf, page=0, width_px=1654)
    assert "某县第二中学" in text_of(pdf)
    assert read_codes(np.frombuffer(data, np.uint8).reshape(height, width, 3)) == ()


def test_another_template_is_another_data_file_and_nothing_else() -> None:
    raw = json.loads(OFFICIAL.read_text("utf-8"))
    raw |= {"version": "2", "title": "资格认证确认表（新）", "qr": [160, 15, 32, 32], "title_box": [17, 17, 140, 22]}
    raw["cells"] = [cell for cell in raw["cells"] if cell["kind"] != "photo"]
    papers = PdfPapers(parse(raw))
    pdf = papers.form(form_facts())
    width, height, data = papers.preview(pdf, page=0, width_px=1654)
    (code,) = read_codes(np.frombuffer(data, np.uint8).reshape(height, width, 3))
    parsed = codes.parse_form(code.text)
    assert "（新）" in text_of(pdf)
    assert parsed is not None
    assert parsed.template == 2


@pytest.mark.parametrize("damage", [{"version": "12"}, {"zones": {}}, {"page": [100, 100]}, {"cells": [{"kind": "?"}]}])
def test_a_template_that_does_not_fit_is_refused(damage: dict[str, object]) -> None:
    raw = json.loads(OFFICIAL.read_text("utf-8")) | damage
    with pytest.raises(ValueError, match="template"):
        parse(raw)


def test_a_template_file_that_is_no_json_is_told(tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("forms") / "bad.json"
    path.write_text("{", "utf-8")
    with pytest.raises(AppError) as caught:
        load(path)
    assert caught.value.code == "template.damaged"


@given(st.uuids(), st.integers(1, 35), st.integers(0, 35), st.text("0123456789ABCDEF", min_size=64, max_size=64))
def test_a_form_code_says_what_was_put_in_within_38_characters(
    case: uuid.UUID, page: int, template: int, digest: str
) -> None:
    code = codes.FormCode(case_id=CaseId(str(case)), page=page, template=template, facts_hash=codes.short_hash(digest))
    text = codes.form_text(code)
    assert len(text) <= 38
    assert codes.parse_form(text) == code


@given(st.text(max_size=45))
def test_any_other_text_is_no_form_and_no_receipt(text: str) -> None:
    if not text.startswith(("RZ", "RH")):
        assert codes.parse_form(text) is None
        assert codes.parse_receipt(text) is None


def test_a_receipt_code_names_its_record() -> None:
    record = RecordId("0190f3a2-7c1b-7e55-8f00-0123456789ab")
    assert codes.parse_receipt(codes.receipt_text(record)) == record


def test_many_forms_are_one_file() -> None:
    template = load(OFFICIAL)
    target = io.BytesIO()
    writer = form.FormWriter(template, target)
    for _ in range(3):
        writer.add(form_facts())
    writer.close()
    assert PdfPapers().pages(target.getvalue()) == 3
