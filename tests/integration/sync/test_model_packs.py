"""A model pack all the way: signed and published at a real center, named by its policy, fetched in pieces by an enrolled desk, used."""

import json
import socket
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.errors import AppError
from app.face import pack
from app.services.model_packs import ModelPacks
from app.services.stored_settings import load_policy
from app.sync.center_keys import signing_keys
from app.sync.client import CenterClient
from app.sync.engine import HttpSync
from app.sync.fetch import PIECE_BYTES
from app.sync.model_packs import HttpModelPacks
from center import model_packs, policy, registry
from center.__main__ import main as center_command
from center.database import make_engine
from demo.center import RunningCenter, prepare, start
from demo.roster import UNIT_ID
from tests.builders.desk import RealDesk, real_desk
from tests.integration.face.test_models import trial_files
from tests.integration.sync.test_roundtrip import new_code, real_now

TODAY = date(2026, 11, 24)


@dataclass
class Setting:
    """A center that runs, a desk enrolled there, and the desk's shelf of models."""

    center: RunningCenter
    database: str
    files: Path
    desk: RealDesk
    key: Ed25519PrivateKey
    folder: Path

    @property
    def packs(self) -> ModelPacks:
        return ModelPacks(self.desk.desk, pack.Shelf(self.folder / "models"), signing_keys)

    def source(self) -> HttpModelPacks:
        return HttpModelPacks(
            self.packs, uow=self.desk.uow, clock=self.desk.clock, key=self.key, folder=self.folder / "fetched"
        )

    def sync(self) -> None:
        report = HttpSync(uow=self.desk.uow, vault=self.desk.vault, clock=self.desk.clock, key=self.key).run()
        assert report.error == ""

    def command(self, *arguments: str) -> int:
        return center_command(["--database", self.database, "model-pack", *arguments, "--files", str(self.files)])

    def publish(self, files: dict[str, bytes]) -> int:
        plain = self.folder / "plain.zip"
        with zipfile.ZipFile(plain, "w") as archive:
            for name, data in files.items():
                archive.writestr(name, data)
        return self.command(str(plain))

    def wanted(self) -> str:
        with self.desk.uow() as store:
            return load_policy(store.settings).model_pack


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[RunningCenter, str, Path]]:
    folder = tmp_path_factory.mktemp("center")
    database = f"sqlite:///{folder}/center.db"
    prepare(database, TODAY)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    center = start(database, port=port, log=folder / "center.log")
    yield center, database, folder / "files"
    center.stop()


@pytest.fixture
def setting(running: tuple[RunningCenter, str, Path], tmp_path: Path) -> Iterator[Setting]:
    center, database, files = running
    desk, key = real_desk(tmp_path, real_now()), Ed25519PrivateKey.generate()
    HttpSync(uow=desk.uow, vault=desk.vault, clock=desk.clock, key=key).enrol(
        base_url=center.url, code=new_code(database)
    )
    yield Setting(center, database, files, desk, key, tmp_path)
    desk.engine.dispose()


def licensed(**more: bytes) -> dict[str, bytes]:
    return {**trial_files(), "LICENSE-MIT.txt": b"MIT", **more}


def test_a_pack_that_the_policy_names_is_fetched_and_installed_without_a_hand(setting: Setting) -> None:
    assert setting.publish(licensed()) == 0
    setting.sync()
    assert len(setting.wanted()) == 64
    source = setting.source()
    assert source.run()
    assert pack.load(setting.folder / "models").versions == ("faceres 3.0.4",)
    assert not source.run(), "it is here now"
    assert list((setting.folder / "fetched").iterdir()) == []
    with setting.desk.uow() as store:
        ((_number, line),) = store.audit.entries(limit=1)
    assert (line.action, line.operator_id, json.loads(line.details)["by"]) == ("models.installed", None, "policy")


def test_a_fetch_that_was_cut_goes_on_where_it_was(setting: Setting, monkeypatch: pytest.MonkeyPatch) -> None:
    setting.publish(licensed(note=bytes(range(256)) * 64))
    setting.sync()
    asked: list[str] = []
    real = CenterClient.send

    def send(client: CenterClient, method: str, path: str, **request: object) -> object:
        headers = request.get("headers")
        if isinstance(headers, dict) and "Range" in headers:
            asked.append(str(headers["Range"]))
            if len(asked) == 3:
                raise AppError("sync.offline")
        return real(client, method, path, **request)  # type: ignore[arg-type]

    monkeypatch.setattr(CenterClient, "send", send)
    with pytest.raises(AppError, match=r"sync\.offline"):
        setting.source().run()
    assert setting.source().run()
    assert asked[2].startswith(f"bytes={2 * PIECE_BYTES}-")
    assert asked[3] == asked[2]


def test_a_pack_that_somebody_changed_at_the_center_is_refused_and_not_asked_for_again(
    setting: Setting, monkeypatch: pytest.MonkeyPatch
) -> None:
    setting.publish(licensed(note=b"of the center"))
    setting.sync()
    forged = setting.folder / "forged.zip"
    pack.build(licensed(), Ed25519PrivateKey.generate(), forged)
    published = setting.files / "model-packs" / setting.wanted()
    original = published.read_bytes()
    published.write_bytes(forged.read_bytes())
    described = published.with_name(published.name + ".json")
    told = json.loads(described.read_text())
    described.write_text(json.dumps({**told, "size": forged.stat().st_size}))
    source = setting.source()
    with pytest.raises(AppError, match=r"pack\.damaged"):
        source.run()
    published.write_bytes(original)
    assert not (setting.folder / "models").exists()


def test_a_pack_under_a_key_that_was_retired_is_refused_in_words(setting: Setting) -> None:
    setting.publish(licensed(note=b"old key"))
    with make_engine(setting.database).begin() as connection:
        registry.rotate_key(connection, who="test")
    setting.sync()
    source = setting.source()
    for _again in range(2):
        with pytest.raises(AppError, match=r"pack\.unsigned"):
            source.run()
    assert not (setting.folder / "models").exists()


def test_a_policy_that_names_a_pack_the_center_does_not_have_says_so(setting: Setting) -> None:
    with make_engine(setting.database).begin() as connection:
        policy.change(connection, {model_packs.POLICY_VALUE: "b" * 64}, who="test")
    setting.sync()
    with pytest.raises(AppError, match=r"pack\.absent"):
        setting.source().run()


def test_a_withdrawn_pack_goes_and_the_rest_of_the_policy_stays(setting: Setting) -> None:
    with make_engine(setting.database).begin() as connection:
        policy.change(connection, {"near_days": 45}, unit_ids=[UNIT_ID], who="test")
    setting.publish(licensed(note=b"withdrawn"))
    setting.sync()
    setting.source().run()
    assert setting.command("--withdraw") == 0
    setting.sync()
    assert setting.source().run()
    assert not (setting.folder / "models").exists()
    with setting.desk.uow() as store:
        assert load_policy(store.settings).near_days == 45
