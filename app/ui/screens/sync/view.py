"""The sync screen's widgets."""

from PySide6.QtCore import Signal

from app.services.sync_status import WaitingRecord
from app.ui import text
from app.ui.screens.sync.packages import PackageCard
from app.ui.screens.sync.presenter import SyncState
from app.ui.sync_text import KIND, STAGE, fate, heading, standing
from app.ui.widgets.badge import Badge
from app.ui.widgets.basic import Card, Page, button, label, row
from app.ui.widgets.progress import ProgressLine
from app.ui.widgets.table import Column, RowsModel, table

SKEW_TOLD_S = 60.0


class SyncView(Page):
    """Signals: run_asked(), pause_asked(), resend_asked(str record id). Attributes: packages: the card for the USB stick."""

    run_asked = Signal()
    pause_asked = Signal()
    resend_asked = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._badge = Badge("sync_badge")
        self._facts = label("", wrap=True)
        self._progress = ProgressLine("sync_progress", "同步进度")
        self._now = button("现在同步", "sync_now", "primary")
        self._now.clicked.connect(self.run_asked)
        self._pause = button("暂停", "sync_pause")
        self._pause.clicked.connect(self.pause_asked)
        card = Card()
        beside = row(self._facts, self._pause, self._now)
        beside.setStretch(0, 1)
        card.box.addWidget(self._badge)
        card.box.addLayout(beside)
        card.box.addWidget(self._progress)
        self._make_table()
        self.packages = PackageCard()
        self.box.addWidget(label("上报同步", "title"))
        self.box.addWidget(card)
        self.box.addWidget(self.packages)
        self.box.addLayout(row(self._heading, 1, self._again))
        self.box.addWidget(self._table, 1)

    def _make_table(self) -> None:
        self._heading = label("", "large")
        self._again = button("再报一次", "sync_resend", tip="问题解决以后，把选中的这条再报给省中心")
        self._again.clicked.connect(self._ask_again)
        self._model: RowsModel[WaitingRecord] = RowsModel(
            [
                Column("姓名", lambda r: r.name, 130),
                Column("内容", lambda r: KIND.get(r.kind, r.kind), 150),
                Column("时间", lambda r: text.moment(r.captured_at), 180),
                Column("已试", lambda r: f"{r.attempts} 次", 80),
                Column("情况", fate),
            ]
        )
        self._table = table(self._model, name="sync_waiting", words="等待上报的记录", nothing="都收到了，没有等待的。")
        self._table.selectionModel().currentRowChanged.connect(lambda *_: self._show_again())
        self._show_again()

    def show_state(self, state: SyncState) -> None:
        """Health, counts, progress, and what waits."""
        self._now.setEnabled(not state.running)
        self._pause.setEnabled(state.running)
        self._progress.show_progress(state.progress, STAGE[state.progress.stage] if state.progress else "")
        figures = state.figures
        if figures is None:
            return
        self._badge.show_sentence(*standing(figures))
        unit = figures.identity.unit_name if figures.identity else "还没有登记到省中心"
        skew = f"　时间相差 {abs(figures.skew_s):.0f} 秒" if abs(figures.skew_s) > SKEW_TOLD_S else ""
        self._facts.setText(f"单位　{unit}\n上次同步　{text.moment(figures.last_sync)}{skew}")
        self._heading.setText(heading(figures))
        if figures.waiting != self._model.rows:
            self._model.set_rows(figures.waiting)
            self._show_again()

    def _chosen(self) -> WaitingRecord | None:
        """The selected line when the center refused it."""
        index = self._table.currentIndex()
        record = self._model.row_at(index.row()) if index.isValid() else None
        return record if record is not None and record.refusal else None

    def _show_again(self) -> None:
        self._again.setVisible(any(record.refusal for record in self._model.rows))
        self._again.setEnabled(self._chosen() is not None)

    def _ask_again(self) -> None:
        record = self._chosen()
        if record is not None:
            self.resend_asked.emit(record.id)
