"""The sync screen's widgets."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QProgressBar

from app.domain.standing import Severity
from app.errors import AppError
from app.services.sync_status import WaitingRecord
from app.ui import text
from app.ui.error_text import words
from app.ui.screens.sync.packages import PackageCard
from app.ui.screens.sync.presenter import SyncState
from app.ui.widgets.badge import Badge
from app.ui.widgets.basic import Card, Page, button, label, row
from app.ui.widgets.table import Column, RowsModel, table

STAGE = {
    "push": "正在上报",
    "pull": "正在接收",
    "photos": "正在接收照片",
    "attachments": "正在上传扫描件",
    "": "正在连接省中心",
}
KIND = {"certification": "认证记录", "form_submission": "确认表", "death_report": "死亡申报"}


def _note(record: WaitingRecord) -> str:
    if record.refusal:
        return f"没有接受：{record.refusal}"
    return words(AppError(record.last_error)) if record.last_error else "等待上报"


class SyncView(Page):
    """Signals: run_asked(), pause_asked(). Attributes: packages: the card for the USB stick."""

    run_asked = Signal()
    pause_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._badge = Badge("sync_badge")
        self._facts = label("", wrap=True)
        self._progress = QProgressBar()
        self._progress.setTextVisible(False)
        self._progress.setAccessibleName("同步进度")
        self._stage = label("", "muted")
        self._now = button("现在同步", "sync_now", "primary")
        self._now.clicked.connect(self.run_asked)
        self._pause = button("暂停", "sync_pause")
        self._pause.clicked.connect(self.pause_asked)
        card = Card()
        beside = row(self._facts, self._pause, self._now)
        beside.setStretch(0, 1)
        card.box.addWidget(self._badge)
        card.box.addLayout(beside)
        card.box.addWidget(self._stage)
        card.box.addWidget(self._progress)
        self._model: RowsModel[WaitingRecord] = RowsModel(
            [
                Column("姓名", lambda r: r.name, 150),
                Column("内容", lambda r: KIND.get(r.kind, r.kind), 130),
                Column("时间", lambda r: text.moment(r.captured_at), 180),
                Column("已试", lambda r: f"{r.attempts} 次", 80),
                Column("情况", _note),
            ]
        )
        self._table = table(self._model, name="sync_waiting", words="等待上报的记录", nothing="都收到了，没有等待的。")
        self.box.addWidget(label("上报同步", "title"))
        self.box.addWidget(card)
        self.packages = PackageCard()
        self.box.addWidget(self.packages)
        self.box.addWidget(label("还没有收到省中心回执的", "large"))
        self.box.addWidget(self._table, 1)

    def show_state(self, state: SyncState) -> None:
        """Health, counts, progress, and what waits."""
        self._now.setEnabled(not state.running)
        self._pause.setEnabled(state.running)
        self._progress.setVisible(state.running)
        self._stage.setVisible(state.running)
        self._progress.setRange(0, max(state.total, 0))
        self._progress.setValue(state.done)
        counts = f"　{state.done} / {state.total}" if state.total else ""
        self._stage.setText(STAGE.get(state.stage, "") + counts)
        figures = state.figures
        if figures is None:
            return
        severity, sentence = self._sentence(figures.counts.waiting, figures.counts.refused, figures.last_error)
        self._badge.show_sentence(severity, sentence)
        unit = figures.identity.unit_name if figures.identity else "还没有登记到省中心"
        skew = f"　时间相差 {abs(figures.skew_s):.0f} 秒" if abs(figures.skew_s) > 60 else ""
        self._facts.setText(f"单位　{unit}\n上次同步　{text.moment(figures.last_sync)}{skew}")
        self._model.set_rows(figures.waiting)

    @staticmethod
    def _sentence(waiting: int, refused: int, last_error: str) -> tuple[Severity, str]:
        if refused:
            return Severity.WARNING, f"省中心没有接受 {refused} 条，请看下面的说明"
        if last_error and last_error != "sync.running":
            return Severity.NOTICE, words(AppError(last_error))
        if waiting:
            return Severity.NOTICE, f"还有 {waiting} 条等待上报"
        return Severity.GOOD, "全部已报到省中心"
