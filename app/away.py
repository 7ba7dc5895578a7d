"""The laptop of a home visit: opens a take-along package in a folder of its own, and removes that folder once everything is back.

Beside bootstrap, which builds the same program over it. In the user's data folder: ``away/<trip id>/`` with its own keys, database, vault.
"""

import json
import logging
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import replace
from datetime import date
from pathlib import Path

from app import bootstrap
from app.bootstrap import OPEN_PACKAGE, Options, Store, build, make_application, open_desk
from app.errors import AppError
from app.log import start_logging
from app.opening import incidents_of
from app.paths import DeskPaths
from app.runtime.clock import SystemClock
from app.runtime.single import hold
from app.services.away import load_of
from app.services.away_limits import trip_of
from app.storage.wipe import wipe, wiped
from app.sync.away_files import check_package, load_package, package_id
from app.ui.away_mode import Ending
from app.ui.desktop import Desktop
from app.ui.incident_box import show_incident, watch_incidents
from app.ui.start_trouble import StartTrouble
from app.ui.take_along_dialog import KnownTrip, TakeAlongStart

FOLDER = "away"
NOTE = "trip.json"
"""Beside the encrypted store: the unit's name and the last day, nothing of anybody, so that the right trip can be chosen."""
Asked = Callable[[Sequence[KnownTrip], Path | None, AppError | None], "tuple[Path | None, str, str] | None"]
"""Known trips, a file, what went wrong before → file, trip and passphrase; None to leave."""
_log = logging.getLogger(__name__)


def start(options: Options, *, arguments: Sequence[str], after: Callable[[Desktop], None] | None = None) -> int:
    """The program as at a desk; when the clerk asks for it, the laptop's part after it."""
    status = bootstrap.run(options, arguments=arguments, after=after)
    return take_along(options, arguments=arguments) if status == OPEN_PACKAGE else status


def take_along(
    options: Options,
    *,
    arguments: Sequence[str],
    file: Path | None = None,
    after: Callable[[Desktop], None] | None = None,
    ask: Asked | None = None,
) -> int:
    """Open a package and stay until the window is closed; 1 when it was not opened."""
    start_logging(options.paths.logs)
    application = make_application(arguments)
    sweep(options.paths)
    error: AppError | None = None
    while True:
        answer = (ask or _ask)(known(options.paths), file, error)
        if answer is None:
            return 1
        file, trip, passphrase = answer
        try:
            mine = trip_options(options, file=None if trip else file, trip=trip, passphrase=passphrase)
            if file is not None and wiped(mine.paths.data):
                check_package(file, passphrase, SystemClock())  # nothing is made for a package that does not open
            with ExitStack() as stack:
                stack.callback(hold(mine.paths.data).unlock)
                store = opened(mine, stack, None if trip else file)
                desktop = _shown(mine, stack, store)
                if after is not None:
                    after(desktop)
                status = application.exec()
                ending = desktop.ending
        except AppError as trouble:
            _log.error("package not opened: %s", trouble.code)
            error = trouble
            continue
        if ending is Ending.WIPE:
            forget(mine.paths)
        return status


def _ask(trips: Sequence[KnownTrip], file: Path | None, error: AppError | None) -> tuple[Path | None, str, str] | None:
    dialog = TakeAlongStart(known=trips, file=file, error=error)
    return (dialog.file, dialog.trip, dialog.passphrase()) if dialog.exec() else None


def trip_options(options: Options, *, file: Path | None, trip: str, passphrase: str) -> Options:
    """How to open a trip that lies here (``trip``) or the one in ``file``. AppError: package.unreadable, trip.<fault>."""
    if file is None and not trip:
        raise AppError("away.no_file")
    folder = options.paths.data / FOLDER / (trip or package_id(file) if file is not None else trip)
    return replace(
        options,
        paths=DeskPaths(folder),
        passphrase=passphrase,
        models=options.models or options.paths.models,
        rollout_file=None,
        updates=False,
        login_hint=options.login_hint,
    )


def opened(options: Options, stack: ExitStack, file: Path | None) -> Store:
    """The trip's store, loaded from its package when it is new.

    AppError: away.passphrase, away.expired, away.clock, away.not_loaded, trip.<fault>.
    """
    store = open_desk(options, stack)
    with store.desk.uow() as opened_:
        if load_of(opened_.settings) is not None:
            return store
    if file is None:
        raise AppError("away.not_loaded")
    load_package(store.desk, file, options.passphrase or "")
    with store.desk.uow() as opened_:
        trip, load = trip_of(opened_.settings), load_of(opened_.settings)
    assert trip is not None
    assert load is not None
    note = {"unit": load.identity.unit_name, "expires_on": trip.expires_on.isoformat()}
    (options.paths.data / NOTE).write_text(json.dumps(note, ensure_ascii=False), "utf-8")
    return store


def _shown(options: Options, stack: ExitStack, store: Store) -> Desktop:
    alarm = watch_incidents(incidents_of(options), stack)
    desktop = build(options, stack, store, alarm)
    alarm.raised.disconnect(show_incident)
    desktop.window.resize(1366, 768)
    desktop.window.show()
    return desktop


def known(paths: DeskPaths) -> tuple[KnownTrip, ...]:
    """Trips that lie on this laptop, the one that ends first before the others."""
    found = []
    for note in (paths.data / FOLDER).glob(f"*/{NOTE}"):
        try:
            raw = json.loads(note.read_text("utf-8"))
            trip = KnownTrip(
                id=note.parent.name, unit=str(raw["unit"]), expires_on=date.fromisoformat(raw["expires_on"])
            )
        except (OSError, ValueError, KeyError, TypeError):
            continue
        found.append(trip)
    return tuple(sorted(found, key=lambda trip: trip.expires_on))


def forget(paths: DeskPaths) -> None:
    """Keys first, then everything; what can't be removed now goes at the next start, unreadable as it is."""
    try:
        wipe(paths.data)
    except OSError as error:
        _log.warning("a wiped folder is still there: %s", error.errno)
        if not wiped(paths.data):
            StartTrouble(AppError("away.not_wiped")).exec()


def sweep(paths: DeskPaths) -> None:
    """Remove what a wiping that was cut off has left."""
    root = paths.data / FOLDER
    for folder in root.iterdir() if root.is_dir() else ():
        if folder.is_dir() and wiped(folder):
            forget(DeskPaths(folder))
