"""The forms room without its window: presenter, scans, a scanner, and a printer that signs and seals."""

import io
import random
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from app import resources
from app.domain.confirmation import CaseState, EvidenceKind, FormReason
from app.domain.ids import CaseId
from app.domain.scan import PageReading, ScanDoubt
from app.domain.standing import StandingKind
from app.errors import AppError
from app.forms import form
from app.forms.inbox import FolderInbox
from app.forms.papers import PdfPapers
from app.forms.scan import SharedReader
from app.forms.submission import write_folder
from app.forms.template import Template, load
from app.services.case_scans import CaseScans
from app.services.cases import Cases
from app.services.desk_settings import DeskSettings
from app.services.form_reviews import FormReviews
from app.services.month import Board, MonthForms
from app.services.paper_facts import PaperFacts
from app.services.ports import ScannerDevice
from app.services.roster import Roster
from app.ui.screens.forms.presenter import FormsPresenter
from app.ui.screens.forms.scans import Scans, ScanState
from app.ui.screens.forms.watch import Watch, WatchState
from tests.builders.office import Office
from tests.builders.papers import Marks, handle
from tests.fakes.scan_back import FakeScanBack


class View:
    """Keeps what was shown; gives the files and the folder it was told."""

    def __init__(self) -> None:
        self.board: Board | None = None
        self.scans = ScanState()
        self.files: tuple[Path, ...] = ()
        self.folder: Path | None = None
        self.along: bool | None = None
        self.asked_about = 0
        self.which: int | None = None
        self.watch = WatchState()
        self.watched: Path | None = None

    def show_board(self, board: Board) -> None:
        self.board = board

    def show_scans(self, state: ScanState) -> None:
        self.scans = state

    def choose_files(self) -> tuple[Path, ...]:
        return self.files

    def show_watch(self, state: WatchState) -> None:
        self.watch = state

    def choose_watched(self) -> Path | None:
        return self.watched

    def choose_folder(self) -> Path | None:
        return self.folder

    def ask_unreviewed(self, count: int) -> bool | None:
        self.asked_about = count
        return self.along

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


class FormsDesk:
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
        self.scanners, reader = FakeScanners(), SharedReader(lambda: [self.template])
        self.scans = Scans(
            view=self.view,
            scans=CaseScans(real, reader),
            roster=Roster(real),
            reader=reader,
            scanners=self.scanners,
            session=office.session,
            tasks=office.tasks,
            say=office.ears,
            finished=lambda items: (self.watch.finished(items), self.presenter.refresh()),
        )

        self.watch = Watch(
            view=self.view,
            scans=self.scans,
            open_inbox=FolderInbox,
            settings=DeskSettings(real),
            tasks=office.tasks,
            say=office.ears,
        )

    def printed(self, kind: StandingKind) -> CaseId:
        """A case of somebody who stands like that, printed."""
        case_id = self.filled_in(kind)
        printed = form.facts_hash(self.facts.form(case_id))
        self.cases.mark_printed(case_id, operator_id=self.office.clerk.id, facts_hash=printed)
        return case_id

    def scanned(self, kind: StandingKind) -> CaseId:
        """The same, its scan taken in with a doubt that the clerk looked at."""
        case_id = self.printed(kind)
        facts = self.facts.form(case_id)
        page = PageReading(source="a", number=1, case_id=case_id, facts_hash=form.facts_hash(facts), spots=())
        CaseScans(self.office.real.desk, FakeScanBack()).take(
            page,
            operator_id=self.office.session.operator_id,
            signed_on=self.office.real.clock.today(),
            looked_at=frozenset({ScanDoubt.FACTS_MOVED}),
            scan=self.papers.form(facts),
            media_type="application/pdf",
        )
        return case_id

    def review(self, *case_ids: CaseId) -> None:
        """The reviewer passes these."""
        for case_id in case_ids:
            FormReviews(self.office.real.desk).pass_on(case_id, operator_id=self.office.reviewer.id)
        self.presenter.refresh()

    def filled_in(self, kind: StandingKind) -> CaseId:
        """The same, not yet printed."""
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
        return case_id

    def scan(self, name: str, *pages: tuple[CaseId, Marks]) -> Path:
        """A PDF of signed pages as a scanner gives it."""
        pictures = self.pictures(*pages)
        path = self.folder / name
        pictures[0].save(path, save_all=True, append_images=pictures[1:])
        return path

    def pictures(self, *pages: tuple[CaseId, Marks], hand: int | None = None) -> list[Image.Image]:
        """Signed pages; ``hand``: the same signature on all."""
        pictures = []
        for case_id, marks in pages:
            width, height, data = self.papers.preview(self.papers.form(self.facts.form(case_id)), page=0, width_px=1654)
            page = np.frombuffer(data, np.uint8).reshape(height, width, 3)
            pictures.append(Image.fromarray(handle(page, self.template, marks, random.Random(hand or case_id))))
        return pictures


def state_of(made: FormsDesk, case_id: CaseId) -> CaseState:
    return made.cases.view(case_id).case.state


def png(picture: Image.Image) -> bytes:
    target = io.BytesIO()
    picture.save(target, "PNG", compress_level=1)
    return target.getvalue()
