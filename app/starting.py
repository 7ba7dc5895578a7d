"""Up to the opened store: what may be in the way at a start, the recovery code, the passphrase, a backup, and the first run's set-up."""

import logging
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from app.domain.operator import Role
from app.errors import AppError
from app.forms.papers import PdfPapers
from app.opening import Options, Store, fresh_store, open_desk, secret_store
from app.runtime.clock import SystemClock
from app.runtime.printing import Printing
from app.runtime.tasks import QtTaskRunner
from app.security import keys
from app.services.backups import RestoreSteps
from app.services.progress import Tell
from app.storage import backup
from app.ui.away_mode import Ending
from app.ui.first_run import TAKE_ALONG, FirstRun, FirstSteps
from app.ui.start_trouble import RESTORE, StartTrouble, Way

log = logging.getLogger(__name__)


def open_or_explain(options: Options, stack: ExitStack) -> Store | None:
    """The opened store; where it can't be opened, words and what helps. None: the clerk leaves."""
    tasks = QtTaskRunner()
    stack.callback(tasks.close)
    while True:
        try:
            return open_desk(options, stack)
        except AppError as error:
            log.error("not started: %s", error.code)
            mended = _mended(options, error, tasks)
        if mended is None:
            return None
        options = mended


def _mended(options: Options, error: AppError, tasks: QtTaskRunner) -> Options | None:
    """With what to try again; None to leave."""
    code = ""
    while True:
        trouble = StartTrouble(error, restore_steps(options), tasks)
        way = Way(trouble.exec())
        if way is Way.LEAVE:
            return None
        if way in (Way.AGAIN, Way.RESTORED):
            return options
        try:
            if way is Way.CODE:
                code, options = trouble.typed(), replace(options, start_passphrase=None)
            else:
                options = replace(options, start_passphrase=trouble.passphrase())
            if code:  # by the code; where no key store works, it asks for a passphrase in between
                keys.recover(options.paths.data, fresh_store(options), code)
        except AppError as found:
            error, code = found, "" if found.code == "keys.code_wrong" else code
        else:
            return options


def restore_steps(options: Options, before: Callable[[], None] = lambda: None) -> RestoreSteps:
    """For the guided restore; ``before`` is called just before anything is moved."""

    def restore(path: Path, told: Tell) -> None:
        before()
        backup.restore(path, options.paths, SystemClock().now(), told)

    return RestoreSteps(places=lambda: backup.places(options.paths), look=backup.known, restore=restore)


def first_run(options: Options, store: Store) -> bool | Ending | None:
    """The set-up of a new desk: first account, center, recovery code.

    False when it was broken off; None when a backup was restored instead and the desk has to be opened anew; Ending.TAKE_ALONG when this
    is the laptop of a home visit.
    """
    if store.accounts.all():
        return True
    papers, tasks = PdfPapers(), QtTaskRunner()
    secrets = secret_store(store.options)

    def create_admin(login: str, name: str, password: str) -> object:
        return store.accounts.create(by=None, login=login, name=name, role=Role.ADMIN, password=password)

    dialog = FirstRun(
        FirstSteps(
            create_admin=create_admin,
            enrol=lambda address, code: store.sync.enrol(base_url=address, code=code),
            renew_code=lambda: keys.renew_code(options.paths.data, secrets),
            recovery_page=papers.recovery_page,
            restore=restore_steps(options, before=store.examination.engine.dispose),
            rollout=store.rollout,
            rollout_trouble=store.rollout_trouble,
        ),
        tasks,
        Printing(tasks),
    )
    result = dialog.exec()
    tasks.close()
    if result == TAKE_ALONG:
        return Ending.TAKE_ALONG
    if result == RESTORE:
        return None
    return bool(result) or bool(store.accounts.all())
