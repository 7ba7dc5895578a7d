"""The whole desktop over real adapters: a lock keeps the visit, and nothing of anybody is to be seen meanwhile."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from app.bootstrap import Options, build, make_application, open_desk
from app.domain.ids import RetireeId
from app.domain.operator import Role
from app.domain.visit import VisitStep
from app.paths import DeskPaths
from app.ui.desktop import Desktop
from tests.builders.people import retiree

PASSWORD = "kejian-2026"


@pytest.fixture
def desktop(tmp_path: Path, qtbot: QtBot) -> Iterator[Desktop]:
    options = Options(paths=DeskPaths(tmp_path / "desk"), file_secrets=True)
    make_application(["test"])
    with ExitStack() as stack:
        store = open_desk(options, stack)
        for login, role in (("admin", Role.ADMIN), ("wang", Role.CLERK)):
            by = None if role is Role.ADMIN else store.accounts.all()[0].id
            store.accounts.create(by=by, login=login, name=login, role=role, password=PASSWORD)
        with store.desk.uow() as opened:
            opened.retirees.upsert([retiree()])
            opened.commit()
        made = build(options, stack, store)
        made.window.show()
        yield made
        made.window.close()
        made.window.deleteLater()


def type_and_enter(desktop: Desktop, login: str) -> None:
    for name, words in (("login_name", login), ("login_password", PASSWORD)):
        edit = desktop.window.findChild(QLineEdit, name)
        assert edit is not None
        edit.setText(words)
    enter = desktop.window.findChild(QPushButton, "login_enter")
    assert enter is not None
    enter.click()


def visible(desktop: Desktop, name: str) -> bool:
    found = desktop.window.findChild(QWidget, name)
    return found is not None and found.isVisible()


def test_a_key_or_a_press_anywhere_begins_the_idle_time_anew(qtbot: QtBot, desktop: Desktop) -> None:
    type_and_enter(desktop, "wang")
    qtbot.waitUntil(lambda: desktop.window.present() == "home", timeout=10_000)
    window = desktop.window.windowHandle()
    qtbot.waitUntil(lambda: QGuiApplication.focusWindow() is window, timeout=10_000)
    for press in (
        lambda: QTest.keyClick(window, Qt.Key.Key_F12),
        lambda: QTest.mouseClick(window, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPoint(3, 3)),
    ):
        desktop.idle.start(5_000)
        press()
        assert desktop.idle.interval() == desktop.means.idle_lock_s * 1000


def test_memory_is_tidied_when_nobody_types_but_not_while_somebody_may_be_filmed(
    qtbot: QtBot, desktop: Desktop, monkeypatch: pytest.MonkeyPatch
) -> None:
    tidied: list[str] = []
    monkeypatch.setattr("app.ui.desktop.memory.clean_up", lambda: tidied.append(desktop.window.present()))
    desktop.idle.be_calm_after(20)
    qtbot.waitUntil(lambda: tidied.count("login") > 1, timeout=5_000)
    type_and_enter(desktop, "wang")
    qtbot.waitUntil(lambda: desktop.window.present() == "home", timeout=10_000)
    desktop.visit(RetireeId("r-1"))
    qtbot.waitUntil(lambda: desktop.window.present() == "visit", timeout=10_000)
    tidied.clear()
    qtbot.wait(100)
    assert tidied == []


def test_a_key_puts_the_tidying_off(qtbot: QtBot, desktop: Desktop) -> None:
    window = desktop.window.windowHandle()
    qtbot.waitUntil(lambda: QGuiApplication.focusWindow() is window, timeout=10_000)
    calm: list[None] = []
    desktop.idle.calm.connect(lambda: calm.append(None))
    desktop.idle.be_calm_after(1000)
    for _ in range(15):
        qtbot.wait(100)
        QTest.keyClick(window, Qt.Key.Key_F12)
    assert calm == []
    qtbot.waitUntil(lambda: calm != [], timeout=5_000)


def test_after_idle_time_the_same_clerk_finds_the_visit_where_it_was(qtbot: QtBot, desktop: Desktop) -> None:
    type_and_enter(desktop, "wang")
    qtbot.waitUntil(lambda: desktop.window.present() == "home", timeout=10_000)
    desktop.visit(RetireeId("r-1"))
    qtbot.waitUntil(lambda: desktop.visit_.visit_id is not None, timeout=10_000)
    assert visible(desktop, "precheck_go")
    visit_id = desktop.visit_.visit_id
    desktop.idle.start(0)
    qtbot.waitUntil(lambda: desktop.window.present() == "login", timeout=5_000)
    assert not visible(desktop, "rail")
    assert not visible(desktop, "precheck_go")
    type_and_enter(desktop, "wang")
    qtbot.waitUntil(lambda: desktop.window.present() == "visit", timeout=10_000)
    assert desktop.visit_.visit_id == visit_id
    assert visit_id is not None
    assert desktop.visits.view(visit_id).visit.step is VisitStep.PRECHECK
    assert visible(desktop, "precheck_go")
