"""One scanned page: the picture with its doubtful spots marked, and the clerk's yes or no."""

from datetime import date

from PySide6.QtCore import QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QCheckBox, QDateEdit, QScrollArea, QVBoxLayout

from app.domain.scan import PageReading, ScanDoubt
from app.ui import text, theme
from app.ui.screens.forms.scans import ScanItem, ScanState
from app.ui.widgets.basic import Card, button, clear, column, label, row

PAGE_MM = (210.0, 297.0)
PICTURE_PX = 620


class ScanPanel(Card):
    """Signals: taken(date, frozenset of ScanDoubt), skipped(), stopped()."""

    taken = Signal(object, object)
    skipped = Signal()
    stopped = Signal()

    def __init__(self) -> None:
        super().__init__(margin=18, spacing=12)
        self._page = label("")
        self._page.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        self._scroll = scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setWidget(self._page)
        scroll.setAccessibleName("扫描的页面")
        scroll.setObjectName("scan_picture")
        self._count, self._name = label("", "muted"), label("", "title", wrap=True, name="scan_name")
        self._trouble = label("", wrap=True, name="scan_trouble")
        self._trouble.setStyleSheet(f"color: {theme.PALETTE.danger};")
        self._doubts = QVBoxLayout()
        self._boxes: dict[ScanDoubt, QCheckBox] = {}
        self._day = QDateEdit()
        self._day.setObjectName("scan_signed_on")
        self._day.setAccessibleName("负责人签字的日期")
        self._day.setCalendarPopup(True)
        self._day.setDisplayFormat("yyyy年M月d日")
        self._day_words = label("负责人签字的日期（照纸上写的填）")
        self._take, self._skip = button("收下这一页", "scan_take", "primary"), button("不收，看下一页", "scan_skip")
        self._stop = button("停止，先看已读的", "scan_stop")
        self._take.clicked.connect(self._take_it)
        self._skip.clicked.connect(self.skipped)
        self._stop.clicked.connect(self._stop_it)
        side = column(self._count, self._name, self._trouble, spacing=12)
        side.addLayout(self._doubts)
        side.addWidget(self._day_words)
        side.addWidget(self._day)
        side.addStretch(1)
        side.addWidget(self._take)
        side.addWidget(self._skip)
        side.addWidget(self._stop)
        both = row(scroll, spacing=18)
        both.setStretch(0, 3)
        both.addLayout(side, 2)
        self.box.addLayout(both, 1)

    def show_state(self, state: ScanState) -> None:
        """The page in hand."""
        item = state.item
        self._skip.setVisible(item is not None)
        self._stop.setVisible(item is None)
        self._scroll.setVisible(item is not None)
        if item is None:
            self._stop.setEnabled(self._stop.isEnabled() or not state.read)
            self._count.setText("正在读扫描件……" if state.busy else "")
            self._name.setText((f"已读 {state.read} 页" if state.read else "请稍等") if state.busy else "")
            self._trouble.hide()
            self._page.clear()
            self._set_doubts(None)
            return
        source = item.reading.source if item.reading is not None else ""
        if item.reading is not None and item.path is not None:
            source += f" 第 {item.reading.number} 页"
        self._count.setText(f"第 {state.at + 1} 页，共 {len(state.items)} 页　{source}")
        self._name.setText(item.name or "认不出是谁的表")
        self._trouble.setText(item.trouble)
        self._trouble.setVisible(bool(item.trouble))
        self._set_doubts(item)
        if item.reading is not None and item.reading.picture_jpeg:
            self._page.setPixmap(_marked(item.reading))
            QTimer.singleShot(0, self, lambda: self._look_at(item.reading))
        else:
            self._page.clear()

    def _stop_it(self) -> None:
        self._stop.setEnabled(False)
        self._count.setText("正在停下……")
        self.stopped.emit()

    def _look_at(self, reading: PageReading | None) -> None:
        """Bring the first doubtful spot into view."""
        box = next((spot.box for spot in reading.spots if spot.box is not None), None) if reading is not None else None
        middle = 0.0 if box is None else (box[1] + box[3] / 2) / PAGE_MM[1]
        self._scroll.ensureVisible(0, int(middle * self._page.height()), 0, self._scroll.viewport().height() // 2)

    def _set_doubts(self, item: ScanItem | None) -> None:
        clear(self._doubts)
        self._boxes = {}
        can = item is not None and item.match is not None and not item.trouble
        match = item.match if item is not None and can else None
        for doubt in match.doubts if match is not None else ():
            whose = f"（{match.like}）" if match is not None and doubt is ScanDoubt.COPIED else ""
            words = f"{text.SCAN_DOUBT[doubt]}{whose}。"
            box = QCheckBox("我看过纸，没有问题")
            box.setObjectName(f"scan_doubt_{doubt.value}")
            box.setAccessibleName(f"{words}我看过纸，没有问题")
            box.toggled.connect(self._check)
            self._boxes[doubt] = box
            self._doubts.addWidget(label(words, wrap=True))
            self._doubts.addWidget(box)
        if can and not self._boxes:
            self._doubts.addWidget(label("✓ 公章、签字、日期都在，页面完整。", wrap=True))
        for widget in (self._day, self._day_words):
            widget.setVisible(can)
        if can:
            self._day.setDate(self._day.date().currentDate())
        self._take.setVisible(can)
        self._check()

    def _check(self) -> None:
        self._take.setEnabled(all(box.isChecked() for box in self._boxes.values()))

    def _take_it(self) -> None:
        chosen = self._day.date()
        self.taken.emit(date(chosen.year(), chosen.month(), chosen.day()), frozenset(self._boxes))


def _marked(reading: PageReading) -> QPixmap:
    """The page with a frame and a number at each doubtful spot."""
    picture = QPixmap()
    picture.loadFromData(reading.picture_jpeg)
    if picture.isNull():
        return picture
    picture = picture.scaledToWidth(PICTURE_PX, Qt.TransformationMode.SmoothTransformation)
    painter = QPainter(picture)
    painter.setPen(QPen(QColor(theme.PALETTE.danger), 4))
    scale = picture.width() / PAGE_MM[0]
    for spot in reading.spots:
        if spot.box is not None:
            x, y, width, height = (value * scale for value in spot.box)
            painter.drawRoundedRect(QRectF(x, y, width, height), 8, 8)
    painter.end()
    return picture
