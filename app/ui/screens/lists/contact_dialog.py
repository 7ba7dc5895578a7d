"""The dialog about one contact."""

from datetime import date

from PySide6.QtWidgets import QCheckBox, QDateEdit, QPlainTextEdit, QVBoxLayout, QWidget

from app.domain.follow_up import FollowUpResult, FollowUpWay
from app.ui import text
from app.ui.fitting import FittedDialog
from app.ui.screens.lists.contact import Contact
from app.ui.widgets.basic import button, combo, label, row


class ContactDialog(FittedDialog):
    """How, with what result, what was said, when next."""

    def __init__(self, parent: QWidget, name: str) -> None:
        super().__init__(parent)
        self.setObjectName("contact_dialog")
        self.setWindowTitle("记一次联系")
        self.setMinimumWidth(540)
        self._way, self._result = combo("contact_way", "怎样联系的"), combo("contact_result", "结果")
        for way in FollowUpWay:
            self._way.addItem(text.WAY[way], way)
        for result in FollowUpResult:
            self._result.addItem(text.RESULT[result], result)
        self._note = QPlainTextEdit()
        self._note.setObjectName("contact_note")
        self._note.setAccessibleName("说了什么")
        self._note.setTabChangesFocus(True)
        self._note.setFixedHeight(84)
        self._again = QCheckBox("约好日期")
        self._again.setObjectName("contact_again")
        self._next = QDateEdit()
        self._next.setObjectName("contact_next")
        self._next.setAccessibleName("下次联系或上门的日期")
        self._next.setCalendarPopup(True)
        self._next.setDisplayFormat("yyyy年M月d日")
        self._next.setDate(self._next.date().currentDate().addDays(7))
        self._next.setEnabled(False)
        self._time = combo("contact_time", "约定的时间")
        self._time.addItem("时间不定", "")
        for minutes in range(8 * 60, 18 * 60 + 1, 30):
            clock = f"{minutes // 60:02d}:{minutes % 60:02d}"
            self._time.addItem(clock, clock)
        self._time.setEnabled(False)
        self._again.toggled.connect(self._next.setEnabled)
        self._again.toggled.connect(self._time.setEnabled)
        save, cancel = button("记下", "contact_save", "primary"), button("返回", "contact_cancel")
        save.clicked.connect(self.accept)
        cancel.clicked.connect(self.reject)
        box = QVBoxLayout(self)
        box.setContentsMargins(28, 24, 28, 24)
        box.setSpacing(10)
        box.addWidget(label(name, "title"))
        for caption, widget in (
            ("怎样联系的", self._way),
            ("结果", self._result),
            ("说了什么（只存在本机）", self._note),
        ):
            box.addWidget(label(caption))
            box.addWidget(widget)
        box.addLayout(row(self._again, self._next, self._time, 1))
        box.addLayout(row(cancel, 1, save))

    def contact(self) -> Contact:
        """What was filled in."""
        chosen, again = self._next.date(), self._again.isChecked()
        return Contact(
            way=self._way.currentData(),
            result=self._result.currentData(),
            note=self._note.toPlainText(),
            next_on=date(chosen.year(), chosen.month(), chosen.day()) if again else None,
            next_time=self._time.currentData() if again else "",
        )
