"""What must hold after the chaos: desk, center and what was to be made are compared record by record, byte by byte."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, Engine, func, select

from app.domain.certification import CenterState
from app.services.changes import Changes
from app.services.ports import UnitOfWork
from app.services.stored_settings import load_identity
from app.storage.audit import AuditStore
from app.storage.unit_of_work import SqlUnitOfWork
from app.storage.upgrade import open_store
from app.storage.vault import FileVault
from app.sync.center_keys import load_keys
from app.sync.push import check_receipt, signed
from bench.chaos_desk import Plan, scan_hash
from center.tables import changes, records, retirees, units
from protocol.canonical import canonical, sha256_hex
from protocol.messages import ChangeKind, Receipt
from protocol.signing import SignatureError


@dataclass(frozen=True)
class Finding:
    """One line of the table."""

    what: str
    expected: str
    found: str
    good: bool


def _count(what: str, expected: int, found: int) -> Finding:
    return Finding(what, str(expected), str(found), expected == found)


def check(plan: Plan, center: Engine, files: Path, made: Sequence[str]) -> list[Finding]:
    """``made``: the numbers that the desk said it had committed."""
    folder = Path(plan.folder)
    engine = open_store(folder / "desk.db", plan.secret)  # checks the file's integrity
    vault = FileVault(folder / "vault", plan.secret)
    numbers = range(plan.records)
    scans = {number: sha for number in numbers if (sha := scan_hash(plan, number)) is not None}
    try:
        with SqlUnitOfWork(engine, Changes()) as store, center.begin() as connection:
            assert store._connection is not None
            said = {int(number) for number in made}
            kept = {number: store.outbox.get(plan.record_id(number)) for number in numbers}
            as_made = sum(
                one is not None
                and (one.kind, one.body, one.captured_at, one.attachments)
                == ((want := plan.record(n, scans.get(n))).kind, want.body, want.captured_at, want.attachments)
                for n, one in kept.items()
            )
            certifications = store.certifications.all()
            in_vault = sum(hashlib.sha256(vault.get(sha)).hexdigest() == sha for sha in scans.values())
            fault = AuditStore(store._connection).verify()
            return [
                _count("records that the desk said it had committed", plan.records, len(said)),
                _count("of these at the desk, as made", plan.records, as_made),
                _count("certifications at the desk", plan.records, len(certifications)),
                _count("attachments in the desk's vault, hash equal", len(scans), in_vault),
                _count("waiting or refused at the desk", 0, len(store.outbox.waiting())),
                _count("attachments that the desk still owes", 0, len(store.outbox.missing_attachments())),
                Finding("audit chain of the desk", "whole", str(fault or "whole"), fault is None),
                *_both(plan, store, connection),
                *_files(files, scans, list(scans.values())),
                *_told(plan, store, connection),
            ]
    finally:
        engine.dispose()


def _both(plan: Plan, store: UnitOfWork, connection: Connection) -> list[Finding]:
    identity = load_identity(store.settings)
    assert identity is not None
    keys = load_keys(store.settings)
    rows = {row["uuid"]: row for row in connection.execute(select(records)).mappings()}
    same = verified = 0
    receipts: set[str] = set()
    for number in range(plan.records):
        kept, row = store.outbox.get(plan.record_id(number)), rows.get(plan.record_id(number))
        if kept is None or row is None or kept.receipt is None:
            continue
        sent = signed(kept, desk_id=identity.desk_id, key=plan.signing_key())
        digest = sha256_hex(canonical(sent.signed_part()))
        same += digest == row["sha256"] and sent.model_dump(mode="json") == json.loads(row["content"])
        receipt = Receipt.model_validate_json(kept.receipt)
        receipts.add(receipt.number)
        try:
            check_receipt(receipt, sent, keys, identity.unit_id)
        except SignatureError:
            continue
        verified += json.loads(kept.receipt) == json.loads(row["receipt"])
    return [
        _count("records at the center", plan.records, len(rows)),
        _count("the same bytes on both sides", plan.records, same),
        _count("receipts verified, the same on both sides", plan.records, verified),
        _count("different receipt numbers", plan.records, len(receipts)),
        _count("desks enrolled by one code", 1, len({row["desk_id"] for row in rows.values()})),
    ]


def _files(files: Path, scans: dict[int, str], wanted: list[str]) -> list[Finding]:
    there = [path for path in files.rglob("*") if path.is_file()]
    whole = {path.name for path in there if len(path.name) == len(wanted[0])}
    good = sum(hashlib.sha256(path.read_bytes()).hexdigest() == path.name for path in there if path.name in whole)
    parts = [path for path in there if path.name.endswith(".part")]
    return [
        _count("attachments at the center, hash equal", len(scans), good if whole == set(wanted) else -1),
        _count("unfinished files at the center", 0, len(parts)),
    ]


def _told(plan: Plan, store: UnitOfWork, connection: Connection) -> list[Finding]:
    told = connection.execute(
        select(func.count()).select_from(changes).where(changes.c.kind == ChangeKind.CERTIFICATION)
    ).scalar_one()
    last = connection.execute(select(units.c.next_change - 1)).scalar_one()
    theirs = {row[0]: json.loads(row[1])["phone"] for row in connection.execute(select(retirees.c.id, retirees.c.body))}
    same = sum(one.phone == theirs.get(one.id) for one in store.retirees.all())
    accepted = sum(one.center is CenterState.ACCEPTED for one in store.certifications.all())
    return [
        _count("certifications told to the unit's desks", plan.records, int(told)),
        _count("certifications accepted at the desk", plan.records - plan.attachments, accepted),
        _count("cursor at the center's last change", int(last), int(store.settings.get("sync.cursor") or 0)),
        _count("roster rows equal on both sides", len(theirs), same),
    ]
