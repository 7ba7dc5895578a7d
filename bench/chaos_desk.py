"""The desk of the chaos bench: the real store, vault and sync, in a process that may be killed at any instruction.

``make`` commits numbered records (facts follow from the number, so that anybody can say what each must hold) while ``sync`` runs beside it.
After each commit the number goes to standard output. Ends with DONE when everything made is at the center.
"""

import json
import os
import random
import threading
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.domain.certification import Certification, Channel
from app.domain.ids import OperatorId, RecordId, RetireeId, Sha256
from app.domain.operator import Operator, Role
from app.errors import AppError
from app.runtime.clock import SHANGHAI, SystemClock
from app.services.ports import AuditEntry, OutboxRecord, UnitOfWork, UnitOfWorkFactory, Vault
from app.storage.unit_of_work import unit_of_work_factory
from app.storage.upgrade import open_store
from app.storage.vault import FileVault
from app.sync.engine import HttpSync
from protocol.canonical import canonical_text, sha256_hex

NEXT = "chaos.next"
CLERK = OperatorId("op")
DONE, FULL = 0, 3
"""Exit codes: everything is at the center; the store could not be opened because the disk is full."""


@dataclass(frozen=True)
class Plan:
    """What is to be made, and where; written by the bench, read by the desk's process.

    Attributes: allowed: a file with the number of records that may be made so far; largest: bytes of an attachment.
    """

    folder: str
    key: str
    signing: str
    url: str
    ca: str
    code: str
    allowed: str
    records: int
    attachments: int
    smallest: int
    largest: int
    people: int
    began: str

    @property
    def secret(self) -> bytes:
        return bytes.fromhex(self.key)

    def signing_key(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(self.signing))

    def record_id(self, number: int) -> RecordId:
        return RecordId(f"01900000-0000-7000-8000-{number:012x}")

    def scan(self, number: int) -> bytes:
        """The attachment of record ``number``; empty for those without."""
        if number * self.attachments // self.records == (number + 1) * self.attachments // self.records:
            return b""
        rng = random.Random(number)
        return rng.randbytes(rng.randint(self.smallest, self.largest))

    def record(self, number: int, scan: Sha256 | None) -> OutboxRecord:
        at = datetime.fromisoformat(self.began).astimezone(SHANGHAI) + timedelta(seconds=number)
        body: dict[str, Any] = {"retiree_id": f"u-{number % self.people}", "number": number, "llr": number / 7}
        if scan is not None:
            body |= {"case_id": f"case-{number}", "signed_on": at.date().isoformat()}
        return OutboxRecord(
            id=self.record_id(number),
            kind="certification" if scan is None else "form_submission",
            version=1,
            captured_at=at,
            body=canonical_text(body),
            operator_id=CLERK,
            attachments=() if scan is None else (scan,),
        )


def add(store: UnitOfWork, record: OutboxRecord) -> None:
    """What a finished visit writes: the certification, the record for the center, a line in the audit log."""
    form = bool(record.attachments)
    store.certifications.add(
        Certification(
            id=record.id,
            retiree_id=RetireeId(json.loads(record.body)["retiree_id"]),
            channel=Channel.UNIT_CONFIRMED if form else Channel.ASSISTED_FACE,
            captured_at=record.captured_at,
            signed_on=record.captured_at.date() if form else None,
            operator_id=CLERK,
        )
    )
    store.outbox.add(record)
    entry = AuditEntry(at=record.captured_at, operator_id=CLERK, action="record.made", subject=record.id)
    store.audit.append(entry)


def make(plan: Plan, uow: UnitOfWorkFactory, vault: Vault) -> None:
    """Commit record after record as far as allowed; a full disk is waited out, the number stays."""
    while True:
        try:
            with uow() as store:
                store.operators.save(Operator(id=CLERK, login="op", name="王芳", role=Role.CLERK), "x")
                number = int(store.settings.get(NEXT) or 0)
                store.commit()
            while number < plan.records:
                if number >= int(Path(plan.allowed).read_text("ascii")):
                    time.sleep(0.05)
                    continue
                scan = plan.scan(number)
                digest = vault.put(scan, media_type="application/pdf") if scan else None
                with uow() as store:
                    add(store, plan.record(number, digest))
                    store.settings.set(NEXT, str(number + 1))
                    store.commit()
                say("made", number)
                number += 1
            return
        except AppError as error:
            say("stopped", error.code)
            if error.code not in ("disk.full", "store.busy"):
                raise
            time.sleep(0.3)


def all_there(plan: Plan, uow: UnitOfWorkFactory) -> bool:
    with uow() as store:
        made = int(store.settings.get(NEXT) or 0)
        return made == plan.records and not store.outbox.waiting() and not store.outbox.missing_attachments()


def sync(plan: Plan, engine: HttpSync, uow: UnitOfWorkFactory) -> None:
    """Run after run, as a clerk who presses “现在同步” again and again."""
    while True:
        try:
            if not engine.enrolled():
                engine.enrol(base_url=plan.url, code=plan.code)
            report = engine.run(at_once=True)
            if report.error:
                say("sync", report.error, report.detail)
            if report.refused:
                say("refused", report.refused)
            if not report.error and report.pulled == 0 and all_there(plan, uow):
                return
        except AppError as error:
            say("sync", error.code, error.params.get("reason", ""))
        time.sleep(random.uniform(0.02, 0.2))


def say(*words: object) -> None:
    """One line in one write, so that a kill leaves no half of it behind another."""
    os.write(1, (" ".join(map(str, words)) + "\n").encode())


def main(plan_file: str) -> int:
    """The desk's process."""
    plan = Plan(**json.loads(Path(plan_file).read_text("utf-8")))
    folder = Path(plan.folder)
    try:
        store_engine = open_store(folder / "desk.db", plan.secret)
    except AppError as error:
        say("start", error.code)
        return FULL if error.code == "disk.full" else 1
    uow, vault = unit_of_work_factory(store_engine), FileVault(folder / "vault", plan.secret)
    engine = HttpSync(uow=uow, vault=vault, clock=SystemClock(), key=plan.signing_key(), ca_file=Path(plan.ca))
    failed: list[BaseException] = []

    def guarded() -> None:
        try:
            make(plan, uow, vault)
        except BaseException as error:  # noqa: BLE001 - told by the main thread
            failed.append(error)

    maker = threading.Thread(target=guarded, daemon=True)
    maker.start()
    sync_thread = threading.Thread(target=sync, args=(plan, engine, uow), daemon=True)
    sync_thread.start()
    while sync_thread.is_alive() and not failed:
        sync_thread.join(0.2)
    if failed:
        raise failed[0]
    say("done")
    return DONE


def scan_hash(plan: Plan, number: int) -> Sha256 | None:
    """The hash that record ``number`` must name."""
    scan = plan.scan(number)
    return Sha256(sha256_hex(scan)) if scan else None
