"""Reading what is held to the camera: the codes of our letters, receipts and forms."""

from typing import Any

import zxingcpp

from app.forms import codes
from app.services.held_up import HeldUp

QR = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)


def read(pixels: Any) -> HeldUp | None:
    """What one frame (H×W×3 uint8 BGR) shows; the first code that is ours, whatever else lies on the table."""
    for found in zxingcpp.read_barcodes(pixels, formats=QR):
        held = of_text(found.text)
        if held is not None:
            return held
    return None


def of_text(text: str) -> HeldUp | None:
    """A code's text, None when it is none of ours."""
    person, record, form = codes.parse_person(text), codes.parse_receipt(text), codes.parse_form(text)
    if person is not None:
        return HeldUp(person=person)
    if record is not None:
        return HeldUp(record=record)
    return HeldUp(case=form.case_id) if form is not None else None
