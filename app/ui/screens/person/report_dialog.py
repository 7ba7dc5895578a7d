"""The dialog that reports a death, a loss or custody, showing what follows before anything is written."""

from datetime import date
from pathlib import Path

from PySide6.QtCore import QDate, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QDateEdit, QFileDialog, QLineEdit, QVBoxLayout, QWidget

from app.domain.calendar import Month
from app.domain.eligibility_report import ARTICLES, ReportKind
from app.domain.standing import Severity
from app.services.eligibility import Draft
from app.ui import report_text, text
from app.ui.fitting import FittedDialog
from app.ui.widgets.badge import Badge
from app.ui.widgets.basic import button, label, row
from app.ui.widgets.rule_link import RuleLink

MONTHS_BACK = 24
"""Months offered as the last one paid."""
MEDIA_TYPES = {".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".png": "image/png", ".pdf": "application/pdf"}


class ReportDialog(FittedDialog):
    """Signals: changed(Draft) at once and with every change; submitted(Draft); article_asked(str)."""

    changed = Signal(object)
    submitted = Signal(object)
    article_asked = Signal(str)

    def __init__(self, parent: QWidget | None, *, name: str, today: date) -> None:
        super().__init__(parent)
        self.setObjectName("report_dialog")
        self.setWindowTitle("报告情况变化")
        self.setMinimumWidth(620)
        self._today, self._papers = today, list[tuple[bytes, str]]()
        self._make_fields()
        self._consequences = label("", wrap=True, name="report_consequences")
        self._problem = Badge("report_problem")
        self._problem.hide()
        self._save, cancel = button("报告", "report_save", "primary"), button("返回", "report_cancel")
        self._save.setAutoDefault(False)  # Enter in a field must not report a death
        self._save.clicked.connect(lambda: self.submitted.emit(self.draft()))
        cancel.clicked.connect(self.reject)
        box = QVBoxLayout(self)
        box.setContentsMargins(28, 24, 28, 24)
        box.setSpacing(10)
        box.addWidget(label(f"情况变化：{name}", "title", wrap=True))
        box.addWidget(self._kind)
        box.addLayout(row(self._day_words, self._day, self._ended, self._until, 1))
        box.addLayout(row(self._paid_words, self._paid, 1))
        box.addWidget(self._document)
        box.addLayout(row(self._add, self._files, 1))
        self._rule = RuleLink("report_article")
        self._rule.article_asked.connect(self.article_asked)
        box.addLayout(row(self._rule, 1))
        box.addWidget(self._consequences)
        box.addWidget(self._problem)
        box.addStretch(1)
        box.addLayout(row(cancel, 1, self._save))
        self._show_kind()

    def _make_fields(self) -> None:
        self._kind = _combo("report_kind", "什么情况")
        for kind, words in report_text.KIND.items():
            self._kind.addItem(words, kind)
        self._day, self._until = (
            _date("report_day", "日期", self._today),
            _date("report_until", "结束日期", self._today),
        )
        self._day_words, self._paid_words = label(""), label("实际发到哪个月")
        self._ended = QCheckBox("已经结束，到")
        self._ended.setObjectName("report_ended")
        self._paid = _combo("report_paid", "实际发到哪个月")
        self._paid.addItem("不清楚，由省中心核对", None)
        for back in range(MONTHS_BACK):
            month = Month.of(self._today).plus(-back)
            self._paid.addItem(text.month(month), month)
        self._document = QLineEdit()
        self._document.setObjectName("report_document")
        self._document.setAccessibleName("证明材料名称")
        self._document.setPlaceholderText("证明材料名称，例如死亡医学证明、判决书")
        self._add, self._files = button("添加材料的照片或 PDF……", "report_add"), label("", "muted", name="report_files")
        self._add.clicked.connect(self._choose)
        self._kind.activated.connect(lambda _index: self._show_kind())
        self._ended.toggled.connect(lambda _on: self._show_kind())
        for edit in (self._day, self._until):
            edit.dateChanged.connect(lambda _day: self._tell())
        self._paid.activated.connect(lambda _index: self._tell())
        self._document.textChanged.connect(lambda _words: self._tell())

    def draft(self) -> Draft:
        """What is filled in."""
        kind = self._kind.currentData()
        custody = kind is ReportKind.CUSTODY
        return Draft(
            kind=kind,
            on=_day(self._day),
            until=_day(self._until) if custody and self._ended.isChecked() else None,
            last_paid=self._paid.currentData() if kind is ReportKind.DEATH else None,
            document=self._document.text(),
            papers=tuple(self._papers),
        )

    def tell(self) -> None:
        """Say what is filled in now."""
        self._tell()

    def take_file(self, path: Path) -> None:
        """Add a paper; one that can't be read is told."""
        try:
            data = path.read_bytes()
        except OSError:
            data = b""
        if not data:
            self.show_problem("这个文件打不开，请换一个。")
            return
        self._papers.append((data, MEDIA_TYPES.get(path.suffix.lower(), "application/octet-stream")))
        self._files.setText(f"已添加 {len(self._papers)} 份")
        self._tell()

    def show_consequences(self, words: str) -> None:
        """What would follow; it can be reported."""
        self._consequences.setText(words)
        self._problem.hide()
        self._save.setEnabled(True)

    def show_problem(self, words: str) -> None:
        """Why it can't be reported like this."""
        self._problem.show_sentence(Severity.WARNING, words)
        self._problem.show()
        self._consequences.setText("")
        self._save.setEnabled(False)

    def _show_kind(self) -> None:
        kind = self._kind.currentData()
        self._day_words.setText(report_text.DAY[kind])
        self._rule.show_rule("、".join(ARTICLES[kind]))
        custody = kind is ReportKind.CUSTODY
        self._ended.setVisible(custody)
        self._until.setVisible(custody and self._ended.isChecked())
        for widget in (self._paid_words, self._paid):
            widget.setVisible(kind is ReportKind.DEATH)
        self._tell()

    def _tell(self) -> None:
        self._save.setEnabled(False)
        self.changed.emit(self.draft())

    def _choose(self) -> None:
        names, _filter = QFileDialog.getOpenFileNames(self, "选择材料", "", "图片或 PDF (*.jpg *.jpeg *.png *.pdf)")
        for name in names:
            self.take_file(Path(name))


def _combo(name: str, words: str) -> QComboBox:
    made = QComboBox()
    made.setObjectName(name)
    made.setAccessibleName(words)
    return made


def _date(name: str, words: str, today: date) -> QDateEdit:
    made = QDateEdit(QDate(today.year, today.month, today.day))
    made.setObjectName(name)
    made.setAccessibleName(words)
    made.setDisplayFormat("yyyy年M月d日")
    made.setCalendarPopup(True)
    return made


def _day(edit: QDateEdit) -> date:
    chosen = edit.date()
    return date(chosen.year(), chosen.month(), chosen.day())
