"""SMS: the template, the sentence against fraud, and the file for a mass-SMS tool."""

import csv
import io

import pytest

from app.domain.ids import OperatorId
from app.errors import AppError
from app.services.messages import (
    AGAINST_FRAUD,
    DEFAULT,
    LONGEST,
    Addressee,
    Messages,
    as_csv,
    check,
    mobile,
    parts,
    rows,
    text_for,
)
from tests.builders.desk import RealDesk

WANG = Addressee(name="王芳", phone="138 0000-1111", values={"姓名": "王芳", "情况": "还有 7 天到期", "单位": "某局"})


@pytest.mark.parametrize(
    ("phone", "number"),
    [
        ("13800001111", "13800001111"),
        ("138-0000 1111", "13800001111"),
        ("＋86 138 0000 1111", "13800001111"),
        ("女儿13800001111", "13800001111"),
        ("0731-88880001", ""),
        ("12800001111", ""),
        ("138000011112", ""),
        ("", ""),
    ],
)
def test_only_mobile_numbers_get_a_text(phone: str, number: str) -> None:
    assert mobile(phone) == number


def test_the_text_says_what_it_should_and_never_leaves_out_the_warning() -> None:
    assert text_for("{姓名}，您的认证{情况}。", WANG) == f"王芳，您的认证还有 7 天到期。{AGAINST_FRAUD}"
    assert text_for("没有空格{电话}", WANG) == f"没有空格。{AGAINST_FRAUD}"
    check(DEFAULT)


def test_a_name_with_braces_is_not_a_template() -> None:
    odd = Addressee(name="x", phone="", values={"姓名": "{情况}", "情况": "秘密"})
    assert text_for("{姓名}好", odd) == "{情况}好。" + AGAINST_FRAUD


@pytest.mark.parametrize(
    ("template", "code"),
    [("", "sms.empty"), (" \n", "sms.empty"), ("字" * (LONGEST + 1), "sms.too_long"), ("{身份证号}", "sms.place"),
     ("{姓名", "sms.place"), ("姓名}", "sms.place"), ("{}", "sms.place")],
)  # fmt: skip
def test_a_template_that_can_not_be_is_told(template: str, code: str) -> None:
    with pytest.raises(AppError) as caught:
        check(template)
    assert caught.value.code == code


@pytest.mark.parametrize(("length", "count"), [(1, 1), (70, 1), (71, 2), (134, 2), (135, 3)])
def test_a_long_text_counts_as_several(length: int, count: int) -> None:
    assert parts("字" * length) == count


def test_the_file_holds_each_number_once_and_nobody_without_one() -> None:
    husband = Addressee(name="李四", phone="13800001111", values={})
    none = Addressee(name="赵六", phone="0731-1", values={})
    made = rows("{姓名}好", [WANG, husband, none])
    assert [line[:2] for line in made] == [("13800001111", "王芳")]
    data = as_csv(("手机号", "姓名", "短信"), [*made, ("1", 'a"b', "一\n二,三")])
    read = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    assert read[1] == list(made[0])
    assert read[2] == ["1", 'a"b', "一\n二,三"]


def test_the_units_own_template_is_kept_and_a_bad_one_is_not(desk: RealDesk) -> None:
    messages = Messages(desk.desk)
    assert messages.template() == DEFAULT
    messages.set_template(" {姓名}，请来认证。 ", operator_id=OperatorId("o"))
    with pytest.raises(AppError, match=r"sms\.place"):
        messages.set_template("{密码}", operator_id=OperatorId("o"))
    assert messages.template() == "{姓名}，请来认证。"
