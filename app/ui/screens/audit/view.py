"""The reviewer's widgets: three tabs, forms to review, signs and log."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QTabWidget, QVBoxLayout, QWidget

from app.services.scrutiny import LogRow
from app.ui import audit_text
from app.ui.screens.audit.presenter import AuditState
from app.ui.screens.audit.review_panel import ReviewPanel
from app.ui.screens.audit.sign_panel import SignPanel
from app.ui.widgets.basic import Page, button, label, row
from app.ui.widgets.table import Column, RowsModel, table

REVIEW = "确认表复核"


class AuditView(Page):
    """Attributes: review, signs: the panels of forms and of signs. Signals: searched(str), export_asked(), verify_asked()."""

    searched = Signal(str)
    export_asked = Signal()
    verify_asked = Signal()

    def __init__(self) -> None:
        super().__init__(spacing=12)
        self.box.addWidget(label("稽核", "title"))
        self._closed = label("这里只有复核员和管理员能看。", "large", wrap=True, name="audit_closed")
        self._tabs = QTabWidget()
        self._tabs.setObjectName("audit_tabs")
        self._tabs.setAccessibleName("确认表复核、可疑情况和操作日志")
        self.review = ReviewPanel()
        self._tabs.addTab(self.review, REVIEW)
        self.review.counted.connect(lambda n: self._tabs.setTabText(0, f"{REVIEW}（{n}）" if n else REVIEW))
        self.signs = SignPanel()
        self._tabs.addTab(self.signs, "要看一看的情况")
        self._tabs.addTab(self._log_tab(), "操作日志")
        self.box.addWidget(self._closed)
        self.box.addWidget(self._tabs, 1)
        self._nothing = label("")
        self.box.addWidget(self._nothing)
        self._nothing.hide()

    def _log_tab(self) -> QWidget:
        self._log: RowsModel[LogRow] = RowsModel(
            [
                Column("序号", lambda r: str(r.number), 80),
                Column("时间", lambda r: audit_text.log_cells(r)[1], 190),
                Column("经办人", lambda r: r.who, 120),
                Column("做了什么", audit_text.action, 200),
                Column("对象", lambda r: r.subject),
                Column("详情", audit_text.details, 190),
            ]
        )
        words = QLineEdit()
        words.setObjectName("audit_words")
        words.setAccessibleName("在日志里找")
        words.setPlaceholderText("在日志里找")
        words.setClearButtonEnabled(True)
        words.textChanged.connect(self.searched)
        self._lines = label("", "muted")
        export, verify = button("另存为表格", "audit_export"), button("查有没有被改动", "audit_verify")
        export.clicked.connect(self.export_asked)
        verify.clicked.connect(self.verify_asked)
        self._verified = label("", wrap=True, name="audit_verified")
        bar = row(words, self._lines, export, verify)
        bar.setStretch(0, 1)
        log = table(self._log, name="audit_log", words="操作日志", nothing="没有符合的记录。")
        made = _page(log, self._verified)
        layout = made.layout()
        assert isinstance(layout, QVBoxLayout)
        layout.insertLayout(0, bar)
        return made

    def show_state(self, state: AuditState) -> None:
        """Everything, or the words that it is closed."""
        self._closed.setVisible(not state.allowed)
        self._tabs.setVisible(state.allowed)
        self._nothing.setVisible(not state.allowed)
        self.box.setStretchFactor(self._nothing, 0 if state.allowed else 1)
        self.signs.show_signs(state.signs, state.pictures)
        self._log.set_rows(state.log)
        self._lines.setText(f"{len(state.log)} 条，共 {state.lines} 条")
        self._verified.setText(state.verified)
        self._verified.setVisible(bool(state.verified))


def _page(*widgets: QWidget) -> QWidget:
    made = QWidget()
    box = QVBoxLayout(made)
    box.setContentsMargins(0, 12, 0, 0)
    box.setSpacing(10)
    for widget in widgets:
        box.addWidget(widget)
    return made
