"""The import's steps over the real services, and its screen as a clerk meets it."""

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtWidgets import QComboBox, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from app.errors import AppError
from app.forms import sheet
from app.services.roster_file import Field, RowProblem
from app.services.roster_import import ImportPlan, RosterImport, RowKind
from app.services.roster_photos import Picture, RosterPhotos
from app.ui.screens.roster_import import words
from app.ui.screens.roster_import.presenter import ImportPresenter, ImportState, Step
from app.ui.screens.roster_import.view import ImportView
from tests.builders.office import Office


class View:
    """Keeps the states; answers the dialogs."""

    def __init__(self) -> None:
        self.states: list[ImportState] = []
        self.file: Path | None = None
        self.folder: Path | None = None
        self.answer = True
        self.asked: list[str] = []

    @property
    def state(self) -> ImportState:
        return self.states[-1]

    @property
    def plan(self) -> ImportPlan:
        assert self.state.plan is not None
        return self.state.plan

    def show_state(self, state: ImportState) -> None:
        self.states.append(state)

    def choose_file(self) -> Path | None:
        return self.file

    def choose_folder(self) -> Path | None:
        return self.folder

    def sure(self, question: str) -> bool:
        self.asked.append(question)
        return self.answer


@pytest.fixture
def view() -> View:
    return View()


@pytest.fixture
def changes() -> list[str]:
    return []


@pytest.fixture
def steps(desk: Office, view: View, changes: list[str]) -> ImportPresenter:
    made = ImportPresenter(
        view=view,
        importer=RosterImport(desk.real.desk),
        photos=RosterPhotos(desk.real.desk, lambda data: Picture(data, 358, 441)),
        read=lambda data, name: sheet.read(data, name=name),
        session=desk.session,
        tasks=desk.tasks,
        say=desk.ears,
        changed=lambda: changes.append("changed"),
    )
    made.open()
    return made


def csv_of(desk: Office, folder: Path) -> Path:
    """One person with another phone, one row that is wrong; a heading that nobody knows."""
    with desk.real.uow() as store:
        person = next(iter(store.retirees.all()))
    file = folder / "花名册.csv"
    file.write_text(f"姓名,身份证号,传呼\n{person.name},{person.id_number},126-1\n,1,\n", "gb18030")
    return file


def test_from_the_file_to_the_roster_and_back(
    desk: Office, steps: ImportPresenter, view: View, changes: list[str], tmp_path: Path
) -> None:
    steps.choose_table()
    assert view.state.step is Step.CHOOSE, "cancelled"
    view.file = csv_of(desk, tmp_path)
    steps.choose_table()
    assert view.state.step is Step.COLUMNS
    steps.set_column(Field.PHONE, 2)
    steps.look()
    assert view.state.step is Step.PREVIEW
    assert (view.plan.count(RowKind.CHANGED), view.plan.count(RowKind.FAULTY)) == (1, 1)
    assert view.state.shown is RowKind.FAULTY, "what needs the clerk comes first"
    assert changes == []
    steps.show_kind(RowKind.CHANGED)
    (row,) = view.state.rows
    assert words.effect(row).endswith("→ 126-1")
    steps.confirm()
    assert (view.state.step, changes) == (Step.CHOOSE, ["changed"])
    assert "改动 1 人" in desk.ears.notices[-1]
    view.answer = False
    steps.undo()
    assert view.state.last is not None, "thought better of it"
    view.answer = True
    steps.undo()
    assert view.state.last is None
    assert "恢复 1 人" in desk.ears.notices[-1]
    assert desk.ears.errors == []


def test_without_name_and_number_there_is_no_preview(
    desk: Office, steps: ImportPresenter, view: View, tmp_path: Path
) -> None:
    view.file = csv_of(desk, tmp_path)
    steps.choose_table()
    steps.set_column(Field.NAME, None)
    steps.look()
    assert (view.state.step, view.state.missing) == (Step.COLUMNS, (Field.NAME,))
    steps.set_column(Field.NAME, 1)
    assert Field.ID_NUMBER not in view.state.columns, "a column is one thing only"


def test_a_file_that_can_not_be_read_leaves_the_screen_as_it_was(
    desk: Office, steps: ImportPresenter, view: View, tmp_path: Path
) -> None:
    view.file = tmp_path / "gone.xlsx"
    steps.choose_table()
    (error,) = desk.ears.errors
    assert isinstance(error, AppError)
    assert (error.code, view.state.busy, view.state.step) == ("import.unreadable", "", Step.CHOOSE)


def test_back_leads_one_step_back_and_forgets_nothing_of_the_columns(
    desk: Office, steps: ImportPresenter, view: View, tmp_path: Path
) -> None:
    view.file = csv_of(desk, tmp_path)
    steps.choose_table()
    steps.set_column(Field.PHONE, 2)
    steps.look()
    steps.back()
    assert (view.state.step, view.state.columns[Field.PHONE]) == (Step.COLUMNS, 2)
    steps.back()
    assert (view.state.step, view.state.table) == (Step.CHOOSE, None)


def test_pictures_go_the_same_way_without_columns(
    desk: Office, steps: ImportPresenter, view: View, tmp_path: Path
) -> None:
    with desk.real.uow() as store:
        person = next(p for p in store.retirees.all() if p.photo is None)
    view.folder = tmp_path / "photos"
    view.folder.mkdir()
    (view.folder / f"{person.id_number}.jpg").write_bytes(b"picture")
    steps.choose_photos()
    assert (view.state.step, words.effect(view.state.rows[0])) == (Step.PREVIEW, "加照片")
    steps.back()
    assert view.state.step is Step.CHOOSE
    steps.choose_photos()
    steps.confirm()
    assert desk.ears.errors == []
    with desk.real.uow() as store:
        kept = store.retirees.get(person.id)
    assert kept is not None
    assert kept.photo is not None


@pytest.mark.parametrize("problem", RowProblem)
def test_every_problem_has_words(problem: RowProblem) -> None:
    said = words.fault(words.Fault(problem, "phone"))
    assert said
    assert "{" not in said


def test_the_screen_offers_the_columns_and_says_what_is_missing(
    qtbot: QtBot, desk: Office, steps: ImportPresenter, view: View, tmp_path: Path
) -> None:
    view.file = csv_of(desk, tmp_path)
    steps.choose_table()
    screen = ImportView()
    qtbot.addWidget(screen)
    screen.show_state(view.state)
    phone, look = screen.findChild(QComboBox, "import_column_phone"), screen.findChild(QPushButton, "import_look")
    assert phone is not None
    assert look is not None
    assert [phone.itemText(i) for i in range(phone.count())] == ["（没有这一列）", "姓名", "身份证号", "传呼"]
    assert look.isEnabled()
    with qtbot.waitSignal(screen.column_set) as heard:
        phone.activated.emit(3)
    assert heard.args == [Field.PHONE, 2]
    screen.show_state(replace(view.state, columns={Field.ID_NUMBER: 1}))
    assert not look.isEnabled()
    missing = screen.findChild(QLabel, "import_missing")
    assert missing is not None
    assert "姓名" in missing.text()
