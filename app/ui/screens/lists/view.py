"""The lists' widgets: filters above, the table with the clerk's own columns, what to do with the list below."""

from PySide6.QtCore import QModelIndex, QPoint, QTimer, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QInputDialog, QLineEdit, QMenu

from app.services.list_choices import LONGEST_NAME, ListLayout, ShownColumn
from app.services.lists import ListColumn, ListOrder, ListRow
from app.ui import text
from app.ui.screens.lists.columns import CELL, HEADING, WIDTH
from app.ui.screens.lists.contact import Contact
from app.ui.screens.lists.contact_dialog import ContactDialog
from app.ui.screens.lists.presenter import ListState
from app.ui.widgets.basic import Page, button, combo, label, row
from app.ui.widgets.rule_link import RuleLink
from app.ui.widgets.table import Column, RowsModel, table

ARRANGED_MS = 400
"""Dragging a border tells hundreds of widths; only the last is kept."""
LAST_PX = 180
"""The last column takes what is left, and no less than this."""
ARROWS = {False: " ▲", True: " ▼"}


class ListsView(Page):
    """Signals: group_chosen(HomeGroup | None), saved_chosen(str), searched(str), ordered(ListOrder), unanswered(bool),
    person_asked(ListRow), contact_asked(ListRow), letters_asked(), print_asked(), workbook_asked(), import_asked(), messages_asked(),
    addresses_asked(), plans_asked(), trips_asked(), home_visit_asked(ListRow), save_asked(), forget_asked(),
    sort_asked(ListColumn), arranged(ListLayout), article_asked(str)."""

    group_chosen = Signal(object)
    saved_chosen = Signal(str)
    searched = Signal(str)
    ordered = Signal(object)
    unanswered = Signal(bool)
    person_asked = Signal(object)
    contact_asked = Signal(object)
    letters_asked = Signal()
    workbook_asked = Signal()
    print_asked = Signal()
    plans_asked = Signal()
    import_asked = Signal()
    trips_asked = Signal()
    home_visit_asked = Signal(object)
    messages_asked = Signal()
    addresses_asked = Signal()
    save_asked = Signal()
    forget_asked = Signal()
    sort_asked = Signal(object)
    arranged = Signal(object)
    article_asked = Signal(str)

    def __init__(self) -> None:
        super().__init__(spacing=12)
        self._count = label("", "muted")
        self._layout = ListLayout()
        self._drawing = False
        take_in, columns, save = (
            button("导入名册", "lists_import"),
            button("选列", "lists_columns"),
            button("存下这个筛选", "lists_save"),
        )
        self._forget = button("删除这个筛选", "lists_forget")
        take_in.clicked.connect(self.import_asked)
        columns.clicked.connect(lambda: self._column_menu().exec(columns.mapToGlobal(QPoint(0, columns.height()))))
        save.clicked.connect(self.save_asked)
        self._forget.clicked.connect(self.forget_asked)
        trips, rule = button("上门认证", "lists_trips"), RuleLink("lists_article", "四(二)、四(三)")
        trips.clicked.connect(self.trips_asked)
        rule.article_asked.connect(self.article_asked)
        self.box.addLayout(
            row(label("名单", "title"), self._count, rule, 1, self._forget, save, columns, take_in, trips)
        )
        self.box.addLayout(self._filters())
        self._model: RowsModel[ListRow] = RowsModel([])
        self._table = table(
            self._model, name="lists_table", words="名单，双击或按回车看详细情况", nothing="名单是空的。"
        )
        self._table.activated.connect(self._opened)
        header = self._table.horizontalHeader()
        header.setStretchLastSection(True)
        header.setSectionsMovable(True)
        header.setSectionsClickable(True)
        header.sectionClicked.connect(lambda place: self.sort_asked.emit(self._layout.columns[place].column))
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(ARRANGED_MS)
        self._settle.timeout.connect(self._tell_layout)
        for changed in (header.sectionResized, header.sectionMoved):
            changed.connect(lambda *_places: None if self._drawing else self._settle.start())
        self.box.addWidget(self._table, 1)
        self.box.addLayout(self._actions())

    def _actions(self) -> QHBoxLayout:
        self._contact = button("记一次联系", "lists_contact", "primary")
        self._letters, self._book = button("提醒信", "lists_letters"), button("另存为表格", "lists_workbook")
        sms, addresses = button("短信文字", "lists_sms"), button("地址表", "lists_addresses")
        self._paper, plans = button("打印名单", "lists_print"), button("日程", "lists_plans")
        self._paper.clicked.connect(self.print_asked)
        plans.clicked.connect(self.plans_asked)
        sms.clicked.connect(self.messages_asked)
        addresses.clicked.connect(self.addresses_asked)
        self._contact.clicked.connect(self._contact_chosen)
        self._letters.clicked.connect(self.letters_asked)
        self._book.clicked.connect(self.workbook_asked)
        self._home = button("加入上门名单", "lists_home_visit")
        self._home.clicked.connect(self._take_along)
        made = (self._letters, sms, addresses, self._paper, self._book, plans)
        return row(*made, 1, self._home, self._contact)

    def _filters(self) -> QHBoxLayout:
        self._group, self._order = combo("lists_group", "哪些人"), combo("lists_order", "排序")
        self._group.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        for order, words in text.LIST_ORDER.items():
            self._order.addItem(words, order)
        self._words = QLineEdit()
        self._words.setObjectName("lists_words")
        self._words.setAccessibleName("在名单里找")
        self._words.setPlaceholderText("在名单里找")
        self._words.setClearButtonEnabled(True)
        self._open = QCheckBox("只看还没联系上的")
        self._open.setObjectName("lists_unanswered")
        self._group.activated.connect(self._chosen)
        self._order.activated.connect(lambda i: self.ordered.emit(self._order.itemData(i)))
        self._words.textEdited.connect(self.searched)
        self._words.textChanged.connect(lambda words: None if words else self.searched.emit(words))
        self._open.clicked.connect(self.unanswered)
        bar = row(self._group, self._order, self._words, self._open)
        bar.setStretch(2, 1)
        return bar

    def _chosen(self, place: int) -> None:
        chosen = self._group.itemData(place)
        if isinstance(chosen, str):
            self.saved_chosen.emit(chosen)
        else:
            self.group_chosen.emit(chosen)

    # ------------------------------------------------------------------ showing

    def show_state(self, state: ListState) -> None:
        """Rows, the filter, the columns."""
        self._count.setText(f"{len(state.rows)} 人，名册共 {state.total} 人")
        self._show_groups(state)
        self._order.setCurrentIndex(list(ListOrder).index(state.query.order))
        if self._words.text() != state.query.words:
            self._words.blockSignals(True)
            self._words.setText(state.query.words)
            self._words.blockSignals(False)
        self._open.setChecked(state.query.unanswered)
        self._forget.setVisible(bool(state.chosen))
        for widget in (self._contact, self._home, self._letters, self._book, self._paper):
            widget.setEnabled(bool(state.rows))
        self._show_columns(state)
        self._model.set_rows(state.rows)
        if state.rows:
            self._table.selectRow(0)

    def _show_groups(self, state: ListState) -> None:
        self._group.clear()
        choices: list[tuple[str, object]] = [(words, group) for group, words in text.HOME_GROUP.items()]
        choices += [(words, errand) for errand, words in text.ERRAND.items()]
        choices += [("全部人员", None), *((f"我的：{saved.name}", saved.name) for saved in state.saved)]
        for words, chosen in choices:
            self._group.addItem(words, chosen)
        known = [chosen for _words, chosen in choices]
        self._group.setCurrentIndex(known.index(state.chosen if state.chosen in known else state.query.group))

    def _show_columns(self, state: ListState) -> None:
        query = state.query
        columns = tuple(
            Column(
                HEADING[one.column] + (ARROWS[query.descending] if one.column is query.sort else ""), CELL[one.column]
            )
            for one in state.layout.columns
        )
        fresh = state.layout.columns != self._layout.columns or not self._model.columns
        self._layout = state.layout
        if [one.heading for one in columns] == [one.heading for one in self._model.columns] and not fresh:
            return
        self._drawing = True
        self._model.set_columns(columns)
        header = self._table.horizontalHeader()
        for place, one in enumerate(state.layout.columns):
            header.moveSection(header.visualIndex(place), place)
            header.resizeSection(place, one.width)
        last = len(state.layout.columns) - 1
        header.resizeSection(last, min(LAST_PX, state.layout.columns[last].width))  # the header stretches it from there
        self._drawing = False

    # ------------------------------------------------------------------ columns

    def _column_menu(self) -> QMenu:
        menu, shown = QMenu(self), [one.column for one in self._layout.columns]
        for column in ListColumn:
            action = QAction(HEADING[column], menu)
            action.setCheckable(True)
            action.setChecked(column in shown)
            action.setEnabled(shown != [column])
            action.toggled.connect(lambda on, c=column: self._toggle(c, on))
            menu.addAction(action)
        self._by_keyboard(menu, shown)
        return menu

    def _by_keyboard(self, menu: QMenu, shown: list[ListColumn]) -> None:
        """What the mouse does on a heading: sort by it, drag it."""
        sort, first = menu.addMenu("按哪一列排"), menu.addMenu("移到最前")
        for column in shown:
            sort.addAction(HEADING[column]).triggered.connect(lambda _on=False, c=column: self.sort_asked.emit(c))
            first.addAction(HEADING[column]).triggered.connect(lambda _on=False, c=column: self._move_first(c))

    def _move_first(self, column: ListColumn) -> None:
        columns = tuple(sorted(self._arrangement(), key=lambda one: one.column is not column))
        self.arranged.emit(ListLayout(columns=columns, sort=self._layout.sort, descending=self._layout.descending))

    def _toggle(self, column: ListColumn, on: bool) -> None:
        others = tuple(one for one in self._arrangement() if one.column is not column)
        columns = (*others, ShownColumn(column, WIDTH[column])) if on else others
        self.arranged.emit(ListLayout(columns=columns, sort=self._layout.sort, descending=self._layout.descending))

    def _arrangement(self) -> tuple[ShownColumn, ...]:
        """From left to right as they stand now."""
        header = self._table.horizontalHeader()
        places = [header.logicalIndex(visual) for visual in range(header.count())]
        last = places[-1]  # stretched by the window, so its own width stays
        return tuple(
            ShownColumn(one.column, one.width if place == last else header.sectionSize(place))
            for place in places
            for one in (self._layout.columns[place],)
        )

    def _tell_layout(self) -> None:
        layout = ListLayout(columns=self._arrangement(), sort=self._layout.sort, descending=self._layout.descending)
        self.arranged.emit(layout)

    # ------------------------------------------------------------------ asking

    def ask_contact(self, name: str) -> Contact | None:
        """The dialog."""
        dialog = ContactDialog(self, name)
        return dialog.contact() if dialog.exec() else None

    def ask_name(self, suggested: str) -> str | None:
        """What to call the filter."""
        name, done = QInputDialog.getText(self, "存下这个筛选", "起个名字：", text=suggested)
        return name[:LONGEST_NAME] if done else None

    def _opened(self, index: QModelIndex) -> None:
        self.person_asked.emit(self._model.row_at(index.row()))

    def _take_along(self) -> None:
        chosen = self.current()
        if chosen is not None:
            self.home_visit_asked.emit(chosen)

    def current(self) -> ListRow | None:
        """Who is chosen."""
        index = self._table.currentIndex()
        return self._model.row_at(index.row()) if index.isValid() else None

    def _contact_chosen(self) -> None:
        index = self._table.currentIndex()
        if index.isValid():
            self.contact_asked.emit(self._model.row_at(index.row()))
