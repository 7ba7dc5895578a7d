"""The desk examines itself in words, and its diagnostics hold nothing of anybody."""

import io
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from hypothesis import given, strategies as st
from sqlalchemy import text

from app.bootstrap import Options, Store, open_desk
from app.domain.operator import Role
from app.errors import AppError
from app.examination import bundle
from app.paths import DeskPaths
from app.services.checks import CheckLine, run, without_personal_data
from app.ui.error_text import words

PLANTED = ("谭𬭎远", "439999194404061078", "13812345678", "43999919440406107X")


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[tuple[Store, DeskPaths]]:
    paths = DeskPaths(tmp_path / "desk")
    with ExitStack() as stack:
        store = open_desk(Options(paths=paths, file_secrets=True), stack)
        store.accounts.create(by=None, login="zhou", name="周建国", role=Role.ADMIN, password="kejian-2026")
        yield store, paths


def examined(store: Store, printers: tuple[str, ...] = ()) -> dict[str, CheckLine]:
    return {line.name: line for line in run(store.examination.checks(printers), words)}


def test_a_healthy_desk_without_camera_printer_and_center_says_just_that(opened: tuple[Store, DeskPaths]) -> None:
    lines = examined(opened[0])
    assert {name for name, line in lines.items() if not line.good} >= {"打印机", "省中心"}
    for name in ("数据库", "操作记录", "密钥", "语音", "时间"):
        assert lines[name].good, lines[name]
    assert "登记" in lines["省中心"].words
    assert examined(opened[0], ("HR",))["打印机"].good


def test_a_changed_audit_log_is_told_with_its_line(opened: tuple[Store, DeskPaths]) -> None:
    store = opened[0]
    with store.examination.engine.begin() as connection:
        connection.execute(text("UPDATE audit SET action = 'x' WHERE number = 1"))
    line = examined(store)["操作记录"]
    assert not line.good
    assert "第 1 条" in line.words


def test_a_check_that_breaks_is_a_line_and_the_others_go_on() -> None:
    def breaks() -> tuple[bool, str]:
        raise ValueError("谭𬭎远")

    def told() -> tuple[bool, str]:
        raise AppError("disk.full")

    lines = run((("a", breaks), ("b", told), ("c", lambda: (True, "好"))), words)
    assert [line.good for line in lines] == [False, False, True]
    assert "谭" not in lines[0].words
    assert "磁盘" in lines[1].words


def test_the_bundle_holds_no_name_number_or_picture(opened: tuple[Store, DeskPaths]) -> None:
    store, paths = opened
    paths.logs.mkdir(parents=True, exist_ok=True)
    (paths.logs / "certdesk.log").write_text("\n".join(f"2026-11-24 a bug wrote {secret} here" for secret in PLANTED))
    (paths.logs / "certdesk.log.1").write_bytes(b"\xff\xd8\xff broken " + PLANTED[1].encode())
    (paths.data / "photo.jpg").write_bytes(b"\xff\xd8\xff")
    made = bundle(paths, run(store.examination.checks(("王芳的打印机",)), words))
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        assert set(archive.namelist()) == {
            "versions.txt",
            "examination.txt",
            "logs/certdesk.log.txt",
            "logs/certdesk.log.1.txt",
        }
        everything = "\n".join(archive.read(name).decode() for name in archive.namelist())
    for secret in (*PLANTED, "王芳"):
        assert secret not in everything
    assert "2026-11-24 a bug wrote" in everything


@given(
    st.text(),
    st.sampled_from(PLANTED),
    st.text(alphabet=st.characters(codec="ascii", exclude_characters="0123456789Xx")),
)
def test_planted_personal_data_never_comes_through(before: str, secret: str, after: str) -> None:
    assert secret not in without_personal_data(before + secret + after)
