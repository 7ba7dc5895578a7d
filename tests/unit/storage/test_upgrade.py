"""Opening the store: migrations up, down and with data; a newer, foreign or damaged file is never taken for an empty one."""

import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text

from app.domain.ids import RetireeId
from app.errors import AppError
from app.storage import database, tables, upgrade
from app.storage.unit_of_work import unit_of_work_factory
from app.storage.upgrade import current_revision, known_revisions, migrate, open_store
from tests.builders.people import certified, retiree

KEY = bytes(range(32))


def test_a_new_store_has_just_the_tables_that_the_program_describes(tmp_path: Path) -> None:
    engine = open_store(tmp_path / "desk.db", KEY)
    assert current_revision(engine) == known_revisions()[0]
    with engine.connect() as connection:
        found = inspect(connection)
        assert set(found.get_table_names()) == {*tables.metadata.tables, "alembic_version"}
        for name, table in tables.metadata.tables.items():
            assert {c["name"] for c in found.get_columns(name)} == {c.name for c in table.columns}
            assert {i["name"] for i in found.get_indexes(name)} >= {i.name for i in table.indexes}
        assert MigrationContext.configure(connection).get_current_heads() == (known_revisions()[0],)
    engine.dispose()


def test_migrations_go_down_and_up_again_and_data_stays_through_a_reopening(tmp_path: Path) -> None:
    path = tmp_path / "desk.db"
    engine = open_store(path, KEY)
    with unit_of_work_factory(engine)() as store:
        store.retirees.upsert([retiree()])
        store.certifications.add(certified(date(2026, 5, 1)))
        store.commit()
    engine.dispose()
    engine = open_store(path, KEY)
    with unit_of_work_factory(engine)() as store:
        assert store.retirees.get(RetireeId("r-1")) == retiree()
        assert list(store.certifications.all()) == [certified(date(2026, 5, 1))]
    migrate(engine, "base")
    assert current_revision(engine) is None
    migrate(engine)
    with unit_of_work_factory(engine)() as store:
        assert store.retirees.count() == 0
    engine.dispose()


def test_a_migration_of_an_older_store_is_preceded_by_a_copy_that_opens(tmp_path: Path) -> None:
    path = tmp_path / "desk.db"
    engine = open_store(path, KEY)
    migrate(engine, "base")
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE witness (word TEXT)"))
        connection.execute(text("INSERT INTO witness VALUES ('here')"))
    engine.dispose()
    open_store(path, KEY).dispose()
    copies = list(tmp_path.glob("desk-before-*.db"))
    assert len(copies) == 1
    copied = database.connect(copies[0], KEY)
    assert copied.execute("SELECT word FROM witness").fetchone() == ("here",)
    copied.close()


def test_a_store_made_by_a_newer_program_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "desk.db"
    engine = open_store(path, KEY)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()
    with pytest.raises(AppError, match=r"store\.newer"):
        open_store(path, KEY)
    raw = database.connect(path, KEY)
    assert raw.execute("SELECT version_num FROM alembic_version").fetchone() == ("9999",)
    raw.close()


def test_another_key_does_not_open_the_store_and_nothing_readable_lies_in_the_file(tmp_path: Path) -> None:
    path = tmp_path / "desk.db"
    engine = open_store(path, KEY)
    with unit_of_work_factory(engine)() as store:
        store.retirees.upsert([retiree()])
        store.commit()
    engine.dispose()
    with pytest.raises(AppError, match=r"store\.wrong_key_or_damaged"):
        open_store(path, os.urandom(32))
    everything = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    for secret in (retiree().name.encode(), retiree().id_number.encode(), b"SQLite format 3"):
        assert secret not in everything


@pytest.mark.parametrize("where", [10, 5000, -3000])
def test_a_damaged_store_is_told_and_never_replaced(tmp_path: Path, where: int) -> None:
    path = tmp_path / "desk.db"
    open_store(path, KEY).dispose()
    content = bytearray(path.read_bytes())
    content[where] ^= 0xFF
    path.write_bytes(bytes(content))
    with pytest.raises(AppError, match=r"store\.(damaged|wrong_key_or_damaged)"):
        open_store(path, KEY)
    assert path.read_bytes() == bytes(content)


def test_the_files_names_tell_the_revisions_in_their_order() -> None:
    folder = Path(upgrade.__file__).parent / "migrations"
    script = ScriptDirectory(str(folder))
    assert known_revisions() == tuple(one.revision for one in script.walk_revisions())


def test_a_store_that_is_up_to_date_opens_without_alembic(tmp_path: Path) -> None:
    open_store(tmp_path / "desk.db", KEY).dispose()
    told = "import sys; from pathlib import Path; from app.storage.upgrade import open_store; "
    told += f"open_store(Path(sys.argv[1]), bytes.fromhex({KEY.hex()!r})).dispose(); print('alembic' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", told, str(tmp_path / "desk.db")], capture_output=True, check=True)
    assert done.stdout.strip() == b"False"
