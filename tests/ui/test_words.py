"""Nobody meets a code: every error, hint and reason that the program knows has words."""

import re
from enum import Enum
from hashlib import sha256
from pathlib import Path

import pytest

from app.domain.calendar import Month
from app.domain.certification import CenterState, Channel
from app.domain.confirmation import CaseState, EvidenceKind, FormReason
from app.domain.evidence import AdviceReason, Band, Cue, CueVerdict, Hint
from app.domain.operator import Role
from app.domain.policy import Policy
from app.errors import AppError
from app.services.home import HomeGroup
from app.services.search import MatchedField
from app.ui import consent_text, face_text, text
from app.ui.error_text import ERROR_TEXT, words

APP = Path(__file__).resolve().parents[2] / "app"
RAISED = re.compile(r"AppError\(\s*f?\"([a-z_]+\.[a-z_]+)\"")


def raised_codes() -> set[str]:
    return {code for file in APP.rglob("*.py") for code in RAISED.findall(file.read_text("utf-8"))}


def test_every_error_that_is_raised_has_words_of_its_own() -> None:
    assert len(raised_codes()) > 20
    assert sorted(raised_codes() - set(ERROR_TEXT)) == []


@pytest.mark.parametrize("code", sorted(ERROR_TEXT))
def test_the_words_of_an_error_are_a_sentence_without_a_hole(code: str) -> None:
    said = words(AppError(code))
    assert said
    assert "{" not in said
    assert said.endswith(("。", "："))


def test_an_unknown_error_is_still_told_with_what_to_do() -> None:
    assert "重试" in words(AppError("nobody.knows"))


@pytest.mark.parametrize(
    ("codes", "table"),
    [
        (Hint, text.HINT),
        (Band, text.BAND),
        (AdviceReason, text.ADVICE_REASON),
        (CueVerdict, text.CUE_VERDICT),
        (Channel, text.CHANNEL),
        (CenterState, text.CENTER_STATE),
        (FormReason, text.REASON),
        (EvidenceKind, text.EVIDENCE),
        (CaseState, text.CASE_STATE),
        (HomeGroup, text.HOME_GROUP),
        (MatchedField, text.MATCHED),
        (Role, text.ROLE),
    ],
)
def test_every_code_of_the_domain_has_chinese_words(codes: type[Enum], table: dict[Enum, str]) -> None:
    assert set(table) == set(codes)
    assert all(re.search(r"[\u4e00-\u9fff]", said) for said in table.values())


def test_every_cue_that_the_engine_measures_has_a_name() -> None:
    source = "".join(file.read_text("utf-8") for file in (APP / "face").glob("*.py"))
    named = set(re.findall(r"Cue\(\s*(?:name=)?\"([a-z_]+)\"", source))
    assert named <= set(text.CUE_NAME)


def test_every_cue_says_in_words_what_it_saw() -> None:
    assert set(face_text.CUE_WORDS) == set(text.CUE_NAME)
    line = face_text.cue_line(Cue(name="repetition", value=0.1, verdict=CueVerdict.UNSURE))
    assert line == "画面重复：不确定（同一段画面又出现了，可能是循环播放的视频）"
    assert face_text.cue_line(Cue(name="frame", value=0.0, verdict=CueVerdict.ABSENT)).endswith("没有测到")


@pytest.mark.parametrize("version", consent_text.WORDINGS)
def test_no_wording_of_the_consent_promises_too_much_or_leaves_out_the_choice(version: str) -> None:
    said = consent_text.words(version, "王桂英")
    assert "备查" in said
    assert "不同意" in said
    assert said.startswith("王桂英")


def test_wordings_are_never_edited_and_an_unknown_version_shows_the_newest() -> None:
    hashes = {v: sha256(words.encode()).hexdigest()[:16] for v, words in consent_text.WORDINGS.items()}
    assert hashes == {"2026-1": "1c77d81bd597c666", "2026-2": "3786a5a229b9b30e"}
    assert consent_text.in_force("2031-9") == consent_text.NEWEST == Policy().consent_version


def test_months_in_a_row_are_told_from_the_first_to_the_last() -> None:
    def said(*months: str) -> str:
        return text.months(tuple(Month.parse(month) for month in months))

    assert said("2026-10", "2026-11") == "2026年10月、11月"
    assert said("2025-12", "2026-01", "2026-02") == "2025年12月至2026年2月"
    assert said("2026-01", "2026-02", "2026-03", "2026-05") == "2026年1月至3月、5月"
    assert said("2025-03", "2026-02") == "2025年3月、2026年2月"


def test_many_names_are_told_by_the_first_few_and_their_number() -> None:
    assert text.names(["甲", "乙"]) == "甲、乙"
    assert text.names(list("甲乙丙丁戊")) == "甲、乙、丙、丁 等 5 人"
