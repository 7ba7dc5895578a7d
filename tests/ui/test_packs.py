"""The model pack as the administrator or the center's policy wants it: over real services, with a stand-in for the shelf and the center."""

from dataclasses import dataclass, field
from pathlib import Path

import pytest

from app.domain.policy import NO_MODEL_PACK
from app.errors import AppError
from app.services.model_packs import ModelPacks
from app.services.stored_settings import save_policy
from app.ui.error_text import words
from app.ui.screens.settings.packs import PackKeeper
from tests.builders.office import Office, office

WANTED = "a" * 64


@dataclass
class Shelf:
    """Implements PackShelf; ``refusal`` is raised by the next installation."""

    refusal: AppError | None = None
    here: bool = False

    def install(self, _file: Path, _keys: list[bytes]) -> str:
        if self.refusal is not None:
            raise self.refusal
        self.here = True
        return "f" * 64

    def remove(self) -> None:
        self.here = False

    def present(self) -> bool:
        return self.here


@dataclass
class Source:
    """Implements PackSource."""

    changed: bool = False
    trouble: AppError | None = None
    runs: int = 0

    def run(self) -> bool:
        self.runs += 1
        if self.trouble is not None:
            raise self.trouble
        return self.changed

    def stop(self) -> None: ...


@dataclass
class Shown:
    """What the card's presenter is told."""

    packs: list[str] = field(default_factory=list)
    busy: list[bool] = field(default_factory=list)

    def show_pack(self, said: str) -> None:
        self.packs.append(said)

    def show_busy(self, busy: bool) -> None:
        self.busy.append(busy)


class Desk:
    """A keeper with its neighbours."""

    def __init__(self, made: Office, folder: Path) -> None:
        self.office, self.shelf, self.source, self.shown = made, Shelf(), Source(), Shown()
        self.packs = ModelPacks(made.real.desk, self.shelf, lambda _settings: [])
        self.restarts = 0
        self.file = folder / "pack.zip"
        self.file.write_bytes(b"a pack")
        self.keeper = PackKeeper(
            shown=self.shown,
            packs=self.packs,
            source=self.source,
            restart=self._restart,
            session=made.session,
            tasks=made.tasks,
            say=made.ears,
        )

    def _restart(self) -> None:
        self.restarts += 1

    def policy(self, wanted: str) -> None:
        with self.office.real.uow() as store:
            save_policy(store.settings, {"model_pack": wanted})
            store.commit()


@pytest.fixture
def desk(tmp_path: Path):  # type: ignore[no-untyped-def]
    made = office(tmp_path)
    yield Desk(made, tmp_path)
    made.real.engine.dispose()


def test_an_administrators_pack_is_installed_and_the_engine_loaded_anew(desk: Desk) -> None:
    desk.keeper.install(desk.file)
    assert desk.shelf.here
    assert desk.restarts == 1
    assert desk.shown.busy == [True, True]
    with desk.office.real.uow() as store:
        ((_number, line),) = store.audit.entries(limit=1)
    assert (line.action, line.operator_id) == ("models.installed", desk.office.clerk.id)


def test_a_refused_pack_changes_nothing_and_says_why(desk: Desk) -> None:
    desk.shelf.refusal = AppError("pack.unsigned")
    desk.keeper.install(desk.file)
    assert (desk.restarts, desk.shown.busy) == (0, [True, False])
    assert desk.office.ears.errors == [desk.shelf.refusal]


def test_the_policys_pack_that_came_by_sync_loads_the_engine_anew(desk: Desk) -> None:
    desk.source.changed = True
    desk.keeper.follow()
    assert (desk.source.runs, desk.restarts) == (1, 1)


def test_without_network_nothing_is_said_but_the_card_tells_what_is_wanted(desk: Desk) -> None:
    desk.policy(WANTED)
    desk.source.trouble = AppError("sync.offline")
    desk.keeper.follow()
    assert desk.office.ears.errors == []
    assert "联网后自动安装" in desk.shown.packs[-1]


def test_a_pack_of_the_policy_that_is_refused_is_said_once_and_stands_on_the_card(desk: Desk) -> None:
    desk.policy(WANTED)
    desk.source.trouble = AppError("pack.unsigned")
    desk.keeper.follow()
    desk.keeper.follow()
    assert desk.office.ears.errors == [desk.source.trouble]
    assert words(desk.source.trouble) in desk.shown.packs[-1]


def test_a_policy_that_wants_none_is_kept_without_a_pack(desk: Desk) -> None:
    desk.policy(NO_MODEL_PACK)
    assert not desk.packs.standing().due
    desk.keeper.install(desk.file)
    assert desk.packs.standing().due
    desk.packs.remove()
    assert not desk.packs.standing().due
    desk.keeper.refresh()
    assert "一致" in desk.shown.packs[-1]


def test_a_pack_whose_folder_vanished_is_wanted_again(desk: Desk) -> None:
    desk.keeper.install(desk.file)
    desk.policy(desk.packs.standing().installed)
    assert not desk.packs.standing().due
    desk.shelf.here = False
    assert desk.packs.standing().due


def test_a_policy_that_names_no_hash_is_refused_whole(desk: Desk) -> None:
    with pytest.raises(ValueError, match="model_pack"):
        desk.policy("http://elsewhere/pack.zip")
