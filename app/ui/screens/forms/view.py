"""The forms screen: the month's board, or the scanned page in hand."""

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtWidgets import (
    QFileDialog,
    QInputDialog,
    QMenu,
    QMessageBox,
    QProgressBar,
    QProgressDialog,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.domain.confirmation import CaseState
from app.services.month import Board, BoardRow
from app.services.ports import ScannerDevice
from app.ui import text
from app.ui.screens.forms.scan_panel import ScanPanel
from app.ui.screens.forms.scans import ScanState
from app.ui.screens.forms.watch import WatchState
from app.ui.widgets.basic import Card, Page, button, label, row
from app.ui.widgets.rule_link import RuleLink
from app.ui.widgets.table import Column, RowsModel, table

MOST_LEFT = 2
KINDS = "扫描件 (*.pdf *.jpg *.jpeg *.png *.tif *.tiff)"


def _lacks(shown: BoardRow) -> str:
    if shown.case.state is CaseState.RETURNED:
        return f"退回：{shown.case.return_reason}"
    if shown.case.sent_back and shown.case.state is CaseState.PRINTED:
        return f"复核退回：{shown.case.sent_back}"
    return "；".join(text.LACKS.get(code, code) for code in shown.lacks) or "都齐了"


class FormsView(Page):
    """Signals: scan_asked(), scanner_asked(), watch_asked(), camera_asked(), print_asked(), summary_asked(),
    blank_asked(bool: the list), print_stopped(), send_asked(), row_opened(BoardRow), paper_asked(BoardRow),
    back_asked(BoardRow), article_asked(str)."""

    scan_asked = Signal()
    scanner_asked = Signal()
    watch_asked = Signal()
    camera_asked = Signal()
    print_asked = Signal()
    summary_asked = Signal()
    blank_asked = Signal(bool)
    print_stopped = Signal()
    send_asked = Signal()
    row_opened = Signal(object)
    paper_asked = Signal(object)
    back_asked = Signal(object)
    article_asked = Signal(str)

    def __init__(self) -> None:
        super().__init__(spacing=12)
        self.scan = ScanPanel()
        self._progress: QProgressDialog | None = None
        self._stack = QStackedWidget()
        self._board = self._make_board()
        self.show_watch(WatchState())
        self._stack.addWidget(self._board)
        self._stack.addWidget(self.scan)
        self._title, self._when = label("确认表", "title"), label("", wrap=True, name="forms_when")
        rule = RuleLink("forms_article", "三(二)")
        rule.article_asked.connect(self.article_asked)
        top = row(self._title, self._when, rule, spacing=18)
        top.setStretch(1, 1)
        self.box.addLayout(top)
        self.box.addWidget(self._stack, 1)

    def _make_board(self) -> QWidget:
        self._model: RowsModel[BoardRow] = RowsModel(
            [
                Column("姓名", lambda r: r.retiree.name if r.retiree else "（已不在名册）", 120),
                Column("原因", lambda r: text.SHORT_REASON[r.case.reason], 150),
                Column("走到哪一步", lambda r: text.CASE_STATE[r.case.state], 200),
                Column("还缺什么", _lacks),
                Column("报送月份", lambda r: text.month(r.month), 120),
            ]
        )
        self._table = table(
            self._model, name="forms_table", words="确认表，双击或按回车接着办", nothing="本月没有要办的确认表。"
        )
        self._table.activated.connect(self._opened)
        scanner, scan = button("从扫描仪读取", "forms_scanner", "primary"), button("从文件读取", "forms_scan")
        self._send = button("生成本月报送", "forms_send")
        go, paper = button("接着办这一张", "forms_go"), button("纸质表已交", "forms_paper")
        back = button("退回一步", "forms_back", tip="打印后要改，或扫描件收错了")
        back.clicked.connect(lambda: self._with_row(self.back_asked.emit))
        scan.clicked.connect(self.scan_asked)
        scanner.clicked.connect(self.scanner_asked)
        self._send.clicked.connect(self.send_asked)
        go.clicked.connect(lambda: self._with_row(self.row_opened.emit))
        paper.clicked.connect(lambda: self._with_row(self.paper_asked.emit))
        self._of_row = (go, back, paper)
        board = QWidget()
        box = QVBoxLayout(board)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(12)
        box.addWidget(self._table, 1)
        self._watch, self._watched = button("监看文件夹", "forms_watch"), label("", wrap=True, name="forms_watched")
        camera = button("用摄像头拍", "forms_camera")
        camera.clicked.connect(self.camera_asked)
        self._watch.clicked.connect(self.watch_asked)
        self._print, summary = button("打印填好的表", "forms_print"), button("打印汇总表", "forms_summary")
        self._print.clicked.connect(self.print_asked)
        summary.clicked.connect(self.summary_asked)
        box.addLayout(row(go, back, paper, 1, self._blank_button(), self._print, summary, self._send))
        scans = Card(margin=12)
        scans.box.addLayout(row(label("签好字、盖好章的表收进来"), 1, self._watch, camera, scan, scanner))
        scans.box.addWidget(self._watched)
        box.addWidget(scans)
        return board

    def _blank_button(self) -> QPushButton:
        blank = button("空白表", "forms_blank", "menu", tip="打印出来用笔填写")
        menu = QMenu(blank)
        for words, is_list in (("空白确认表（一人一张）", False), ("空白汇总表", True)):
            menu.addAction(words).triggered.connect(lambda _on=False, is_list=is_list: self.blank_asked.emit(is_list))
        blank.setMenu(menu)
        return blank

    def show_progress(self, made: int, total: int) -> None:
        """How many forms of the file are made; a window-modal dialog with a way out."""
        if not total:
            if self._progress is not None:
                self._progress.close()
                self._progress.deleteLater()
                self._progress = None
            return
        if self._progress is None:
            self._progress = shown = QProgressDialog("", "取消，一张也不打", 0, total, self.window())
            shown.setObjectName("forms_progress")
            shown.setWindowTitle("打印填好的表")
            shown.setWindowModality(Qt.WindowModality.WindowModal)
            bar = QProgressBar()
            bar.setTextVisible(False)
            shown.setBar(bar)
            shown.setRange(0, total)
            shown.setMinimumWidth(420)
            shown.setMinimumDuration(0)
            shown.setAutoClose(False)
            shown.setAutoReset(False)
            shown.canceled.connect(self.print_stopped)
            shown.show()
        self._progress.setLabelText(f"正在做打印文件：{made} / {total} 张")
        self._progress.setValue(made)

    def show_board(self, board: Board) -> None:
        """The month."""
        left = (board.aim - board.today).days
        when = f"还有 {left} 天" if left > 0 else "就是今天" if left == 0 else "已过"
        aim = f"{board.month.month} 月的表最好 {board.aim.month} 月 {board.aim.day} 日前报，{when}；最晚 {board.due.day} 日。"
        waiting = f"，等复核 {board.unreviewed} 张" if board.unreviewed else ""
        self._when.setText(f"{aim}可以报送 {board.ready} 张{waiting}。")
        self._model.set_rows(board.rows)
        count = len(board.printable)
        self._print.setText(f"打印填好的 {count} 张" if count else "打印填好的表")
        self._print.setAccessibleName(self._print.text())
        self._print.setEnabled(count > 0)
        self._send.setEnabled(board.ready + board.gone + board.due_unreviewed > 0)
        self._send.setText("生成本月报送" if board.ready or not board.gone else "再做一次文件夹")
        self._send.setAccessibleName(self._send.text())
        for made in self._of_row:
            made.setEnabled(bool(board.rows))
        if board.rows:
            self._table.selectRow(0)

    def show_watch(self, state: WatchState) -> None:
        """The watched folder under the buttons; files that were left there by name, the first few with their reasons."""
        self._watch.setText("停止监看" if state.folder is not None else "监看文件夹")
        self._watch.setAccessibleName(self._watch.text())
        lines = []
        if state.folder is not None:
            lines.append(state.trouble or f"正在监看“{state.folder.name}”：放进去的扫描件会自动读出来。")
        lines += [
            f"留在文件夹里：{reason if name in reason else f'{name}——{reason}'}"
            for name, reason in state.left[:MOST_LEFT]
        ]
        if len(state.left) > MOST_LEFT:
            lines.append(f"还有 {len(state.left) - MOST_LEFT} 份没有收下，也留在文件夹里。")
        self._watched.setText("\n".join(lines))
        self._watched.setVisible(bool(lines))

    def choose_watched(self) -> Path | None:
        """The system's dialog."""
        name = QFileDialog.getExistingDirectory(self, "扫描件放在哪个文件夹")
        return Path(name) if name else None

    def show_scans(self, state: ScanState) -> None:
        """The page in hand, or back to the board."""
        self.scan.show_state(state)
        self._stack.setCurrentWidget(self.scan if state.busy or state.item is not None else self._board)

    def choose_files(self) -> tuple[Path, ...]:
        """The system's dialog; nothing when cancelled."""
        names, _filter = QFileDialog.getOpenFileNames(self, "选择扫描件", "", KINDS)
        return tuple(Path(name) for name in names)

    def choose_scanner(self, devices: Sequence[ScannerDevice]) -> ScannerDevice | None:
        """By name; two of the same name are told apart by their numbers."""
        names = [f"{number}. {device.name}" for number, device in enumerate(devices, 1)]
        name, done = QInputDialog.getItem(self, "从扫描仪读取", "用哪一台扫描仪？", names, 0, False)
        return devices[names.index(name)] if done else None

    def choose_folder(self) -> Path | None:
        """Where the folder for 人社通 goes."""
        name = QFileDialog.getExistingDirectory(self, "人社通要用的文件夹放在哪里")
        return Path(name) if name else None

    def ask_unreviewed(self, count: int) -> bool | None:
        """What becomes of forms that are due and not reviewed."""
        box = QMessageBox(QMessageBox.Icon.Question, "还有没复核的", "", parent=self.window())
        box.setObjectName("forms_unreviewed")
        box.setText(f"报送的日子到了，还有 {count} 张没有人复核。要不要一起报？")
        box.setInformativeText("一起报的会记下“未经复核”。来得及的话，先请另一位同事到“稽核”里复核。")
        along = box.addButton("一起报", QMessageBox.ButtonRole.AcceptRole)
        without = box.addButton("只报复核过的", QMessageBox.ButtonRole.NoRole)
        box.setDefaultButton(without)
        box.addButton("先不报", QMessageBox.ButtonRole.RejectRole)
        box.exec()
        pressed = box.clickedButton()
        return True if pressed is along else False if pressed is without else None

    def _opened(self, index: QModelIndex) -> None:
        self.row_opened.emit(self._model.row_at(index.row()))

    def _with_row(self, act: Callable[[BoardRow], object]) -> None:
        index = self._table.currentIndex()
        if index.isValid():
            act(self._model.row_at(index.row()))
