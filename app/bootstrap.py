"""The only place where adapters are built and wired. One ExitStack tears them down in the opposite order."""

import logging
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from typing import Any

from PySide6.QtCore import QLibraryInfo, QLocale, QTimer, QTranslator
from PySide6.QtGui import QColor, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication

from app import launcher, memory, resources
from app.camera.directory import Cameras
from app.camera.evidence_clip import ClipRecorder
from app.camera.fingerprint import fingerprint
from app.cards.remote import CardReader
from app.errors import AppError
from app.examination import bundle
from app.face import photo_file
from app.face.remote import RemoteEngine
from app.forms import held_up, sheet
from app.forms.inbox import FolderInbox
from app.forms.layouts import Layouts
from app.forms.papers import PdfPapers
from app.forms.scan import SharedReader
from app.forms.submission import write_folder
from app.incidents import Incidents
from app.log import start_logging
from app.opening import (
    Options as Options,
    Store as Store,
    incidents_of,
    open_desk as open_desk,
    secret_store as secret_store,
)
from app.runtime.alarm import Alarm
from app.runtime.camera_thread import CameraThread
from app.runtime.engine_pump import EnginePump
from app.runtime.printing import printers
from app.runtime.single import hold
from app.runtime.system_voice import SystemVoice
from app.runtime.tasks import QtTaskRunner
from app.runtime.voice import Voice
from app.scanner.system import system_scanners
from app.security import keys
from app.services import checks, manual, notice
from app.services.backups import Backups
from app.services.context import Desk
from app.services.gallery import Gallery
from app.services.held_up import Look
from app.services.scrutiny import Scrutiny
from app.services.stored_settings import CAMERA, PRINTER, VOICE, load_templates
from app.starting import first_run as first_run, open_or_explain as open_or_explain
from app.storage import backup
from app.ui import theme
from app.ui.away_mode import Ending
from app.ui.desktop import Desktop
from app.ui.error_text import LAST_RUN, words
from app.ui.incident_box import show_incident, watch_incidents
from app.ui.means import Means
from app.ui.screens.selftest.presenter import Care
from app.ui.start_trouble import StartTrouble
from app.ui.updates import watch_updates
from app.version import VERSION

SWITCH_S = 0.0002
"""How long a worker may hold the interpreter while the window wants it. A table asks Python for each cell that it paints, and each
question may wait so long: the default 5 ms add up to seconds, 1 ms still to a quarter of one (bench.window, bench.window_sync)."""
OPEN_PACKAGE = 64
"""Result of ``run`` when the clerk wants to open a take-along package."""
log = logging.getLogger(__name__)
FONTS = ("CertSans-Regular.ttf", "CertSans-Medium.ttf")


def make_application(arguments: Sequence[str]) -> QApplication:
    """The QApplication with fonts, translation and style; the one that exists already when there is one."""
    if (
        os.environ.get("QT_QPA_PLATFORM") != "offscreen"
    ):  # nobody types there, and libdbus aborts where no bus was ever set up
        os.environ.setdefault("QT_IM_MODULE", "ibus")  # the wheel's only input-method plug-in; fcitx5 answers to it too
    memory.few_heaps()
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
    colours = application.palette()
    colours.setColor(QPalette.ColorRole.Link, QColor(theme.PALETTE.primary))  # the style sheet does not reach links
    application.setPalette(colours)
    application.setStyleSheet(theme.style_sheet())
    return application


def build(options: Options, stack: ExitStack, store: Store, alarm: Alarm | None = None) -> Desktop:
    """Everything with a window, ready to show; the face engine and the camera's thread are started. ``alarm`` is heard by the window."""
    desk, alarm, report = store.desk, alarm or Alarm(), store.incidents.report
    with desk.uow() as opened:
        identity, policy = desk.identity(opened), desk.policy(opened)
        camera_key, printer, dialect = (opened.settings.get(key) for key in (CAMERA, PRINTER, VOICE))
    layouts = Layouts(lambda: _sent_layouts(desk))
    papers = PdfPapers(newest=layouts.newest)
    papers.warm()
    tasks = QtTaskRunner()
    stack.callback(tasks.close)
    camera = CameraThread(Cameras(stand_ins=options.stand_ins), wanted=camera_key)
    gallery = Gallery(desk)
    engine = RemoteEngine(resources.root(), pack=options.models or options.paths.models)
    pump = EnginePump(
        engine, camera.mailbox, clip=ClipRecorder(), idle=gallery, incident=lambda e: alarm.tell(report(e))
    )
    stack.callback(pump.close)
    cards = CardReader()
    stack.callback(cards.rest)
    voice = Voice(resources.path("voice"), system=SystemVoice())
    stack.callback(voice.close)
    stack.callback(camera.stop)
    desktop = Desktop(
        Means(
            desk=desk,
            accounts=store.accounts,
            papers=papers,
            form_hash=papers.form_hash,  # type: ignore[arg-type]
            sync=store.sync,
            packages=store.packages,
            notice=notice.parse(resources.path("notice", "2022-40.txt").read_text("utf-8")),
            manual=manual.parse(resources.beside("docs/manual/README.md").read_text("utf-8")),
            tasks=tasks,
            camera=camera,
            pump=pump,
            voice=voice,
            clip=ClipRecorder(),
            rollout=store.rollout,
            incident=report,
            care=Care(
                printers=printers,
                examine=lambda names: checks.run(store.examination.checks(names), words),
                bundle=lambda lines: bundle(options.paths, lines),
            ),
            scan_back=SharedReader(layouts.all),
            scanners=system_scanners(),
            open_inbox=FolderInbox,
            write_folder=lambda parent, unit, month, entries, reasons: write_folder(
                parent, unit=unit, month=month, entries=entries, reasons=reasons
            ),
            read_sheet=lambda data, name: sheet.read(data, name=name),
            re_encode=photo_file.re_encode,
            read_held_up=Look(held_up.read, cards),
            backups=Backups(
                desk,
                lambda folder, at: _back_up(options, store, folder, at),
            ),
            gallery=gallery,
            scrutiny=Scrutiny(desk, fingerprint, lambda: store.examination.log_verdict()),
            packs=store.packs,
            pack_source=store.pack_source,
            renew_code=lambda: keys.renew_code(options.paths.data, secret_store(store.options)),
            seal=store.seals.seal,
            trip_files=store.trip_files,
            away=store.away,
            unit_name=identity.unit_name,
            login_hint=options.login_hint,
            idle_lock_s=policy.idle_lock_s,
            camera_key=camera_key,
            dialect=dialect,
            printer=printer,
        )
    )
    stack.callback(desktop.close)
    stack.callback(_seal_at_close, store)
    stack.callback(store.pack_source.stop)
    alarm.raised.connect(desktop.incident)
    if alarm.ended:
        desktop.notice(LAST_RUN.format(incident=alarm.ended))
    if options.updates:
        stack.callback(store.updates.stop)
        watch_updates(
            store.updates,
            desk,
            tasks,
            desktop,
            running=VERSION,
            quiet=lambda: desktop.window.present() == "visit",
            parent=desktop,
        )
    camera.rest()
    camera.start()
    pump.start()
    sys.setswitchinterval(SWITCH_S)
    stack.enter_context(memory.smooth())
    return desktop


def _sent_layouts(desk: Desk) -> list[dict[str, Any]]:
    with desk.uow() as opened:
        return load_templates(opened.settings)


def _back_up(options: Options, store: Store, folder: Path, at: datetime) -> None:
    def opens(restored: Path) -> bytes:
        """By its own keys.json and this machine's secret."""
        return keys.open_keys(restored, secret_store(store.options)).database

    backup.make(options.paths, store.examination.key, folder, at, opens=opens)


def _seal_at_close(store: Store) -> None:
    """The day's last signature; a store that can't be written must not keep the program from ending."""
    try:
        store.seals.seal(closing=True)
    except AppError as error:
        log.warning("audit log not signed at the end: %s", error.code)


def run(options: Options, *, arguments: Sequence[str], after: Callable[[Desktop], None] | None = None) -> int:
    """Start the program and stay until the window is closed; ``after`` is called once the window is shown.

    Exit status 1 when it could not start (the clerk has read why); OPEN_PACKAGE when a take-along package is to be opened: app.away does.
    """
    start_logging(options.paths.logs)
    application = make_application(arguments)
    incidents = incidents_of(options)
    try:
        return _run(options, application, incidents, after)
    except Exception as error:  # noqa: BLE001 - the outermost frame: a report, and words with its number
        StartTrouble(AppError("desk.incident", incident=incidents.report(error))).exec()
        return 1


def _run(
    options: Options, application: QApplication, incidents: Incidents, after: Callable[[Desktop], None] | None
) -> int:
    with ExitStack() as stack:
        try:
            stack.callback(hold(options.paths.data).unlock)
        except AppError as error:
            StartTrouble(error).exec()
            return 1
        alarm = watch_incidents(incidents, stack)
        ready: bool | Ending | None = None
        while ready is None:
            store = open_or_explain(options, stack)
            ready = store is not None and first_run(options, store)
        if ready is Ending.TAKE_ALONG:
            return OPEN_PACKAGE
        if store is None or not ready:
            return 1
        desktop = build(options, stack, store, alarm)
        alarm.raised.disconnect(show_incident)
        desktop.window.resize(1366, 768)
        desktop.window.show()
        QTimer.singleShot(0, lambda: _is_up(options))
        if after is not None:
            after(desktop)
        status = application.exec()
        return OPEN_PACKAGE if desktop.ending is Ending.TAKE_ALONG else status


def _is_up(options: Options) -> None:
    """The window is painted: a version on trial has shown what it had to."""
    log.info("window up, version %s", VERSION)
    launcher.confirm(options.paths.data, VERSION)


def arguments() -> list[str]:
    """The process's own."""
    return sys.argv
