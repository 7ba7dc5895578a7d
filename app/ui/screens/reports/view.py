"""The reports' widgets: figures left; the year, the clerks and the feedback right."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QComboBox, QPlainTextEdit

from app.ui.screens.home.year_chart import YearChart
from app.ui.screens.reports import words
from app.ui.screens.reports.presenter import ReportState
from app.ui.widgets.basic import Card, Page, button, column, label, row
from app.ui.widgets.table import Column, RowsModel, table

ROW_PX = 34


class ReportsView(Page):
    """Signals: period_chosen(Period), book_asked(), pdf_asked(), copy_asked()."""

    period_chosen = Signal(object)
    book_asked = Signal()
    pdf_asked = Signal()
    copy_asked = Signal()

    def __init__(self) -> None:
        super().__init__(spacing=12)
        self._period = QComboBox()
        self._period.setObjectName("reports_period")
        self._period.setAccessibleName("看哪一段时间")
        self._period.setMinimumContentsLength(11)
        self._period.activated.connect(lambda i: self.period_chosen.emit(self._period.itemData(i)))
        book, pdf = button("另存为表格", "reports_book"), button("另存为 PDF", "reports_pdf")
        copy = button("复制反馈文字", "reports_copy", "primary")
        for made, signal in ((book, self.book_asked), (pdf, self.pdf_asked), (copy, self.copy_asked)):
            made.clicked.connect(signal)
        self.box.addLayout(row(label("统计", "title"), self._period, 1, book, pdf))
        self._figures: RowsModel[tuple[str, str]] = RowsModel(
            [Column("项目", lambda r: r[0]), Column("人数", lambda r: r[1], 130)]
        )
        self._clerks: RowsModel[tuple[str, int, int, int, int]] = RowsModel(
            [
                Column(heading, lambda r, i=number: f"{r[i]}", 118 if number else 0)  # type: ignore[misc]
                for number, heading in enumerate(words.CLERKS)
            ]
        )
        figures = table(self._figures, name="reports_figures", words="总体情况")
        clerks = table(
            self._clerks, name="reports_clerks", words="各经办人办的认证", nothing="这段时间没有在本机办的认证。"
        )
        for shown in (figures, clerks):
            shown.verticalHeader().setDefaultSectionSize(ROW_PX)
        clerks.setMinimumHeight(ROW_PX * 4)
        self._chart = YearChart()
        self._chart.setObjectName("reports_chart")
        self._chart.setMinimumHeight(150)
        chart = Card(margin=14, spacing=6)
        self._chart_title = label("", "large")
        chart.box.addWidget(self._chart_title)
        chart.box.addWidget(self._chart, 1)
        self._feedback = QPlainTextEdit()
        self._feedback.setObjectName("reports_feedback")
        self._feedback.setAccessibleName("给省中心的反馈文字")
        self._feedback.setReadOnly(True)
        self._feedback.setTabChangesFocus(True)
        self._feedback.setMinimumHeight(96)
        right = column(chart, clerks, self._feedback, spacing=12)
        right.setStretch(0, 3)
        right.setStretch(1, 1)
        right.setStretch(2, 3)
        right.addLayout(row(1, copy))
        body = row(spacing=18)
        body.addWidget(figures, 5)
        body.addLayout(right, 7)
        self.box.addLayout(body, 1)

    def show_state(self, state: ReportState) -> None:
        """Everything."""
        self._period.clear()
        for period in state.periods:
            self._period.addItem(words.period_name(period), period)
        self._period.setCurrentIndex(
            state.periods.index(state.report.period) if state.report.period in state.periods else -1
        )
        self._figures.set_rows(words.figures(state.report))
        self._clerks.set_rows(words.clerk_rows(state.report))
        self._chart_title.setText(f"{state.report.period.year} 年各月")
        self._chart.show_year(state.report.year)
        self._feedback.setPlainText(state.feedback)

    def copy(self, words_: str) -> None:
        """To the clipboard."""
        QGuiApplication.clipboard().setText(words_)
