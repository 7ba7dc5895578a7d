"""The lists' widgets, and the dialog about one contact."""

from datetime import date

from PySide6.QtCore import QModelIndex, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDateEdit,
    QDialog,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from app.domain.follow_up import FollowUpResult, FollowUpWay
from app.services.home import HomeGroup
from app.services.lists import ListOrder, ListRow
from app.ui import text
from app.ui.screens.lists.presenter import Contact, ListState, contact_words
from app.ui.widgets.basic import Page, button, label, row
from app.ui.widgets.table import Column, RowsModel, table


def _combo(name: str, words: str) -> QComboBox:
    made = QComboBox()
    made.setObjectName(name)
    made.setAccessibleName(words)
    return made


class ListsView(Page):
    """Signals: group_chosen(HomeGroup | None), searched(str), ordered(ListOrder), unanswered(bool), person_asked(ListRow),
    contact_asked(ListRow), letters_asked(), workbook_asked(), import_asked()."""

    group_chosen = Signal(object)
    searched = Signal(str)
    ordered = Signal(object)
    unanswered = Signal(bool)
    person_asked = Signal(object)
    contact_asked = Signal(object)
    letters_asked = Signal()
    workbook_asked = Signal()
    import_asked = Signal()

    def __init__(self) -> None:
        super().__init__(spacing=12)
        self._count = label("", "muted")
        take_in = button("导入名册", "lists_import")
        take_in.clicked.connect(self.import_asked)
        self.box.addLayout(row(label("名单", "title"), self._count, 1, take_in))
        self.box.addLayout(self._filters())
        self._model: RowsModel[ListRow] = RowsModel(
            [
                Column("姓名", lambda r: r.row.retiree.name, 120),
                Column("现在的情况", lambda r: text.standing_sentence(r.row.standing)),
                Column("电话", lambda r: r.row.retiree.phone, 150),
                Column("最近联系", lambda r: contact_words(r.latest), 330),
            ]
        )
        self._table = table(self._model, name="lists_table", words="名单，双击看详细情况", nothing="名单是空的。")
        self._table.activated.connect(self._opened)
        self.box.addWidget(self._table, 1)
        self._contact = button("记一次联系", "lists_contact", "primary")
        self._letters, self._book = button("打印提醒信", "lists_letters"), button("另存为表格", "lists_workbook")
        self._contact.clicked.connect(self._contact_chosen)
        self._letters.clicked.connect(self.letters_asked)
        self._book.clicked.connect(self.workbook_asked)
        self.box.addLayout(row(self._letters, self._book, 1, self._contact))

    def _filters(self) -> QHBoxLayout:
        self._group, self._order = _combo("lists_group", "哪些人"), _combo("lists_order", "排序")
        for group in HomeGroup:
            self._group.addItem(text.HOME_GROUP[group], group)
        self._group.addItem("全部人员", None)
        for order, words in text.LIST_ORDER.items():
            self._order.addItem(words, order)
        self._words = QLineEdit()
        self._words.setObjectName("lists_words")
        self._words.setAccessibleName("在名单里找")
        self._words.setPlaceholderText("在名单里找")
        self._words.setClearButtonEnabled(True)
        self._open = QCheckBox("只看还没联系上的")
        self._open.setObjectName("lists_unanswered")
        self._group.activated.connect(lambda i: self.group_chosen.emit(self._group.itemData(i)))
        self._order.activated.connect(lambda i: self.ordered.emit(self._order.itemData(i)))
        self._words.textChanged.connect(self.searched)
        self._open.toggled.connect(self.unanswered)
        bar = row(self._group, self._order, self._words, self._open)
        bar.setStretch(2, 1)
        return bar

    def show_state(self, state: ListState) -> None:
        """Rows and the filter."""
        self._count.setText(f"{len(state.rows)} 人，名册共 {state.total} 人")
        self._group.setCurrentIndex(list(HomeGroup).index(state.query.group) if state.query.group else len(HomeGroup))
        self._order.setCurrentIndex(list(ListOrder).index(state.query.order))
        for widget in (self._contact, self._letters, self._book):
            widget.setEnabled(bool(state.rows))
        self._model.set_rows(state.rows)
        if state.rows:
            self._table.selectRow(0)

    def ask_contact(self, name: str) -> Contact | None:
        """The dialog."""
        dialog = ContactDialog(self, name)
        return dialog.contact() if dialog.exec() else None

    def _opened(self, index: QModelIndex) -> None:
        self.person_asked.emit(self._model.row_at(index.row()))

    def _contact_chosen(self) -> None:
        index = self._table.currentIndex()
        if index.isValid():
            self.contact_asked.emit(self._model.row_at(index.row()))


class ContactDialog(QDialog):
    """How, with what result, what was said, when next."""

    def __init__(self, parent: QWidget, name: str) -> None:
        super().__init__(parent)
        self.setObjectName("contact_dialog")
        self.setWindowTitle("记一次联系")
        self.setMinimumWidth(540)
        self._way, self._result = _combo("contact_way", "怎样联系的"), _combo("contact_result", "结果")
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
        self._again.toggled.connect(self._next.setEnabled)
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
        box.addLayout(row(self._again, self._next, 1))
        box.addLayout(row(cancel, 1, save))

    def contact(self) -> Contact:
        """What was filled in."""
        chosen = self._next.date()
        return Contact(
            way=self._way.currentData(),
            result=self._result.currentData(),
            note=self._note.toPlainText(),
            next_on=date(chosen.year(), chosen.month(), chosen.day()) if self._again.isChecked() else None,
        )
