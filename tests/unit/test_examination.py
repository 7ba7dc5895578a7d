"""The desk examines itself in words, and its diagnostics hold nothing of anybody."""

import io
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text

from app.bootstrap import Options, Store, open_desk
from app.camera.directory import Cameras
from app.camera.webcam import Webcams
from app.domain.ids import DeskId, UnitId
from app.domain.operator import Role
from app.errors import AppError
from app.examination import bundle
from app.paths import DeskPaths
from app.services.checks import CheckLine, Found, run
from app.services.ports import DeskIdentity, ScannerDevice
from app.services.stored_settings import save_identity, save_last_sync
from app.ui.error_text import words

IDENTITY = DeskIdentity(
    desk_id=DeskId("d"), unit_id=UnitId("u"), unit_name="演示单位", unit_code="000000", center_url="https://center"
)
PLANTED = ("谭𬭎远", "439999194404061078", "13812345678", "43999919440406107X")


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[tuple[Store, DeskPaths]]:
    paths = DeskPaths(tmp_path / "desk")
    with ExitStack() as stack:
        store = open_desk(Options(paths=paths, file_secrets=True), stack)
        store.accounts.create(by=None, login="zhou", name="周建国", role=Role.ADMIN, password="kejian-2026")
        yield store, paths


class FakeScanners:
    """One that its office named, or the error of the driver."""

    def __init__(self, error: AppError | None = None) -> None:
        self._error = error

    def devices(self) -> tuple[ScannerDevice, ...]:
        if self._error is not None:
            raise self._error
        return (ScannerDevice(key="x", name="王芳办公室的扫描仪"),)

    def scan(self, device: ScannerDevice, *, stopped: object = None) -> Iterator[bytes]:
        yield b""


def examined(
    store: Store, printers: tuple[str, ...] = (), *, scanner: AppError | None = None, cameras: Cameras | None = None
) -> dict[str, CheckLine]:
    cameras = cameras or Cameras(webcams=Webcams(listing=tuple))
    looked = replace(store.examination, scanners=FakeScanners(scanner), cameras=cameras)
    return {line.name: line for line in run(looked.checks(printers), words)}


def test_a_healthy_desk_without_camera_printer_and_center_says_just_that(opened: tuple[Store, DeskPaths]) -> None:
    lines = examined(opened[0])
    assert {name for name, line in lines.items() if not line.good} >= {"打印机", "省中心", "摄像头"}
    for name in ("数据库", "操作记录", "密钥", "时间", "扫描仪"):
        assert lines[name].good, lines[name]
    assert "登记" in lines["省中心"].words
    assert [name for name, line in lines.items() if not line.good and not line.todo] == []
    assert examined(opened[0], ("HR",))["打印机"].good


def test_the_scanners_trouble_is_told_in_its_own_words_with_what_to_do(opened: tuple[Store, DeskPaths]) -> None:
    line = examined(opened[0], scanner=AppError("scanner.none"))["扫描仪"]
    assert (line.good, line.words) == (False, "没有找到扫描仪")
    assert "电源" in line.todo


def test_a_camera_is_well_only_when_it_sends_a_picture(opened: tuple[Store, DeskPaths], tmp_path: Path) -> None:
    store = opened[0]
    clip = tmp_path / "clip.avi"
    clip.write_bytes(b"no film")
    line = examined(store, cameras=Cameras(stand_ins=(clip,), webcams=Webcams(listing=tuple)))["摄像头"]
    assert not line.good
    assert line.todo


def test_a_sync_that_failed_is_told_in_words_not_in_codes(opened: tuple[Store, DeskPaths]) -> None:
    store = opened[0]
    with store.desk.uow() as work:
        save_identity(work.settings, IDENTITY)
        save_last_sync(work.settings, store.desk.clock.now(), "sync.offline")
        work.commit()
    line = examined(store)["省中心"]
    assert (line.good, line.words) == (False, "连不上省中心")
    assert "照常办理" in line.todo


def test_before_the_first_sync_nobody_claims_that_the_clock_is_right(opened: tuple[Store, DeskPaths]) -> None:
    assert "一致" not in examined(opened[0])["时间"].words


def test_a_changed_audit_log_is_told_with_its_line(opened: tuple[Store, DeskPaths]) -> None:
    store = opened[0]
    with store.examination.engine.begin() as connection:
        connection.execute(text("UPDATE audit SET action = 'x' WHERE number = 1"))
    line = examined(store)["操作记录"]
    assert not line.good
    assert "第 1 条" in line.words


def test_a_check_that_breaks_is_a_line_and_the_others_go_on() -> None:
    def breaks() -> Found:
        raise ValueError("谭𬭎远")

    def told() -> Found:
        raise AppError("disk.full")

    lines = run((("a", breaks), ("b", told), ("c", lambda: Found(True, "好"))), words)
    assert [line.good for line in lines] == [False, False, True]
    assert "谭" not in lines[0].words
    assert "磁盘" in lines[1].words


def test_the_bundle_holds_no_name_number_or_picture(opened: tuple[Store, DeskPaths]) -> None:
    store, paths = opened
    paths.logs.mkdir(parents=True, exist_ok=True)
    (paths.logs / "certdesk.log").write_text("\n".join(f"2026-11-24 a bug wrote {secret} here" for secret in PLANTED))
    (paths.logs / "certdesk.log.1").write_bytes(b"\xff\xd8\xff broken " + PLANTED[1].encode())
    (paths.data / "photo.jpg").write_bytes(b"\xff\xd8\xff")
    made = bundle(paths, tuple(examined(store, ("王芳的打印机",)).values()))
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        assert set(archive.namelist()) == {
            "versions.txt",
            "selftest.txt",
            "logs/certdesk.log.txt",
            "logs/certdesk.log.1.txt",
        }
        everything = "\n".join(archive.read(name).decode() for name in archive.namelist())
    for secret in (*PLANTED, "王芳"):
        assert secret not in everything
    assert "2026-11-24 a bug wrote" in everything
    assert "扫描仪" in everything
