"""Workbooks, zips and pictures as units and strangers send them."""

import io
import zipfile
from collections.abc import Sequence
from typing import Any

from openpyxl import Workbook
from PIL import Image

from tests.builders.people import id_number

HEADINGS = ("姓名", "身份证号码", "个人编号", "首次发放日期", "联系电话")


def number(serial: int) -> str:
    """A valid ID number of nobody."""
    return id_number(serial=serial)


def workbook(*rows: Sequence[Any], headings: Sequence[str] = HEADINGS, above: Sequence[str] = ()) -> bytes:
    book = Workbook()
    sheet = book.worksheets[0]
    for title in above:
        sheet.append([title])
    sheet.append(list(headings))
    for row in rows:
        sheet.append(list(row))
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def picture(kind: str = "JPEG", size: tuple[int, int] = (120, 150), shade: int = 128) -> bytes:
    target = io.BytesIO()
    Image.new("RGB", size, (shade, 90, 60)).save(target, kind)
    return target.getvalue()


def packed(*files: tuple[str | zipfile.ZipInfo, bytes], how: int = zipfile.ZIP_DEFLATED) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", how) as archive:
        for name, data in files:
            archive.writestr(name, data)
    return target.getvalue()
