"""The USB stick from the sync screen: the real window over real adapters, the real center at the other end, a folder between them."""

import errno
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QFileDialog, QLabel, QLineEdit, QProgressBar, QPushButton, QWidget
from pytestqt.qtbot import QtBot
from sqlalchemy import Engine

from app.bootstrap import Options, Store, build, make_application, open_desk
from app.domain.operator import Role
from app.domain.standing import Severity
from app.paths import DeskPaths
from app.security import desk_key, keys
from app.services.packages import PackageIn, PackageOut
from app.services.progress import Progress
from app.sync import packages_out
from app.ui.desktop import Desktop
from app.ui.screens.sync.packages import PackageCard, PackagePresenter, PackageState, exported, imported
from center import packages
from center.database import make_engine, migrate
from center.storage import open_storage
from tests.builders.packages import SCAN, enrol, form, put
from tests.fakes.screens import Ears

PASSWORD = "kejian-2026"
FOLDER = "getExistingDirectory"


@dataclass
class Scene:
    """The running program with one form in its outbox, a center that it can't reach, and the stick."""

    desktop: Desktop
    store: Store
    engine: Engine
    stick: Path

    def button(self, name: str) -> QPushButton:
        found = self.desktop.window.findChild(QPushButton, name)
        assert found is not None
        return found

    def said(self) -> str:
        badge = self.desktop.window.findChild(QWidget, "package_badge")
        assert badge is not None
        return badge.accessibleName() if badge.isVisible() else ""

    def answer(self) -> Path:
        (package,) = self.stick.glob("上报包*")
        packages.take(self.engine, package, out=self.stick / "回执包.certpkg", files=open_storage(self.stick / "files"))
        return self.stick / "回执包.certpkg"


@pytest.fixture
def scene(tmp_path: Path, qtbot: QtBot) -> Iterator[Scene]:
    options = Options(paths=DeskPaths(tmp_path / "desk"), file_secrets=True)
    engine = make_engine(f"sqlite:///{tmp_path}/center.db")
    migrate(engine)
    make_application(["test"])
    with ExitStack() as stack:
        stack.callback(engine.dispose)
        store = open_desk(options, stack)
        identity_key = keys.open_keys(options.paths.data, keys.FileSecretStore(options.paths.secrets)).identity
        enrol(engine, store.desk.uow, desk_key.load_or_create(options.paths.desk_key, identity_key))
        store.accounts.create(by=None, login="wang", name="王芳", role=Role.ADMIN, password=PASSWORD)
        scan = store.desk.vault.put(SCAN, media_type="application/pdf")
        put(store.desk.uow, form(1, shas=(scan,), at=store.desk.clock.now()))
        desktop = build(options, stack, store)
        desktop.window.resize(1366, 768)
        desktop.window.show()
        for name, words in (("login_name", "wang"), ("login_password", PASSWORD)):
            edit = desktop.window.findChild(QLineEdit, name)
            assert edit is not None
            edit.setText(words)
        made = Scene(desktop, store, engine, tmp_path / "usb")
        made.stick.mkdir()
        made.button("login_enter").click()
        qtbot.waitUntil(lambda: desktop.window.present() == "home", timeout=10_000)
        desktop.open("sync")
        yield made
        desktop.window.close()
        desktop.window.deleteLater()


@pytest.fixture
def choose(monkeypatch: pytest.MonkeyPatch) -> Callable[[Path | None], None]:
    """What the clerk picks in the file dialogs; None for Cancel."""

    def chosen(path: Path | None) -> None:
        name = str(path) if path is not None else ""
        monkeypatch.setattr(QFileDialog, FOLDER, staticmethod(lambda *_a: name))
        monkeypatch.setattr(QFileDialog, "getOpenFileName", staticmethod(lambda *_a: (name, "")))

    return chosen


def test_out_to_the_stick_through_the_center_and_back_leaves_nothing_waiting(
    qtbot: QtBot, scene: Scene, choose: Callable[[Path | None], None]
) -> None:
    choose(scene.stick)
    scene.button("package_export").click()
    qtbot.waitUntil(lambda: "导出好了：1 条记录、1 份扫描件" in scene.said(), timeout=10_000)
    choose(scene.answer())
    scene.button("package_import").click()
    qtbot.waitUntil(lambda: "导入好了：1 条记录收到回执，6 条变更，1 张照片" in scene.said(), timeout=10_000)
    assert "没有回执" not in scene.said()
    with scene.store.desk.uow() as store:
        assert store.outbox.counts().waiting == 0
        assert store.retirees.count() == 5
    assert scene.button("package_export").isEnabled()
    scene.button("package_import").click()
    qtbot.waitUntil(lambda: "已经导入过" in scene.said(), timeout=10_000)


def test_a_full_stick_is_told_and_keeps_no_half_file(
    qtbot: QtBot, scene: Scene, choose: Callable[[Path | None], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    writer = packages_out.PackageWriter

    class Full(writer):  # type: ignore[misc, valid-type]
        def close(self) -> None:
            raise OSError(errno.ENOSPC, "no space left on device")

    monkeypatch.setattr(packages_out, "PackageWriter", Full)
    choose(scene.stick)
    scene.button("package_export").click()
    qtbot.waitUntil(lambda: "U 盘放不下" in scene.said(), timeout=10_000)
    assert list(scene.stick.iterdir()) == []


def test_a_file_that_is_no_answer_is_told_and_cancel_does_nothing(
    qtbot: QtBot, scene: Scene, choose: Callable[[Path | None], None]
) -> None:
    choose(None)
    scene.button("package_export").click()
    scene.button("package_import").click()
    assert scene.said() == ""
    photo = scene.stick / "photo.certpkg"
    photo.write_bytes(b"\xff\xd8\xff")
    choose(photo)
    scene.button("package_import").click()
    qtbot.waitUntil(lambda: "不是省中心的回执包" in scene.said(), timeout=10_000)


@dataclass
class HeldTasks:
    """A runner whose work ends when the test says."""

    busy: bool = False
    held: list[tuple[Callable[[], Any], Callable[[Any], None], Callable[[Exception], None]]] = field(
        default_factory=list
    )

    def io(self, work: Callable[[], Any], done: Callable[[Any], None], failed: Callable[[Exception], None]) -> None:
        self.held.append((work, done, failed))

    database = io


class TwoSteps:
    """Packages that report progress and then succeed or break."""

    def __init__(self, result: Any) -> None:
        self.result = result

    def export(self, folder: Path, progress: Any = None) -> Any:
        progress(Progress("package_attachments", 3, 12, 2**20, 4 * 2**20))
        return self.result

    def take(self, path: Path, progress: Any = None) -> Any:
        progress(Progress("package_apply", 1, 2))
        raise RuntimeError("a bug")


OUT = PackageOut(path=Path("上报包-S1.certpkg"), records=2, attachments=1, left=3, size=3 * 1024 * 1024)
IN = PackageIn(accepted=5, refused=2, changes=7, photos=1, waiting=4, more=True)


def test_while_a_job_runs_the_card_shows_its_progress_and_takes_no_other(qtbot: QtBot) -> None:
    card, tasks, ears = PackageCard(), HeldTasks(), Ears()
    qtbot.addWidget(card)
    card.show()
    arrived: list[object] = []
    presenter = PackagePresenter(card=card, packages=TwoSteps(OUT), tasks=tasks, say=ears, arrived=arrived.append)
    presenter.export(Path("u"))
    presenter.take(Path("f"))
    ((work, done, _failed),) = tasks.held
    result = work()
    presenter.tick()
    bar, stage = card.findChild(QProgressBar, "package_progress"), card.findChild(QLabel, "package_progress_words")
    assert bar is not None
    assert stage is not None
    assert (bar.value() / bar.maximum(), stage.text()) == (0.25, "正在写入扫描件　3 / 12，1.0 MB / 4.0 MB")
    assert not any(
        one.isEnabled() for one in card.findChildren(QPushButton) if one.objectName().startswith("package_e")
    )
    done(result)
    assert not bar.isVisible()
    assert arrived == []
    presenter.take(Path("f"))
    work, _done, failed = tasks.held[-1]
    with pytest.raises(RuntimeError) as bug:
        work()
    failed(bug.value)
    assert ears.errors == [bug.value]
    badge = card.findChild(QWidget, "package_badge")
    assert badge is not None
    assert "没有办成" in badge.accessibleName()


@pytest.mark.parametrize(
    ("sentence", "parts"),
    [
        (exported(OUT), ["2 条记录、1 份扫描件", "3.0 MB", "还有 3 份扫描件", "上报包-S1.certpkg", "安全弹出"]),
        (imported(IN), ["5 条记录收到回执", "没有接受 2 条", "还有 4 条没有回执", "再导出一次"]),
    ],
)
def test_the_result_says_what_came_of_it_and_what_to_do(sentence: str, parts: list[str]) -> None:
    assert [part for part in parts if part not in sentence] == []


def test_the_card_says_nothing_before_the_first_job(qtbot: QtBot) -> None:
    card = PackageCard()
    qtbot.addWidget(card)
    card.show()
    card.show_state(PackageState(severity=Severity.GOOD))
    badge = card.findChild(QWidget, "package_badge")
    assert badge is not None
    assert not badge.isVisible()
