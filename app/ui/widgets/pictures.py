"""Pictures: photos fitted into a frame, the live camera mirrored with an oval, and pages of a PDF."""

from PySide6.QtCore import QBuffer, QIODevice, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QImage,
    QImageIOHandler,
    QImageReader,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QPixmap,
)
from PySide6.QtWidgets import QLabel, QScrollArea, QSizePolicy, QWidget

from app.ui import theme
from app.ui.widgets.basic import label


class PhotoView(QLabel):
    """A photo in a frame; words where there is none. The size it is made with is its least, and its only one until resize_frame()."""

    def __init__(self, width: int, height: int, *, name: str, nothing: str = "没有照片") -> None:
        super().__init__()
        self.setObjectName(name)
        self.setFixedSize(width, height)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._nothing = nothing
        self._data: bytes | None = None
        p = theme.PALETTE
        self.setStyleSheet(f"background: {p.raised}; border: 1px solid {p.line}; border-radius: 8px; color: {p.muted};")
        self.show_picture(None)

    def show_picture(self, data: bytes | None) -> None:
        """Encoded picture bytes, or None."""
        self._data = data
        ratio = self.devicePixelRatioF()
        image = decoded(data, self.sizeHint() * ratio) if data is not None else QImage()
        if image.isNull():
            self.setPixmap(QPixmap())
            self.setText(self._nothing)
            self.setAccessibleName(self._nothing)
            return
        image.setDevicePixelRatio(ratio)
        self.setPixmap(QPixmap.fromImage(image))
        self.setAccessibleName("照片")

    def sizeHint(self) -> QSize:
        """As large as it may be."""
        return self.maximumSize()

    def resize_frame(self, width: int, height: int) -> None:
        """Another size where there is room, the picture fitted anew."""
        if self.maximumSize() != QSize(width, height):
            self.setMaximumSize(width, height)
            self.show_picture(self._data)


def decoded(data: bytes, size: QSize) -> QImage:
    """A picture fitted into ``size``; a null image when it can't be read.

    Scaled while it is decoded, so that a large JPEG does not hold up the window; turned as its EXIF says.
    """
    buffer = QBuffer()
    buffer.setData(data)
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer)
    reader.setAutoTransform(True)
    known = reader.size()
    if known.isValid():
        turned = reader.transformation() & QImageIOHandler.Transformation.TransformationRotate90
        room = size.transposed() if turned else size
        reader.setScaledSize(known.scaled(room, Qt.AspectRatioMode.KeepAspectRatio))
    return reader.read()


class CameraView(QWidget):
    """The live picture, mirrored as in a looking-glass, with an oval to sit in. Words instead while there is no picture.

    Papers held to the camera are shown whole: not mirrored, no oval, nothing cut off. As a lamp the view is white about a smaller picture.
    """

    LAMP_WIDTH, LAMP_HEIGHT, LAMP_SHAPE = 0.58, 0.74, 1.35
    """Shares of the view that the picture keeps at most while the rest gives light, and its width to its height."""

    def __init__(self, *, mirrored: bool = True, oval: bool = True) -> None:
        super().__init__()
        self._mirrored, self._with_oval = mirrored, oval
        self.setObjectName("camera_view")
        self.setAccessibleName("摄像头画面")
        self.setMinimumSize(320, 240)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._image: QImage | None = None
        self._words = "正在打开摄像头……"
        self._oval = QColor(theme.PALETTE.oval)
        self._lamp = False

    def sizeHint(self) -> QSize:
        """Small, because a screen that scrolls gives every picture its hint; the view takes all the room there is."""
        return QSize(400, 300)

    def show_frame(self, image: QImage) -> None:
        """The newest frame (not mirrored)."""
        self._image, self._words = image, ""
        self.update()

    def show_words(self, words: str) -> None:
        """No picture, but what to do."""
        self._image, self._words = None, words
        self.update()

    def has_picture(self) -> bool:
        """True while a frame is shown."""
        return self._image is not None

    def show_good(self, good: bool) -> None:
        """The oval's colour: green when everything is right."""
        self._oval = QColor(theme.PALETTE.oval_good if good else theme.PALETTE.oval)
        self.update()

    def show_lamp(self, lit: bool) -> None:
        """Light for a face that sits in the dark."""
        if lit != self._lamp:
            self._lamp = lit
            self.update()

    def _room(self) -> QRectF:
        """Where the picture goes."""
        whole = QRectF(self.rect())
        if not self._lamp:
            return whole
        height = whole.height() * self.LAMP_HEIGHT
        width = min(whole.width() * self.LAMP_WIDTH, height * self.LAMP_SHAPE)
        return QRectF(whole.center().x() - width / 2, whole.center().y() - height / 2, width, height)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        if self._lamp:
            painter.fillRect(self.rect(), QColor(theme.PALETTE.surface))
        shape = QPainterPath()
        shape.addRoundedRect(self._room(), 12, 12)
        painter.setClipPath(shape)
        painter.fillRect(self.rect(), QColor(theme.PALETTE.film))
        if self._image is None:
            painter.setPen(QColor(theme.PALETTE.surface))
            painter.drawText(
                self.rect().adjusted(24, 24, -24, -24),
                Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap,
                self._words,
            )
            painter.end()
            return
        target = self._target(self._image.size())
        painter.save()
        if self._mirrored:
            painter.translate(target.center().x() * 2, 0)
            painter.scale(-1, 1)
        painter.drawImage(target, self._image)
        painter.restore()
        if self._with_oval:
            painter.setPen(QPen(self._oval, 4, Qt.PenStyle.DashLine))
            tall = target.height() * 0.62
            painter.drawEllipse(
                QPointF(target.center().x(), target.center().y() - target.height() * 0.02), tall * 0.38, tall * 0.5
            )
        painter.end()

    def _target(self, size: QSize) -> QRectF:
        """The picture fills the view, and what stands over is cut off evenly; without the oval it is fitted."""
        fit, room = max if self._with_oval else min, self._room()
        scale = fit(room.width() / size.width(), room.height() / size.height())
        width, height = size.width() * scale, size.height() * scale
        return QRectF(room.center().x() - width / 2, room.center().y() - height / 2, width, height)


class PdfPreview(QScrollArea):
    """One page of a PDF as a picture, fitted to the width."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("pdf_preview")
        self.setAccessibleName("打印预览")
        self.setWidgetResizable(True)
        self.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(
            Qt.ScrollBarPolicy.ScrollBarAlwaysOn
        )  # the width is known before the page comes
        self._page = label("")
        self._page.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        self.setWidget(self._page)

    def show_page(self, width: int, height: int, rgb: bytes) -> None:
        """RGB888 bytes of a page."""
        image = QImage(rgb, width, height, width * 3, QImage.Format.Format_RGB888).copy()
        ratio = self.devicePixelRatioF()
        picture = QPixmap.fromImage(image)
        picture.setDevicePixelRatio(ratio)
        self._page.setPixmap(picture)

    def clear_page(self) -> None:
        """No page."""
        self._page.setPixmap(QPixmap())

    def wanted_width(self) -> int:
        """Pixels to render at, for the present size of the view."""
        return max(300, int((self.viewport().width() - 4) * self.devicePixelRatioF()))
