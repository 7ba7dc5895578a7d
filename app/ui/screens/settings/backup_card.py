"""The backup card of the settings: folder, last backup, now; and a new recovery code for the administrator."""

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog

from app.domain.operator import Role
from app.domain.standing import Severity
from app.services.backups import BackupFigures, Backups
from app.services.ports import Papers, TaskRunner
from app.ui import text
from app.ui.ports import Printing, Say
from app.ui.session import Session
from app.ui.to_printer import to_printer
from app.ui.widgets.badge import Badge
from app.ui.widgets.basic import Card, button, label, row


class BackupCard(Card):
    """Signals: folder_chosen(Path), run_asked(), code_asked()."""

    folder_chosen = Signal(object)
    run_asked = Signal()
    code_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._badge = Badge("backup_badge")
        self._folder = label("", "muted", wrap=True, name="backup_folder")
        choose, self._now = button("选备份文件夹……", "backup_choose"), button("现在备份", "backup_now")
        self._code = button("重新生成恢复码", "backup_code")
        choose.clicked.connect(self._choose)
        self._now.clicked.connect(self.run_asked)
        self._code.clicked.connect(self.code_asked)
        self.box.addWidget(label("备份", "large"))
        self.box.addWidget(self._badge)
        self.box.addWidget(self._folder)
        self.box.addLayout(row(choose, self._now, self._code, 1))

    def show_figures(self, figures: BackupFigures, *, busy: bool, may_manage: bool) -> None:
        """How it stands."""
        if busy:
            self._badge.show_sentence(Severity.NOTICE, "正在备份并检查，请稍等……")
        elif figures.last is None:
            self._badge.show_sentence(Severity.WARNING, "还没有备份过：电脑坏了，没报上去的记录就没有了")
        elif figures.late:
            self._badge.show_sentence(Severity.WARNING, f"上次备份是 {text.moment(figures.last)}，太久了")
        else:
            self._badge.show_sentence(Severity.GOOD, f"上次备份 {text.moment(figures.last)}，已检查能恢复")
        self._folder.setText(f"文件夹：{figures.folder}" if figures.folder else "还没有选文件夹，最好是 U 盘。")
        self._now.setEnabled(bool(figures.folder) and not busy)
        self._code.setVisible(may_manage)

    def _choose(self) -> None:
        name = QFileDialog.getExistingDirectory(self, "备份放在哪里（最好是 U 盘）")
        if name:
            self.folder_chosen.emit(Path(name))


class BackupShown(Protocol):
    """What the presenter asks of the card."""

    def show_figures(self, figures: BackupFigures, *, busy: bool, may_manage: bool) -> None: ...


class BackupPresenter:
    """Runs backups off the window's thread; one at a time."""

    def __init__(
        self,
        *,
        card: BackupShown,
        backups: Backups,
        renew_code: Callable[[], str],
        papers: Papers,
        printing: Printing,
        session: Session,
        tasks: TaskRunner,
        say: Say,
    ) -> None:
        self._card, self._backups, self._renew_code = card, backups, renew_code
        self._papers, self._printing, self._session = papers, printing, session
        self._tasks, self._say = tasks, say
        self._busy = False
        self._figures = BackupFigures(folder="", last=None, late=True)

    def refresh(self) -> None:
        """Read how it stands."""
        self._tasks.database(self._backups.figures, self._loaded, self._say.error)

    def choose_folder(self, folder: Path) -> None:
        """Remember the folder and make the first backup there."""
        by = self._session.operator_id

        def work() -> BackupFigures:
            self._backups.choose_folder(folder, operator_id=by)
            return self._backups.figures()

        def chosen(figures: BackupFigures) -> None:
            self._loaded(figures)
            self.run()

        self._tasks.database(work, chosen, self._say.error)

    def run(self) -> None:
        """One backup now."""
        self._start(self._backups.run, told=True)

    def run_if_due(self, *, at_login: bool = False) -> None:
        """Quietly; at log-in it is told when the last one is too long ago, or when nobody has chosen where to."""
        self._start(self._backups.run_if_due, told=False, remind=at_login)

    def renew_code(self) -> None:
        """A new recovery code, straight to the printer: it is never shown in the main window."""

        def work() -> bytes:
            return self._papers.recovery_page(self._renew_code())

        made = to_printer(self._printing, self._say, "新的恢复码已交给打印机，旧码作废。请锁进保险柜。")

        self._tasks.io(work, made, self._say.error)

    def _start(self, work: Callable[[], BackupFigures], *, told: bool, remind: bool = False) -> None:
        if self._busy:
            return
        self._busy = True
        self._show()

        def done(figures: BackupFigures) -> None:
            self._busy = False
            self._loaded(figures)
            if told:
                self._say.notice("备份好了，已检查能恢复。")
            elif remind and figures.late:
                self._remind(figures)

        def failed(error: Exception) -> None:
            self._busy = False
            self._show()
            self._say.error(error)

        self._tasks.io(work, done, failed)

    def _remind(self, figures: BackupFigures) -> None:
        operator = self._session.operator
        if figures.folder:
            self._say.notice("很久没有备份了：请插上备份用的 U 盘，在“设置”里点“现在备份”。")
        elif operator is not None and operator.role is Role.ADMIN:
            self._say.notice("还没有备份：请在“设置”里选一个备份文件夹，最好是 U 盘。")

    def _loaded(self, figures: BackupFigures) -> None:
        self._figures = figures
        self._show()

    def _show(self) -> None:
        operator = self._session.operator
        may = operator is not None and operator.role is Role.ADMIN
        self._card.show_figures(self._figures, busy=self._busy, may_manage=may)
