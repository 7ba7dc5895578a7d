"""Whose paper it is: drawn codes are read back and lead to the person."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import zxingcpp

from app.domain.confirmation import FormReason
from app.domain.ids import RecordId, RetireeId
from app.domain.standing import StandingKind
from app.errors import AppError
from app.forms import codes, held_up
from app.services.cases import Cases
from app.services.held_up import HeldUp, WhoseIsIt
from tests.builders.office import Office, office

STRANGER = "0190a6b0-0000-7000-8000-000000000001"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Office]:
    made = office(tmp_path)
    yield made
    made.real.engine.dispose()


def frame(*texts: str) -> np.ndarray:
    """A 1280×720 frame with codes side by side on a grey table."""
    picture = np.full((720, 1280, 3), 150, np.uint8)
    for number, text in enumerate(texts):
        barcode = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
        drawn = np.array(barcode.to_image(scale=6))
        drawn = drawn if drawn.ndim == 2 else drawn[:, :, 0]
        height, width = drawn.shape
        left = 40 + number * 420
        picture[100 : 100 + height, left : left + width] = drawn[:, :, None]
    return picture


def test_a_letters_code_among_others_leads_to_its_person(desk: Office) -> None:
    person = desk.person(StandingKind.NEAR)
    held = held_up.read(frame("https://si.12333.gov.cn", codes.person_text(person.id)))
    assert held == HeldUp(person=person.id)
    assert WhoseIsIt(desk.real.desk).find(held) == person.id


def test_a_receipts_and_a_forms_code_lead_to_their_person(desk: Office) -> None:
    with desk.real.uow() as store:
        certification = next(iter(store.certifications.all()))
    person = desk.person(StandingKind.NEAR)
    drafted = Cases(desk.real.desk).draft(retiree_id=person.id, operator_id=desk.clerk.id, reason=FormReason.NO_CARD)
    form = codes.form_text(codes.FormCode(case_id=drafted.case.id, page=1, template=1, facts_hash="0" * 8))
    whose = WhoseIsIt(desk.real.desk)
    receipt = held_up.of_text(codes.receipt_text(certification.id))
    assert receipt is not None
    assert whose.find(receipt) == certification.retiree_id
    drawn = held_up.of_text(form)
    assert drawn is not None
    assert whose.find(drawn) == person.id


def test_both_numbers_lead_to_the_person(desk: Office) -> None:
    person, whose = desk.person(StandingKind.NEAR), WhoseIsIt(desk.real.desk)
    assert person.card_number is not None
    for number in (person.id_number, person.card_number):
        assert whose.find(HeldUp(numbers=("000", number))) == person.id


@pytest.mark.parametrize(
    "held",
    [HeldUp(person=RetireeId(STRANGER)), HeldUp(record=RecordId(STRANGER)), HeldUp(numbers=("1", "2")), HeldUp()],
)
def test_a_paper_of_another_unit_is_nobodys_here(desk: Office, held: HeldUp) -> None:
    with pytest.raises(AppError, match=r"held_up\.nobody"):
        WhoseIsIt(desk.real.desk).find(held)


@pytest.mark.parametrize("text", ["", "https://example.org", "RP", "RP" + "!" * 25, "RZ00"])
def test_what_is_not_ours_is_passed_over(text: str) -> None:
    assert held_up.of_text(text) is None


def test_an_empty_table_says_nothing() -> None:
    assert held_up.read(frame()) is None
