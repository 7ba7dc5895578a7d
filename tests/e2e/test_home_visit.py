"""A home visit to the laptop and back in the real program: real window, the demo's center."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from app import away
from app.bootstrap import Options, open_desk
from app.domain.certification import CenterState
from app.domain.confirmation import CaseState
from app.domain.ids import OperatorId, RetireeId
from app.errors import AppError
from app.paths import DeskPaths
from app.services.away import Away
from app.services.home_visits import Order, Packed
from app.sync.away_files import LaptopFiles, load_package
from app.ui.away_mode import Ending
from app.ui.desktop import Desktop
from app.ui.take_along_dialog import KnownTrip
from demo.clips.library import ClipKind
from demo.names import NAMES
from demo.player import Player
from demo.roster import STAR
from demo.setup import Demo, first_start, prepare
from demo.story import Story
from tests.builders.desk import real_desk
from tests.builders.trips import CLERK, R1, R2, certify, fill_form, furnish, own_ids
from tests.fakes.clock import FakeClock

pytestmark = [pytest.mark.e2e, pytest.mark.slow]
PASSPHRASE = "K7MQ-3XPA-9RTV-2HWC"
ROOT = Path(__file__).resolve().parents[2]


def packed(demo: Demo, stick: Path) -> tuple[Packed, RetireeId, RetireeId]:
    """The star and somebody who will refuse, taken along."""
    with ExitStack() as stack:
        store = open_desk(demo.options, stack)
        with store.desk.uow() as opened:
            people = {one.name: one for one in opened.retirees.all()}
            clerk = opened.operators.by_login("jingban")
        assert clerk is not None
        star = people[NAMES[STAR]]
        other = next(one for name, one in people.items() if name.startswith("田满"))
        today = store.desk.clock.today()
        order = Order(
            people=(star.id, other.id), passphrase=PASSPHRASE, expires_on=today + timedelta(days=2), folder=stick
        )
        return store.trip_files.pack(order, operator_id=clerk.id), star.id, other.id


def answers(*given: tuple[Path | None, str, str], told: list[str]) -> away.Asked:
    """What the clerk chooses in the dialog, one after the other; then leaves."""
    left = list(given)

    def ask(
        known: Sequence[KnownTrip], _file: Path | None, error: AppError | None
    ) -> tuple[Path | None, str, str] | None:
        told.append(error.code if error is not None else "")
        if not left:
            return None
        file, trip, passphrase = left.pop(0)
        return file, known[0].id if trip == "first" else trip, passphrase

    return ask


def script(
    play: Callable[[Desktop, Player], None], folder: Path, failures: list[BaseException]
) -> Callable[[Desktop], None]:
    """Play in the running event loop; whatever happens, the window closes at the end."""

    def after(desktop: Desktop) -> None:
        def run() -> None:
            try:
                player = Player(desktop.window, folder, busy=lambda: desktop.means.tasks.busy)
                play(desktop, player)
            except BaseException as error:  # noqa: BLE001 - told after the loop has ended
                failures.append(error)
                desktop.end(Ending.TAKE_ALONG)

        QTimer.singleShot(0, run)

    return after


@pytest.mark.timeout(600)
def test_a_whole_home_visit_from_packing_to_the_centers_receipt_with_nothing_left_on_the_laptop(
    tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    stick, laptop, pictures = tmp_path / "usb", tmp_path / "laptop", tmp_path / "pictures"
    stick.mkdir()
    pictures.mkdir()
    told: list[str] = []
    failures: list[BaseException] = []
    with ExitStack() as stack:
        demo = prepare(tmp_path / "demo", stack, kind=ClipKind.LIVE, seed=1, say=lambda _line: None)
        first_start(demo, lambda _line: None)
        made, star, other = packed(demo, stick)
        here = replace(demo.options, paths=DeskPaths(laptop))

        def visit(desktop: Desktop, player: Player) -> None:
            story = Story(desktop, player, desktop.means.desk.uow, pictures)
            player.type("login_name", "jingban")
            player.type("login_password", "yanshi-2026")
            player.click("login_enter")
            player.shown("away_people")
            player.wait_for(lambda: not desktop.means.tasks.busy, seconds=10, what="the list")
            desktop.open("find")
            player.type("find_search", "hbs")
            player.wait_for(lambda: story._words("find_name") == NAMES[STAR], seconds=20, what="the card")
            certify(desktop.means.desk, star, made.trip.operator_id)  # the capture itself is test_demo_visit's
            story.form_route()
            player.click("form_done")
            desktop.open("away")
            monkeypatch.setattr(QFileDialog, "getExistingDirectory", staticmethod(lambda *_a: str(stick)))
            player.click("away_bring")
            player.wait_for(lambda: bool(list(stick.glob("*.certback"))), seconds=20, what="the file that goes back")
            player.wait_for(lambda: not desktop.means.tasks.busy, seconds=10, what="the state")
            player.picture("away")
            desktop.window.close()

        ask = answers((made.path, "", "AAAA-AAAA-AAAA"), (made.path, "", PASSPHRASE), told=told)
        away.take_along(here, arguments=["test"], file=made.path, ask=ask, after=script(visit, pictures, failures))
        assert failures == []
        assert told == ["", "away.passphrase"]
        assert [trip.expires_on for trip in away.known(here.paths)] == [made.trip.expires_on]
        nothing_of_them_in_clear(laptop)

        (back,) = stick.glob("*.certback")
        code = ""
        store = open_desk(demo.options, stack)
        clerk = OperatorId(made.trip.operator_id)
        code = store.trip_files.take_back(back, operator_id=clerk).code
        report = store.sync.run(at_once=True)
        assert (report.error, report.accepted) == ("", 1)
        with store.desk.uow() as opened:
            certified = [one for one in opened.certifications.of_retiree(star) if one.operator_id is not None]
            forms = opened.cases.of_retiree(other)
        assert [one.center for one in certified] == [CenterState.ACCEPTED]
        assert [case.state for case in forms] == [CaseState.DRAFTED]

        def let_go(desktop: Desktop, player: Player) -> None:
            player.type("login_name", "jingban")
            player.type("login_password", "yanshi-2026")
            player.click("login_enter")
            player.shown("away_code")
            player.type("away_code", "11111 11111")
            player.click("away_forget")
            said = player.shown("away_said")
            player.wait_for(lambda: "核对码不对" in said.accessibleName(), seconds=10, what="the refusal")
            player.type("away_code", code)
            player.click("away_forget")
            player.wait_for(lambda: desktop.ending is Ending.WIPE, seconds=10, what="the end")

        again = answers((None, "first", PASSPHRASE), told=[])
        away.take_along(here, arguments=["test"], ask=again, after=script(let_go, pictures, failures))
        assert failures == []
        assert away.known(here.paths) == ()
        assert list((laptop / "away").iterdir()) == []
    nothing_of_them_in_clear(laptop)


def nothing_of_them_in_clear(folder: Path) -> None:
    """No name, no picture outside of the encrypted store."""
    for path in folder.rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            assert NAMES[STAR].encode() not in data, path.name
            assert b"\xff\xd8\xff" not in data[:4], path.name


CUT = """
import os, signal, sys
from contextlib import ExitStack
from pathlib import Path
from app.bootstrap import Options, open_desk
from app.paths import DeskPaths
from app.services import trip_return
from app.storage.vault import FileVault
from app.storage.unit_of_work import SqlUnitOfWork

data, file, by, cut = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], int(sys.argv[4])
calls = 0

def cutting(function):
    def called(*arguments, **named):
        global calls
        calls += 1
        if calls == cut:
            os.kill(os.getpid(), signal.SIGKILL)
        return function(*arguments, **named)
    return called

with ExitStack() as stack:
    store = open_desk(Options(paths=DeskPaths(data), file_secrets=True), stack)
    FileVault.put = cutting(FileVault.put)
    trip_return.Returning.put = cutting(trip_return.Returning.put)
    SqlUnitOfWork.commit = cutting(SqlUnitOfWork.commit)
    brought = store.trip_files.take_back(file, operator_id=by)
    print(brought.certifications, brought.forms, calls, flush=True)
"""


def desk_and_file(options: Options, folder: Path) -> Path:
    """A desk as the program opens it, and the file that its laptop made: a certification and a form."""
    (folder / "usb").mkdir()
    (folder / "laptop").mkdir()
    with ExitStack() as stack:
        store = open_desk(options, stack)
        furnish(store.desk)
        clock = FakeClock(store.desk.clock.now())
        until = store.desk.clock.today() + timedelta(days=1)
        order = Order(people=(R1, R2), passphrase=PASSPHRASE, expires_on=until, folder=folder / "usb")
        made = store.trip_files.pack(order, operator_id=CLERK)
    clock.at = made.trip.made_at
    laptop = own_ids(real_desk(folder / "laptop", clock))
    load_package(laptop.desk, made.path, PASSPHRASE)
    certify(laptop.desk)
    fill_form(laptop.desk)
    back = Away(laptop.desk, LaptopFiles(laptop.desk)).bring_back(folder / "usb", operator_id=CLERK)
    laptop.engine.dispose()
    return back


@pytest.mark.timeout(300)
def test_taking_it_back_killed_at_every_step_loses_nothing_and_doubles_nothing(tmp_path: Path) -> None:
    options = Options(paths=DeskPaths(tmp_path / "desk"), file_secrets=True)
    file = desk_and_file(options, tmp_path)
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    killed = 0
    for cut in range(1, 12):
        command = [sys.executable, "-c", CUT, str(options.paths.data), str(file), CLERK, str(cut)]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, env=environment)
        if done.returncode == 0:
            assert done.stdout.startswith("1 1"), done.stdout
            break
        assert done.returncode == -signal.SIGKILL, done.stderr
        killed += 1
    else:
        pytest.fail("never taken back")
    assert killed >= 4  # three pictures, and the one transaction
    with ExitStack() as stack, open_desk(options, stack).desk.uow() as store:
        made = [one for one in store.certifications.of_retiree(R1) if one.visit_id is not None]
        assert len(made) == len(store.outbox.waiting()) == len(store.trips.all()[0].returned) == 1
        assert len(store.cases.of_retiree(R2)[0].evidence) == 1
