"""Tables of others: encodings, spreadsheets' tricks with numbers, and damage told in words."""

import io
import zipfile
from datetime import datetime

import pytest
from openpyxl import Workbook

from app.errors import AppError
from app.forms import sheet


def xlsx(*rows: list[object]) -> bytes:
    book = Workbook()
    page = book.active
    assert page is not None
    for row in rows:
        page.append(row)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("mark", [",", "\t", ";"])
def test_a_csv_is_read_in_every_usual_encoding(encoding: str, mark: str) -> None:
    text = f"姓名{mark}身份证号\r\n霍𬭎{mark}43010219500307001X\r\n"
    read = sheet.read(text.encode(encoding), name="a.csv")
    assert read.rows == ((1, ("姓名", "身份证号")), (2, ("霍𬭎", "43010219500307001X")))


def test_quoting_and_the_tricks_that_keep_digits_are_undone() -> None:
    text = '姓名,身份证号,地址\n"王,芳","=""430102195003070012""","一号\n二楼"\n李四,\'430102195003070012,\n'
    rows = sheet.read(text.encode(), name="a.csv").rows
    assert rows[1][1] == ("王,芳", "430102195003070012", "一号\n二楼")
    assert rows[2][1][1] == "430102195003070012"


def test_empty_rows_are_left_out_and_the_numbers_stay_those_of_the_file() -> None:
    rows = sheet.read("姓名,电话\n,\n王芳,1\n".encode(), name="a.csv").rows
    assert [number for number, _cells in rows] == [1, 3]


def test_a_workbook_gives_dates_and_whole_numbers_as_they_look() -> None:
    data = xlsx(["姓名", "出生日期", "电话", "证号"], ["王芳", datetime(1950, 3, 7), 13800000000.0, 430102195003070012])
    _head, (number, cells) = sheet.read(data, name="a.xlsx").rows
    assert (number, cells[:3]) == (2, ("王芳", "1950-03-07", "13800000000"))
    assert "E+" in cells[3], "an ID number kept as a number has lost its end: never shown as if it were whole"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "import.empty"),
        (b"   \n", "import.empty"),
        ("只有表头".encode(), "import.empty"),
        (b"\xd0\xcf\x11\xe0 old", "import.old_excel"),
        (b"PK\x03\x04 torn", "import.unreadable"),
        (xlsx(["姓名"], ["王芳"])[:900], "import.unreadable"),
        (b"\xff\xff\xff\x80,\xff", "import.unreadable"),
        (b"a,b\n\0,\0\n", "import.unreadable"),
    ],
)
def test_a_file_that_can_not_be_read_says_why(data: bytes, code: str) -> None:
    with pytest.raises(AppError) as caught:
        sheet.read(data, name="a")
    assert caught.value.code == code


def test_a_zip_that_swells_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheet, "MOST_UNPACKED", 1000)
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet1.xml", "0" * 5000)
    with pytest.raises(AppError) as caught:
        sheet.read(target.getvalue(), name="bomb.xlsx")
    assert caught.value.code == "import.too_large"
