"""Start-up of the store: refuse a newer database, copy before migrating, migrate, check. Never an empty start over an existing file."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

from app.errors import AppError
from app.storage import database


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    return config


def known_revisions() -> tuple[str, ...]:
    """Every revision this program knows, newest first."""
    return tuple(script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions())


def current_revision(engine: Engine) -> str | None:
    """The database's revision, None when it is new."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def migrate(engine: Engine, target: str = "head") -> None:
    """Upgrade (or, for tests, downgrade to a revision) in one transaction."""
    config = _config()
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        if target == "head" or target in _ahead(connection):
            command.upgrade(config, target)
        else:
            command.downgrade(config, target)


def _ahead(connection: object) -> set[str]:
    current = MigrationContext.configure(connection).get_current_revision()  # type: ignore[arg-type]
    known = list(known_revisions())
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
