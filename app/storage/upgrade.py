"""Start-up of the store: refuse a newer database, copy before migrating, migrate, check. Never an empty start over an existing file."""

from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text

from app.errors import AppError
from app.storage import database

MIGRATIONS = Path(__file__).parent / "migrations"
"""Alembic (9 MB of memory) is loaded only when there is something to migrate; the files' names tell the revisions."""


def known_revisions() -> tuple[str, ...]:
    """Every revision this program knows, newest first."""
    files = (MIGRATIONS / "versions").glob("m[0-9]*_*.py*")
    return tuple(sorted({file.name[1:].partition("_")[0] for file in files}, reverse=True))


def current_revision(engine: Engine) -> str | None:
    """The database's revision, None when it is new."""
    with engine.connect() as connection:
        return _revision(connection)


def migrate(engine: Engine, target: str = "head") -> None:
    """Upgrade (or, for tests, downgrade to a revision) in one transaction."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        if target == "head" or target in _ahead(connection):
            command.upgrade(config, target)
        else:
            command.downgrade(config, target)


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    row = connection.execute(text("SELECT version_num FROM alembic_version")).first()
    return None if row is None else str(row[0])


def _ahead(connection: Connection) -> set[str]:
    current, known = _revision(connection), list(known_revisions())
    return set(known[: known.index(current)]) if current in known else set(known)


def open_store(path: Path, key: bytes) -> Engine:
    """The engine over a checked, migrated database.

    Raises AppError: store.newer (made by a newer program), store.damaged, store.wrong_key_or_damaged.
    """
    existed = path.exists() and path.stat().st_size > 0
    path.parent.mkdir(parents=True, exist_ok=True)
    engine = database.make_engine(path, key)
    try:
        if existed:
            raw = database.connect(path, key)
            try:
                database.check_integrity(raw)
            finally:
                raw.close()
        revision, known = current_revision(engine), known_revisions()
        if revision is not None and revision not in known:
            raise AppError("store.newer")
        if revision != known[0]:
            if existed:
                database.copy(path, path.with_name(f"{path.stem}-before-{known[0]}.db"), key)
            migrate(engine)
    except BaseException:
        engine.dispose()
        raise
    return engine
