"""Scan back: a picture of a page → PageReading with everything a clerk should look at."""

from collections.abc import Callable, Iterator, Sequence
from threading import Lock

import cv2
import numpy as np

from app.domain.papers import FormFacts, UnitFacts
from app.domain.scan import PageReading, ScanDoubt, Spot
from app.forms import codes, form, submission
from app.forms.papers import PdfPapers
from app.forms.scan_check import DATE_SHARE, SEAL_SHARE, SIGNATURE_SHARE, Shares, measure
from app.forms.scan_compare import Comparer
from app.forms.scan_input import Picture, pages
from app.forms.scan_place import PX_PER_MM, place, read_codes
from app.forms.template import Template

JPEG_QUALITY = 72
ALL_MARKS = 4


class ScanReader:
    """Reads pages of one template. Not thread-safe for one instance; build one per worker."""

    def __init__(self, template: Template) -> None:
        self._template = template
        papers = PdfPapers(template)
        width_px = round(template.page[0] * PX_PER_MM)
        plain = papers.blank_form(UnitFacts(name="", code=""))
        width, height, data = papers.preview(plain, page=0, width_px=width_px)
        blank = np.frombuffer(data, np.uint8).reshape(height, width, 3)
        resized = cv2.resize(blank, (width_px, round(template.page[1] * PX_PER_MM)))
        self._blank = np.asarray(resized, dtype=np.uint8)
        self._comparer = Comparer(template)

    def read_file(self, data: bytes, *, name: str) -> Iterator[PageReading]:
        """Every page of a file; AppError of scan_input for a file that can't be read."""
        for number, picture in enumerate(pages(data, name=name), start=1):
            yield self.read(picture, source=name, number=number)

    def read(self, picture: Picture, *, source: str, number: int) -> PageReading:
        """One page."""
        seen = read_codes(picture)
        ours = [(code, parsed) for code in seen if (parsed := codes.parse_form(code.text)) is not None]
        if not ours:
            doubt = ScanDoubt.FOREIGN_CODE if seen else ScanDoubt.NO_CODE
            return self._unplaced(picture, source, number, doubt)
        code, parsed = ours[0]
        if parsed.template != int(self._template.version, 36):
            return self._unplaced(picture, source, number, ScanDoubt.OTHER_TEMPLATE)
        placed = place(picture, code.corners, qr=self._template.qr, page=self._template.page)
        shares = measure(placed.page, self._blank, self._template.zones)
        return PageReading(
            source=source,
            number=number,
            case_id=parsed.case_id,
            facts_hash=parsed.facts_hash,
            spots=self._spots(shares, placed.marks),
            seal_share=shares.seal,
            signature_share=shares.signature,
            date_share=shares.date,
            picture_jpeg=_jpeg(placed.page),
            hand=shares.hand,
            template=self._template.version,
        )

    def altered(self, page_jpeg: bytes, facts: FormFacts) -> tuple[Spot, ...]:
        """The fields of a straightened page that don't say what ``facts`` say."""
        page = cv2.imdecode(np.frombuffer(page_jpeg, np.uint8), cv2.IMREAD_COLOR)
        if page is None:
            return (Spot(doubt=ScanDoubt.ALTERED),)
        return self._comparer.spots(np.asarray(cv2.cvtColor(page, cv2.COLOR_BGR2RGB), dtype=np.uint8), facts)

    def _unplaced(self, picture: Picture, source: str, number: int, doubt: ScanDoubt) -> PageReading:
        return PageReading(
            source=source,
            number=number,
            case_id=None,
            facts_hash="",
            spots=(Spot(doubt=doubt),),
            picture_jpeg=_jpeg(picture),
        )

    def _spots(self, shares: Shares, marks: int) -> tuple[Spot, ...]:
        zones = self._template.zones
        spots = []
        if marks < ALL_MARKS:
            spots.append(Spot(doubt=ScanDoubt.CUT_OFF))
        if shares.seal < SEAL_SHARE:
            elsewhere = shares.red_elsewhere >= SEAL_SHARE
            doubt = ScanDoubt.SEAL_MISPLACED if elsewhere else ScanDoubt.SEAL_MISSING
            spots.append(Spot(doubt=doubt, box=zones["seal"]))
        if shares.signature < SIGNATURE_SHARE:
            spots.append(Spot(doubt=ScanDoubt.SIGNATURE_MISSING, box=zones["signature"]))
        if shares.date < DATE_SHARE:
            spots.append(Spot(doubt=ScanDoubt.DATE_MISSING, box=zones["date"]))
        return tuple(spots)


def _jpeg(picture: Picture) -> bytes:
    done, data = cv2.imencode(
        ".jpg", cv2.cvtColor(picture, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY]
    )
    return data.tobytes() if done else b""


class SharedReader:
    """Implements app.services.ports.ScanBack: builds a reader per layout at its first use and lets one caller at a time in.

    A page that was printed with an earlier layout is read by that layout.
    """

    def __init__(self, templates: Callable[[], Sequence[Template]]) -> None:
        """``templates``: every layout whose paper may be out, the newest last."""
        self._templates = templates
        self._readers: dict[str, ScanReader] = {}
        self._lock = Lock()

    def read_file(self, data: bytes, *, name: str) -> Iterator[PageReading]:
        """Every page; the lock is held page by page."""
        known = list(self._templates())
        for number, picture in enumerate(pages(data, name=name), start=1):
            with self._lock:
                reading = self._read(known, picture, name, number)
            yield reading

    def _read(self, known: Sequence[Template], picture: Picture, name: str, number: int) -> PageReading:
        reading = self._made(known[-1]).read(picture, source=name, number=number)
        for template in reversed(known[:-1]):
            if [spot.doubt for spot in reading.spots] != [ScanDoubt.OTHER_TEMPLATE]:
                break
            reading = self._made(template).read(picture, source=name, number=number)
        return reading

    def altered(self, page_jpeg: bytes, facts: FormFacts, *, template: str = "") -> tuple[Spot, ...]:
        """See ScanReader; ``template``: the version that the page was printed with."""
        known = list(self._templates())
        chosen = next((one for one in known if one.version == template), known[-1])
        with self._lock:
            return self._made(chosen).altered(page_jpeg, facts)

    def facts_hash(self, facts: FormFacts) -> str:
        """What the code of a page with these facts holds."""
        return form.facts_hash(facts)

    def _made(self, template: Template) -> ScanReader:
        if template.version not in self._readers:
            self._readers[template.version] = ScanReader(template)
        return self._readers[template.version]

    def page_pdf(self, jpeg: bytes) -> bytes:
        """A straightened page as a compact PDF."""
        return submission.page_pdf(jpeg)
