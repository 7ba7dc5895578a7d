"""What nobody expected gets a number and a report, wherever it happens; and no report, log or bundle holds anybody's data."""

import faulthandler
import io
import logging
import os
import subprocess
import sys
import threading
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from app import bootstrap
from app.__main__ import main as command
from app.bootstrap import Options, Store, build, incidents_of, open_desk
from app.domain.operator import Role
from app.errors import AppError
from app.examination import bundle
from app.incidents import FOLDER, KEPT, Incidents, watch
from app.log import place
from app.paths import DeskPaths
from app.runtime.alarm import Alarm
from app.runtime.printing import Printing
from app.ui.error_text import LAST_RUN, UNEXPECTED, words
from app.ui.incident_box import watch_incidents
from app.ui.start_trouble import StartTrouble
from demo.roster import demo_people
from tests.builders.logs import logging_into

NAME, NUMBER, PHONE = "谭𬭎远", "439999194404061078", "13812345678"
PICTURE = b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(range(64))
PLANTED = (NAME, NUMBER, PHONE, "xff", "JFIF")
ROOT = Path(__file__).resolve().parents[2]


def now() -> datetime:
    return datetime(2026, 11, 24, 9, 30, tzinfo=UTC)


def fault() -> Exception:
    """A bug whose message and causes quote what the program was looking at."""

    def inner(name: str, number: str, picture: bytes) -> None:
        try:
            {}[name]
        except KeyError as error:
            raise ValueError(f"{name} {number} {picture!r} {PHONE}") from error

    try:
        inner(NAME, NUMBER, PICTURE)
    except ValueError as error:
        return error
    raise AssertionError


@pytest.fixture
def paths(tmp_path: Path) -> DeskPaths:
    return DeskPaths(tmp_path / "王芳" / "desk")


@pytest.fixture
def logged(paths: DeskPaths) -> Iterator[DeskPaths]:
    with logging_into(paths.logs):
        yield paths


def reports(paths: DeskPaths) -> dict[str, str]:
    return {path.name: path.read_text("utf-8") for path in paths.crashes.glob("crash-*.txt")}


def test_a_report_says_where_and_never_with_what(paths: DeskPaths) -> None:
    number = Incidents(paths.crashes, now).report(fault())
    ((name, text),) = reports(paths).items()
    assert name == f"crash-{number}.txt"
    assert f"incident {number}" in text
    assert "tests/integration/test_incidents.py" in text
    assert "KeyError" in text
    assert "ValueError" in text
    assert "2026-11-24T09:30:00" in text
    for planted in (*PLANTED, "王芳", str(ROOT)):
        assert planted not in text


def test_report_log_and_bundle_hold_nothing_of_anybody(logged: DeskPaths) -> None:
    log = logging.getLogger("app.test")
    error = fault()
    number = Incidents(logged.crashes, now).report(error)
    log.error("failed", exc_info=error)
    log.warning("careless: %s %s %r", NAME, NUMBER, PICTURE)
    log.warning("careless: %s", ValueError(f"{NAME} {PHONE}"))
    log.info("visit 019368a1-1111-7222-8333-944445555666 kept")
    (logged.crashes / "crash-0000-0000.txt").write_text(f"{NAME} {NUMBER} {PICTURE!r}")
    (logged.crashes / f"crash-{NAME}.txt").write_text("a name that is not ours")
    (logged.crashes / "native-engine-7.trace").write_text(
        f'Fatal Python error: x\n  File "/home/{NAME}/a.py", line 3 in fall'
    )
    written = (logged.logs / "certdesk.log").read_text("utf-8")
    with zipfile.ZipFile(io.BytesIO(bundle(logged, ()))) as archive:
        names = set(archive.namelist())
        packed = "\n".join(archive.read(name).decode() for name in names)
    for planted in PLANTED:
        assert planted not in written
        assert planted not in packed
    assert names == {
        f"crashes/crash-{number}.txt",
        "crashes/crash-0000-0000.txt",
        "crashes/native-engine-7.trace.txt",
        "logs/certdesk.log.txt",
        "versions.txt",
        "selftest.txt",
    }
    assert "a.py:3 fall" in packed
    assert number in packed
    assert number in written
    assert "test_incidents.py" in written
    assert "019368a1-1111-7222-8333-944445555666" in written


def test_a_program_that_does_not_open_is_packed_by_command(
    logged: DeskPaths, tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    number = Incidents(logged.crashes, now).report(fault())
    logged.database.write_bytes(b"torn")
    assert command(["diagnostics", "--data", str(logged.data), str(tmp_path / "d.zip")]) == 0
    assert "没有姓名" in capfdbinary.readouterr().out.decode()
    with zipfile.ZipFile(tmp_path / "d.zip") as archive:
        assert f"crashes/crash-{number}.txt" in archive.namelist()
        assert NAME not in "".join(archive.read(name).decode() for name in archive.namelist())
    assert command(["diagnostics", "--data", str(logged.data), str(tmp_path / "absent" / "d.zip")]) == 1


def test_the_same_fault_keeps_its_number_and_few_reports_are_kept(paths: DeskPaths) -> None:
    incidents = Incidents(paths.crashes, now)
    error = fault()
    assert incidents.report(error) == incidents.report(error)
    assert len(reports(paths)) == 1
    for code in range(KEPT + 5):
        incidents.report(AppError(f"code{code}"))
    assert len(reports(paths)) == KEPT


def test_a_folder_that_cannot_be_written_costs_the_report_only(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert len(Incidents(tmp_path / "file" / "crashes", now).report(fault())) == 9


@pytest.mark.parametrize(
    ("file", "shown"),
    [
        (str(ROOT / "app" / "ui" / "desktop.py"), "app/ui/desktop.py"),
        ("/home/user/.venv/lib/python3.11/site-packages/sqlalchemy/orm.py", "sqlalchemy/orm.py"),
        ("/usr/lib/python3.11/threading.py", "threading.py"),
        ("app/ui/desktop.py", "app/ui/desktop.py"),
        ("/home/user/wangfang.py", "wangfang.py"),
        ("C:\\Users\\wangfang\\x\\y.py", "y.py"),
    ],
)
def test_a_place_names_no_folder_of_the_machine(file: str, shown: str) -> None:
    assert place(file) == shown


class Signals(QObject):
    fired = Signal()


@pytest.fixture
def alarm(paths: DeskPaths) -> Iterator[tuple[Alarm, list[str]]]:
    made, told = Alarm(), []
    made.raised.connect(told.append)
    undo = watch(Incidents(paths.crashes, now), made.tell)
    yield made, told
    undo()


def raise_it() -> None:
    raise fault()


@pytest.mark.parametrize("where", ["thread", "slot", "timer"])
def test_what_nobody_catches_is_told_with_its_number(
    qtbot: QtBot, paths: DeskPaths, alarm: tuple[Alarm, list[str]], where: str
) -> None:
    told = alarm[1]
    if where == "thread":
        thread = threading.Thread(target=raise_it)
        thread.start()
        thread.join()
    elif where == "slot":
        source = Signals()
        source.fired.connect(raise_it)
        source.fired.emit()
    else:
        QTimer.singleShot(0, raise_it)
    qtbot.waitUntil(lambda: bool(told))
    assert [f"crash-{told[0]}.txt"] == list(reports(paths))
    assert told[0] in UNEXPECTED.format(incident=told[0])
    assert told[0] in words(AppError("desk.incident", incident=told[0]))


def test_a_fault_that_repeats_at_every_tick_is_told_once(
    qtbot: QtBot, paths: DeskPaths, alarm: tuple[Alarm, list[str]]
) -> None:
    source, other = Signals(), Signals()
    source.fired.connect(raise_it)
    for _ in range(5):
        source.fired.emit()
    other.fired.connect(lambda: alarm[1].append("all heard"))
    QTimer.singleShot(0, other.fired.emit)
    qtbot.waitUntil(lambda: "all heard" in alarm[1])
    assert len(alarm[1]) == 2
    assert len(reports(paths)) == 1


def test_a_bug_in_the_engines_process_reports_there_and_reaches_the_desk_without_values(paths: DeskPaths) -> None:
    script = (
        "import os, sys\n"
        "from app import incidents\n"
        "from app.face import worker\n"
        "class Engine:\n"
        f"    def start(self): raise ValueError({NAME!r} + {NUMBER!r} + repr({PICTURE!r}))\n"
        "book = incidents.of_environment('engine')\n"
        "worker.serve(Engine(), sys.stdin.buffer, sys.stdout.buffer, book.report)\n"
    )
    from app.face.remote import EngineBugError, RemoteEngine

    before = os.environ.get(FOLDER)
    os.environ[FOLDER] = str(paths.crashes)
    engine = RemoteEngine(ROOT, command=lambda _resources, _pack: [sys.executable, "-c", script])
    try:
        with pytest.raises(EngineBugError) as caught:
            engine.start()
    finally:
        engine.close()
        os.environ.pop(FOLDER) if before is None else os.environ.update({FOLDER: before})
    ((name, text),) = reports(paths).items()
    assert name == f"crash-{caught.value.incident}.txt"
    assert "process engine" in text
    for planted in PLANTED:
        assert planted not in text
        assert planted not in str(caught.value)
    desk = Incidents(paths.crashes, now)
    assert desk.report(caught.value) == caught.value.incident
    assert len(reports(paths)) == 1


def test_a_crash_below_python_is_reported_at_the_next_start(paths: DeskPaths) -> None:
    script = (
        "import ctypes, pathlib, sys\n"
        "from datetime import UTC, datetime\n"
        "from app.incidents import Incidents\n"
        "Incidents(pathlib.Path(sys.argv[1]), lambda: datetime(2026, 1, 1, tzinfo=UTC)).watch_native()\n"
        "def falls(): ctypes.string_at(0)\n"
        "falls()\n"
    )
    gone = subprocess.run(
        [sys.executable, "-c", script, str(paths.crashes)], cwd=ROOT, capture_output=True, check=False
    )
    assert gone.returncode < 0
    incidents = Incidents(paths.crashes, now)
    (number,) = incidents.collect_native()
    text = reports(paths)[f"crash-{number}.txt"]
    assert "falls" in text
    assert "王芳" not in text
    assert incidents.collect_native() == ()


@pytest.mark.parametrize("worker", ["app.face.worker", "app.cards.worker"])
def test_a_process_of_ours_that_dies_at_its_start_leaves_a_report_and_no_values(paths: DeskPaths, worker: str) -> None:
    script = (
        "import sys, importlib\n"
        f"worker = importlib.import_module({worker!r})\n"
        f"def breaks(*_a, **_k): raise ValueError({NAME!r})\n"
        "worker.serve = breaks\n"
        f"sys.exit(worker.main([{str(ROOT / 'resources')!r}]))\n"
    )
    gone = subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT,
        env={**os.environ, FOLDER: str(paths.crashes)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert gone.returncode == 1
    ((_name, text),) = reports(paths).items()
    assert "ValueError" in text
    assert NAME not in text + gone.stderr


def test_the_window_says_that_the_last_run_ended_from_below(qtbot: QtBot, paths: DeskPaths) -> None:
    paths.crashes.mkdir(parents=True)
    (paths.crashes / "native-cards-7.trace").write_text('Fatal Python error: x\n  File "y.py", line 2 in g')
    (paths.crashes / "native-desk-1.trace").write_text(
        'Fatal Python error: Segmentation fault\n  File "x.py", line 1 in f'
    )
    options = Options(paths=paths, file_secrets=True)
    with ExitStack() as stack:
        alarm = watch_incidents(incidents_of(options), stack)
        desktop = build(options, stack, open_desk(options, stack), alarm)
        said = desktop.window.findChild(QLabel, "message_words")
        assert isinstance(said, QLabel)
        assert len(reports(paths)) == 2
        (name,) = [one for one, text in reports(paths).items() if "native-desk-1" in text]
        assert said.text() == LAST_RUN.format(incident=name.removeprefix("crash-").removesuffix(".txt"))
        desktop.window.close()


def test_the_window_says_a_bug_with_the_number_of_its_report(qtbot: QtBot, paths: DeskPaths) -> None:
    options, alarm = Options(paths=paths, file_secrets=True), Alarm()
    with ExitStack() as stack:
        desktop = build(options, stack, open_desk(options, stack), alarm)
        desktop.error(fault())
        ((name, _text),) = reports(paths).items()
        said = desktop.window.findChild(QLabel, "message_words")
        assert isinstance(said, QLabel)
        assert name.removeprefix("crash-").removesuffix(".txt") in said.text()
        alarm.tell("AB12-CD34")
        qtbot.waitUntil(lambda: "AB12-CD34" in said.text())
        desktop.window.close()


def test_the_button_packs_the_real_desks_diagnostics_and_nothing_of_anybody(
    qtbot: QtBot, logged: DeskPaths, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Over a desk with an account, people on the roster, a printer named after its owner, and a fault that quoted one of them."""
    options, alarm, saved = Options(paths=logged, file_secrets=True), Alarm(), list[bytes]()
    with ExitStack() as stack:
        store = open_desk(options, stack)
        clerk = store.accounts.create(by=None, login="wangfang", name="王芳", role=Role.ADMIN, password="kejian-2026")
        people = [one.retiree for one in demo_people(store.desk.clock.today())]
        with store.desk.uow() as opened:
            opened.retirees.upsert([replace(one, photo=None) for one in people])
            opened.commit()
        desktop = build(options, stack, store, alarm)
        desktop.session.operator = clerk
        desktop.error(fault())
        for one in people:
            logging.getLogger("app.test").warning("careless: %s %s", one, logged.data)
        desktop.open("selftest")
        save = desktop.window.findChild(QPushButton, "selftest_save")
        assert isinstance(save, QPushButton)
        qtbot.waitUntil(lambda: not save.isEnabled())
        qtbot.waitUntil(save.isEnabled, timeout=60_000)
        monkeypatch.setattr(Printing, "save_file", lambda _self, data, **_names: saved.append(data) or True)
        save.click()
        qtbot.waitUntil(lambda: bool(saved))
        desktop.window.close()
    with zipfile.ZipFile(io.BytesIO(saved[0])) as archive:
        packed = {name: archive.read(name).decode() for name in archive.namelist()}
    assert "careless" in packed["logs/certdesk.log.txt"]
    assert "数据库" in packed["selftest.txt"]
    persons = [
        part for one in people for part in (one.name, one.id_number, one.personnel_number, one.card_number) if part
    ]
    assert len(persons) > 120
    for planted in (*PLANTED, *persons, "王芳", "wangfang", str(logged.data)):
        assert [name for name, text in packed.items() if planted in name + text] == []


def test_a_start_that_fails_unexpectedly_is_told_with_its_number(
    qtbot: QtBot, logged: DeskPaths, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[str] = []

    def show(dialog: StartTrouble) -> int:
        told = dialog.findChild(QLabel, "trouble_words")
        assert isinstance(told, QLabel)
        shown.append(told.text())
        return 0

    def breaks(_options: Options, _stack: ExitStack) -> Store:
        raise fault()

    monkeypatch.setenv(FOLDER, "set back after this test")
    monkeypatch.setattr(StartTrouble, "exec", show)
    monkeypatch.setattr(bootstrap, "open_or_explain", breaks)
    assert bootstrap.run(Options(paths=logged, file_secrets=True), arguments=["certdesk"]) == 1
    ((name, _text),) = reports(logged).items()
    assert name.removeprefix("crash-").removesuffix(".txt") in shown[0]
    assert not faulthandler.is_enabled()
    assert list(logged.crashes.glob("native-*")) == []
