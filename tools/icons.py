"""Draws the PNG sizes and the Windows .ico of the program's icon from resources/icons/certdesk.svg, by Qt."""

import os
import struct
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QBuffer, QIODevice, Qt
from PySide6.QtGui import QGuiApplication, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

FOLDER = Path(__file__).resolve().parents[1] / "resources" / "icons"
SIZES = (16, 24, 32, 48, 64, 128, 256)


def drawn(renderer: QSvgRenderer, size: int) -> bytes:
    """PNG bytes of size×size pixels."""
    image = QImage(size, size, QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    renderer.render(painter)
    painter.end()
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]
    return bytes(buffer.data().data())


def ico(pictures: dict[int, bytes]) -> bytes:
    """A Windows icon file that holds the PNGs as they are (Windows Vista and later)."""
    offset = 6 + 16 * len(pictures)
    head, body = struct.pack("<HHH", 0, 1, len(pictures)), b""
    for size, png in pictures.items():
        head += struct.pack("<BBBBHHII", size % 256, size % 256, 0, 0, 1, 32, len(png), offset + len(body))
        body += png
    return head + body


def main() -> None:
    application = QGuiApplication([])
    renderer = QSvgRenderer(str(FOLDER / "certdesk.svg"))
    pictures = {size: drawn(renderer, size) for size in SIZES}
    for size, png in pictures.items():
        (FOLDER / f"certdesk-{size}.png").write_bytes(png)
    (FOLDER / "certdesk.ico").write_bytes(ico(pictures))
    application.quit()


if __name__ == "__main__":
    main()
