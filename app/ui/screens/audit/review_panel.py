"""The form in hand: its scan on the left; on the right what waits, the facts, the checks, and the reviewer's yes or no."""

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from app.services.form_reviews import SHORTEST_REASON, ReviewRow
from app.ui import review_text, theme
from app.ui.screens.audit.review import ReviewState
from app.ui.shortcuts import IN_SCREEN
from app.ui.widgets.basic import button, column, label, row
from app.ui.widgets.pictures import PdfPreview, PhotoView
from app.ui.widgets.table import Column, RowsModel, table

SIDE_PX, LIST_PX, FACE_PX = 500, 176, (84, 105)
LEAST_LIST_PX = 92
"""The heading and one row: on a low window what is known of the form needs the room more."""


class ReviewPanel(QWidget):
    """Signals: chosen(int number), passed(), sent_back(str reason), person_asked(), counted(int rows)."""

    chosen = Signal(int)
    passed = Signal()
    sent_back = Signal(str)
    person_asked = Signal()
    counted = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self._showing = False
        self._scan = PdfPreview()
        self._scan.setObjectName("form_review_scan")
        self._scan.setAccessibleName("签字盖章的扫描件")
        side = QWidget()
        side.setFixedWidth(SIDE_PX)
        self._side = QVBoxLayout(side)
        self._side.setContentsMargins(0, 0, 0, 0)
        self._side.setSpacing(8)
        self._make_list()
        self._make_facts()
        self._make_decision()
        self._none = label("没有等复核的确认表。", "muted", name="form_review_none")
        self._none.setAlignment(Qt.AlignmentFlag.AlignCenter)
        box = QHBoxLayout(self)
        box.setContentsMargins(0, 12, 0, 0)
        box.setSpacing(16)
        box.addWidget(self._none, 1)
        box.addWidget(self._scan, 1)
        box.addWidget(side)
        self._in_hand = (self._scan, side)
        self.show_review(ReviewState())

    def _make_list(self) -> None:
        self._rows: RowsModel[ReviewRow] = RowsModel(
            [
                Column("姓名", review_text.name, 110),
                Column("经手人", lambda r: "、".join(r.handled_by)),
                Column("最好在哪天前报", review_text.when, 190),
            ]
        )
        self._table = table(self._rows, name="form_review_list", words="等复核的确认表", nothing="没有等复核的确认表。")
        self._table.setMinimumHeight(LEAST_LIST_PX)
        self._table.setMaximumHeight(LIST_PX)
        self._table.selectionModel().currentRowChanged.connect(self._moved)
        self._side.addWidget(self._table)

    def _make_facts(self) -> None:
        self._facts = label("", wrap=True, name="form_review_facts")
        self._checks = label("", wrap=True, name="form_review_checks")
        self._faces = {
            words: PhotoView(*FACE_PX, name=f"form_review_{which}", nothing="没有")
            for which, words in (("living", "近照"), ("reference", "社保卡照片"))
        }
        pictures = [column(face, label(words, "muted"), spacing=2) for words, face in self._faces.items()]
        person = button("看全部材料", "form_review_person", "link", tip="打开这个人的页面")
        person.clicked.connect(self.person_asked)
        self._person = person
        self._side.addWidget(self._facts)
        self._side.addLayout(row(*pictures, 1, person, spacing=10))
        self._side.addWidget(self._checks)
        self._side.addStretch(1)

    def _make_decision(self) -> None:
        self._refused = label("", wrap=True, name="form_review_refused")
        self._refused.setStyleSheet(f"color: {theme.PALETTE.danger};")
        self._reason = QLineEdit()
        self._reason.setObjectName("form_review_reason")
        self._reason.setAccessibleName("退回的原因")
        self._reason.setPlaceholderText("退回要写明原因")
        self._reason.setMaxLength(200)
        self._reason.textChanged.connect(self._check)
        self._back = button("退回", "form_review_back", tip=IN_SCREEN["form_send_back"])
        self._pass = button("通过", "form_review_pass", "primary", tip=IN_SCREEN["form_pass"])
        self._back.clicked.connect(lambda: self.sent_back.emit(self._reason.text()))
        self._pass.clicked.connect(self.passed)
        for keys, pressed in ((IN_SCREEN["form_send_back"], self._back), (IN_SCREEN["form_pass"], self._pass)):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.activated.connect(pressed.click)
        self._side.addWidget(self._refused)
        bar = row(self._reason, self._back, self._pass, spacing=10)
        bar.setStretch(0, 1)
        self._side.addLayout(bar)

    def scan_width(self) -> int:
        """Pixels to render the scan at."""
        return self._scan.wanted_width()

    def show_review(self, state: ReviewState) -> None:
        """The form in hand, or nothing."""
        self._showing = True
        if self._rows.rows != state.rows:
            self._rows.set_rows(state.rows)
            self.counted.emit(len(state.rows))
        self._none.setVisible(not state.rows)
        for part in self._in_hand:
            part.setVisible(bool(state.rows))
        if state.row is not None:
            self._table.selectRow(state.at)
        self._showing = False
        shown, can = state.row, state.row is not None and state.row.refused is None
        if state.papers is None:
            self._reason.clear()
        self._facts.setText(review_text.facts(shown) if shown is not None else "")
        self._checks.setText(review_text.checks(shown) if shown is not None else "")
        refused = shown.refused if shown is not None else None
        self._refused.setText(review_text.REFUSED[refused] if refused is not None else "")
        self._refused.setVisible(refused is not None)
        for words, data in zip(
            self._faces, (state.papers.living, state.papers.reference) if state.papers else (None, None), strict=True
        ):
            self._faces[words].show_picture(data)
        if state.page is not None:
            self._scan.show_page(*state.page)
        else:
            self._scan.clear_page()
        self._person.setEnabled(shown is not None)
        self._reason.setEnabled(can)
        self._pass.setEnabled(can and state.papers is not None)
        self._check()

    def _check(self) -> None:
        self._back.setEnabled(self._reason.isEnabled() and len(self._reason.text().strip()) >= SHORTEST_REASON)

    def _moved(self, now: QModelIndex, _before: QModelIndex) -> None:
        if now.isValid() and not self._showing:
            self.chosen.emit(now.row())
