"""The self-test's widgets: a headline, a line for each part, what to do, the report."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QScrollArea, QVBoxLayout, QWidget

from app.domain.standing import Severity
from app.ui.screens.selftest.presenter import SelftestState
from app.ui.widgets.badge import Badge, chip
from app.ui.widgets.basic import Card, Page, button, label, row

NO_PERSONAL_DATA = "诊断信息里没有姓名、证件号和照片，可以放心发给技术支持。"


class SelftestView(Page):
    """Signals: again_asked(), save_asked(), sound_asked(), back_asked()."""

    again_asked = Signal()
    save_asked = Signal()
    sound_asked = Signal()
    back_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._headline = Badge("selftest_headline")
        self._again, self._save = (
            button("再查一遍", "selftest_again"),
            button("打包诊断信息……", "selftest_save", "primary"),
        )
        sound, back = button("试听声音", "selftest_sound"), button("返回设置", "selftest_back", "link")
        for made, signal in (
            (self._again, self.again_asked),
            (self._save, self.save_asked),
            (sound, self.sound_asked),
            (back, self.back_asked),
        ):
            made.clicked.connect(signal)
        self._lines = QWidget()
        self._fresh = QVBoxLayout(self._lines)
        self._fresh.setContentsMargins(0, 0, 0, 0)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setWidget(self._lines)
        card = Card()
        card.box.addWidget(scroll, 1)
        self._words = label(NO_PERSONAL_DATA, "muted", wrap=True, name="selftest_words")
        self.box.addLayout(row(label("自检", "title"), 1, back))
        self.box.addWidget(self._headline)
        self.box.addWidget(card, 1)
        self.box.addLayout(row(self._again, sound, 1, self._save))
        self.box.addWidget(self._words)

    def show_state(self, state: SelftestState) -> None:
        """Lines, or that it is still being looked at."""
        if state.running or not state.lines:
            self._headline.show_sentence(Severity.NEUTRAL, "正在检查……" if state.running else "还没有检查")
        elif state.bad:
            self._headline.show_sentence(Severity.WARNING, f"有 {state.bad} 项要看一看，照右边的话做就行")
        else:
            self._headline.show_sentence(Severity.GOOD, "一切正常")
        for made in (self._again, self._save):  # also when the examination itself has broken
            made.setEnabled(not state.running)
        self._words.setText("已存好，请把这个文件发给技术支持。" if state.saved else NO_PERSONAL_DATA)
        if not state.saved:
            self._show_lines(state)

    def _show_lines(self, state: SelftestState) -> None:
        old = self._fresh.takeAt(0)
        if old is not None and (former := old.widget()) is not None:
            former.setParent(None)
            former.deleteLater()
        inner = QWidget()
        grid = QGridLayout(inner)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(18)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(2, 3)
        grid.setColumnStretch(3, 4)
        for number, line in enumerate(state.lines):
            sign = chip(Severity.GOOD if line.good else Severity.WARNING, "正常" if line.good else "注意")
            cells = (sign, label(line.name), label(line.words, wrap=True), label(line.todo, wrap=True))
            for column, cell in enumerate(cells):
                grid.addWidget(cell, number, column, Qt.AlignmentFlag.AlignVCenter)
        grid.setRowStretch(len(state.lines), 1)
        self._fresh.addWidget(inner)
