"""The help: the clerk's manual and the notice in one list, searched together; opened where the clerk stands or where a rule bites."""

import re
from html import escape
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QColor, QImage, QTextCharFormat, QTextCursor, QTextDocument
from PySide6.QtWidgets import (
    QApplication,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QTextBrowser,
    QTextEdit,
    QVBoxLayout,
    QWidget,
)

from app.services.manual import Manual
from app.services.notice import Notice
from app.ui import help_text, theme
from app.ui.fitting import Fitting
from app.ui.widgets.basic import button, column, label, row

ENTRY = Qt.ItemDataRole.UserRole
_REFERENCE = re.compile(r"〔([一二三四五])(?:（([一二三四五])）)?〕")
LIST_PX, AIR_PX = 250, 8


class Pages(QTextBrowser):
    """Shows Markdown or HTML; pictures fit the width."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.setObjectName("help_text")
        self.setAccessibleName("内容")
        self.setOpenLinks(False)
        self.document().setBaseUrl(QUrl.fromLocalFile(f"{folder}/"))

    def loadResource(self, kind: int, name: QUrl | str) -> Any:
        """A picture no wider than the page."""
        loaded = super().loadResource(kind, name)
        if kind != QTextDocument.ResourceType.ImageResource.value:
            return loaded
        picture = QImage(self.document().baseUrl().resolved(QUrl(name)).toLocalFile())
        room = max(self.viewport().width() - 24, 200)
        return (
            picture.scaledToWidth(room, Qt.TransformationMode.SmoothTransformation) if not picture.isNull() else loaded
        )

    def show_markdown(self, markdown: str) -> None:
        """With air between the paragraphs."""
        self.setMarkdown(markdown)
        cursor = QTextCursor(self.document())
        block = self.document().begin()
        while block.isValid():
            form = block.blockFormat()
            form.setBottomMargin(max(form.bottomMargin(), AIR_PX))
            cursor.setPosition(block.position())
            cursor.setBlockFormat(form)
            block = block.next()

    def mark(self, words: str) -> None:
        """Set off every place where one of ``words`` stands, and go to the first."""
        form = QTextCharFormat()
        form.setBackground(QColor(theme.PALETTE.notice_back))
        form.setForeground(QColor(theme.PALETTE.ink))
        form.setFontUnderline(True)
        places: list[QTextEdit.ExtraSelection] = []
        for word in words.split():
            cursor = self.document().find(word)
            while not cursor.isNull():
                place = QTextEdit.ExtraSelection()
                place.cursor, place.format = cursor, form  # type: ignore[attr-defined]
                places.append(place)
                cursor = self.document().find(word, cursor)
        self.setExtraSelections(places)
        self.moveCursor(QTextCursor.MoveOperation.Start)
        if places:
            first = QTextCursor(min((place.cursor for place in places), key=lambda c: c.position()))  # type: ignore[attr-defined]
            first.clearSelection()
            self.setTextCursor(first)
            self.ensureCursorVisible()


class HelpWindow(QWidget):
    """Signals: tour_asked(), care_asked()."""

    tour_asked = Signal()
    care_asked = Signal()

    def __init__(self, parent: QWidget, *, manual: Manual, notice: Notice, folder: Path) -> None:
        """``folder``: where the manual lies; its pictures are named from there."""
        super().__init__(parent, Qt.WindowType.Dialog)
        Fitting(self)
        self.setObjectName("help_window")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setWindowTitle("帮助")
        self.resize(1000, 640)
        self._manual, self._notice = manual, notice
        self._search = QLineEdit()
        self._search.setObjectName("help_search")
        self._search.setAccessibleName("在手册和通知里查找")
        self._search.setPlaceholderText("在手册和通知里查找，例如：补发")
        self._search.setProperty("role", "search")
        self._search.textChanged.connect(self._fill)
        self._list = QListWidget()
        self._list.setObjectName("help_list")
        self._list.setAccessibleName("目录")
        self._list.setFixedWidth(LIST_PX)
        self._list.setTextElideMode(Qt.TextElideMode.ElideNone)
        self._list.setWordWrap(True)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.currentItemChanged.connect(self._chosen)
        self._page = Pages(folder)
        self._page.anchorClicked.connect(self._follow)
        tour, care = button("再看一遍引导", "help_tour"), button("自检", "help_care")
        close = button("关闭", "help_close", "primary")
        tour.clicked.connect(self.tour_asked)
        care.clicked.connect(self.care_asked)
        close.clicked.connect(self.close)
        box = QVBoxLayout(self)
        box.setContentsMargins(24, 20, 24, 18)
        box.setSpacing(12)
        box.addWidget(self._search)
        box.addLayout(row(self._list, column(self._page), spacing=14), 1)
        contacts = label("业务咨询 0731-84900303　投诉举报 0731-84900296", "muted")
        box.addLayout(row(tour, care, contacts, 1, close))
        self._fill("")

    # ------------------------------------------------------------------ what is asked for

    def show_chapter(self, title: str) -> None:
        """The manual at this heading; at its beginning where there is none."""
        self._open()
        known = title if self._manual.chapter(title) is not None else help_text.FIRST_CHAPTER
        self._list.setCurrentItem(self._item(("manual", known)))

    def show_articles(self, articles: str) -> None:
        """The notice at these sections ("二、四(三)")."""
        self._open()
        codes = [code for code in articles.split("、") if code in self._notice.sections]
        self._list.setCurrentItem(self._item(("notice", codes[0] if codes else next(iter(self._notice.sections)))))
        if len(codes) > 1:
            self._show_notice(codes)

    def _open(self) -> None:
        self._search.clear()
        above = QApplication.activeModalWidget()
        if (
            above is not None and not self.isVisible()
        ):  # the dialog that asked would let nothing through to a plain window
            self.setWindowModality(Qt.WindowModality.ApplicationModal)
        self.show()
        self.raise_()
        self.activateWindow()
        self._list.setFocus()

    # ------------------------------------------------------------------ parts

    def _item(self, entry: tuple[str, str]) -> QListWidgetItem:
        items = (self._list.item(number) for number in range(self._list.count()))
        return next(item for item in items if item.data(ENTRY) == entry)

    def _fill(self, words: str) -> None:
        """The list of what holds ``words``, with the first one open."""
        self._list.clear()
        chapters = self._manual.search(words)
        found = self._notice.search(words) if words.strip() else tuple(self._notice.sections)
        self._group(help_text.MANUAL, [(("manual", c.title), "　" * (c.level - 2) + c.title) for c in chapters])
        self._group(help_text.NOTICE, [(("notice", code), f"{code}　{help_text.SECTION[code]}") for code in found])
        first = next((n for n in range(self._list.count()) if self._list.item(n).data(ENTRY)), -1)
        if first >= 0:
            self._list.setCurrentRow(first)
        else:
            self._page.setPlainText(help_text.NOTHING)

    def _group(self, heading: str, entries: list[tuple[tuple[str, str], str]]) -> None:
        if not entries:
            return
        head = QListWidgetItem(heading)
        head.setFlags(Qt.ItemFlag.NoItemFlags)
        head.setForeground(QColor(theme.PALETTE.muted))
        self._list.addItem(head)
        for entry, shown in entries:
            item = QListWidgetItem(shown)
            item.setData(ENTRY, entry)
            self._list.addItem(item)

    def _chosen(self, item: QListWidgetItem | None) -> None:
        if item is None or not item.data(ENTRY):
            return
        kind, code = item.data(ENTRY)
        if kind == "manual":
            chapter = self._manual.chapter(code)
            assert chapter is not None
            self._page.show_markdown(_linked(chapter.markdown))
        else:
            self._show_notice([code])
        self._page.mark(self._search.text())

    def _show_notice(self, codes: list[str]) -> None:
        parts = [
            f"<h3>〔{code}〕{help_text.SECTION[code]}</h3>{_paragraphs(self._notice.text(code))}" for code in codes
        ]
        self._page.setHtml(f"<p>{escape(self._notice.title)}</p>{''.join(parts)}")

    def _follow(self, url: QUrl) -> None:
        if url.scheme() == "notice":
            self.show_articles(url.path())

    def hideEvent(self, event: Any) -> None:
        super().hideEvent(event)
        self.setWindowModality(Qt.WindowModality.NonModal)

    def keyPressEvent(self, event: Any) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close()
        else:
            super().keyPressEvent(event)


def _linked(markdown: str) -> str:
    """References to the notice become links."""

    def link(match: re.Match[str]) -> str:
        code = match.group(1) + (f"({match.group(2)})" if match.group(2) else "")
        return f"[{match.group(0)}](<notice:{code}>)"

    return _REFERENCE.sub(link, markdown)


def _paragraphs(text: str) -> str:
    return "".join(f"<p>{escape(line)}</p>" for line in text.splitlines() if line)
