"""Opening the encrypted database: SQLCipher under SQLAlchemy, WAL, full sync, foreign keys; one BEGIN IMMEDIATE per unit of work."""

import shutil
from contextlib import closing
from pathlib import Path
from typing import Any

import sqlcipher3.dbapi2 as sqlcipher
from sqlalchemy import URL, Engine, create_engine, event
from sqlalchemy.pool import QueuePool

from app.errors import AppError

KEY_BYTES = 32
BUSY_TIMEOUT_S = 10.0


def connect(path: Path, key: bytes) -> Any:
    """A raw connection. AppError: store.wrong_key_or_damaged when the file does not open with ``key``, store.*, disk.*; see ``named``."""
    if len(key) != KEY_BYTES:
        raise ValueError("the database key has 32 bytes")
    connection = sqlcipher.connect(str(path), timeout=BUSY_TIMEOUT_S, check_same_thread=False, isolation_level=None)
    try:
        connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
    except sqlcipher.DatabaseError as error:
        connection.close()
        raise named(error, path.parent) or AppError("store.wrong_key_or_damaged") from error
    return connection


def named(error: BaseException, folder: Path) -> AppError | None:
    """What SQLCipher's words mean: the file, the disk or another program; None for a fault of ours.

    A full disk must never be taken for a damaged file, which would send the clerk to the backup.
    """
    text = str(error).lower()
    for words, code in _MEANING:
        if words in text:
            full = code == "disk.unwritable" and _free(folder) < NEARLY_NOTHING_BYTES
            return AppError("disk.full" if full else code)
    return None


def folder_of(connection: Any) -> Path:
    """Where the connection's file lies."""
    return Path(connection.execute("PRAGMA database_list").fetchone()[2]).parent


def _free(folder: Path) -> int:
    try:
        return shutil.disk_usage(folder).free
    except OSError:
        return NEARLY_NOTHING_BYTES


_MEANING = (
    ("not a database", "store.wrong_key_or_damaged"),
    ("malformed", "store.damaged"),
    ("disk is full", "disk.full"),
    ("disk i/o error", "disk.unwritable"),
    ("unable to open database file", "disk.unwritable"),
    ("readonly database", "disk.unwritable"),
    ("database is locked", "store.busy"),
)
NEARLY_NOTHING_BYTES = 1024 * 1024
"""With less free than this the disk counts as full: SQLite calls it an I/O error when it can't make room for its shared memory."""


def make_engine(path: Path, key: bytes) -> Engine:
    """An engine over the file; made, when absent, by the first connection."""
    engine = create_engine(
        URL.create("sqlite", database=str(path)),
        creator=lambda: connect(path, key),
        module=sqlcipher,
        poolclass=QueuePool,
        pool_size=4,
    )

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def check_integrity(connection: Any) -> None:
    """SQLCipher's page authentication and SQLite's own check; AppError('store.damaged'), or what ``named`` finds."""
    try:
        broken = connection.execute("PRAGMA cipher_integrity_check").fetchall()
        answer = connection.execute("PRAGMA quick_check").fetchone()
    except sqlcipher.DatabaseError as error:
        raise named(error, folder_of(connection)) or AppError("store.damaged") from error
    if broken or answer is None or answer[0] != "ok":
        raise AppError("store.damaged")


def copy(source: Path, target: Path, key: bytes) -> None:
    """A consistent copy by SQLite's backup, encrypted with the same key, complete or not there at all. AppError: as ``connect``."""
    part = target.with_suffix(".part")
    _remove(part)
    try:
        _copy(source, part, key)
        part.replace(target)
    except BaseException:
        _remove(part)
        raise


def _copy(source: Path, part: Path, key: bytes) -> None:
    with closing(connect(source, key)) as origin, closing(connect(part, key)) as copied:
        try:
            origin.backup(copied)
            copied.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            copied.execute("PRAGMA journal_mode = DELETE")
            check_integrity(copied)
        except sqlcipher.DatabaseError as error:
            raise named(error, part.parent) or error from error


def _remove(part: Path) -> None:
    """A half copy with what SQLite keeps beside it."""
    for name in (part.name, f"{part.name}-wal", f"{part.name}-shm", f"{part.name}-journal"):
        part.with_name(name).unlink(missing_ok=True)
