"""What looks like somebody's data is blotted out of logs and diagnostics; what the engineer needs stays."""

import base64

import pytest
from hypothesis import given, strategies as st

from app.services.blots import without_names, without_numbers, without_personal_data

ID = "43999919440406107X"
UUID = "019368a1-1111-7222-8333-944445555666"
PICTURE = bytes(range(256)) * 3
GROUPED = (
    "439999 19440406 107X",
    "4399 9919 4404 0610 7x",
    "439999-19440406-107X",
    "4 3 9 9 9 9 1 9 4 4 0 4 0 6 1 0 7 X",
)
BLOTTED = {
    "name": "谭𬭎远",
    "one character": "谭 远",
    "rare, in the private area": "谭\ue123",
    "Uighur name": "阿卜杜拉·买买提",
    "Tibetan letters": "བསྟན་འཛིན",
    "escaped as JSON does": "\\u8c2d\\u8fdc",
    "escaped wide": "\\U0002cb4e",
    "in an address": "%E8%B0%AD%E8%BF%9C",
    "read in the wrong code": "谭远".encode("gb18030").decode("latin-1"),
    "ID number": ID,
    "with a small x": ID.lower(),
    "full-width": "４３９９９９１９４４０４０６１０７８",
    "telephone": "138-1234-5678",
    "bytes": repr(b"\xff\xd8 JFIF 'x' \x01 plain words"),
    "user's folder": "/home/" + "wangfang/.local/share",
    "domain user": "C:\\Users\\Wang Fang\\AppData\\Local\\certdesk",
    "doubled by repr": "C:\\\\Users\\\\wangfang\\\\x",
    "stick": "/media/wangfang/LAO_ZHANG/backup.cdb",
}


@pytest.mark.parametrize("lock", [without_personal_data, without_names])
@pytest.mark.parametrize("planted", BLOTTED.values(), ids=BLOTTED.keys())
def test_a_planted_secret_is_blotted_out_in_log_and_diagnostics(planted: str, lock: object) -> None:
    assert callable(lock)
    shown = lock(f"2026-11-24 09:30:00,123 WARNING app.x said {planted}")
    assert shown.startswith("2026-11-24 09:30:00,123 WARNING app.x said ")
    for part in (planted, "wangfang", "Wang", "Fang", "ZHANG", "谭", "远", "8c2d", "E8", "1234", "plain words", "买"):
        assert part not in shown.removeprefix("2026-11-24 09:30:00,123")
    assert shown.isascii()


@pytest.mark.parametrize("lock", [without_personal_data, without_names, without_numbers])
@pytest.mark.parametrize("number", GROUPED)
def test_a_number_in_groups_is_one_number(number: str, lock: object) -> None:
    assert callable(lock)
    assert lock(f"said {number}, twice") == "said <number>, twice"


@pytest.mark.parametrize("wrap", [0, 64, 76])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\\n"])
def test_a_picture_as_text_goes_whole_however_it_is_wrapped(wrap: int, ending: str) -> None:
    text = base64.b64encode(PICTURE).decode()
    lines = [text[at : at + wrap] for at in range(0, len(text), wrap)] if wrap else [text]
    shown = without_personal_data(f"photo {ending.join(lines)}\nnext line")
    assert [line for line in lines[:-1] if line[:16] in shown] == []
    assert shown.endswith("\nnext line")
    if ending != "\\n":
        assert lines[-1] not in shown


def test_what_an_engineer_needs_stays() -> None:
    line = f"2026-11-24 09:30:00,123 INFO app.sync.engine visit {UUID} photo 3f2a91bc04de kept, 12345 bytes"
    assert without_names(line) == line
    assert UUID in without_personal_data(line)
    trace = "  app/ui/desktop.py:329 error\nsqlalchemy.exc.IntegrityError"
    assert without_personal_data(trace) == trace


def test_a_sentence_stays_chinese_and_loses_numbers_and_folders() -> None:
    shown = without_numbers("注意　部署文件：/home/" + "wangfang/rollout.toml 第 3 行，号码 43999919440406107X")
    assert shown == "注意　部署文件：/home/<user>/rollout.toml 第 3 行，号码 <number>"


def test_blotting_twice_changes_nothing() -> None:
    once = without_personal_data("\n".join(BLOTTED.values()))
    assert without_personal_data(once) == once


@given(
    st.text(),
    st.sampled_from([*BLOTTED.values(), *GROUPED, "H12345678"]),
    st.text(alphabet=st.characters(codec="ascii", exclude_characters="0123456789Xx")),
)
def test_planted_personal_data_never_comes_through(before: str, secret: str, after: str) -> None:
    assert secret not in without_personal_data(before + secret + after)
