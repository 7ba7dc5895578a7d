"""The first start and a start that fails, with the real keys and store behind the dialogs."""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QAbstractButton, QApplication, QCheckBox, QLabel, QLineEdit, QListWidget, QWidget
from pytestqt.qtbot import QtBot

from app import starting
from app.bootstrap import Options, Store, first_run, open_desk, open_or_explain, secret_store
from app.domain.operator import Role
from app.errors import AppError
from app.paths import DeskPaths
from app.runtime.single import hold
from app.security import keys
from app.security.secret_stores import KeyringSecretStore
from app.storage import backup
from app.ui.first_run import FirstRun
from app.ui.restore_dialog import RestoreDialog

PASSWORD = "kejian-2026"


def child(kind: type, name: str) -> QWidget:
    top = QApplication.activeModalWidget()
    assert top is not None
    found = top.findChild(kind, name)
    assert found is not None, name
    return found


def type_in(name: str, words: str) -> None:
    edit = child(QLineEdit, name)
    assert isinstance(edit, QLineEdit)
    edit.setText(words)


def press(name: str) -> None:
    made = child(QAbstractButton, name)
    assert isinstance(made, QAbstractButton)
    made.click()


def restoring() -> bool:
    top = QApplication.activeModalWidget()
    return top is not None and top.objectName() == "restore_dialog"


def listed() -> bool:
    if not restoring():
        return False
    found = child(QListWidget, "restore_list")
    assert isinstance(found, QListWidget)
    return found.count() > 0 and child(QAbstractButton, "restore_go").isEnabled()


def told_of_none() -> bool:
    trouble = child(QLabel, "restore_trouble") if restoring() else None
    return isinstance(trouble, QLabel) and "没有找到备份" in trouble.text()


class Hands:
    """Does the next act as soon as its condition holds; fails the test when one never does."""

    def __init__(self, qtbot: QtBot, *acts: tuple[Callable[[], bool], Callable[[], None]]) -> None:
        self._acts = list(acts)
        self._timer = QTimer()
        self._timer.timeout.connect(self._look)
        self._timer.start(20)
        self._left = 500

    def _look(self) -> None:
        self._left -= 1
        if self._acts and QApplication.activeModalWidget() is not None and self._acts[0][0]():
            QTimer.singleShot(0, self._acts.pop(0)[1])  # an act may open a dialog, in which this timer must go on
        if self._left == 0 and (top := QApplication.activeModalWidget()) is not None:
            top.close()

    def done(self) -> bool:
        self._timer.stop()
        return not self._acts


def always() -> bool:
    return True


BUTTON_OF_PAGE = {0: "first_account_go", 1: "first_center_later", 2: "first_done"}


def page_is(number: int) -> Callable[[], bool]:
    def holds() -> bool:
        made = child(QAbstractButton, BUTTON_OF_PAGE[number])
        return made.isVisible() and made.parentWidget().isEnabled()

    return holds


@pytest.fixture
def no_key_store(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(KeyringSecretStore, "works", lambda _self: False)


@pytest.fixture
def options(tmp_path: Path) -> Options:
    return Options(paths=DeskPaths(tmp_path / "desk"), file_secrets=True)


def test_a_new_desk_makes_an_administrator_and_a_recovery_code_that_opens_elsewhere(
    qtbot: QtBot, options: Options, tmp_path: Path
) -> None:
    seen: list[str] = []

    def fill(again: str) -> None:
        for name, words in (("first_name", "周建国"), ("first_login", "zhou"), ("first_password", PASSWORD)):
            type_in(name, words)
        type_in("first_again", again)
        press("first_account_go")

    def differs() -> bool:
        trouble = child(QLabel, "first_trouble")
        return isinstance(trouble, QLabel) and "不一样" in trouble.text()

    def note_code() -> None:
        shown = child(QLabel, "first_recovery")
        assert isinstance(shown, QLabel)
        seen.append(shown.text())
        assert not child(QAbstractButton, "first_done").isEnabled()
        kept = child(QCheckBox, "first_kept")
        assert isinstance(kept, QCheckBox)
        kept.setChecked(True)
        press("first_done")

    with ExitStack() as stack:
        store = open_desk(options, stack)
        hands = Hands(
            qtbot,
            (page_is(0), lambda: fill("something else")),
            (differs, lambda: fill(PASSWORD)),
            (page_is(1), lambda: press("first_center_later")),
            (page_is(2), note_code),
        )
        assert first_run(options, store)
        assert hands.done()
        (admin,) = store.accounts.all()
        assert (admin.login, admin.role) == ("zhou", Role.ADMIN)
        assert store.accounts.log_in(login="zhou", password=PASSWORD).id == admin.id
        assert first_run(options, store), "a desk with accounts asks nothing"
    opened = keys.recover(options.paths.data, keys.FileSecretStore(tmp_path / "elsewhere"), seen[0])
    assert len(opened.database) == 32


def test_a_lost_secret_is_told_and_the_recovery_code_opens(qtbot: QtBot, options: Options) -> None:
    with ExitStack() as stack:
        open_desk(options, stack)
    code = keys.renew_code(options.paths.data, secret_store(options))
    for secret in options.paths.secrets.iterdir():
        secret.unlink()

    def give(words: str) -> None:
        assert "恢复码" in child(QLabel, "trouble_words").text()  # type: ignore[attr-defined]
        type_in("trouble_code", words)
        press("trouble_go")

    hands = Hands(qtbot, (always, lambda: give("WRONG")), (always, lambda: give(code)))
    with ExitStack() as stack:
        assert open_or_explain(options, stack) is not None
    assert hands.done()


def test_a_damaged_store_is_told_and_left_as_it_is(qtbot: QtBot, options: Options) -> None:
    with ExitStack() as stack:
        open_desk(options, stack)
    content = bytearray(options.paths.database.read_bytes())
    content[5000] ^= 0xFF
    options.paths.database.write_bytes(bytes(content))
    hands = Hands(qtbot, (always, lambda: press("trouble_leave")))
    with ExitStack() as stack:
        assert open_or_explain(options, stack) is None
    assert hands.done()
    assert options.paths.database.read_bytes() == bytes(content)


def without_key_store(folder: Path) -> Options:
    """A desk that asks for the key store."""
    return Options(paths=DeskPaths(folder / "desk"))


def enter(words: str, again: str = "") -> None:
    type_in("trouble_passphrase", words)
    if again:
        type_in("trouble_passphrase_again", again)
    press("trouble_passphrase_go")


def says(part: str) -> Callable[[], bool]:
    def holds() -> bool:
        top = QApplication.activeModalWidget()
        shown = top.findChild(QLabel, "trouble_words") if top is not None else None
        return isinstance(shown, QLabel) and part in shown.text()

    return holds


def test_without_a_key_store_a_passphrase_is_made_up_and_asked_at_each_start(
    qtbot: QtBot, tmp_path: Path, no_key_store: None
) -> None:
    options = without_key_store(tmp_path)
    hands = Hands(
        qtbot,
        (says("请设一个启动口令"), lambda: enter("short", "short")),
        (says("至少"), lambda: enter("yi-shan-2026", "another-2026")),
        (says("不一样"), lambda: enter("yi-shan-2026", "yi-shan-2026")),
    )
    with ExitStack() as stack:
        store = open_or_explain(options, stack)
        assert store is not None
        store.accounts.create(by=None, login="zhou", name="周建国", role=Role.ADMIN, password=PASSWORD)
        code = keys.renew_code(options.paths.data, secret_store(store.options))
    assert hands.done()
    everything = b"".join(path.read_bytes() for path in options.paths.data.rglob("*") if path.is_file())
    assert b"yi-shan-2026" not in everything
    hands = Hands(
        qtbot, (says("请输入启动口令"), lambda: enter("wrong-2026")), (says("口令不对"), lambda: enter("yi-shan-2026"))
    )
    with ExitStack() as stack:
        assert open_or_explain(options, stack) is not None
    assert hands.done()

    def forgotten() -> None:
        type_in("trouble_code", code)
        press("trouble_go")

    hands = Hands(
        qtbot,
        (says("请输入启动口令"), forgotten),
        (says("请设一个启动口令"), lambda: enter("xin-de-2026", "xin-de-2026")),
    )
    with ExitStack() as stack:
        opened = open_or_explain(options, stack)
        assert opened is not None
        assert [one.login for one in opened.accounts.all()] == ["zhou"]
    assert hands.done()
    with ExitStack() as stack:
        assert (
            open_desk(replace(options, start_passphrase="xin-de-2026"), stack).options.start_passphrase == "xin-de-2026"
        )


def test_a_full_disk_at_the_start_is_told_and_tried_again(
    qtbot: QtBot, options: Options, monkeypatch: pytest.MonkeyPatch
) -> None:
    with ExitStack() as stack:
        open_desk(options, stack)
    full, real = [True], starting.open_desk

    def open_when_there_is_room(wanted: Options, stack: ExitStack) -> Store:
        if full.pop() if full else False:
            raise AppError("disk.full")
        return real(wanted, stack)

    monkeypatch.setattr(starting, "open_desk", open_when_there_is_room)
    hands = Hands(qtbot, (says("磁盘满了"), lambda: press("trouble_again")))
    with ExitStack() as stack:
        assert open_or_explain(options, stack) is not None
    assert hands.done()


def test_a_second_program_on_the_same_data_does_not_start(qtbot: QtBot, options: Options) -> None:
    lock = hold(options.paths.data)
    with pytest.raises(AppError, match=r"desk\.running"):
        hold(options.paths.data)
    lock.unlock()
    hold(options.paths.data).unlock()


def test_a_damaged_store_is_restored_from_a_backup_and_the_old_files_stay_aside(
    qtbot: QtBot, options: Options, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    with ExitStack() as stack:
        store = open_desk(options, stack)
        store.accounts.create(by=None, login="zhou", name="周建国", role=Role.ADMIN, password=PASSWORD)
        backup.make(options.paths, store.examination.key, stick, store.desk.clock.now())
    content = bytearray(options.paths.database.read_bytes())
    content[5000] ^= 0xFF
    options.paths.database.write_bytes(bytes(content))
    monkeypatch.setattr(RestoreDialog, "_ask", lambda _self: str(tmp_path))
    hands = Hands(
        qtbot,
        (always, lambda: press("trouble_backup")),
        (listed, lambda: press("restore_choose")),
        (told_of_none, lambda: press("restore_go")),
    )
    with ExitStack() as stack:
        opened = open_or_explain(options, stack)
        assert opened is not None
        assert [operator.login for operator in opened.accounts.all()] == ["zhou"]
    assert hands.done()
    (aside,) = options.paths.data.glob("before-restore-*")
    assert (aside / "desk.db").read_bytes() == bytes(content)


def test_a_new_machine_takes_a_backup_instead_of_a_new_account(
    qtbot: QtBot, options: Options, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stick, old = tmp_path / "stick", Options(paths=DeskPaths(tmp_path / "old" / "desk"), file_secrets=True)
    stick.mkdir()
    with ExitStack() as stack:
        store = open_desk(old, stack)
        store.accounts.create(by=None, login="zhou", name="周建国", role=Role.ADMIN, password=PASSWORD)
        backup.make(old.paths, store.examination.key, stick, store.desk.clock.now())
    code = keys.renew_code(old.paths.data, secret_store(old))
    with ExitStack() as stack:
        backup.make(
            old.paths, open_desk(old, stack).examination.key, stick, store.desk.clock.now() + timedelta(minutes=1)
        )
    monkeypatch.setattr(RestoreDialog, "_ask", lambda _self: str(stick))
    with ExitStack() as stack:
        fresh = open_desk(options, stack)
        hands = Hands(
            qtbot,
            (page_is(0), lambda: press("first_restore")),
            (restoring, lambda: press("restore_choose")),
            (listed, lambda: press("restore_go")),
        )
        assert first_run(options, fresh) is None
        assert hands.done()
    hands = Hands(qtbot, (always, lambda: (type_in("trouble_code", code), press("trouble_go"))[1]))
    with ExitStack() as stack:
        opened = open_or_explain(options, stack)
        assert opened is not None
        assert first_run(options, opened)
    assert hands.done()


def settled(tmp_path: Path, content: str) -> Options:
    file = tmp_path / "rollout.toml"
    file.write_text(content, encoding="utf-8")
    return Options(paths=DeskPaths(tmp_path / "desk"), file_secrets=True, rollout_file=file)


def make_account() -> None:
    for name, words in (("first_name", "周建国"), ("first_login", "zhou"), ("first_password", PASSWORD)):
        type_in(name, words)
    type_in("first_again", PASSWORD)
    press("first_account_go")


def visit_center_page(options: Options, qtbot: QtBot, look: Callable[[], None]) -> None:
    with ExitStack() as stack:
        store = open_desk(options, stack)

        def leave() -> None:
            top = QApplication.activeModalWidget()
            assert isinstance(top, FirstRun)
            top.reject()

        hands = Hands(qtbot, (page_is(0), make_account), (page_is(1), look), (always, leave))
        assert first_run(options, store), "the account is made"
        assert hands.done()


def test_a_rolled_out_desk_asks_for_the_code_only(qtbot: QtBot, tmp_path: Path) -> None:
    content = '[center]\naddress = "https://127.0.0.1:9"\n[unit]\ncode = "431000"\nname = "示范单位"\n'
    seen: list[tuple[str, list[str]]] = []

    def look() -> None:
        told = child(QLabel, "first_rollout")
        assert isinstance(told, QLabel)
        top = QApplication.activeModalWidget()
        assert top is not None
        asked = [edit.objectName() for edit in top.findChildren(QLineEdit) if edit.isVisible()]
        seen.append((told.text(), asked))

    visit_center_page(settled(tmp_path, content), qtbot, look)
    ((told, asked),) = seen
    assert asked == ["first_code"]
    for words in ("https://127.0.0.1:9", "示范单位", "431000"):
        assert words in told


def test_a_wrong_rollout_file_is_told_and_the_address_can_be_typed(qtbot: QtBot, tmp_path: Path) -> None:
    seen: list[str] = []

    def look() -> None:
        told = child(QLabel, "first_rollout")
        assert isinstance(told, QLabel)
        assert child(QLineEdit, "first_address").isVisible()
        seen.append(told.text())

    visit_center_page(settled(tmp_path, "[center\n"), qtbot, look)
    assert "第 1 行" in seen[0]
    assert "手工填写" in seen[0]
