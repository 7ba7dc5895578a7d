"""The watch over the desk's writes (tests/plugins/writes.py) sees what it is there to see."""

import ast
from pathlib import Path

import pytest

from app.domain.ids import OperatorId
from app.services.backups import Backups
from app.services.desk_settings import DeskSettings
from app.services.visits import Visits
from tests.builders.desk import real_desk
from tests.plugins.writes import APP, NOBODY, silent


def test_a_write_without_its_line_is_named_and_a_test_that_sets_the_stage_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = real_desk(tmp_path)
    Visits(desk.desk).begin(operator_id=OperatorId("o"))
    DeskSettings(desk.desk).set("volume", "3")
    with desk.uow() as store:
        store.settings.set("stage", "set")
        store.commit()
    assert silent == []
    with monkeypatch.context() as patch:
        patch.setattr("app.storage.audit.AuditStore.append", lambda *_args: None)
        Visits(desk.desk).begin(operator_id=OperatorId("o"))
        Backups(desk.desk, lambda _folder, _at: None).choose_folder(tmp_path, operator_id=OperatorId("o"))
    told = [*silent]
    silent.clear()
    assert told == [
        "services.visits:Visits.begin wrote visits",
        "services.backups:Backups.choose_folder wrote settings",
    ]
    desk.engine.dispose()


@pytest.mark.parametrize("place", sorted(NOBODY))
def test_every_place_that_needs_no_line_still_commits(place: str) -> None:
    module, _, name = place.partition(":")
    source = APP.joinpath(*module.split(".")).with_suffix(".py").read_text(encoding="utf-8")
    found = next(
        node
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef) and node.name == name.rpartition(".")[2]
    )
    assert ".commit()" in ast.unparse(found)
