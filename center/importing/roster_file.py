"""A roster from a workbook: what each row would do, the report, and writing it in one transaction."""

import io
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Font
from pydantic import ValidationError
from sqlalchemy import Connection

from center import roster
from center.errors import Refused
from center.importing import CHANGED, EMPTY, Plan, Row, RowKind
from center.importing.columns import COLUMNS, HEADINGS_WITHIN, REQUIRED, TITLES, CellError, Column, born_in, places
from center.importing.sheet import Line, read_sheet
from center.registry import note
from protocol.messages import RetireeBody

SETTLED = ("payment", "suspended_from")
"""Of somebody who is on the roster already they change by decision only."""
KINDS = {RowKind.FAULTY: "有错，不导入", RowKind.NEW: "新增", RowKind.CHANGED: "有变化", RowKind.SAME: "没有变化"}


@dataclass(frozen=True, slots=True)
class _Read:
    line: Line
    values: dict[str, str] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)


def preview(connection: Connection, unit_id: str, path: Path) -> tuple[Plan, list[RetireeBody]]:
    """What the file would do, and the people to be written. Refused for a file that is no roster."""
    known = roster.people(connection, unit_id)
    rows, people = _planned(known, _read(read_sheet(path)))
    named = {row.retiree_id for row in rows if row.retiree_id}
    return Plan(rows=rows, absent=sum(one.id not in named for one in known)), people


def apply(connection: Connection, unit_id: str, path: Path, mark: str, *, file_name: str, who: str) -> Plan:
    """Write what was seen; rows with faults are left out. 409 when it is no longer what was seen."""
    plan, people = preview(connection, unit_id, path)
    if plan.mark != mark:
        raise Refused(*CHANGED)
    if not people:
        raise Refused(*EMPTY)
    roster.put_retirees(connection, unit_id, people, who=who)
    detail = f"{file_name}：新增 {plan.count(RowKind.NEW)}，修改 {plan.count(RowKind.CHANGED)}，有错 {plan.count(RowKind.FAULTY)}"
    note(connection, who=who, action="roster_imported", unit_id=unit_id, detail=detail)
    return plan


def _read(lines: Sequence[Line]) -> list[_Read]:
    for place, line in enumerate(lines[:HEADINGS_WITHIN]):
        columns = places(line.cells)
        if {column.field for column in columns.values()} >= set(REQUIRED):
            return _below(lines[place + 1 :], columns)
    raise Refused(422, "no_headings", "没有找到表头。第一行要有“姓名”和“证件号码”，其他列名请照模板写。")


def _below(lines: Sequence[Line], columns: Mapping[int, Column]) -> list[_Read]:
    if not lines:
        raise Refused(422, "no_rows", "表头下面没有内容。")
    return [_cells(one, columns) for one in lines]


def _cells(line: Line, columns: Mapping[int, Column]) -> _Read:
    made = _Read(line)
    for place, column in columns.items():
        text = line.cells[place] if place < len(line.cells) else ""
        if text:
            try:
                made.values[column.field] = column.read(text)
            except CellError as error:
                made.faults.append(f"{TITLES[column.field]}：{error}")
    for name in REQUIRED:
        if name not in made.values and not any(fault.startswith(TITLES[name]) for fault in made.faults):
            made.faults.append(f"缺{TITLES[name]}")
    return made


def _planned(known: Sequence[RetireeBody], found: Sequence[_Read]) -> tuple[list[Row], list[RetireeBody]]:
    by_id_number = {one.id_number: one for one in known}
    by_number = {one.personnel_number: one for one in known if one.personnel_number}
    first: dict[str, int] = {}
    rows, people = [], []
    for one in found:
        key, number = one.values.get("id_number", ""), one.values.get("personnel_number", "")
        for name, value in (("证件号码", key), ("个人编号", number)):
            other = first.setdefault(f"{name} {value}", one.line.number) if value else one.line.number
            if other != one.line.number:
                one.faults.append(f"{name}和第 {other} 行相同")
        person, twin = by_id_number.get(key), by_number.get(number)
        if person is not None and twin is not None and person.id != twin.id:
            one.faults.append(f"证件号码是{person.name}的，个人编号却是{twin.name}的")
        row, body = _row(one, person or twin)
        rows.append(row)
        if body is not None:
            people.append(body)
    return rows, people


def _row(one: _Read, person: RetireeBody | None) -> tuple[Row, RetireeBody | None]:
    about: dict[str, Any] = {
        "number": one.line.number,
        "name": one.values.get("name", ""),
        "id_number": one.values.get("id_number", ""),
        "retiree_id": person.id if person is not None else "",
    }
    if one.faults:
        return Row(kind=RowKind.FAULTY, says=tuple(one.faults), **about), None
    try:
        body = _fresh(one.values) if person is None else _changed(person, one.values)
    except CellError as error:
        return Row(kind=RowKind.FAULTY, says=(str(error),), **about), None
    except ValidationError as error:
        fields = "、".join(sorted({TITLES.get(str(fault["loc"][0]), "内容") for fault in error.errors()}))
        return Row(kind=RowKind.FAULTY, says=(f"{fields}填得不对",), **about), None
    if person is None:
        return Row(kind=RowKind.NEW, **about), body
    says = tuple(_differences(person, body))
    return Row(kind=RowKind.CHANGED if says else RowKind.SAME, says=says, **about), body if says else None


def _fresh(values: dict[str, str]) -> RetireeBody:
    number = values["id_number"]
    if values.get("payment") == "suspended" and "suspended_from" not in values:
        raise CellError("暂停的人要填暂停起始月，否则以后算不出补发")
    if "sex" not in values and len(number) != 18:
        raise CellError("请填性别")
    born = values.get("birth_date") or born_in(number)
    sex = values.get("sex") or ("male" if int(number[16]) % 2 else "female")
    made = values.get("personnel_number") or str(uuid.uuid5(uuid.NAMESPACE_OID, number))
    plain = {"id": made, "personnel_number": "", "sex": sex, "birth_date": born}
    return RetireeBody.model_validate({**plain, **values})


def _changed(person: RetireeBody, values: dict[str, str]) -> RetireeBody:
    before = person.model_dump(mode="json")
    for name in SETTLED:
        if name in values and values[name] != before[name]:
            raise CellError("待遇状态和名册不同。已在名册里的人，暂停、恢复、停发请在“停发恢复”办理")
    return RetireeBody.model_validate({**before, **values})


def _differences(before: RetireeBody, after: RetireeBody) -> list[str]:
    old, new = before.model_dump(mode="json"), after.model_dump(mode="json")
    return [
        f"{column.titles[0]}：{_said(column, old[column.field])} → {_said(column, new[column.field])}"
        for column in COLUMNS
        if old[column.field] != new[column.field]
    ]


_WORDS = {
    "male": "男", "female": "女", "retired": "退休", "resigned": "退职", "local": "本地", "elsewhere": "异地", "abroad": "境外",
    "paid": "发放", "suspended": "暂停", "terminated": "停发",
}  # fmt: skip


def _said(column: Column, value: str | None) -> str:
    if not value:
        return "（空）"
    if column.field == "id_number":
        return f"{value[:3]}…{value[-4:]}"
    return _WORDS.get(value, value)


def template() -> bytes:
    """An empty workbook with our headings and a second sheet that explains them."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "名册"
    sheet.append([column.titles[0] for column in COLUMNS])
    guide = book.create_sheet("怎么填")
    guide.append(["列名", "必填", "例子"])
    for column in COLUMNS:
        guide.append([column.titles[0], "必填" if column.field in REQUIRED else "", column.example])
    guide.append(["空着的格子不改动名册里已有的内容。证件号码这一列请设成“文本”。"])
    for one in (sheet, guide):
        for cell in one[1]:
            cell.font = Font(bold=True)
    for letter in "ABCDEFGHIJKLMNOP":
        sheet.column_dimensions[letter].width = 14
        sheet.column_dimensions[letter].number_format = "@"
    sheet.column_dimensions["B"].width = 24
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def report(plan: Plan) -> bytes:
    """The preview row by row, to be sent to the unit."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "逐行结果"
    sheet.append(["行号", "文件", "姓名", "证件号码", "结果", "说明"])
    for row in plan.rows:
        hidden = row.id_number[:3] + "***" + row.id_number[-4:] if len(row.id_number) > 9 else row.id_number
        sheet.append(
            [row.number, row.file, _harmless(row.name), hidden, KINDS[row.kind], _harmless("；".join(row.says))]
        )
    for letter, width in zip("ABCDEF", (7, 28, 12, 20, 14, 80), strict=True):
        sheet.column_dimensions[letter].width = width
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def _harmless(text: str) -> str:
    """Never a formula, and only characters a workbook can hold."""
    clean = "".join(c for c in text if c.isprintable())
    return f"'{clean}" if clean[:1] in ("=", "+", "-", "@") else clean
