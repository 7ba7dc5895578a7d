"""Without a network: the card with 「导出到 U 盘」 and 「从 U 盘导入」, and the presenter that runs both off the window's thread."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog

from app.domain.standing import Severity
from app.errors import AppError
from app.services.packages import SUFFIX, PackageIn, PackageOut, Packages
from app.services.ports import SyncReport, TaskRunner
from app.services.progress import Progress
from app.ui.error_text import words
from app.ui.ports import Say
from app.ui.widgets.badge import Badge
from app.ui.widgets.basic import Card, button, label, row
from app.ui.widgets.progress import ProgressLine, amount

STAGE = {
    "": "正在准备……",
    "package_records": "正在写入记录",
    "package_attachments": "正在写入扫描件",
    "package_check": "正在核对整个包……",
    "package_apply": "正在导入",
}
HINT = "导出一个上报包到 U 盘，送省中心；再把省中心给的回执包导入。包是加密的，别人打不开。"


@dataclass(frozen=True, slots=True)
class PackageState:
    """Attributes: progress: of the job under way, else None; severity, sentence: how the last one ended, "" for none yet."""

    progress: Progress | None = None
    severity: Severity = Severity.NOTICE
    sentence: str = ""


def exported(out: PackageOut) -> str:
    """What went out, and what to do with it."""
    left = f"还有 {out.left} 份扫描件没有放进去，下次导出时再带。" if out.left else ""
    return (
        f"导出好了：{out.records} 条记录、{out.attachments} 份扫描件，{amount(out.size)}。{left}"
        f"文件名“{out.path.name}”。请“安全弹出”U 盘，送省中心；回执包导入后才算上报。"
    )


def imported(got: PackageIn) -> str:
    """What came in, and what is left."""
    refused = f"省中心没有接受 {got.refused} 条，请看下面的说明。" if got.refused else ""
    more = "省中心还有变更没有放下，请再导出一次。" if got.more else ""
    waiting = f"还有 {got.waiting} 条没有回执。" if got.waiting else ""
    return (
        f"导入好了：{got.accepted} 条记录收到回执，{got.changes} 条变更，{got.photos} 张照片。{refused}{waiting}{more}"
    )


class PackageCard(Card):
    """Signals: export_asked(Path of the folder), import_asked(Path of the file)."""

    export_asked = Signal(object)
    import_asked = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._out, self._in = button("导出到 U 盘", "package_export"), button("从 U 盘导入", "package_import")
        self._out.clicked.connect(self._choose_folder)
        self._in.clicked.connect(self._choose_file)
        self._progress = ProgressLine("package_progress", "U 盘导出导入进度")
        self._badge = Badge("package_badge")
        self.box.addLayout(row(label("没有网络时", "large"), 1, self._out, self._in))
        self.box.addWidget(label(HINT, "muted", wrap=True))
        self.box.addWidget(self._progress)
        self.box.addWidget(self._badge)
        self.show_state(PackageState())

    def show_state(self, state: PackageState) -> None:
        """Progress while it runs; afterwards the sentence."""
        busy = state.progress is not None
        for one in (self._out, self._in):
            one.setEnabled(not busy)
        self._progress.show_progress(state.progress, STAGE[state.progress.stage] if state.progress else "")
        self._badge.setVisible(bool(state.sentence) and not busy)
        self._badge.show_sentence(state.severity, state.sentence)

    def _choose_folder(self) -> None:
        name = QFileDialog.getExistingDirectory(self, "上报包放在哪里（U 盘）")
        if name:
            self.export_asked.emit(Path(name))

    def _choose_file(self) -> None:
        name, _kind = QFileDialog.getOpenFileName(self, "选省中心给的回执包", "", f"回执包 (*{SUFFIX})")
        if name:
            self.import_asked.emit(Path(name))


class PackagesShown(Protocol):
    """What the presenter asks of the card."""

    def show_state(self, state: PackageState) -> None: ...


class PackagePresenter:
    """One job at a time. ``arrived`` is called with what an answer brought, so that other screens read anew."""

    def __init__(
        self,
        *,
        card: PackagesShown,
        packages: Packages,
        tasks: TaskRunner,
        say: Say,
        arrived: Callable[[SyncReport], None],
    ) -> None:
        self._card, self._packages, self._tasks, self._say, self._arrived = card, packages, tasks, say, arrived
        self._state = PackageState()
        self._progress = Progress()

    def export(self, folder: Path) -> None:
        """One package into ``folder``."""

        def done(out: PackageOut) -> None:
            self._show(PackageState(severity=Severity.NOTICE if out.left else Severity.GOOD, sentence=exported(out)))

        self._start(lambda: self._packages.export(folder, self._note), done)

    def take(self, path: Path) -> None:
        """The center's answer from ``path``."""

        def done(got: PackageIn) -> None:
            severity = Severity.WARNING if got.refused else Severity.NOTICE if got.more else Severity.GOOD
            self._show(PackageState(severity=severity, sentence=imported(got)))
            report = SyncReport(accepted=got.accepted, refused=got.refused, pulled=got.changes, waiting=got.waiting)
            self._arrived(report)

        self._start(lambda: self._packages.take(path, self._note), done)

    def tick(self) -> None:
        """Called by a timer: show progress."""
        if self._state.progress is not None:
            self._card.show_state(PackageState(self._progress))

    def _start(self, work: Callable[[], Any], done: Callable[[Any], None]) -> None:
        if self._state.progress is not None:
            return
        self._progress = Progress()
        self._show(PackageState(self._progress))
        self._tasks.io(work, done, self._failed)

    def _failed(self, error: Exception) -> None:
        """Said where it was asked for; a bug also gets its incident number."""
        sentence = words(error) if isinstance(error, AppError) else "没有办成，原来的数据都还在。"
        self._show(PackageState(severity=Severity.WARNING, sentence=sentence))
        if not isinstance(error, AppError):
            self._say.error(error)

    def _note(self, progress: Progress) -> None:
        """On the worker: one assignment, read by ``tick``."""
        self._progress = progress

    def _show(self, state: PackageState) -> None:
        self._state = state
        self._card.show_state(state)
