"""A reprint with other words under the old code is seen, and where; a poor scan of an honest page raises nothing."""

import random
from dataclasses import replace

import numpy as np
import pytest

from app import resources
from app.domain.papers import FormFacts
from app.domain.scan import COPY_LIKENESS, ScanDoubt, likeness
from app.forms.papers import PdfPapers
from app.forms.scan import ScanReader
from app.forms.scan_compare import read_pdf
from app.forms.scan_input import Picture
from app.forms.template import Template, load
from tests.builders.papers import RARE, Marks, altered, degrade, form_facts, handle, reprint

FIELDS = {"name": (41, 55, 36, 10), "id": (41, 75, 56, 10), "date": (133, 139, 60, 10)}


@pytest.fixture(scope="module")
def template() -> Template:
    return load(resources.path("forms", "confirmation-1.json"))


@pytest.fixture(scope="module")
def reader(template: Template) -> ScanReader:
    return ScanReader(template)


def scanned(template: Template, facts: FormFacts, printed: FormFacts, seed: int, hand: int | None = None) -> Picture:
    width, height, data = PdfPapers(template).preview(reprint(template, facts, printed), page=0, width_px=1654)
    page = np.frombuffer(data, np.uint8).reshape(height, width, 3)
    marked = handle(page, template, Marks(), random.Random(seed if hand is None else hand))
    return degrade(marked, random.Random(seed))


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("what", sorted(FIELDS))
def test_one_changed_character_is_seen_in_its_field(
    template: Template, reader: ScanReader, what: str, seed: int
) -> None:
    facts = form_facts()
    picture = scanned(template, facts, altered(facts, what, random.Random(seed)), seed)
    spots = reader.altered(reader.read(picture, source="a", number=1).picture_jpeg, facts)
    assert [(spot.doubt, spot.box) for spot in spots] == [(ScanDoubt.ALTERED, FIELDS[what])]


@pytest.mark.parametrize("seed", [4, 5, 6])
def test_an_honest_page_raises_nothing_however_poor_the_scan(template: Template, reader: ScanReader, seed: int) -> None:
    facts = form_facts(name=RARE[:4])
    picture = scanned(template, facts, facts, seed)
    assert reader.altered(reader.read(picture, source="a", number=1).picture_jpeg, facts) == ()


def test_words_taken_away_or_put_where_there_were_none_are_seen(template: Template, reader: ScanReader) -> None:
    facts = form_facts()
    picture = scanned(template, facts, replace(facts, phone=""), 7)
    spots = reader.altered(reader.read(picture, source="a", number=1).picture_jpeg, facts)
    assert [spot.box for spot in spots] == [(125, 85, 36, 10)]


def test_a_picture_that_cannot_be_read_is_doubtful(reader: ScanReader) -> None:
    assert [spot.doubt for spot in reader.altered(b"no picture", form_facts())] == [ScanDoubt.ALTERED]


def test_a_rare_character_of_two_halves_is_one_glyph() -> None:
    _picture, glyphs = read_pdf(PdfPapers().form(form_facts(name="𬭎𠅤")), 297.0)
    assert [glyph.text for glyph in glyphs].count("𬭎") == 1
    assert "𠅤" in {glyph.text for glyph in glyphs}


def test_two_scans_of_one_signature_are_alike_and_two_signatures_are_not(
    template: Template, reader: ScanReader
) -> None:
    facts = form_facts()

    def ink(seed: int, hand: int) -> str:
        found = reader.read(scanned(template, facts, facts, seed, hand), source="a", number=1).hand
        assert found is not None
        return found.ink

    first = ink(11, 1)
    assert likeness(first, ink(12, 1)) > COPY_LIKENESS
    assert all(likeness(first, ink(20 + hand, hand)) < COPY_LIKENESS for hand in (2, 3))
    assert likeness(first, "") == 0.0
