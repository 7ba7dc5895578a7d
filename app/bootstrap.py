"""The only place where adapters are built and wired. One ExitStack tears them down in the opposite order."""

import gc
import logging
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QLibraryInfo, QLocale, QTranslator
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import QApplication

from app import resources
from app.camera.directory import Cameras
from app.camera.evidence_clip import ClipRecorder
from app.domain.operator import Role
from app.errors import AppError
from app.examination import Examination, bundle
from app.face import photo_file
from app.face.remote import RemoteEngine
from app.forms import held_up, sheet
from app.forms.papers import PdfPapers
from app.forms.scan import SharedReader
from app.forms.submission import write_folder
from app.forms.template import load
from app.log import start_logging
from app.paths import DeskPaths
from app.runtime.camera_thread import CameraThread
from app.runtime.clock import SystemClock, new_id
from app.runtime.engine_pump import EnginePump
from app.runtime.printing import Printing, printers
from app.runtime.single import hold
from app.runtime.tasks import QtTaskRunner
from app.runtime.voice import Voice
from app.security import desk_key, keys
from app.security.passwords import Argon2Hasher
from app.services import checks, notice
from app.services.accounts import Accounts
from app.services.backups import Backups
from app.services.context import Desk
from app.services.stored_settings import CAMERA, PRINTER, VOICE
from app.storage import backup
from app.storage.unit_of_work import unit_of_work_factory
from app.storage.upgrade import open_store
from app.storage.vault import FileVault
from app.sync.engine import HttpSync
from app.ui import theme
from app.ui.care_dialog import Care
from app.ui.desktop import Desktop
from app.ui.error_text import words
from app.ui.first_run import FirstRun, FirstSteps
from app.ui.means import Means
from app.ui.start_trouble import RESTORE, StartTrouble

SWITCH_S = 0.001
"""How long a worker may hold the interpreter while the window wants it; the default 5 ms add up to visible gaps (bench.window)."""
log = logging.getLogger(__name__)
FONTS = ("CertSans-Regular.ttf", "CertSans-Medium.ttf")


@dataclass(frozen=True, kw_only=True)
class Options:
    """How to start.

    Attributes:
        paths: where everything lies.
        stand_ins: clips that may stand in for a webcam (demo and tests only).
        login_hint: a line under the log-in (demo only).
        file_secrets: keep the machine's secret in a file, ask no key store (demo and tests).
        ca_file: the center's certificate authority.
    """

    paths: DeskPaths
    stand_ins: Sequence[Path] = ()
    login_hint: str = ""
    file_secrets: bool = False
    ca_file: Path | None = None


@dataclass(frozen=True, kw_only=True)
class Store:
    """The opened store with what needs no window."""

    desk: Desk
    accounts: Accounts
    sync: HttpSync
    examination: Examination


def secret_store(options: Options) -> keys.SecretStore:
    """Where the machine's secret lies."""
    folder = options.paths.secrets
    return keys.FileSecretStore(folder) if options.file_secrets else keys.usable_store(folder)


def open_desk(options: Options, stack: ExitStack) -> Store:
    """Keys, database, vault, sync; no Qt. AppError when the store can't be opened."""
    paths = options.paths
    paths.data.mkdir(parents=True, exist_ok=True)
    backup.check_interrupted(paths)
    opened = keys.open_keys(paths.data, secret_store(options))
    engine = open_store(paths.database, opened.database)
    stack.callback(engine.dispose)
    clock, vault, uow = SystemClock(), FileVault(paths.vault, opened.vault), unit_of_work_factory(engine)
    desk = Desk(uow=uow, clock=clock, ids=new_id, vault=vault)
    signing = desk_key.load_or_create(paths.desk_key, opened.identity)
    sync = HttpSync(uow=uow, vault=vault, clock=clock, key=signing, ca_file=options.ca_file)
    examination = Examination(
        paths=paths,
        desk=desk,
        engine=engine,
        key=opened.database,
        key_store=opened.store_name,
        cameras=Cameras(stand_ins=options.stand_ins),
    )
    return Store(desk=desk, accounts=Accounts(desk, Argon2Hasher()), sync=sync, examination=examination)


def make_application(arguments: Sequence[str]) -> QApplication:
    """The QApplication with fonts, translation and style; the one that exists already when there is one."""
    if (
        os.environ.get("QT_QPA_PLATFORM") != "offscreen"
    ):  # nobody types there, and libdbus aborts where no bus was ever set up
        os.environ.setdefault("QT_IM_MODULE", "ibus")  # the wheel's only input-method plug-in; fcitx5 answers to it too
    existing = QApplication.instance()
    application = existing if isinstance(existing, QApplication) else QApplication(list(arguments))
    for file in FONTS:
        if QFontDatabase.addApplicationFont(str(resources.path("fonts", file))) < 0:
            log.warning("font %s not loaded", file)
    QLocale.setDefault(QLocale(QLocale.Language.Chinese, QLocale.Country.China))
    translator = QTranslator(application)
    folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    if translator.load("qtbase_zh_CN", folder):
        application.installTranslator(translator)
    application.setStyleSheet(theme.style_sheet())
    return application


def build(options: Options, stack: ExitStack, store: Store) -> Desktop:
    """Everything with a window, ready to show; the face engine and the camera's thread are started."""
    desk = store.desk
    with desk.uow() as opened:
        identity, policy = desk.identity(opened), desk.policy(opened)
        camera_key, printer, dialect = (opened.settings.get(key) for key in (CAMERA, PRINTER, VOICE))
    papers = PdfPapers()
    papers.warm()
    tasks = QtTaskRunner()
    stack.callback(tasks.close)
    camera = CameraThread(Cameras(stand_ins=options.stand_ins), wanted=camera_key)
    pump = EnginePump(RemoteEngine(resources.root()), camera.mailbox, clip=ClipRecorder())
    stack.callback(pump.close)
    voice = Voice(resources.path("voice"))
    stack.callback(voice.close)
    stack.callback(camera.stop)
    desktop = Desktop(
        Means(
            desk=desk,
            accounts=store.accounts,
            papers=papers,
            form_hash=papers.form_hash,  # type: ignore[arg-type]
            sync=store.sync,
            notice=notice.parse(resources.path("notice", "2022-40.txt").read_text("utf-8")),
            tasks=tasks,
            camera=camera,
            pump=pump,
            voice=voice,
            clip=ClipRecorder(),
            care=Care(
                printers=printers,
                examine=lambda names: checks.run(store.examination.checks(names), words),
                bundle=lambda lines: bundle(options.paths, lines),
            ),
            scan_back=SharedReader(load(resources.path("forms", "confirmation-1.json"))),
            write_folder=lambda parent, unit, month, entries, reasons: write_folder(
                parent, unit=unit, month=month, entries=entries, reasons=reasons
            ),
            read_sheet=lambda data, name: sheet.read(data, name=name),
            picture_size=photo_file.size_of,
            read_held_up=held_up.read,
            backups=Backups(
                desk,
                lambda folder, at: _back_up(options, store, folder, at),
            ),
            renew_code=lambda: keys.renew_code(options.paths.data, secret_store(options)),
            unit_name=identity.unit_name,
            login_hint=options.login_hint,
            idle_lock_s=policy.idle_lock_s,
            camera_key=camera_key,
            dialect=dialect,
            printer=printer,
        )
    )
    stack.callback(desktop.close)
    camera.rest()
    camera.start()
    pump.start()
    keep_smooth()
    return desktop


def _back_up(options: Options, store: Store, folder: Path, at: datetime) -> None:
    backup.make(options.paths, store.examination.key, folder, at)


def keep_smooth() -> None:
    """Let the window's thread have the interpreter soon, and don't let the collector walk everything that stays for good."""
    sys.setswitchinterval(SWITCH_S)
    gc.collect()
    gc.freeze()


def open_or_explain(options: Options, stack: ExitStack) -> Store | None:
    """The opened store; where it can't be opened, words, and the recovery code where that helps. None: the clerk leaves."""
    while True:
        try:
            return open_desk(options, stack)
        except AppError as error:
            log.error("not started: %s", error.code)
            trouble = StartTrouble(error)
        if not _mended(options, trouble):
            return None


def _mended(options: Options, trouble: StartTrouble) -> bool:
    """Whether the clerk gave a recovery code that opens, or a backup that is whole; False to leave."""
    while result := trouble.exec():
        try:
            if result == RESTORE:
                _restore(options, trouble.folder)
            else:
                keys.recover(options.paths.data, secret_store(options), trouble.typed())
        except AppError as error:
            trouble = StartTrouble(error)
        else:
            return True
    return False


def _restore(options: Options, folder: Path | None) -> None:
    """The newest backup in the folder, or the one that was chosen itself. AppError('backup.not_verified') when there is none."""
    assert folder is not None
    found = backup.known(folder)
    path = found[0].path if found else folder
    backup.restore(path, options.paths, SystemClock().now())


def first_run(options: Options, store: Store) -> bool | None:
    """The set-up of a new desk: first account, center, recovery code.

    False when it was broken off; None when a backup was restored instead and the desk has to be opened anew.
    """
    if store.accounts.all():
        return True
    papers, tasks = PdfPapers(), QtTaskRunner()
    secrets = secret_store(options)

    def create_admin(login: str, name: str, password: str) -> object:
        return store.accounts.create(by=None, login=login, name=name, role=Role.ADMIN, password=password)

    dialog = FirstRun(
        FirstSteps(
            create_admin=create_admin,
            enrol=lambda address, code: store.sync.enrol(base_url=address, code=code),
            renew_code=lambda: keys.renew_code(options.paths.data, secrets),
            recovery_page=papers.recovery_page,
        ),
        tasks,
        Printing(tasks),
    )
    result = dialog.exec()
    tasks.close()
    if result != RESTORE:
        return bool(result) or bool(store.accounts.all())
    store.examination.engine.dispose()
    try:
        _restore(options, dialog.folder)
    except AppError as error:
        return None if _mended(options, StartTrouble(error)) else False
    return None


def run(options: Options, *, arguments: Sequence[str], after: Callable[[Desktop], None] | None = None) -> int:
    """Start the program and stay until the window is closed; ``after`` is called once the window is shown.

    Exit status 1 when it could not start (the clerk has read why).
    """
    start_logging(options.paths.logs)
    application = make_application(arguments)
    with ExitStack() as stack:
        try:
            stack.callback(hold(options.paths.data).unlock)
        except AppError as error:
            StartTrouble(error).exec()
            return 1
        ready: bool | None = None
        while ready is None:
            store = open_or_explain(options, stack)
            ready = store is not None and first_run(options, store)
        if store is None or not ready:
            return 1
        desktop = build(options, stack, store)
        desktop.window.resize(1366, 768)
        desktop.window.show()
        if after is not None:
            after(desktop)
        return application.exec()


def arguments() -> list[str]:
    """The process's own."""
    return sys.argv
