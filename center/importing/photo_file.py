"""Reference photos from a zip, each named after its person's ID number. Hostile zips are refused whole, bad pictures one by one."""

import hashlib
import io
import re
import stat
import unicodedata
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from PIL import Image
from sqlalchemy import Connection

from center import roster
from center.errors import Refused
from center.importing import CHANGED, EMPTY, Plan, Row, RowKind
from center.registry import note
from protocol.messages import RetireeBody

LARGEST_BYTES = 500 * 1024 * 1024
MOST_PHOTOS, MOST_UNPACKED = 30_000, 2 * 1024 * 1024 * 1024
LARGEST_PHOTO = 5 * 1024 * 1024
BOMB_RATIO = 200
"""Pictures don't shrink so much; what does is made to burst."""
SMALLEST, LARGEST_SIDE = (90, 110), 6000
FORMATS = {"JPEG": "image/jpeg", "PNG": "image/png"}
_LEFT_OUT = re.compile(r"(^|/)(__MACOSX/|\.|Thumbs\.db$|desktop\.ini$)", re.IGNORECASE)
NO_ZIP = (422, "zip_unreadable", "这不是压缩包，或者压缩包坏了。请重新打包成“.zip”。")
HOSTILE = {
    "escape": (422, "zip_escape", "压缩包里有不允许的文件名（会写到别的文件夹），整个压缩包都没有读。"),
    "bomb": (422, "zip_bomb", "压缩包展开后大得不正常，整个压缩包都没有读。"),
    "secret": (422, "zip_secret", "压缩包有密码。请去掉密码重新打包。"),
    "many": (413, "zip_many", f"照片太多，一次最多 {MOST_PHOTOS} 张。请分成几个压缩包。"),
}


@dataclass(frozen=True, slots=True)
class _Entry:
    info: zipfile.ZipInfo
    name: str


@dataclass(frozen=True, slots=True)
class _Seen:
    """A picture that can be used."""

    sha256: str
    media_type: str


def preview(connection: Connection, unit_id: str, path: Path) -> Plan:
    """Row by row; nothing is kept."""
    return _look(roster.people(connection, unit_id), path)


def apply(connection: Connection, unit_id: str, path: Path, mark: str, *, file_name: str, who: str) -> Plan:
    """Keep the pictures that were seen and name them on the roster. 409 when it is no longer what was seen."""
    people = roster.people(connection, unit_id)
    plan = _look(people, path)
    if plan.mark != mark:
        raise Refused(*CHANGED)
    if not plan.writes:
        raise Refused(*EMPTY)
    by_id, wanted = (
        {one.id: one for one in people},
        {row.number: row for row in plan.rows if row.kind is RowKind.CHANGED},
    )
    changed = []
    with zipfile.ZipFile(path) as packed:
        for number, entry in enumerate(_entries(packed), 1):
            if number in wanted:
                data = _data(packed, entry)
                found = _picture(data)
                assert isinstance(found, _Seen)  # the same file was looked at a moment ago
                digest = roster.put_photo(connection, unit_id, data, found.media_type)
                changed.append(by_id[wanted[number].retiree_id].model_copy(update={"photo": digest}))
    roster.put_retirees(connection, unit_id, changed, who=who)
    detail = f"{file_name}：写入 {len(changed)}，有错 {plan.count(RowKind.FAULTY)}"
    note(connection, who=who, action="photos_imported", unit_id=unit_id, detail=detail)
    return plan


def _look(people: list[RetireeBody], path: Path) -> Plan:
    by_number = {one.id_number: one for one in people}
    rows: list[Row] = []
    first: dict[str, str] = {}
    try:
        with zipfile.ZipFile(path) as packed:
            for number, entry in enumerate(_entries(packed), 1):
                row = _row(number, entry, packed, by_number)
                twin = first.setdefault(row.retiree_id, entry.name) if row.retiree_id else entry.name
                if twin != entry.name:
                    row = replace(row, kind=RowKind.FAULTY, says=(f"和“{twin}”是同一个人",))
                rows.append(row)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, OSError) as error:
        raise Refused(*NO_ZIP) from error
    if not rows:
        raise Refused(422, "zip_empty", "压缩包里没有文件。")
    named = {row.retiree_id for row in rows if row.kind is not RowKind.FAULTY}
    return Plan(rows=rows, absent=sum(one.photo is None and one.id not in named for one in people))


def _entries(packed: zipfile.ZipFile) -> Iterator[_Entry]:
    """In the file's order, without folders and what systems leave behind. Refused for what no honest packer writes."""
    infos = packed.infolist()
    if len(infos) > 2 * MOST_PHOTOS:
        raise Refused(*HOSTILE["many"])
    if sum(info.file_size for info in infos) > MOST_UNPACKED:
        raise Refused(*HOSTILE["bomb"])
    found = [_Entry(info, _name(info)) for info in infos]
    for entry in found:
        _check(entry)
    kept = [entry for entry in found if not entry.name.endswith("/") and not _LEFT_OUT.search(entry.name)]
    if len(kept) > MOST_PHOTOS:
        raise Refused(*HOSTILE["many"])
    yield from kept


def _name(info: zipfile.ZipInfo) -> str:
    """As it was written: old packers on Chinese Windows write GB 18030 and don't say so."""
    name = info.orig_filename if info.orig_filename else info.filename
    if not info.flag_bits & 0x800:
        try:
            raw = name.encode("cp437")
            try:
                name = raw.decode("utf-8")
            except UnicodeDecodeError:
                name = raw.decode("gb18030")
        except (UnicodeEncodeError, UnicodeDecodeError):
            pass
    return name.replace("\\", "/")


def _check(entry: _Entry) -> None:
    parts = entry.name.split("/")
    if entry.name.startswith("/") or ".." in parts or ":" in entry.name or any(ord(c) < 32 for c in entry.name):
        raise Refused(*HOSTILE["escape"])
    if stat.S_ISLNK(entry.info.external_attr >> 16):
        raise Refused(*HOSTILE["escape"])
    if entry.info.flag_bits & 0x1:
        raise Refused(*HOSTILE["secret"])
    if entry.info.file_size > LARGEST_PHOTO and entry.info.file_size > BOMB_RATIO * max(entry.info.compress_size, 1):
        raise Refused(*HOSTILE["bomb"])


def _row(number: int, entry: _Entry, packed: zipfile.ZipFile, by_number: dict[str, RetireeBody]) -> Row:
    stem = unicodedata.normalize("NFKC", PurePosixPath(entry.name).stem).upper()
    found = re.search(r"(?<![0-9])[0-9]{17}[0-9X](?![0-9])", stem)
    person = by_number.get(found[0] if found else stem)
    row = Row(number=number, kind=RowKind.FAULTY, id_number=found[0] if found else "", file=entry.name[-200:])
    if person is None:
        says = "名册里没有这个证件号码" if found else "文件名不是证件号码"
        return replace(row, says=(says,))
    row = replace(row, name=person.name, id_number=person.id_number, retiree_id=person.id)
    if entry.info.file_size > LARGEST_PHOTO:
        return replace(row, says=(f"照片太大，最多 {LARGEST_PHOTO // 2**20} MB",))
    seen = _picture(_data(packed, entry))
    if isinstance(seen, str):
        return replace(row, says=(seen,))
    if person.photo == seen.sha256:
        return replace(row, kind=RowKind.SAME)
    return replace(row, kind=RowKind.CHANGED, says=("换照片" if person.photo else "新照片",))


def _data(packed: zipfile.ZipFile, entry: _Entry) -> bytes:
    """Never more than the limit, whatever the header says."""
    with packed.open(entry.info) as opened:
        data = opened.read(LARGEST_PHOTO + 1)
    if len(data) > LARGEST_PHOTO:
        raise Refused(*HOSTILE["bomb"])
    return data


def _picture(data: bytes) -> _Seen | str:
    """What it is, or what is wrong with it as a sentence. Its size is known before anything is unpacked."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=tuple(FORMATS)) as picture:
                width, height = picture.size
                if width > LARGEST_SIDE or height > LARGEST_SIDE:
                    return f"照片太大：{width}×{height}"
                if width < SMALLEST[0] or height < SMALLEST[1]:
                    return f"照片太小，不能用来比对：{width}×{height}"
                kind = FORMATS[str(picture.format)]
                picture.load()
    except (OSError, ValueError, SyntaxError, zlib.error, Image.DecompressionBombError, Image.DecompressionBombWarning):
        return "不是照片，或者已经损坏（要 JPG 或 PNG）"
    return _Seen(hashlib.sha256(data).hexdigest(), kind)
