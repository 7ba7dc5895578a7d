"""Photos from a zip: bad pictures are named one by one, hostile zips refused whole, and nothing is written before the clerk says so."""

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Callable
from typing import Any

import pytest

from center import roster
from protocol.canonical import sha256_hex
from protocol.messages import RetireeBody
from tests.integration.center.conftest import Center, person
from tests.integration.center.operator.conftest import Browser
from tests.integration.center.operator.files import number, packed, picture

PATH = "/units/ours/import/photos"
FACE, OTHER = picture(), picture("PNG", shade=99)


@pytest.fixture
def known(in_database: Callable[..., Any], center: Center) -> Callable[[], dict[str, RetireeBody]]:
    people = [person(n, "ours", id_number=number(n)) for n in (1, 2, 3)]
    in_database(lambda connection: roster.put_retirees(connection, "ours", people, who="test"))
    return lambda: {one.id: one for one in in_database(lambda connection: roster.people(connection, "ours"))}


def named(serial: int, ending: str = "jpg") -> str:
    return f"{number(serial)}.{ending}"


def test_good_photos_go_to_their_people_and_bad_ones_say_why(
    clerk: Browser, center: Center, known: Callable[[], dict[str, RetireeBody]]
) -> None:
    data = packed(
        (named(1), FACE),
        (f"照片/{number(2)} 李四.PNG", OTHER),
        (named(3), b"MZ\x90 this is a program"),
        (named(9), FACE),
        ("合影.jpg", FACE),
        (f"again/{named(1)}", OTHER),
        ("__MACOSX/._x.jpg", b"x"),
        ("照片/Thumbs.db", b"x"),
    )
    preview = clerk.upload(PATH, data, "照片.zip")
    for words in ("不是照片", "名册里没有这个证件号码", "文件名不是证件号码", "是同一个人"):
        assert words in preview.text
    assert "Thumbs" not in preview.text
    assert known()["ours-1"].photo is None
    path = clerk.follow(preview)
    mark = re.search(r'name="mark" value="([0-9a-f]{64})"', preview.text)
    assert mark
    done = clerk.post(f"{path}/confirm", page=path, mark=mark[1])
    assert "写入照片 2 张" in done.text
    people = known()
    assert (people["ours-1"].photo, people["ours-2"].photo) == (sha256_hex(FACE), sha256_hex(OTHER))
    got = center.callers["ours"].call("GET", f"/v1/photos/{sha256_hex(OTHER)}")
    assert (got.content, got.headers["content-type"]) == (OTHER, "image/png")
    assert "没有可以写入的内容" in clerk.upload(PATH, packed((named(1), FACE))).text


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (picture(size=(60, 80)), "照片太小"),
        (picture(size=(7000, 100)), "照片太大"),
        (FACE[: len(FACE) // 2], "已经损坏"),
        (b"GIF89a" + b"0" * 50, "不是照片"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "不是照片"),
        (FACE + b"0" * 6 * 2**20, "照片太大，最多"),
    ],
    ids=["small", "wide", "cut", "gif", "svg", "heavy"],
)
def test_a_picture_that_cannot_serve_is_refused_by_itself(
    clerk: Browser, known: Callable[[], dict[str, RetireeBody]], data: bytes, says: str
) -> None:
    preview = clerk.upload(PATH, packed((named(1), data), (named(2), FACE), how=zipfile.ZIP_STORED))
    assert says in preview.text
    assert "确认导入 1 张" in preview.text
    assert known


def link() -> zipfile.ZipInfo:
    made = zipfile.ZipInfo("link.jpg")
    made.create_system, made.external_attr = 3, 0o120777 << 16
    return made


def png_bomb() -> bytes:
    """A header of 100,000 × 100,000 pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 100_000, 100_000, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"0")) + chunk(b"IEND", b"")


def secret() -> bytes:
    data = bytearray(packed((named(1), FACE)))
    for head, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(head) + at] |= 1
    return bytes(data)


def lying() -> bytes:
    """The directory says that a megabyte of zeros is ten bytes."""
    data = bytearray(packed((named(1), b"\0" * 2**20)))
    place = data.index(b"PK\x01\x02") + 24
    data[place : place + 4] = struct.pack("<I", 10)
    return bytes(data)


HOSTILE = {
    "escape": (packed(("../../evil.jpg", FACE)), "不允许的文件名"),
    "escape inside": (packed((f"a/../../{named(1)}", FACE)), "不允许的文件名"),
    "absolute": (packed(("/etc/cron.d/x.jpg", FACE)), "不允许的文件名"),
    "drive": (packed(("C:\\Windows\\x.jpg", FACE)), "不允许的文件名"),
    "backslashes": (packed(("..\\..\\x.jpg", FACE)), "不允许的文件名"),
    "link": (packed((link(), b"/etc/passwd")), "不允许的文件名"),
    "bomb": (packed((named(1), b"\0" * 64 * 2**20)), "大得不正常"),
    "secret": (secret(), "有密码"),
    "no zip": (b"Rar!\x1a\x07\x00", "不是压缩包"),
    "cut": (packed((named(1), FACE))[:-30], "不是压缩包"),
    "empty": (packed(), "没有文件"),
}


@pytest.mark.parametrize("what", sorted(HOSTILE))
def test_a_hostile_zip_is_refused_whole_by_name_and_not_kept(
    clerk: Browser, center: Center, known: Callable[[], dict[str, RetireeBody]], what: str
) -> None:
    data, says = HOSTILE[what]
    before = known()
    answer = clerk.upload(PATH, data)
    assert 400 <= answer.status_code < 500
    assert says in answer.text
    assert known() == before
    assert not (center.folder / "files" / "drafts").exists()


@pytest.mark.parametrize("data", [lying(), packed((named(1), png_bomb()))], ids=["lying sizes", "png bomb"])
def test_what_lies_about_its_size_is_never_unpacked(
    clerk: Browser, known: Callable[[], dict[str, RetireeBody]], data: bytes
) -> None:
    answer = clerk.upload(PATH, data)
    assert "不是照片" in answer.text or "不是压缩包" in answer.text or "照片太大" in answer.text
    assert known()["ours-1"].photo is None


def test_names_of_old_chinese_packers_are_read(clerk: Browser, known: Callable[[], dict[str, RetireeBody]]) -> None:
    name = f"退休照片/{number(1)}张.jpg"
    raw = name.encode("gb18030")
    placeholder = "x" * len(raw)
    data = packed((placeholder, FACE)).replace(placeholder.encode(), raw)
    assert zipfile.ZipFile(io.BytesIO(data)).namelist() != [name]
    preview = clerk.upload(PATH, data)
    assert name in preview.text
    assert "确认导入 1 张" in preview.text
    assert known
