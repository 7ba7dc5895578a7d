"""The backup card over real services."""

from datetime import datetime
from pathlib import Path

from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from app.domain.operator import Role
from app.errors import AppError
from app.services.backups import BackupFigures, Backups
from app.ui.screens.settings.backup_card import BackupCard, BackupPresenter
from tests.builders.office import office
from tests.fakes.screens import FakePapers


class Card:
    """Keeps what was shown."""

    def __init__(self) -> None:
        self.seen: list[tuple[BackupFigures, bool, bool]] = []

    def show_figures(self, figures: BackupFigures, *, busy: bool, may_manage: bool) -> None:
        self.seen.append((figures, busy, may_manage))


def test_choosing_a_folder_makes_the_first_backup_and_says_so(tmp_path: Path) -> None:
    desk, card, made = office(tmp_path), Card(), list[Path]()

    def make(folder: Path, _at: datetime) -> None:
        made.append(folder)

    presenter = BackupPresenter(
        card=card,
        backups=Backups(desk.real.desk, make),
        renew_code=lambda: "ABCDE",
        papers=FakePapers(),
        printing=desk.ears,
        session=desk.session,
        tasks=desk.tasks,
        say=desk.ears,
    )
    presenter.refresh()
    assert card.seen[-1][0].late
    presenter.run()
    assert isinstance(desk.ears.errors[-1], AppError)
    presenter.choose_folder(tmp_path)
    assert made == [tmp_path]
    figures, busy, may_manage = card.seen[-1]
    assert (figures.late, busy, may_manage) == (False, False, desk.clerk.role is Role.ADMIN)
    assert "备份好了" in desk.ears.notices[-1]
    presenter.run_if_due()
    assert made == [tmp_path]
    presenter.renew_code()
    assert desk.ears.printed == [b"code ABCDE"]
    desk.real.engine.dispose()


def test_the_card_says_when_it_is_too_long_ago_and_hides_the_code_from_clerks(qtbot: QtBot) -> None:
    card = BackupCard()
    qtbot.addWidget(card)
    card.show()
    now, code = card.findChild(QPushButton, "backup_now"), card.findChild(QPushButton, "backup_code")
    assert now is not None
    assert code is not None
    last = datetime(2026, 11, 1, 9, 0)
    card.show_figures(BackupFigures(folder="", last=None, late=True), busy=False, may_manage=False)
    assert not now.isEnabled()
    assert not code.isVisible()
    card.show_figures(BackupFigures(folder="/u", last=last, late=True), busy=False, may_manage=True)
    assert now.isEnabled()
    assert code.isVisible()
    card.show_figures(BackupFigures(folder="/u", last=last, late=False), busy=True, may_manage=True)
    assert not now.isEnabled()
