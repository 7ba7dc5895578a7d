"""The find screen: one search line, hits on the left, the person on the right."""

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QListWidget, QListWidgetItem

from app.ui import text
from app.ui.screens.find.presenter import FindState, FoundCard
from app.ui.widgets.badge import Badge
from app.ui.widgets.basic import Card, Page, button, column, label, row
from app.ui.widgets.pictures import PhotoView

HITS_PX = (280, 400)
"""Least and greatest width of the list of hits."""
PLACEHOLDER = "姓名、拼音、首字母、身份证号、个人编号或电话"


class FindView(Page):
    """Signals: typed(str), hit_chosen(str id), start_asked(), person_asked(), article_asked(str), camera_asked()."""

    typed = Signal(str)
    hit_chosen = Signal(str)
    start_asked = Signal()
    person_asked = Signal()
    camera_asked = Signal()
    article_asked = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._search = QLineEdit()
        self._search.setObjectName("find_search")
        self._search.setProperty("role", "search")
        self._search.setPlaceholderText(PLACEHOLDER)
        self._search.setAccessibleName("查找")
        self._search.setClearButtonEnabled(True)
        self._search.textChanged.connect(self.typed)
        self._search.returnPressed.connect(self.start_asked)
        self._search.installEventFilter(self)
        camera = button("扫码找人", "find_camera")
        camera.clicked.connect(self.camera_asked)
        top = row(self._search, camera)
        top.setStretch(0, 1)
        self.box.addLayout(top)
        self._count = label("", "muted")
        self._hits = QListWidget()
        self._hits.setObjectName("find_hits")
        self._hits.setAccessibleName("查到的人")
        self._hits.currentItemChanged.connect(self._chosen)
        self._hits.itemActivated.connect(lambda _item: self.start_asked.emit())
        left = Card(margin=14)
        left.setMinimumWidth(HITS_PX[0])
        left.setMaximumWidth(HITS_PX[1])
        left.box.addWidget(self._count)
        left.box.addWidget(self._hits, 1)
        self._card = self._person()
        both = row(left, self._card, spacing=18)
        both.setStretch(0, 2)
        both.setStretch(1, 3)
        self.box.addLayout(both, 1)

    def _person(self) -> Card:
        card = Card(margin=26, spacing=14)
        self._nothing = label("在上面输入，马上就能找到。", "large")
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._photo = PhotoView(179, 220, name="find_photo")
        self._name, self._who = label("", "huge", name="find_name"), label("", "large", wrap=True)
        self._numbers = label("", wrap=True)
        self._badge = Badge("find_standing")
        self._badge.article_asked.connect(self.article_asked)
        self._start = button("开始认证", "find_start", "primary")
        self._start.clicked.connect(self.start_asked)
        self._more = button("历次认证和逐月发放", "find_person")
        self._more.clicked.connect(self.person_asked)
        facts = column(self._name, self._who, self._numbers, 1, spacing=8)
        top = row(self._photo, spacing=24)
        top.addLayout(facts, 1)
        card.box.addWidget(self._nothing, 100)
        card.box.addLayout(top)
        card.box.addWidget(self._badge)
        card.box.addStretch(1)
        card.box.addLayout(row(self._more, 1, self._start))
        return card

    def show_state(self, state: FindState) -> None:
        """Hits and the chosen person."""
        self._hits.blockSignals(True)
        self._hits.clear()
        for hit in state.hits:
            item = QListWidgetItem(f"{hit.name}　　{text.MATCHED[hit.matched]}相符")
            item.setData(Qt.ItemDataRole.UserRole, hit.retiree_id)
            self._hits.addItem(item)
            if state.found is not None and hit.retiree_id == state.found.card.retiree.id:
                self._hits.setCurrentItem(item)
        self._hits.blockSignals(False)
        if state.typed.strip():
            self._count.setText(f"查到 {len(state.hits)} 人" if state.hits else "没有查到，请换个写法，或核对名册")
        else:
            self._count.setText(f"名册共 {state.total} 人" if state.total else "名册是空的，请先同步或导入名册")
        self._show_person(state.found)

    def _show_person(self, found: FoundCard | None) -> None:
        for widget in (self._photo, self._name, self._who, self._numbers, self._badge, self._more, self._start):
            widget.setVisible(found is not None)
        self._nothing.setVisible(found is None)
        if found is None:
            return
        retiree, standing = found.card.retiree, found.card.standing
        self._photo.show_picture(found.photo)
        self._name.setText(retiree.name)
        self._who.setText(f"{text.SEX[retiree.sex]}　{found.age} 岁　{text.RETIREMENT[retiree.kind]}")
        self._numbers.setText(
            f"身份证号　{retiree.id_number}\n个人编号　{retiree.personnel_number}\n电　　话　{retiree.phone or '——'}"
        )
        self._badge.show_sentence(standing.severity, text.standing_sentence(standing), standing.articles)

    def ask(self, typed: str = "") -> None:
        """Come up ready for typing."""
        self._search.setText(typed)
        self._search.setFocus(Qt.FocusReason.OtherFocusReason)
        self._search.selectAll()

    def _chosen(self, item: QListWidgetItem | None) -> None:
        if item is not None:
            self.hit_chosen.emit(item.data(Qt.ItemDataRole.UserRole))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Arrow keys in the search line move through the hits."""
        if watched is self._search and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()))
            if step is not None and self._hits.count():
                wanted = min(max(self._hits.currentRow() + step, 0), self._hits.count() - 1)
                self._hits.setCurrentRow(wanted)
                return True
        return super().eventFilter(watched, event)
