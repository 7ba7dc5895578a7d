"""The panels of RECEIPT and of the form route: a preview of the paper beside what can be done with it."""

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QComboBox, QFileDialog, QLineEdit, QPlainTextEdit, QRadioButton, QWidget

from app.domain.certification import CenterState
from app.domain.confirmation import EvidenceKind, FormReason
from app.domain.standing import Severity
from app.ui import text
from app.ui.screens.visit.state import VisitState
from app.ui.widgets.badge import Badge
from app.ui.widgets.basic import Card, button, column, label, row
from app.ui.widgets.pictures import PdfPreview

MEDIA_TYPES = {
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".png": "image/png",
    ".mp4": "video/mp4",
    ".pdf": "application/pdf",
}
_STATE = {
    CenterState.PENDING: Severity.NOTICE,
    CenterState.ACCEPTED: Severity.GOOD,
    CenterState.REJECTED: Severity.DANGER,
}


class ReceiptPanel(Card):
    """Signals: print_asked(), save_asked(), size_chosen(str), finished()."""

    print_asked = Signal()
    save_asked = Signal()
    size_chosen = Signal(str)
    finished = Signal()

    def __init__(self) -> None:
        super().__init__(margin=18, spacing=12)
        self.preview = PdfPreview()
        self._badge = Badge("receipt_state")
        self._until = label("", "huge", wrap=True, name="receipt_until")
        self._sizes = QButtonGroup(self)
        a5, a4 = QRadioButton("A5 大字"), QRadioButton("A4")
        for made, size in ((a5, "A5"), (a4, "A4")):
            made.setObjectName(f"receipt_{size}")
            self._sizes.addButton(made)
            made.clicked.connect(lambda _checked=False, s=size: self.size_chosen.emit(s))
        a5.setChecked(True)
        print_, save = button("打印回执", "receipt_print", "primary"), button("另存为 PDF", "receipt_save")
        done = button("办好了，下一位", "receipt_done")
        print_.clicked.connect(self.print_asked)
        save.clicked.connect(self.save_asked)
        done.clicked.connect(self.finished)
        side = column(
            self._badge, label("下一次认证不要晚于", "muted"), self._until, 1, a5, a4, print_, save, done, spacing=12
        )
        both = row(self.preview, spacing=20)
        both.setStretch(0, 3)
        both.addLayout(side, 2)
        self.box.addLayout(both, 1)

    def show_state(self, state: VisitState) -> None:
        """The record's state and the new deadline."""
        record, card = state.record, state.view.card
        assert card is not None
        if record is not None:
            self._badge.show_sentence(_STATE[record.center], text.certification_state(record))
        self._until.setText(text.day(card.standing.deadlines.with_provisional))


class FormPanel(Card):
    """The first version of the form route. Signals: saved(reason, words, how, by), evidence_added(kind, bytes, type),
    camera_asked(kind), print_asked(), save_asked(), closed()."""

    saved = Signal(object, str, str, str)
    camera_asked = Signal(object)
    evidence_added = Signal(object, bytes, str)
    print_asked = Signal()
    save_asked = Signal()
    closed = Signal()

    def __init__(self) -> None:
        super().__init__(margin=18, spacing=10)
        self.preview = PdfPreview()
        self._reason, self._kind = QComboBox(), QComboBox()
        for reason in FormReason:
            self._reason.addItem(text.REASON[reason], reason)
        for kind in EvidenceKind:
            self._kind.addItem(text.EVIDENCE[kind], kind)
        self._words, self._how, self._by = QPlainTextEdit(), QPlainTextEdit(), QLineEdit()
        for widget, name, words in (
            (self._reason, "form_reason", "原因"),
            (self._words, "form_words", "原因说明"),
            (self._how, "form_how", "怎样核实的，例如：上门探望，见到本人，核对身份证"),
            (self._by, "form_by", "核实人姓名"),
            (self._kind, "form_evidence_kind", "材料种类"),
        ):
            widget.setObjectName(name)
            widget.setAccessibleName(words)
            if isinstance(widget, (QPlainTextEdit, QLineEdit)):
                widget.setPlaceholderText(words)
            if isinstance(widget, QPlainTextEdit):
                widget.setFixedHeight(62)
                widget.setTabChangesFocus(True)
        self._lacks = label("", wrap=True, name="form_lacks")
        self._evidence = label("", "muted", wrap=True, name="form_evidence")
        self._print = button("打印确认表", "form_print", "primary")
        self._side()

    def _side(self) -> None:
        save, add = button("保存填写", "form_save"), button("选文件……", "form_add")
        camera = button("用摄像头拍", "form_camera")
        camera.clicked.connect(lambda: self.camera_asked.emit(self._kind.currentData()))
        file, done = button("另存为 PDF", "form_save_pdf"), button("先放着，下一位", "form_done")
        save.clicked.connect(self._save)
        add.clicked.connect(self._choose_file)
        self._print.clicked.connect(self.print_asked)
        file.clicked.connect(self.save_asked)
        done.clicked.connect(self.closed)
        side = column(
            label(text.FORM_GENTLE, "large", wrap=True), self._reason, self._words, self._how, self._by, save, spacing=8
        )
        side.addLayout(row(self._kind, camera, add, spacing=8))
        for widget in (self._evidence, self._lacks):
            side.addWidget(widget)
        side.addStretch(1)
        side.addLayout(row(file, done))
        side.addWidget(self._print)
        both = row(self.preview, spacing=18)
        both.setStretch(0, 1)
        holder = QWidget()
        holder.setLayout(side)
        holder.setFixedWidth(480)
        both.addWidget(holder)
        self.box.addLayout(both, 1)

    def show_state(self, state: VisitState) -> None:
        """The case's values and what it still lacks."""
        view = state.case
        if view is None:
            return
        case = view.case
        self._reason.setCurrentIndex(self._reason.findData(case.reason))
        for edit, words in ((self._words, case.reason_text), (self._how, case.how_verified)):
            if words and edit.toPlainText() != words:
                edit.setPlainText(words)
        if case.verified_by:
            self._by.setText(case.verified_by)
        counts = "、".join(text.EVIDENCE[item.kind] for item in case.evidence)
        self._evidence.setText(f"已有材料：{counts}" if counts else "还没有材料。")
        lacks = "；".join(text.LACKS.get(code, code) for code in view.lacks)
        self._lacks.setText(f"还缺：{lacks}" if lacks else f"{text.CASE_STATE[case.state]}。")
        self._print.setEnabled(not view.lacks and not state.busy)

    def _save(self) -> None:
        reason = self._reason.currentData()
        self.saved.emit(reason, self._words.toPlainText(), self._how.toPlainText(), self._by.text())

    def _choose_file(self) -> None:
        chosen, _filter = QFileDialog.getOpenFileName(
            self, "选择材料", "", "图片、视频或 PDF (*.jpg *.jpeg *.png *.mp4 *.pdf)"
        )
        if chosen:
            self.take_file(Path(chosen))

    def take_file(self, path: Path) -> None:
        """Add a file as evidence of the chosen kind; an unreadable one arrives empty and is refused with words."""
        try:
            data = path.read_bytes()
        except OSError:
            data = b""
        media_type = MEDIA_TYPES.get(path.suffix.lower(), "application/octet-stream")
        self.evidence_added.emit(self._kind.currentData(), data, media_type)
