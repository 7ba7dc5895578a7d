"""Keeps the model pack as the administrator or the center's policy wants it; the engine starts anew with it."""

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from app.errors import AppError
from app.services.model_packs import ModelPacks, PackSource, PackStanding
from app.services.ports import TaskRunner
from app.ui import face_text
from app.ui.error_text import words
from app.ui.ports import Say
from app.ui.session import Session


class PackShown(Protocol):
    """What it asks of the card's presenter."""

    def show_pack(self, said: str) -> None: ...
    def show_busy(self, busy: bool) -> None: ...


class PackKeeper:
    """``restart``: load the engine anew, once nobody is being captured."""

    def __init__(
        self,
        *,
        shown: PackShown,
        packs: ModelPacks,
        source: PackSource,
        restart: Callable[[], None],
        session: Session,
        tasks: TaskRunner,
        say: Say,
    ) -> None:
        self._shown, self._packs, self._source = shown, packs, source
        self._restart = restart
        self._session, self._tasks, self._say = session, tasks, say
        self._fetching = False
        self._trouble: AppError | None = None

    def refresh(self) -> None:
        """Tell how it stands."""
        self._tasks.database(self._packs.standing, self._stood, self._say.error)

    def install(self, file: Path) -> None:
        """An administrator's own file; the old models stay when it is no good."""
        self._shown.show_busy(True)
        operator_id = self._session.operator_id

        def done(_none: None) -> None:
            self._say.notice(face_text.PACK_INSTALLED)
            self._changed()

        def failed(error: Exception) -> None:
            self._shown.show_busy(False)
            self._say.error(error)

        self._tasks.io(lambda: self._packs.install(file, operator_id=operator_id), done, failed)

    def follow(self) -> None:
        """After every sync: fetch what the policy names, if it is not here yet."""
        if not self._fetching:
            self._fetching = True
            self._tasks.io(self._source.run, self._ran, self._failed)

    def _ran(self, changed: bool) -> None:
        self._fetching, self._trouble = False, None
        if changed:
            self._say.notice(face_text.PACK_BY_POLICY)
            self._changed()
        else:
            self.refresh()

    def _changed(self) -> None:
        self._shown.show_busy(True)
        self._restart()
        self.refresh()

    def _failed(self, error: Exception) -> None:
        """Without network it goes on another time. What was refused is said once, and stands on the card."""
        self._fetching = False
        if not isinstance(error, AppError):
            self._say.error(error)
        elif not error.code.startswith("sync."):
            told = self._trouble is not None and self._trouble.code == error.code
            self._trouble = error
            if not told:
                self._say.error(error)
        self.refresh()

    def _stood(self, standing: PackStanding) -> None:
        trouble = words(self._trouble) if self._trouble is not None and standing.due else ""
        self._shown.show_pack(face_text.pack_standing(standing, trouble))
