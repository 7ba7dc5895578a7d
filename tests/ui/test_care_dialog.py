"""The dialog of the self-test."""

from PySide6.QtWidgets import QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from app.services.checks import CheckLine
from app.ui.care_dialog import Care, CareDialog
from tests.fakes.screens import Ears, TasksAtOnce


def test_what_needs_a_look_is_counted_and_the_bundle_is_saved(qtbot: QtBot) -> None:
    parent, ears, asked = QWidget(), Ears(), []
    qtbot.addWidget(parent)
    lines = (
        CheckLine(name="磁盘", good=True, words="还有 30 GB"),
        CheckLine(name="打印机", good=False, words="没有找到"),
    )

    def examine(printers: tuple[str, ...]) -> tuple[CheckLine, ...]:
        asked.append(printers)
        return lines

    care = Care(printers=lambda: ("HR",), examine=examine, bundle=lambda shown: b"zip" if shown == lines else b"")
    dialog = CareDialog(parent, care, TasksAtOnce(), ears)
    headline, save = dialog.findChild(QLabel, "care_headline"), dialog.findChild(QPushButton, "care_save")
    assert headline is not None
    assert save is not None
    assert headline.text() == "有 1 项要看一看"
    assert asked == [("HR",)]
    save.click()
    assert ears.saved == [b"zip"]
