"""A form's scan and the center's answer over real HTTP on loopback; the center's process is killed while bytes are on their way."""

import hashlib
import os
import random
import signal
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from tusclient import client as tus_client

from app.domain.confirmation import CaseState, EvidenceKind, FormCase, FormReason
from app.domain.cycle import deadlines
from app.domain.ids import OperatorId
from app.domain.operator import Operator, Role
from app.domain.scan import PageReading
from app.services.case_scans import CaseScans
from app.services.cases import Cases
from app.services.month import MonthForms
from app.sync import attachments
from app.sync.client import CenterClient
from app.sync.engine import HttpSync
from center.database import make_engine
from center.decisions import decide_form
from demo import center as demo_center
from demo.roster import demo_people
from tests.builders.desk import RealDesk, real_desk
from tests.fakes.scan_back import FakeScanBack
from tests.integration.sync.test_roundtrip import TODAY, new_code, real_now

CLERK = OperatorId("op")
SCAN = random.Random(9).randbytes(900_000)


@dataclass
class Line:
    """A desk, its sync, and a center that can be killed and started again."""

    folder: Path
    database: str
    port: int
    running: demo_center.RunningCenter
    desk: RealDesk
    sync: HttpSync
    key: Ed25519PrivateKey

    def kill(self) -> None:
        os.kill(self.running.process.pid, signal.SIGKILL)
        self.running.process.wait()

    def start(self) -> None:
        self.running = demo_center.start(self.database, port=self.port, log=self.folder / "center.log")

    def whole_files(self) -> list[Path]:
        return [path for path in (self.folder / "files").rglob("*") if len(path.name) == 64]

    def decide(self, case: FormCase, *, accepted: bool, reason: str = "") -> None:
        engine = make_engine(self.database)
        assert case.record_id is not None
        with engine.begin() as connection:
            decide_form(connection, case.record_id, accepted=accepted, reason=reason, who="test")
        engine.dispose()

    def case(self, case: FormCase) -> FormCase:
        with self.desk.uow() as store:
            found = store.cases.get(case.id)
        assert found is not None
        return found


@pytest.fixture
def line(tmp_path: Path) -> Iterator[Line]:
    folder = tmp_path / "center"
    folder.mkdir()
    database = f"sqlite:///{folder}/center.db"
    demo_center.prepare(database, TODAY)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    running = demo_center.start(database, port=port, log=folder / "center.log")
    desk, key = real_desk(tmp_path / "desk", real_now()), Ed25519PrivateKey.generate()
    sync = HttpSync(uow=desk.uow, vault=desk.vault, clock=desk.clock, key=key)
    sync.enrol(base_url=running.url, code=new_code(database))
    assert sync.run().error == ""
    with desk.uow() as store:
        store.operators.save(Operator(id=CLERK, login="op", name="王芳", role=Role.CLERK), "x")
        store.commit()
    made = Line(folder, database, port, running, desk, sync, key)
    yield made
    made.running.stop()
    desk.engine.dispose()


def sent(line: Line, scan: bytes = SCAN) -> FormCase:
    """A signed form with its scan in the month's batch."""
    services, today = line.desk.desk, line.desk.clock.today()
    person = demo_people(TODAY)[40].retiree
    cases = Cases(services)
    case_id = cases.draft(retiree_id=person.id, operator_id=CLERK, reason=FormReason.VERY_OLD).case.id
    cases.save_details(
        case_id,
        operator_id=CLERK,
        reason=FormReason.VERY_OLD,
        reason_text="",
        how_verified="上门",
        verified_by="王芳",
        verified_on=today,
    )
    cases.add_evidence(
        case_id, operator_id=CLERK, kind=EvidenceKind.LIVING_PICTURE, data=b"picture", media_type="image/jpeg"
    )
    case = cases.mark_printed(case_id, operator_id=CLERK, facts_hash="HASH0001").case
    page = PageReading(source="a", number=1, case_id=case.id, facts_hash="HASH0001", spots=())
    CaseScans(services, FakeScanBack()).take(
        page, operator_id=CLERK, signed_on=today, scan=scan, media_type="application/pdf"
    )
    (entry,) = MonthForms(services).send(operator_id=CLERK)
    return entry.case


def test_a_form_goes_out_with_its_scan_and_the_centers_yes_comes_back(line: Line) -> None:
    case = sent(line)
    assert line.sync.run().error == ""
    assert line.case(case).state is CaseState.SENT
    (kept,) = line.whole_files()
    assert hashlib.sha256(kept.read_bytes()).hexdigest() == kept.name == case.scan
    line.decide(case, accepted=True)
    line.sync.run()
    assert line.case(case).state is CaseState.ACCEPTED
    with line.desk.uow() as store:
        retiree = store.retirees.get(case.retiree_id)
        assert retiree is not None
        confirmed = deadlines(retiree, store.certifications.of_retiree(case.retiree_id)).confirmed
        assert store.outbox.missing_attachments() == []
    assert confirmed is not None
    assert confirmed.year == line.desk.clock.today().year + 1


def test_a_returned_form_comes_back_with_the_reason(line: Line) -> None:
    case = sent(line)
    line.sync.run()
    line.decide(case, accepted=False, reason="缺少单位行政公章")
    line.sync.run()
    returned = line.case(case)
    assert (returned.state, returned.return_reason) == (CaseState.RETURNED, "缺少单位行政公章")


def test_a_center_killed_again_and_again_in_mid_upload_ends_with_the_whole_file(
    line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attachments, "PIECE_BYTES", 60_000)
    case, rng, real_send = sent(line), random.Random(2), CenterClient.send
    patches = 0

    def send(client: CenterClient, method: str, path: str, **request: object) -> object:
        nonlocal patches
        if method == "PATCH":
            patches += 1
            if rng.random() < 0.35:
                line.kill()
        return real_send(client, method, path, **request)  # type: ignore[arg-type]

    monkeypatch.setattr(CenterClient, "send", send)
    kills = 0
    for _ in range(40):
        if line.sync.run().error == "" and line.whole_files():
            break
        kills += 1
        line.start()
    assert kills >= 2
    assert patches < 15 + 2 * kills, "it went on, it did not begin anew each time"
    (kept,) = line.whole_files()
    assert hashlib.sha256(kept.read_bytes()).hexdigest() == case.scan
    with line.desk.uow() as store:
        assert store.outbox.missing_attachments() == []


def test_an_independent_tus_client_can_upload_to_this_center(line: Line, tmp_path: Path) -> None:
    case = sent(line)
    monkey = CenterClient(line.running.url, line.key, line.desk.clock)
    with line.desk.uow() as store:
        from app.services.stored_settings import load_identity

        identity = load_identity(store.settings)
    assert identity is not None
    monkey.log_in(identity.desk_id)
    line.sync._push(monkey, identity, line.sync.run(), lambda *_: None)  # the record first
    for kept in line.whole_files():
        kept.unlink()
    file = tmp_path / "scan.pdf"
    file.write_bytes(SCAN)
    headers = {"Authorization": f"Bearer {monkey._token}"}
    metadata = {"sha256": str(case.scan), "record": str(case.record_id)}
    uploader = tus_client.TusClient(f"{line.running.url}/v1/uploads", headers=headers).uploader(
        str(file), chunk_size=100_000, metadata=metadata
    )
    uploader.upload(stop_at=250_000)
    again = tus_client.TusClient(f"{line.running.url}/v1/uploads", headers=headers).uploader(
        str(file), chunk_size=100_000, metadata=metadata, url=uploader.url
    )
    again.upload()
    monkey.close()
    (kept,) = line.whole_files()
    assert kept.read_bytes() == SCAN
