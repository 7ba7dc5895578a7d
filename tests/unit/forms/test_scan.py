"""Scan back on pages made by code; every unreadable input has its own message."""

import io
import random

import numpy as np
import pytest
import zxingcpp
from PIL import Image, ImageFile

from app import resources
from app.domain.scan import PageReading, ScanDoubt
from app.errors import AppError
from app.forms import form
from app.forms.papers import PdfPapers
from app.forms.scan import ScanReader
from app.forms.scan_input import LARGEST_PIXELS, Picture, pages
from app.forms.template import Template, load
from tests.builders.papers import Marks, case_id, degrade, form_facts, handle


@pytest.fixture(scope="module")
def template() -> Template:
    return load(resources.path("forms", "confirmation-1.json"))


@pytest.fixture(scope="module")
def reader(template: Template) -> ScanReader:
    return ScanReader(template)


def rendered(template: Template, width: int = 1654) -> Picture:
    papers = PdfPapers(template)
    w, h, data = papers.preview(papers.form(form_facts(case_id=case_id(7))), page=0, width_px=width)
    return np.frombuffer(data, np.uint8).reshape(h, w, 3)


def doubts(reading: PageReading) -> set[ScanDoubt]:
    return {spot.doubt for spot in reading.spots}


def code_of(data: bytes) -> str:
    with pytest.raises(AppError) as caught:
        list(pages(data, name="扫描"))
    return caught.value.code


def test_a_signed_dated_and_sealed_page_has_no_doubt(template: Template, reader: ScanReader) -> None:
    page = handle(rendered(template), template, Marks(), random.Random(1))
    reading = reader.read(page, source="a.jpg", number=1)
    assert reading.case_id == case_id(7)
    assert reading.facts_hash == form.facts_hash(form_facts(case_id=case_id(7)))
    assert doubts(reading) == set()
    assert Image.open(io.BytesIO(reading.picture_jpeg)).size == (1050, 1485)


@pytest.mark.parametrize(
    ("marks", "doubt"),
    [
        (Marks(seal=False), ScanDoubt.SEAL_MISSING),
        (Marks(signature=False), ScanDoubt.SIGNATURE_MISSING),
        (Marks(date=False), ScanDoubt.DATE_MISSING),
    ],
)
def test_what_is_missing_is_said_with_its_spot(
    template: Template, reader: ScanReader, marks: Marks, doubt: ScanDoubt
) -> None:
    page = handle(rendered(template), template, marks, random.Random(2))
    reading = reader.read(page, source="a.jpg", number=1)
    assert doubts(reading) == {doubt}
    assert reading.spots[0].box is not None


@pytest.mark.parametrize("seed", range(4))
def test_a_page_upside_down_tilted_and_shaded_lands_on_its_case(
    template: Template, reader: ScanReader, seed: int
) -> None:
    rng = random.Random(seed)
    page = degrade(handle(rendered(template), template, Marks(), rng), rng, turned=True)
    reading = reader.read(page, source="a.jpg", number=1)
    assert (reading.case_id, doubts(reading)) == (case_id(7), set())


def test_a_seal_in_the_wrong_place_is_said_as_such(template: Template, reader: ScanReader) -> None:
    page = handle(rendered(template), template, Marks(seal=False), random.Random(3))
    page[400:640, 900:1140] = (215, 40, 50)
    assert doubts(reader.read(page, source="a.jpg", number=1)) == {ScanDoubt.SEAL_MISPLACED}


def test_a_page_whose_lower_third_is_torn_off_is_not_whole(template: Template, reader: ScanReader) -> None:
    page = handle(rendered(template), template, Marks(), random.Random(4))[:1500]
    assert ScanDoubt.CUT_OFF in doubts(reader.read(page, source="a.jpg", number=1))


def test_a_page_without_code_and_one_with_a_foreign_code_go_to_the_clerk_with_their_picture(reader: ScanReader) -> None:
    white = np.full((1600, 1200, 3), 255, np.uint8)
    nothing = reader.read(white, source="a.jpg", number=1)
    assert (nothing.case_id, doubts(nothing)) == (None, {ScanDoubt.NO_CODE})
    foreign = white.copy()
    code = np.array(zxingcpp.create_barcode("HTTPS://EXAMPLE.CN", zxingcpp.BarcodeFormat.QRCode).to_image(scale=8))
    foreign[100 : 100 + code.shape[0], 100 : 100 + code.shape[1]] = code[:, :, None]
    other = reader.read(foreign, source="a.jpg", number=1)
    assert (other.case_id, doubts(other)) == (None, {ScanDoubt.FOREIGN_CODE})
    assert other.picture_jpeg


def test_pages_of_a_pdf_and_of_a_tiff_are_read_in_turn(template: Template, reader: ScanReader) -> None:
    facts = [form_facts(case_id=case_id(number)) for number in (3, 1, 2)]
    pdf = form.render(template, facts)
    assert [r.case_id for r in reader.read_file(pdf, name="a.pdf")] == [case_id(3), case_id(1), case_id(2)]
    frames = [Image.fromarray(picture) for picture in pages(pdf, name="a.pdf")]
    tiff = io.BytesIO()
    frames[0].save(tiff, "TIFF", save_all=True, append_images=frames[1:], compression="tiff_lzw")
    assert [r.number for r in reader.read_file(tiff.getvalue(), name="a.tif")] == [1, 2, 3]


def test_unreadable_files_each_have_their_message(template: Template) -> None:
    pdf = form.render(template, [form_facts()])
    jpeg = io.BytesIO()
    Image.new("RGB", (400, 300), "white").save(jpeg, "JPEG")
    ImageFile.LOAD_TRUNCATED_IMAGES = True  # as face_recognition leaves it
    assert code_of(b"") == "scan.empty"
    assert code_of(pdf[:200]) == "scan.torn"
    assert code_of(b"%PDF-1.7\n") == "scan.torn"
    assert code_of(jpeg.getvalue()[:-200]) == "scan.torn"
    assert code_of("是一段文字".encode()) == "scan.not_a_picture"


def test_a_picture_of_200_megapixels_is_refused_before_it_fills_the_memory() -> None:
    side = int((LARGEST_PIXELS * 2.5) ** 0.5)
    picture = io.BytesIO()
    Image.new("1", (side, side), 1).save(picture, "PNG")
    assert code_of(picture.getvalue()) == "scan.too_large"


def test_a_file_with_a_password_says_so() -> None:
    from reportlab.lib.pdfencrypt import StandardEncryption
    from reportlab.pdfgen.canvas import Canvas

    target = io.BytesIO()
    canvas = Canvas(target, encrypt=StandardEncryption("secret", strength=128))
    canvas.showPage()
    canvas.save()
    assert code_of(target.getvalue()) == "scan.password"
