"""The audit log's daily signatures: when they are made, and every way of tampering that they show."""

import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Connection, text

from app.__main__ import check_audit
from app.errors import AppError
from app.opening import Options, open_desk
from app.paths import DeskPaths
from app.security.signer import DeskSigner
from app.services.audit_seals import AuditSeals, from_text, to_text
from app.services.ports import AuditEntry
from app.storage.audit import AuditFault, AuditStore, line_hash
from tests.builders.desk import RealDesk

SIGNER = DeskSigner(Ed25519PrivateKey.generate())


@pytest.fixture
def seals(desk: RealDesk) -> AuditSeals:
    return AuditSeals(desk.desk, SIGNER)


def log(desk: RealDesk, *words: str) -> None:
    with desk.uow() as store:
        for word in words:
            store.audit.append(AuditEntry(at=desk.clock.now(), operator_id=None, action=word, subject="s"))
        store.commit()


def three_days(desk: RealDesk, seals: AuditSeals) -> None:
    """Two lines a day, signed the morning after."""
    for _ in range(3):
        log(desk, "one", "two")
        desk.clock.move(timedelta(days=1))
        seals.seal()


def fault(desk: RealDesk, harm: Callable[[Connection], object], signer: DeskSigner = SIGNER) -> AuditFault | None:
    with desk.engine.connect() as connection:
        harm(connection)
        return AuditStore(connection).verify(signer)


def test_the_log_is_signed_once_a_day_and_again_when_the_program_is_closed(desk: RealDesk, seals: AuditSeals) -> None:
    assert seals.seal() is None
    log(desk, "one")
    first = seals.seal()
    assert first is not None
    assert first.number == 1
    log(desk, "two")
    assert seals.seal() is None
    assert seals.seal(closing=True) is not None
    assert seals.seal(closing=True) is None
    log(desk, "three")
    desk.clock.move(timedelta(days=1))
    newest = seals.seal()
    assert newest is not None
    assert newest.number == 3
    assert fault(desk, lambda _c: None) is None


def sql(*statements: str) -> Callable[[Connection], object]:
    return lambda connection: [connection.execute(text(one)) for one in statements]


def made_anew(connection: Connection) -> None:
    """The whole chain computed again after a change, by somebody who can write the database but not sign."""
    connection.execute(text("UPDATE audit SET action = 'harmless' WHERE number = 3"))
    previous = b"\0" * 32
    for number, entry in reversed(AuditStore(connection).entries(limit=100)):
        made = line_hash(number, entry, previous)
        values = {"n": number, "p": previous, "h": made}
        connection.execute(text("UPDATE audit SET previous = :p, hash = :h WHERE number = :n"), values)
        previous = made


SWAP = ("number = 99 WHERE number = 2", "number = 2 WHERE number = 5", "number = 5 WHERE number = 99")
HARMS: dict[str, tuple[Callable[[Connection], object], str]] = {
    "a changed action": (sql("UPDATE audit SET action = 'x' WHERE number = 2"), "changed"),
    "a changed time": (sql("UPDATE audit SET at = '2020-01-01T00:00:00+08:00' WHERE number = 4"), "changed"),
    "a changed person": (sql("UPDATE audit SET operator_id = 'o' WHERE number = 1"), "changed"),
    "changed details": (sql("UPDATE audit SET details = 'd' WHERE number = 1"), "changed"),
    "a changed subject": (sql("UPDATE audit SET subject = 't' WHERE number = 6"), "changed"),
    "the first line taken out": (sql("DELETE FROM audit WHERE number = 1"), "missing"),
    "a middle line taken out": (sql("DELETE FROM audit WHERE number = 3"), "missing"),
    "a line taken out and the rest moved up": (
        sql("DELETE FROM audit WHERE number = 3", "UPDATE audit SET number = number - 1 WHERE number > 3"),
        "reordered",
    ),
    "two lines swapped": (sql(*(f"UPDATE audit SET {one}" for one in SWAP)), "reordered"),
    "the end cut off": (sql("DELETE FROM audit WHERE number > 4"), "cut"),
    "everything gone": (sql("DELETE FROM audit"), "cut"),
    "the chain made anew": (made_anew, "changed"),
    "a signature taken out": (sql("DELETE FROM audit_seals WHERE number = 4"), "seal_missing"),
    "the first signature taken out": (sql("DELETE FROM audit_seals WHERE number = 2"), "seal_missing"),
    "a signature changed": (sql("UPDATE audit_seals SET signature = 'AAAA' WHERE number = 4"), "seal_forged"),
    "a signature's time changed": (sql("UPDATE audit_seals SET at = '2020-01-01T00:00:00+08:00'"), "seal_forged"),
    "a signature moved": (sql("UPDATE audit_seals SET number = 5 WHERE number = 4"), "seal_forged"),
}


@pytest.mark.parametrize("harm", sorted(HARMS))
def test_any_change_removal_or_reordering_is_found(desk: RealDesk, seals: AuditSeals, harm: str) -> None:
    three_days(desk, seals)
    do, what = HARMS[harm]
    found = fault(desk, do)
    assert found is not None
    assert found.what == what


def test_a_log_signed_anew_with_another_key_is_found(desk: RealDesk, seals: AuditSeals) -> None:
    three_days(desk, seals)
    found = fault(desk, lambda _c: None, DeskSigner(Ed25519PrivateKey.generate()))
    assert found is not None
    assert found.what == "seal_forged"


def test_a_signature_kept_elsewhere_shows_even_a_log_cut_off_together_with_its_signatures(
    desk: RealDesk, seals: AuditSeals
) -> None:
    three_days(desk, seals)
    newest = seals.newest()
    assert newest is not None
    kept = from_text(to_text(newest) + "\n")
    with desk.engine.connect() as connection:
        connection.execute(text("DELETE FROM audit WHERE number > 4"))
        connection.execute(text("DELETE FROM audit_seals WHERE number > 4"))
        log_ = AuditStore(connection)
        assert log_.verify(SIGNER) is None
        found = log_.verify(SIGNER, kept)
    assert found is not None
    assert (found.what, found.number) == ("cut", 6)


@pytest.mark.parametrize("torn", ["{", "[]", '{"number": 1}', "\x00"])
def test_a_torn_file_of_signatures_is_told(torn: str) -> None:
    with pytest.raises(AppError, match="seal_unreadable"):
        from_text(torn)


def test_the_command_finds_the_log_whole_then_changed_and_keeps_signatures_elsewhere(
    tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    from contextlib import ExitStack

    data, kept = tmp_path / "desk", tmp_path / "seals.txt"
    options = Options(paths=DeskPaths(data), file_secrets=True)
    with ExitStack() as stack:
        store = open_desk(options, stack)
        with store.desk.uow() as opened:
            for word in ("one", "two"):
                opened.audit.append(AuditEntry(at=store.desk.clock.now(), operator_id=None, action=word, subject="s"))
            opened.commit()
        assert store.seals.seal() is not None
    command = ["--data", str(data), "--file-secrets"]
    assert check_audit([*command, "--write-seal", str(kept)]) == 0
    assert check_audit([*command, "--seals", str(kept)]) == 0
    with ExitStack() as stack:
        store = open_desk(options, stack)
        with store.examination.engine.begin() as connection:
            connection.execute(text("DELETE FROM audit_seals"))
            connection.execute(text("DELETE FROM audit WHERE number = 2"))
    assert check_audit(command) == 0
    assert check_audit([*command, "--seals", str(kept)]) == 1
    assert "末尾被删过" in capfdbinary.readouterr().out.decode()


NAMED = {
    "nothing": "没有被改动过",
    "a changed action": "第 2 条被改动过",
    "the first line taken out": "第 1 条不见了",
    "a middle line taken out": "第 3 条不见了",
    "a line taken out and the rest moved up": "第 3 条的顺序被动过",
    "two lines swapped": "第 2 条的顺序被动过",
    "the end cut off": "第 6 条以前签过名，现在没有了，末尾被删过",
    "everything gone": "第 2 条以前签过名，现在没有了，末尾被删过",
    "the chain made anew": "第 4 条被改动过",
    "a signature taken out": "第 6 条之前的签名被拿掉了",
    "a signature changed": "第 4 条的签名不是这台电脑签的",
    "another desk's signature": "第 4 条的签名不是这台电脑签的",
    "an older signature in its place": "第 4 条的签名不是这台电脑签的",
}


def signed_by_another(connection: Connection) -> None:
    kept = next(one for one in AuditStore(connection).seals() if one.number == 4)
    forged = DeskSigner(Ed25519PrivateKey.generate()).sign(kept.signed_part())
    connection.execute(text("UPDATE audit_seals SET signature = :s WHERE number = 4"), {"s": forged})


HARMS_OF_THE_COMMAND: dict[str, Callable[[Connection], object]] = {
    **{name: do for name, (do, _what) in HARMS.items()},
    "nothing": lambda _connection: None,
    "another desk's signature": signed_by_another,
    "an older signature in its place": sql(
        "UPDATE audit_seals SET signature = (SELECT signature FROM audit_seals WHERE number = 2) WHERE number = 4"
    ),
}


def test_the_command_names_each_harm_and_the_line(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    from contextlib import ExitStack

    whole = tmp_path / "whole"
    with ExitStack() as stack:
        store = open_desk(Options(paths=DeskPaths(whole), file_secrets=True), stack)
        for day in range(3):
            for word in ("one", "two"):
                with store.desk.uow() as opened:
                    entry = AuditEntry(at=store.desk.clock.now(), operator_id=None, action=word, subject=str(day))
                    opened.audit.append(entry)
                    opened.commit()
            assert store.seals.seal(closing=True) is not None
    said = {}
    for number, name in enumerate(NAMED):
        folder = tmp_path / str(number)
        shutil.copytree(whole, folder)
        with ExitStack() as stack:
            store = open_desk(Options(paths=DeskPaths(folder), file_secrets=True), stack)
            with store.examination.engine.begin() as connection:
                HARMS_OF_THE_COMMAND[name](connection)
        status = check_audit(["--data", str(folder), "--file-secrets"])
        line = capfdbinary.readouterr().out.decode()
        assert status == int(name != "nothing")
        said[name] = NAMED[name] if NAMED[name] in line else line
    assert said == NAMED
