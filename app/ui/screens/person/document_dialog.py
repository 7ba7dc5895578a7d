"""A document of the person, looked at in memory: nothing is written to a file."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from app.ui.fitting import FittedDialog
from app.ui.widgets.basic import button, label, row
from app.ui.widgets.pictures import PdfPreview, decoded

SIZE = (820, 640)
NO_PICTURE = "这份材料是录像，不能在这里放；需要时由省中心调取。"


class DocumentDialog(FittedDialog):
    """Signals: page_asked(int page, int width in pixels)."""

    page_asked = Signal(int, int)

    def __init__(self, parent: QWidget | None, *, title: str) -> None:
        super().__init__(parent)
        self.setObjectName("document_dialog")
        self.setWindowTitle(title)
        self._stack, self._picture, self._pdf = QStackedWidget(), label("", name="document_picture"), PdfPreview()
        self._picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._stack.addWidget(self._picture)
        self._stack.addWidget(self._pdf)
        self._page, self._pages = 0, 1
        self._before, self._next = button("上一页", "document_before"), button("下一页", "document_next")
        self._count, close = label("", "muted"), button("关闭", "document_close", "primary")
        self._before.clicked.connect(lambda: self._turn(-1))
        self._next.clicked.connect(lambda: self._turn(1))
        close.clicked.connect(self.accept)
        box = QVBoxLayout(self)
        box.setContentsMargins(20, 18, 20, 18)
        box.setSpacing(12)
        box.addWidget(label(title, "large", wrap=True))
        box.addWidget(self._stack, 1)
        box.addLayout(row(self._before, self._next, self._count, 1, close))
        self.resize(*SIZE)
        self._turning(on=False)

    def show_picture(self, data: bytes) -> None:
        """A picture, or words when it is none."""
        image = decoded(data, QSize(SIZE[0] - 60, SIZE[1] - 160))
        if image.isNull():
            self._picture.setText(NO_PICTURE)
        else:
            self._picture.setPixmap(QPixmap.fromImage(image))
            self._picture.setAccessibleName("材料图片")

    def show_pdf(self, pages: int) -> None:
        """A paper of so many pages; asks for the first."""
        self._pages = pages
        self._stack.setCurrentWidget(self._pdf)
        self._turning(on=pages > 1)
        self._turn(0)

    def show_page(self, page: tuple[int, int, bytes]) -> None:
        """The page asked for."""
        self._pdf.show_page(*page)

    def _turning(self, *, on: bool) -> None:
        for made in (self._before, self._next, self._count):
            made.setVisible(on)

    def _turn(self, by: int) -> None:
        self._page = min(max(self._page + by, 0), self._pages - 1)
        self._count.setText(f"第 {self._page + 1} 页，共 {self._pages} 页")
        self.page_asked.emit(self._page, self._pdf.wanted_width())
