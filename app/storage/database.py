"""Opening the encrypted database: SQLCipher under SQLAlchemy, WAL, full sync, foreign keys; one BEGIN IMMEDIATE per unit of work."""

from pathlib import Path
from typing import Any

import sqlcipher3.dbapi2 as sqlcipher
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.pool import QueuePool

from app.errors import AppError

KEY_BYTES = 32
BUSY_TIMEOUT_S = 10.0


def connect(path: Path, key: bytes) -> Any:
    """A raw connection. AppError('store.wrong_key_or_damaged') when the file does not open with ``key``."""
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
        raise AppError("store.wrong_key_or_damaged") from error
    return connection


def make_engine(path: Path, key: bytes) -> Engine:
    """An engine over the file; made, when absent, by the first connection."""
    engine = create_engine(
        "sqlite://", creator=lambda: connect(path, key), module=sqlcipher, poolclass=QueuePool, pool_size=4
    )

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def check_integrity(connection: Any) -> None:
    """SQLCipher's page authentication and SQLite's own check; AppError('store.damaged')."""
    try:
        broken = connection.execute("PRAGMA cipher_integrity_check").fetchall()
        answer = connection.execute("PRAGMA quick_check").fetchone()
    except sqlcipher.DatabaseError as error:
        raise AppError("store.damaged") from error
    if broken or answer is None or answer[0] != "ok":
        raise AppError("store.damaged")


def copy(source: Path, target: Path, key: bytes) -> None:
    """A consistent copy by SQLite's backup, encrypted with the same key, complete or not there at all."""
    part = target.with_suffix(".part")
    part.unlink(missing_ok=True)
    origin, copied = connect(source, key), connect(part, key)
    try:
        origin.backup(copied)
        copied.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        copied.execute("PRAGMA journal_mode = DELETE")
        check_integrity(copied)
    finally:
        origin.close()
        copied.close()
    part.replace(target)
