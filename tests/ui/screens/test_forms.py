"""The forms screen over the real services, the real paper and the real scan reader; pages are signed and sealed by code."""

import errno
import hashlib
import io
import os
import random
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path

import numpy as np
import openpyxl
import pypdfium2
import pytest
from PIL import Image
from PySide6.QtWidgets import QCheckBox, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from app import resources
from app.domain.confirmation import CaseState, EvidenceKind, FormReason
from app.domain.ids import CaseId
from app.domain.scan import ScanDoubt
from app.domain.standing import StandingKind
from app.errors import AppError
from app.forms import form
from app.forms.papers import PdfPapers
from app.forms.scan import SharedReader
from app.forms.submission import write_folder
from app.forms.template import Template, load
from app.services.case_scans import CaseScans
from app.services.cases import Cases
from app.services.month import Board, MonthForms
from app.services.paper_facts import PaperFacts
from app.services.ports import ScannerDevice
from app.services.roster import Roster
from app.ui.error_text import words
from app.ui.screens.forms.presenter import FormsPresenter
from app.ui.screens.forms.scan_panel import ScanPanel
from app.ui.screens.forms.scans import Scans, ScanState
from tests.builders.office import Office
from tests.builders.papers import Marks, handle


class View:
    """Keeps what was shown; gives the files and the folder it was told."""

    def __init__(self) -> None:
        self.board: Board | None = None
        self.scans = ScanState()
        self.files: tuple[Path, ...] = ()
        self.folder: Path | None = None
        self.which: int | None = None

    def show_board(self, board: Board) -> None:
        self.board = board

    def show_scans(self, state: ScanState) -> None:
        self.scans = state

    def choose_files(self) -> tuple[Path, ...]:
        return self.files

    def choose_folder(self) -> Path | None:
        return self.folder

    def choose_scanner(self, devices: Sequence[ScannerDevice]) -> ScannerDevice | None:
        return devices[self.which] if self.which is not None else None


class FakeScanners:
    """Pages as a scanner gives them, then perhaps a fault."""

    def __init__(self) -> None:
        self.pages: list[bytes] = []
        self.fault: AppError | None = None
        self.known = [ScannerDevice(key="a", name="扫描仪")]
        self.used: list[str] = []

    def devices(self) -> Sequence[ScannerDevice]:
        if not self.known:
            raise AppError("scanner.none")
        return self.known

    def scan(self, device: ScannerDevice, *, stopped: Callable[[], bool] = lambda: False) -> Iterator[bytes]:
        self.used.append(device.key)
        for page in self.pages:
            if stopped():
                return
            yield page
        if self.fault is not None:
            raise self.fault


class Desk:
    """The office, the presenter, and a printer that signs and seals."""

    def __init__(self, office: Office, folder: Path) -> None:
        self.office, self.folder, self.view = office, folder, View()
        self.template: Template = load(resources.path("forms", "confirmation-1.json"))
        self.papers = PdfPapers(self.template)
        real = office.real.desk
        self.cases, self.facts = Cases(real), PaperFacts(real)
        self.sent: list[str] = []
        self.presenter = FormsPresenter(
            view=self.view,
            month=MonthForms(real),
            facts=self.facts,
            write_folder=lambda parent, unit, month, entries, reasons: write_folder(
                parent, unit=unit, month=month, entries=entries, reasons=reasons
            ),
            session=office.session,
            tasks=office.tasks,
            say=office.ears,
            navigate=office.ears,
            sent=lambda: self.sent.append("sent"),
        )
        self.scanners = FakeScanners()
        self.scans = Scans(
            view=self.view,
            scans=CaseScans(real),
            roster=Roster(real),
            reader=SharedReader(self.template),
            scanners=self.scanners,
            session=office.session,
            tasks=office.tasks,
            say=office.ears,
            finished=self.presenter.refresh,
        )

    def printed(self, kind: StandingKind) -> CaseId:
        person, clerk = self.office.person(kind), self.office.clerk.id
        case_id = self.cases.draft(retiree_id=person.id, operator_id=clerk, reason=FormReason.VERY_OLD).case.id
        self.cases.save_details(
            case_id,
            operator_id=clerk,
            reason=FormReason.VERY_OLD,
            reason_text="",
            how_verified="上门探望，见到本人",
            verified_by="王芳",
            verified_on=self.office.real.clock.today(),
        )
        self.cases.add_evidence(
            case_id,
            operator_id=clerk,
            kind=EvidenceKind.LIVING_PICTURE,
            data=person.id.encode(),
            media_type="image/jpeg",
        )
        printed = form.facts_hash(self.facts.form(case_id))
        self.cases.mark_printed(case_id, operator_id=clerk, facts_hash=printed)
        return case_id

    def scan(self, name: str, *pages: tuple[CaseId, Marks]) -> Path:
        """A PDF of signed pages as a scanner gives it."""
        pictures = self.pictures(*pages)
        path = self.folder / name
        pictures[0].save(path, save_all=True, append_images=pictures[1:])
        return path

    def pictures(self, *pages: tuple[CaseId, Marks]) -> list[Image.Image]:
        """Signed pages."""
        pictures = []
        for case_id, marks in pages:
            width, height, data = self.papers.preview(self.papers.form(self.facts.form(case_id)), page=0, width_px=1654)
            page = np.frombuffer(data, np.uint8).reshape(height, width, 3)
            pictures.append(Image.fromarray(handle(page, self.template, marks, random.Random(3))))
        return pictures


@pytest.fixture
def made(desk: Office, tmp_path: Path) -> Desk:
    return Desk(desk, tmp_path)


def state_of(made: Desk, case_id: CaseId) -> CaseState:
    return made.cases.view(case_id).case.state


def test_pages_of_one_scan_find_their_cases_and_go_with_the_batch(made: Desk) -> None:
    first, second = made.printed(StandingKind.NEAR), made.printed(StandingKind.OVERDUE_SAVABLE)
    made.view.files = (made.scan("all.pdf", (second, Marks()), (first, Marks())),)
    made.scans.from_files()
    assert [item.match.case.id for item in made.view.scans.items if item.match] == [second, first]
    today = made.office.real.clock.today()
    for _ in range(2):
        assert made.view.scans.item is not None
        assert made.view.scans.item.match is not None
        assert made.view.scans.item.match.doubts == ()
        made.scans.take(signed_on=today, looked_at=frozenset())
    assert made.office.ears.errors == []
    assert "收下 2 页" in made.office.ears.notices[-1]
    assert {state_of(made, first), state_of(made, second)} == {CaseState.SCAN_CHECKED}
    assert made.view.board is not None
    assert made.view.board.ready == 2
    made.view.folder = made.folder
    made.presenter.send()
    assert made.sent == ["sent"]
    _the_folder_is_whole(next(made.folder.glob("确认表-*")))


def _the_folder_is_whole(folder: Path) -> None:
    sums = dict(reversed(line.split("  ")) for line in (folder / "SHA256SUMS.txt").read_text("utf-8").splitlines())
    files = {path.name for path in folder.iterdir()} - {"SHA256SUMS.txt"}
    assert set(sums) == files
    for name, digest in sums.items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest
    scans = sorted(name for name in files if name.endswith(".pdf"))
    assert len(scans) == 2
    assert len(pypdfium2.PdfDocument((folder / scans[0]).read_bytes())) == 1
    sheet = openpyxl.load_workbook(io.BytesIO((folder / "汇总表.xlsx").read_bytes())).active
    assert sheet is not None
    assert [row[8].value for row in sheet.iter_rows(min_row=2)] == scans
    assert all(len(str(row[2].value)) == 18 for row in sheet.iter_rows(min_row=2))


def test_a_missing_seal_is_taken_only_when_the_clerk_has_looked(made: Desk) -> None:
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


def test_a_paper_printed_before_a_change_can_never_be_taken(made: Desk) -> None:
    case_id = made.printed(StandingKind.NEAR)
    made.view.files = (made.scan("a.pdf", (case_id, Marks())),)
    made.cases.mark_printed(case_id, operator_id=made.office.clerk.id, facts_hash="OTHER000")
    made.scans.from_files()
    assert made.view.scans.item is not None
    assert "不一样" in made.view.scans.item.trouble


def test_bad_files_and_strange_pages_are_told_and_the_good_ones_go_on(made: Desk) -> None:
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


def test_a_second_scan_of_the_same_form_is_not_needed(made: Desk) -> None:
    case_id = made.printed(StandingKind.NEAR)
    made.view.files = (made.scan("a.pdf", (case_id, Marks())),)
    made.scans.from_files()
    made.scans.take(signed_on=made.office.real.clock.today(), looked_at=frozenset())
    made.scans.from_files()
    assert made.view.scans.item is not None
    assert "不用再收" in made.view.scans.item.trouble


def test_a_folder_that_cannot_be_written_is_told_after_the_records_are_safe(made: Desk) -> None:
    case_id = made.printed(StandingKind.NEAR)
    made.view.files = (made.scan("a.pdf", (case_id, Marks())),)
    made.scans.from_files()
    made.scans.take(signed_on=made.office.real.clock.today(), looked_at=frozenset())
    made.view.folder = made.folder / "file"
    made.view.folder.write_text("no folder")
    made.presenter.send()
    (error,) = made.office.ears.errors
    assert isinstance(error, AppError)
    assert error.code == "file.not_written"
    assert state_of(made, case_id) is CaseState.IN_BATCH
    made.view.folder = made.folder
    made.presenter.send()
    (folder,) = made.folder.glob("确认表-*")
    assert len(list(folder.glob("*.pdf"))) == 1


def test_the_board_leads_to_where_the_work_is(made: Desk) -> None:
    case_id = made.printed(StandingKind.NEAR)
    made.presenter.refresh()
    assert made.view.board is not None
    made.presenter.go_on(made.view.board.rows[0])
    person = made.cases.view(case_id).case.retiree_id
    assert made.office.ears.went == [f"visit {person}"]
    made.presenter.deliver(made.view.board.rows[0])
    (error,) = made.office.ears.errors
    assert isinstance(error, AppError)
    assert error.code == "case.step_not_allowed"


def test_the_panel_lets_a_page_in_only_when_every_doubt_is_ticked(made: Desk, qtbot: QtBot) -> None:
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


def test_cancelling_a_dialog_does_nothing(made: Desk) -> None:
    acts: tuple[Callable[[], None], ...] = (made.scans.from_files, made.presenter.send)
    for act in acts:
        act()
    assert made.office.ears.errors == []
    assert made.view.scans == ScanState()


def png(picture: Image.Image) -> bytes:
    target = io.BytesIO()
    picture.save(target, "PNG", compress_level=1)
    return target.getvalue()


def test_pages_from_the_scanner_go_the_same_way_as_files(made: Desk) -> None:
    case_id = made.printed(StandingKind.NEAR)
    made.scanners.pages = [png(page) for page in made.pictures((case_id, Marks()))]
    made.scans.from_scanner()
    assert made.view.scans.item is not None
    assert made.view.scans.item.reading is not None
    assert made.view.scans.item.reading.source == "扫描仪第 1 张"
    made.scans.take(signed_on=made.office.real.clock.today(), looked_at=frozenset())
    assert state_of(made, case_id) is CaseState.SCAN_CHECKED


def test_a_jam_after_the_first_page_keeps_that_page_and_says_so(made: Desk) -> None:
    case_id = made.printed(StandingKind.NEAR)
    made.scanners.pages = [png(page) for page in made.pictures((case_id, Marks()))]
    made.scanners.fault = AppError("scanner.jammed")
    made.scans.from_scanner()
    first, second = made.view.scans.items
    assert first.trouble == ""
    assert "卡纸" in second.trouble


def test_a_scanner_that_gives_nothing_is_told_and_the_board_comes_back(made: Desk) -> None:
    made.scanners.fault = AppError("scanner.busy")
    made.scans.from_scanner()
    made.scanners.known = []
    made.scans.from_scanner()
    assert [e.code for e in made.office.ears.errors if isinstance(e, AppError)] == ["scanner.busy", "scanner.none"]
    assert made.view.scans == ScanState()


def test_of_several_scanners_the_clerk_chooses_one(made: Desk) -> None:
    made.scanners.known.append(ScannerDevice(key="b", name="扫描仪"))
    made.scans.from_scanner()
    assert made.scanners.used == []
    made.view.which = 1
    made.scans.from_scanner()
    assert made.scanners.used == ["b"]
    assert made.office.ears.notices == ["没有读到页面。"]


def test_a_disk_that_is_full_loses_no_page(made: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
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
