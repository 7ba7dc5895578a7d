"""Photos: fitted, turned as their EXIF says, and words where there is nothing to show."""

from io import BytesIO

import pytest
from PIL import Image
from PySide6.QtCore import QSize
from pytestqt.qtbot import QtBot

from app.ui.widgets.pictures import PhotoView, decoded


def jpeg(width: int, height: int, *, orientation: int = 1) -> bytes:
    picture = Image.new("RGB", (width, height), (200, 40, 40))
    exif = picture.getexif()
    exif[0x0112] = orientation
    buffer = BytesIO()
    picture.save(buffer, "JPEG", exif=exif)
    return buffer.getvalue()


def test_a_large_photo_is_fitted_without_changing_its_shape() -> None:
    image = decoded(jpeg(3000, 4000), QSize(150, 150))
    assert (image.height(), abs(image.width() - 112) <= 1) == (150, True)


def test_a_photo_that_lies_on_its_side_is_turned_and_still_fits() -> None:
    image = decoded(jpeg(4000, 3000, orientation=6), QSize(300, 400))
    assert image.height() > image.width()
    assert image.height() <= 400


@pytest.mark.parametrize("data", [None, b"", b"not a picture", jpeg(300, 400)[:60]])
def test_nothing_readable_is_said_in_words(qtbot: QtBot, data: bytes | None) -> None:
    view = PhotoView(120, 160, name="photo")
    qtbot.addWidget(view)
    view.show_picture(data)
    assert view.text() == "没有照片"
    assert view.accessibleName() == "没有照片"
    view.show_picture(jpeg(30, 40))
    assert view.pixmap().height() == 160
    assert view.accessibleName() == "照片"
