"""The import's widgets: three parts in one place."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QFileDialog,
    QGridLayout,
    QMessageBox,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.services.roster_file import COLUMNS, REQUIRED, Field
from app.services.roster_import import PlannedRow, RowKind
from app.ui import text
from app.ui.screens.roster_import.presenter import SAMPLE, ImportState, Step
from app.ui.screens.roster_import.words import FIELD, KIND, effect
from app.ui.widgets.basic import Card, Page, button, column, label, row
from app.ui.widgets.table import Column, RowsModel, table

FILES = "表格 (*.xlsx *.csv *.txt)"


def _cell(number: int) -> Callable[[tuple[str, ...]], str]:
    return lambda cells: cells[number] if number < len(cells) else ""


class ImportView(Page):
    """Signals: table_asked(), photos_asked(), undo_asked(), column_set(Field, int | None), look_asked(), kind_chosen(RowKind),
    back_asked(), confirmed(), left()."""

    table_asked = Signal()
    photos_asked = Signal()
    undo_asked = Signal()
    column_set = Signal(object, object)
    look_asked = Signal()
    kind_chosen = Signal(object)
    back_asked = Signal()
    confirmed = Signal()
    left = Signal()

    def __init__(self) -> None:
        super().__init__(spacing=14)
        self._note = label("", "muted", name="import_note")
        self.box.addLayout(row(label("导入名册", "title"), self._note, 1, spacing=18))
        self._stack = QStackedWidget()
        self._parts = {
            Step.CHOOSE: self._make_choose(),
            Step.COLUMNS: self._make_columns(),
            Step.PREVIEW: self._make_preview(),
        }
        for part in self._parts.values():
            self._stack.addWidget(part)
        self.box.addWidget(self._stack, 1)

    # ------------------------------------------------------------------ building

    def _make_choose(self) -> QWidget:
        sheet, photos = Card(), Card()
        self._table_button = button("选择表格", "import_table", "primary")
        self._photos_button = button("选择文件夹", "import_photos")
        sheet.box.addWidget(label("从表格导入人员", "large"))
        sheet.box.addWidget(
            label("Excel（xlsx）或 csv 都可以，至少要有姓名和身份证号两列。先看会改什么，您确认后才写入。", wrap=True)
        )
        sheet.box.addStretch(1)
        sheet.box.addLayout(row(self._table_button, 1))
        photos.box.addWidget(label("从文件夹导入照片", "large"))
        photos.box.addWidget(label("照片（JPG、PNG）用身份证号作文件名，例如 430…012.jpg。", wrap=True))
        photos.box.addStretch(1)
        photos.box.addLayout(row(self._photos_button, 1))
        last = Card()
        self._last = label("", wrap=True, name="import_last")
        self._undo = button("撤销这次导入", "import_undo")
        line = row(self._last, self._undo)
        line.setStretch(0, 1)
        last.box.addLayout(line)
        self._last_card = last
        leave = button("返回名单", "import_leave")
        for made, signal in (
            (self._table_button, self.table_asked),
            (self._photos_button, self.photos_asked),
            (self._undo, self.undo_asked),
            (leave, self.left),
        ):
            made.clicked.connect(signal)
        part = QWidget()
        box = QVBoxLayout(part)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(16)
        sheet.setMinimumHeight(220)
        both = row(sheet, photos, spacing=18)
        both.setStretch(0, 1)
        both.setStretch(1, 1)
        box.addLayout(both)
        box.addWidget(last)
        box.addStretch(1)
        box.addLayout(row(leave, 1))
        return part

    def _make_columns(self) -> QWidget:
        self._combos: dict[Field, QComboBox] = {}
        grid = QGridLayout()
        grid.setHorizontalSpacing(18)
        grid.setVerticalSpacing(8)
        for place, one in enumerate(COLUMNS):
            combo = QComboBox()
            combo.setObjectName(f"import_column_{one.value}")
            combo.setAccessibleName(f"哪一列是{FIELD[one]}")
            combo.setMinimumContentsLength(8)
            combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            combo.activated.connect(lambda i, f=one, c=combo: self.column_set.emit(f, c.itemData(i)))
            caption = label(FIELD[one] + ("（必须）" if one in REQUIRED else ""))
            caption.setBuddy(combo)
            grid.addLayout(column(caption, combo, spacing=4), place // 4, place % 4)
            self._combos[one] = combo
        card = Card()
        card.box.addWidget(label("每一项在表格的哪一列？", "large"))
        card.box.addLayout(grid)
        self._sample_model: RowsModel[tuple[str, ...]] = RowsModel([])
        self._sample = table(self._sample_model, name="import_sample", words="表格的前几行")
        self._sample.horizontalHeader().setStretchLastSection(True)
        back, self._look = button("返回", "import_columns_back"), button("看会改什么", "import_look", "primary")
        back.clicked.connect(self.back_asked)
        self._look.clicked.connect(self.look_asked)
        self._missing = label("", name="import_missing")
        part = QWidget()
        box = QVBoxLayout(part)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(12)
        box.addWidget(card)
        box.addWidget(self._sample, 1)
        box.addLayout(row(back, 1, self._missing, self._look))
        return part

    def _make_preview(self) -> QWidget:
        self._kinds, chips = QButtonGroup(self), []
        self._chips = {}
        for kind in (RowKind.FAULTY, RowKind.CHANGED, RowKind.NEW, RowKind.UNCHANGED):
            chip = button(KIND[kind], f"import_kind_{kind.value}")
            chip.setCheckable(True)
            chip.clicked.connect(lambda _checked=False, k=kind: self.kind_chosen.emit(k))
            self._kinds.addButton(chip)
            self._chips[kind] = chip
            chips.append(chip)
        self._model: RowsModel[PlannedRow] = RowsModel(
            [
                Column("哪一行", lambda r: r.file or f"第 {r.number} 行", 220),
                Column("姓名", lambda r: r.name, 110),
                Column("身份证号", lambda r: r.id_number, 200),
                Column("会怎样", effect),
            ]
        )
        self._rows = table(self._model, name="import_rows", words="预览", nothing="这一类没有。")
        back, self._confirm = button("返回", "import_preview_back"), button("确认写入", "import_confirm", "primary")
        back.clicked.connect(self.back_asked)
        self._confirm.clicked.connect(self.confirmed)
        self._hint = label("", "muted", name="import_hint")
        part = QWidget()
        box = QVBoxLayout(part)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(12)
        box.addLayout(row(*chips, 1))
        box.addWidget(self._rows, 1)
        box.addLayout(row(back, 1, self._hint, self._confirm))
        return part

    # ------------------------------------------------------------------ showing

    def show_state(self, state: ImportState) -> None:
        """One part at a time."""
        self._stack.setCurrentWidget(self._parts[state.step])
        name = state.table.name if state.table else state.folder.name if state.folder else ""
        self._note.setText(state.busy or (name if state.step is not Step.CHOOSE else ""))
        for made in (self._table_button, self._photos_button, self._undo, self._look, self._confirm):
            made.setEnabled(not state.busy)
        if state.step is Step.CHOOSE:
            self._show_last(state)
        elif state.step is Step.COLUMNS:
            self._show_columns(state)
        else:
            self._show_plan(state)

    def _show_last(self, state: ImportState) -> None:
        last = state.last
        self._last_card.setVisible(last is not None)
        if last is not None:
            counts = f"新增 {last.new} 人，改动 {last.changed} 人"
            self._last.setText(f"上次导入：{text.moment(last.at)}　{last.file}　{counts}")

    def _show_columns(self, state: ImportState) -> None:
        made = state.table
        assert made is not None
        for one, combo in self._combos.items():
            combo.clear()
            combo.addItem("（没有这一列）", None)
            for number, heading in enumerate(made.headings):
                combo.addItem(heading, number)
            combo.setCurrentIndex(state.columns.get(one, -1) + 1)
        missing = "、".join(FIELD[one] for one in state.missing)
        self._missing.setText(f"请先选出{missing}是哪一列" if missing else "")
        self._look.setEnabled(not missing and not state.busy)
        self._sample_model.set_rows(())
        self._sample_model.set_columns([Column(heading, _cell(number)) for number, heading in enumerate(made.headings)])
        self._sample_model.set_rows([cells for _number, cells in made.rows[:SAMPLE]])
        self._sample.resizeColumnsToContents()

    def _show_plan(self, state: ImportState) -> None:
        plan = state.plan
        assert plan is not None
        for kind, chip in self._chips.items():
            chip.setText(f"{KIND[kind]} {plan.count(kind)}")
            chip.setAccessibleName(chip.text())
            chip.setChecked(kind is state.shown)
            chip.setProperty("role", "primary" if kind is state.shown else "")
            chip.style().polish(chip)
        faulty = plan.count(RowKind.FAULTY)
        hints = [
            f"有问题的 {faulty} 行不写入" if faulty else "",
            f"另有 {plan.absent} 人不在其中，不动" if plan.absent else "",
        ]
        self._hint.setText("；".join(one for one in hints if one))
        self._confirm.setText(f"确认写入 {plan.count(RowKind.NEW) + plan.count(RowKind.CHANGED)} 人")
        self._confirm.setAccessibleName(self._confirm.text())
        self._confirm.setEnabled(not plan.empty and not state.busy)
        self._model.set_rows(state.rows)

    # ------------------------------------------------------------------ asking

    def choose_file(self) -> Path | None:
        """The system's dialog."""
        name, _filter = QFileDialog.getOpenFileName(self, "选择名册表格", "", FILES)
        return Path(name) if name else None

    def choose_folder(self) -> Path | None:
        """The system's dialog."""
        name = QFileDialog.getExistingDirectory(self, "照片在哪个文件夹")
        return Path(name) if name else None

    def sure(self, question: str) -> bool:
        """Yes or no; no is the default."""
        yes, no = QMessageBox.StandardButton.Yes, QMessageBox.StandardButton.No
        return QMessageBox.question(self, "撤销导入", question, yes | no, no) == yes
