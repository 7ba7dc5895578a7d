"""「关于」: under which licences this program and what others wrote for it stand; the very files that ship."""

from PySide6.QtWidgets import QPlainTextEdit, QTabWidget, QVBoxLayout, QWidget

from app import resources
from app.ui.fitting import FittedDialog
from app.ui.widgets.basic import button, label, row
from app.version import VERSION

FILES = (
    ("本程序", "LICENSE"),
    ("第三方组件", "THIRD_PARTY.md"),
    ("Qt 的许可证（LGPL）", "resources/licences/LGPL-3.0.txt"),
    ("FFmpeg 的许可证（LGPL）", "resources/licences/LGPL-2.1.txt"),
)
MISSING = "随附的许可证文件不见了，请重新安装程序。"


class LicencesDialog(FittedDialog):
    """Reads the files when it is opened."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("licences_dialog")
        self.setWindowTitle("许可证")
        self.setMinimumSize(760, 560)
        tabs = QTabWidget()
        tabs.setAccessibleName("许可证")
        for name, file in FILES:
            shown = QPlainTextEdit(_read(file))
            shown.setObjectName(f"licences_{file}")
            shown.setAccessibleName(name)
            shown.setReadOnly(True)
            tabs.addTab(shown, name)
        close = button("关闭", "licences_close", "primary")
        close.clicked.connect(self.accept)
        box = QVBoxLayout(self)
        box.setContentsMargins(20, 18, 20, 18)
        box.setSpacing(12)
        box.addWidget(label(f"版本 {VERSION}", "large"))
        box.addWidget(tabs, 1)
        box.addLayout(row(1, close))


def _read(file: str) -> str:
    try:
        return resources.beside(file).read_text(encoding="utf-8")
    except OSError:
        return MISSING
