"""Words of the import."""

from app.services.roster_file import Fault, Field, RowProblem
from app.services.roster_import import PlannedRow, RowKind

FIELD = {
    Field.NAME: "姓名",
    Field.ID_NUMBER: "身份证号",
    Field.PERSONNEL_NUMBER: "个人编号",
    Field.SEX: "性别",
    Field.BIRTH_DATE: "出生日期",
    Field.PHONE: "电话",
    Field.ADDRESS: "地址",
    Field.CARD_NUMBER: "社保卡号",
    Field.RETIRED_ON: "退休日期",
    Field.FIRST_PAID_ON: "首次发放日期",
    Field.RESIDENCE: "居住情况",
    Field.KIND: "退休类别",
    Field.PHOTO: "照片",
}
KIND = {RowKind.NEW: "新增", RowKind.CHANGED: "改动", RowKind.UNCHANGED: "不变", RowKind.FAULTY: "有问题"}
PROBLEM = {
    RowProblem.NAME_MISSING: "没有姓名",
    RowProblem.TOO_LONG: "“{field}”太长",
    RowProblem.ID_EMPTY: "没有身份证号",
    RowProblem.ID_ROUNDED: "身份证号后几位丢了，请把这一列改成文本再填",
    RowProblem.ID_LENGTH: "身份证号不是 18 位：{detail}",
    RowProblem.ID_CHARACTERS: "身份证号里有别的字：{detail}",
    RowProblem.ID_REGION: "身份证号开头不对：{detail}",
    RowProblem.ID_BIRTH_DATE: "身份证号里的出生日期不对：{detail}",
    RowProblem.ID_CHECK_DIGIT: "身份证号有一位写错了：{detail}",
    RowProblem.DATE: "“{field}”看不懂，请写成 2015-01-31",
    RowProblem.SEX: "性别“{detail}”看不懂，请写男或女",
    RowProblem.RESIDENCE: "居住情况“{detail}”看不懂，请写本地、异地或境外",
    RowProblem.KIND: "退休类别“{detail}”看不懂，请写退休或退职",
    RowProblem.SEX_UNKNOWN: "证件号看不出性别，请加一列性别",
    RowProblem.DOUBLE: "与“{detail}”重复",
    RowProblem.TWO_PEOPLE: "个人编号是另一个人的（{detail}）",
    RowProblem.PHOTO_NOBODY: "名册里没有这个身份证号",
    RowProblem.PHOTO_UNREADABLE: "照片打不开",
    RowProblem.PHOTO_SMALL: "照片太小（{detail}）",
    RowProblem.PHOTO_TOO_BIG: "照片文件太大（最多 10 MB）",
}
_CODES = {
    "male": "男", "female": "女", "local": "本地", "elsewhere": "异地", "abroad": "境外", "retired": "退休", "resigned": "退职",
}  # fmt: skip
_DERIVED = (Field.NAME, Field.ID_NUMBER, Field.SEX, Field.BIRTH_DATE)


def fault(one: Fault) -> str:
    """What is wrong, in words."""
    field = FIELD[Field(one.detail)] if one.problem in (RowProblem.DATE, RowProblem.TOO_LONG) else ""
    detail = f"第 {one.detail} 行" if one.problem is RowProblem.DOUBLE and one.detail.isdigit() else one.detail
    return PROBLEM[one.problem].format(field=field, detail=detail)


def effect(row: PlannedRow) -> str:
    """What the row would do."""
    if row.kind is RowKind.FAULTY:
        return "；".join(fault(one) for one in row.faults)
    if row.kind is RowKind.UNCHANGED:
        return "和名册里一样"
    if row.kind is RowKind.NEW:
        return "；".join(f"{FIELD[c.field]} {_shown(c.new)}" for c in row.changes if c.field not in _DERIVED)
    return "；".join(
        ("换照片" if c.old else "加照片")
        if c.field is Field.PHOTO
        else f"{FIELD[c.field]}：{_shown(c.old)} → {_shown(c.new)}"
        for c in row.changes
    )


def _shown(value: str) -> str:
    return _CODES.get(value, value) or "（空）"
