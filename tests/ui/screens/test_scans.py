"""Scans coming in: every way goes through the same reading, and nothing is taken or refused silently."""

import errno
import io
import os
import random
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtWidgets import QCheckBox, QLabel, QPushButton
from pytestqt.qtbot import QtBot
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from app.domain.confirmation import CaseState
from app.domain.scan import ScanDoubt
from app.domain.standing import StandingKind
from app.errors import AppError
from app.services.ports import ScannerDevice
from app.ui.error_text import words
from app.ui.screens.forms.scan_panel import ScanPanel
from app.ui.screens.forms.scans import ScanState
from tests.builders.forms_room import FormsDesk, png, state_of
from tests.builders.office import Office
from tests.builders.papers import Marks, form_facts, handle, reprint


@pytest.fixture
def made(desk: Office, tmp_path: Path) -> FormsDesk:
    return FormsDesk(desk, tmp_path)


def test_a_missing_seal_is_taken_only_when_the_clerk_has_looked(made: FormsDesk) -> None:
    case_id = made.printed(StandingKind.NEAR)
    made.view.files = (made.scan("a.pdf", (case_id, Marks(seal=False))),)
    made.scans.from_files()
    assert made.view.scans.item is not None
    assert made.view.scans.item.match is not None
    assert made.view.scans.item.match.doubts == (ScanDoubt.SEAL_MISSING,)
    today = made.office.real.clock.today()
    made.scans.take(signed_on=today, looked_at=frozenset())
    (error,) = made.office.ears.errors
    assert isinstance(error, AppError)
    assert error.code == "scan.needs_decision"
    assert state_of(made, case_id) is CaseState.PRINTED
    made.scans.take(signed_on=today, looked_at=frozenset({ScanDoubt.SEAL_MISSING}))
    assert state_of(made, case_id) is CaseState.SCAN_CHECKED


def test_a_paper_printed_before_a_change_can_never_be_taken(made: FormsDesk) -> None:
    case_id = made.printed(StandingKind.NEAR)
    made.view.files = (made.scan("a.pdf", (case_id, Marks())),)
    made.cases.mark_printed(case_id, operator_id=made.office.clerk.id, facts_hash="OTHER000")
    made.scans.from_files()
    assert made.view.scans.item is not None
    assert "不一样" in made.view.scans.item.trouble


def test_bad_files_and_strange_pages_are_told_and_the_good_ones_go_on(made: FormsDesk) -> None:
    case_id = made.printed(StandingKind.NEAR)
    empty, torn, blank = made.folder / "空.pdf", made.folder / "坏.pdf", made.folder / "白纸.png"
    empty.write_bytes(b"")
    torn.write_bytes(b"%PDF-1.7\n broken")
    Image.new("RGB", (1200, 1700), "white").save(blank)
    gone = made.folder / "没有.pdf"
    made.view.files = (empty, torn, blank, gone, made.scan("好.pdf", (case_id, Marks())))
    made.scans.from_files()
    troubles = [item.trouble for item in made.view.scans.items]
    assert len(troubles) == 5
    assert all(troubles[:4])
    assert "二维码" in troubles[2]
    assert troubles[4] == ""
    for _ in range(4):
        made.scans.skip()
    made.scans.take(signed_on=made.office.real.clock.today(), looked_at=frozenset())
    assert "收下 1 页，没收 4 页" in made.office.ears.notices[-1]


def test_a_second_scan_of_the_same_form_is_not_needed(made: FormsDesk) -> None:
    case_id = made.printed(StandingKind.NEAR)
    made.view.files = (made.scan("a.pdf", (case_id, Marks())),)
    made.scans.from_files()
    made.scans.take(signed_on=made.office.real.clock.today(), looked_at=frozenset())
    made.scans.from_files()
    assert made.view.scans.item is not None
    assert "不用再收" in made.view.scans.item.trouble


def test_the_panel_lets_a_page_in_only_when_every_doubt_is_ticked(made: FormsDesk, qtbot: QtBot) -> None:
    case_id = made.printed(StandingKind.NEAR)
    made.view.files = (made.scan("a.pdf", (case_id, Marks(seal=False, signature=False))),)
    made.scans.from_files()
    panel = ScanPanel()
    qtbot.addWidget(panel)
    panel.show_state(made.view.scans)
    take = panel.findChild(QPushButton, "scan_take")
    boxes = [box for box in panel.findChildren(QCheckBox) if box.objectName().startswith("scan_doubt")]
    name = panel.findChild(QLabel, "scan_name")
    assert take is not None
    assert name is not None
    assert len(boxes) == 2
    assert not take.isEnabled()
    said: list[tuple[date, frozenset[ScanDoubt]]] = []
    panel.taken.connect(lambda day, looked: said.append((day, looked)))
    for box in boxes:
        box.setChecked(True)
    take.click()
    assert said[0][1] == {ScanDoubt.SEAL_MISSING, ScanDoubt.SIGNATURE_MISSING}
    panel.show_state(ScanState(busy=True))
    assert name.text() == "请稍等"


def test_pages_from_the_scanner_go_the_same_way_as_files(made: FormsDesk) -> None:
    case_id = made.printed(StandingKind.NEAR)
    made.scanners.pages = [png(page) for page in made.pictures((case_id, Marks()))]
    made.scans.from_scanner()
    assert made.view.scans.item is not None
    assert made.view.scans.item.reading is not None
    assert made.view.scans.item.reading.source == "扫描仪第 1 张"
    made.scans.take(signed_on=made.office.real.clock.today(), looked_at=frozenset())
    assert state_of(made, case_id) is CaseState.SCAN_CHECKED


def test_a_jam_after_the_first_page_keeps_that_page_and_says_so(made: FormsDesk) -> None:
    case_id = made.printed(StandingKind.NEAR)
    made.scanners.pages = [png(page) for page in made.pictures((case_id, Marks()))]
    made.scanners.fault = AppError("scanner.jammed")
    made.scans.from_scanner()
    first, second = made.view.scans.items
    assert first.trouble == ""
    assert "卡纸" in second.trouble


def test_a_scanner_that_gives_nothing_is_told_and_the_board_comes_back(made: FormsDesk) -> None:
    made.scanners.fault = AppError("scanner.busy")
    made.scans.from_scanner()
    made.scanners.known = []
    made.scans.from_scanner()
    assert [e.code for e in made.office.ears.errors if isinstance(e, AppError)] == ["scanner.busy", "scanner.none"]
    assert made.view.scans == ScanState()


def test_of_several_scanners_the_clerk_chooses_one(made: FormsDesk) -> None:
    made.scanners.known.append(ScannerDevice(key="b", name="扫描仪"))
    made.scans.from_scanner()
    assert made.scanners.used == []
    made.view.which = 1
    made.scans.from_scanner()
    assert made.scanners.used == ["b"]
    assert made.office.ears.notices == ["没有读到页面。"]


def test_a_disk_that_is_full_loses_no_page(made: FormsDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    case_id = made.printed(StandingKind.NEAR)
    made.view.files = (made.scan("a.pdf", (case_id, Marks())),)
    made.scans.from_files()
    today = made.office.real.clock.today()
    with monkeypatch.context() as full:
        full.setattr(os, "fsync", _no_space)
        made.scans.take(signed_on=today, looked_at=frozenset())
    (error,) = made.office.ears.errors
    assert isinstance(error, AppError)
    assert error.code == "disk.full"
    assert "磁盘满了" in words(error)
    assert state_of(made, case_id) is CaseState.PRINTED
    assert made.view.scans.item is not None
    assert not made.view.scans.item.taken
    made.scans.take(signed_on=today, looked_at=frozenset())
    assert state_of(made, case_id) is CaseState.SCAN_CHECKED


def _no_space(*_args: object, **_names: object) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


def test_the_panel_counts_while_pages_are_read_and_can_be_stopped(qtbot: QtBot) -> None:
    panel = ScanPanel()
    qtbot.addWidget(panel)
    panel.show_state(ScanState(busy=True, read=3))
    name, stop = panel.findChild(QLabel, "scan_name"), panel.findChild(QPushButton, "scan_stop")
    skip = panel.findChild(QPushButton, "scan_skip")
    assert name is not None
    assert stop is not None
    assert skip is not None
    assert (name.text(), skip.isVisibleTo(panel)) == ("已读 3 页", False)
    with qtbot.waitSignal(panel.stopped):
        stop.click()
    assert not stop.isEnabled()
    panel.show_state(ScanState(busy=True))
    assert stop.isEnabled()


def test_pages_from_the_camera_go_the_same_way_as_files(made: FormsDesk) -> None:
    case_id = made.printed(StandingKind.NEAR)
    made.scans.read_pictures([png(page) for page in made.pictures((case_id, Marks()), (case_id, Marks()))])
    assert [item.reading.source for item in made.view.scans.items if item.reading] == ["摄像头第 1 张", "摄像头第 2 张"]
    made.scans.take(signed_on=made.office.real.clock.today(), looked_at=frozenset())
    assert state_of(made, case_id) is CaseState.SCAN_CHECKED


def test_the_same_signature_on_two_forms_of_one_lot_is_shown_before_the_second_is_taken(made: FormsDesk) -> None:
    first, second = made.printed(StandingKind.NEAR), made.printed(StandingKind.OVERDUE_SAVABLE)
    pages = made.pictures((first, Marks()), (second, Marks()), hand=5)
    made.scans.read_pictures([png(page) for page in pages])
    today = made.office.real.clock.today()
    made.scans.take(signed_on=today, looked_at=frozenset())
    made.scans.take(signed_on=today, looked_at=frozenset())
    (error,) = made.office.ears.errors
    assert isinstance(error, AppError)
    assert error.code == "scan.needs_decision"
    item = made.view.scans.item
    assert item is not None
    assert item.match is not None
    assert item.match.doubts == (ScanDoubt.COPIED,)
    assert item.match.like == made.office.person(StandingKind.NEAR).name
    assert state_of(made, second) is CaseState.PRINTED
    made.scans.take(signed_on=today, looked_at=frozenset({ScanDoubt.COPIED}))
    assert state_of(made, second) is CaseState.SCAN_CHECKED


def test_a_reprint_whose_name_was_changed_is_framed_where_it_was_changed(made: FormsDesk) -> None:
    case_id = made.printed(StandingKind.NEAR)
    facts = made.facts.form(case_id)
    pdf = reprint(made.template, facts, replace(facts, name="冒名者"))
    width, height, data = made.papers.preview(pdf, page=0, width_px=1654)
    page = handle(np.frombuffer(data, np.uint8).reshape(height, width, 3), made.template, Marks(), random.Random(1))
    made.scans.read_pictures([png(Image.fromarray(page))])
    item = made.view.scans.item
    assert item is not None
    assert item.match is not None
    assert item.match.doubts == (ScanDoubt.ALTERED,)
    assert [spot.box for spot in item.match.reading.spots] == [(41, 55, 36, 10)]


def test_a_person_whose_address_changed_after_the_print_is_doubtful(made: FormsDesk) -> None:
    case_id = made.printed(StandingKind.NEAR)
    made.view.files = (made.scan("a.pdf", (case_id, Marks())),)
    person = made.office.person(StandingKind.NEAR)
    with made.office.real.uow() as store:
        store.retirees.upsert([replace(person, phone="0731-12345678")])
        store.commit()
    made.scans.from_files()
    item = made.view.scans.item
    assert item is not None
    assert item.match is not None
    assert ScanDoubt.FACTS_MOVED in item.match.doubts
    assert item.trouble == ""


def _locked() -> bytes:
    target = io.BytesIO()
    canvas = Canvas(target, encrypt=StandardEncryption("secret", strength=128))
    canvas.showPage()
    canvas.save()
    return target.getvalue()


def _huge() -> bytes:
    target = io.BytesIO()
    Image.new("1", (14200, 14200), 1).save(target, "PNG")
    return target.getvalue()


@pytest.mark.parametrize(
    ("name", "data", "words_"),
    [
        ("空.pdf", lambda: b"", "空的"),
        ("坏.pdf", lambda: b"%PDF-1.7\n broken", "不完整"),
        ("锁.pdf", _locked, "密码"),
        ("大.png", _huge, "太大"),
        ("说明.txt", lambda: "文字".encode(), "不是扫描件"),
    ],
)
def test_each_bad_file_is_named_with_its_reason_and_nothing_is_taken(
    made: FormsDesk, name: str, data: Callable[[], bytes], words_: str
) -> None:
    path = made.folder / name
    path.write_bytes(data())
    made.view.files = (path,)
    made.scans.from_files()
    (item,) = made.view.scans.items
    assert name in item.trouble
    assert words_ in item.trouble
    assert path.exists()


def test_a_form_of_another_unit_is_told_with_its_picture(made: FormsDesk) -> None:
    width, height, data = made.papers.preview(made.papers.form(form_facts()), page=0, width_px=1654)
    page = np.frombuffer(data, np.uint8).reshape(height, width, 3)
    made.scans.read_pictures([png(Image.fromarray(page))])
    item = made.view.scans.item
    assert item is not None
    assert "别的单位" in item.trouble
    assert item.reading is not None
    assert item.reading.picture_jpeg
