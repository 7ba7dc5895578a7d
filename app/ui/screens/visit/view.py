"""The visit screen: who it is on the left, the step's panel on the right, the step bar above."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QStackedWidget

from app.domain.visit import VisitStep
from app.ui import text
from app.ui.screens.visit.capture_panel import CapturePanel
from app.ui.screens.visit.early_panels import ConsentPanel, PrecheckPanel
from app.ui.screens.visit.paper_panels import FormPanel, ReceiptPanel
from app.ui.screens.visit.review_panel import OverrideDialog, ReviewPanel
from app.ui.screens.visit.state import CaptureState, VisitState
from app.ui.widgets.basic import Card, Page, button, label, row
from app.ui.widgets.pictures import PhotoView
from app.ui.widgets.step_bar import StepBar

TELL_WHO = (VisitStep.FORM, VisitStep.RECEIPT, VisitStep.REVIEW)
"""Their panels say themselves who it is and need the room."""


class RecordPanel(Card):
    """Seen only after a kill between decision and record. Signals: record_asked()."""

    record_asked = Signal()

    def __init__(self) -> None:
        super().__init__(margin=30, spacing=16)
        go = button("存好这次认证", "record_go", "primary")
        go.clicked.connect(self.record_asked)
        self.box.addWidget(label("上次已经判断通过，还没有存好。", "large", wrap=True))
        self.box.addStretch(1)
        self.box.addLayout(row(1, go))


class VisitView(Page):
    """Panels are public attributes; the screen's wiring connects their signals. Signals: leave_asked()."""

    leave_asked = Signal()

    def __init__(self) -> None:
        super().__init__(margin=22, spacing=12)
        self.steps = StepBar(tuple(name for _step, name in text.STEPS))
        self._leave = button("不办了，返回", "visit_leave", "link")
        self._leave.clicked.connect(self.leave_asked)
        self.box.addLayout(row(self.steps, 1, self._leave))
        self.precheck, self.consent, self.capture = PrecheckPanel(), ConsentPanel(), CapturePanel()
        self.review, self.record, self.receipt, self.form = ReviewPanel(), RecordPanel(), ReceiptPanel(), FormPanel()
        self.precheck.left.connect(self.leave_asked)
        self._stack = QStackedWidget()
        self._panels = {
            VisitStep.PRECHECK: self.precheck,
            VisitStep.CONSENT: self.consent,
            VisitStep.CAPTURE: self.capture,
            VisitStep.REVIEW: self.review,
            VisitStep.RECORD: self.record,
            VisitStep.RECEIPT: self.receipt,
            VisitStep.FORM: self.form,
        }
        for panel in self._panels.values():
            panel.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
            self._stack.addWidget(panel)
        self._person = self._who()
        self.box.addLayout(row(self._person, self._stack, spacing=16), 1)

    def _who(self) -> Card:
        card = Card(margin=18, spacing=8)
        card.setFixedWidth(236)
        self._photo = PhotoView(198, 243, name="visit_photo")
        self._name = label("", "title", wrap=True, name="visit_name")
        self._facts = label("", wrap=True)
        for widget in (self._photo, self._name, self._facts):
            card.box.addWidget(widget)
        card.box.addStretch(1)
        return card

    def clear(self) -> None:
        """A visit is being opened: nothing of the person before, and no button to press yet."""
        self._photo.show_picture(None)
        self._name.setText("")
        self._facts.setText("")
        self._stack.setCurrentWidget(self.precheck)
        self._stack.setEnabled(False)

    def show_state(self, state: VisitState) -> None:
        """The person and the step's panel."""
        self._stack.setEnabled(True)
        card = state.view.card
        assert card is not None
        retiree = card.retiree
        self._photo.show_picture(state.photo)
        self._name.setText(retiree.name)
        taken = f"\n照片摄于 {retiree.photo_taken_on.year} 年" if retiree.photo_taken_on else ""
        self._facts.setText(
            f"{text.SEX[retiree.sex]}　{state.age} 岁\n尾号 {retiree.id_number[-4:]}\n个人编号 {retiree.personnel_number}{taken}"
        )
        order = [step for step, _name in text.STEPS]
        self.steps.show_step(order.index(state.step) if state.step in order else -1)
        self.steps.setVisible(state.step is not VisitStep.FORM)
        self._leave.setVisible(state.step not in (VisitStep.FORM, VisitStep.RECEIPT))  # these have their own way out
        self._person.setVisible(state.step not in TELL_WHO)
        panel = self._panels.get(state.step)
        if panel is not None and panel is not self._stack.currentWidget():
            self.review.fold()
            self._stack.setCurrentWidget(panel)
            panel.setFocus()  # on none of its buttons: Tab goes to the first; a panel with one obvious button takes it
        if isinstance(panel, (PrecheckPanel, ConsentPanel, ReviewPanel, ReceiptPanel, FormPanel)):
            panel.show_state(state)

    def show_capture(self, state: CaptureState) -> None:
        """The live part."""
        self.capture.show_capture(state)
        if self._stack.currentWidget() is self.capture:
            self._person.setVisible(not state.lamp)  # its room is needed for light

    def show_page(self, width: int, height: int, rgb: bytes) -> None:
        """The paper of the present panel."""
        preview = self.form.preview if self._stack.currentWidget() is self.form else self.receipt.preview
        preview.show_page(width, height, rgb)

    def page_width(self) -> int:
        """Pixels to render the paper at."""
        preview = self.form.preview if self._stack.currentWidget() is self.form else self.receipt.preview
        return preview.wanted_width()

    def ask_override(self) -> tuple[str, str, str] | None:
        """Reason, login and password of the second person; None when cancelled."""
        dialog = OverrideDialog(self)
        return dialog.answer() if dialog.exec() else None
