"""All forms in one file: marked only when the printer took them, cancelled without a trace; the list and blank ones."""

from pathlib import Path

import pypdfium2
import pytest
from PySide6.QtWidgets import QProgressDialog, QPushButton
from pytestqt.qtbot import QtBot

from app.domain.confirmation import CaseState
from app.domain.ids import CaseId
from app.domain.standing import StandingKind
from app.errors import AppError
from app.forms import form
from app.services.month import MonthForms
from app.ui.screens.forms.print_many import PrintMany
from app.ui.screens.forms.view import FormsView
from tests.builders.forms_room import FormsDesk, state_of
from tests.builders.office import Office
from tests.builders.papers import Marks


class Shown:
    """Keeps the progress."""

    def __init__(self) -> None:
        self.seen: list[tuple[int, int]] = []

    def show_progress(self, made: int, total: int) -> None:
        self.seen.append((made, total))


@pytest.fixture
def made(desk: Office, tmp_path: Path) -> FormsDesk:
    return FormsDesk(desk, tmp_path)


@pytest.fixture
def shown() -> Shown:
    return Shown()


@pytest.fixture
def many(made: FormsDesk, shown: Shown) -> PrintMany:
    real = made.office.real.desk
    return PrintMany(
        view=shown,
        month=MonthForms(real),
        cases=made.cases,
        facts=made.facts,
        papers=made.papers,
        printing=made.office.ears,
        session=made.office.session,
        tasks=made.office.tasks,
        say=made.office.ears,
        printed=made.presenter.refresh,
    )


def ready(made: FormsDesk) -> tuple[CaseId, CaseId]:
    return made.filled_in(StandingKind.NEAR), made.filled_in(StandingKind.OVERDUE_SAVABLE)


def test_all_ready_forms_are_one_file_and_are_marked_with_what_stands_on_the_paper(
    made: FormsDesk, many: PrintMany, shown: Shown
) -> None:
    ids = ready(made)
    wanted = {case_id: form.facts_hash(made.facts.form(case_id)) for case_id in ids}
    already = made.printed(StandingKind.DUE_THIS_MONTH)
    many.forms()
    (pdf,) = made.office.ears.printed
    assert len(pypdfium2.PdfDocument(pdf)) == 2
    assert {case_id: made.cases.view(case_id).case.facts_hash for case_id in ids} == wanted
    assert [state_of(made, case_id) for case_id in ids] == [CaseState.PRINTED] * 2
    assert made.cases.view(already).case.prints == 1
    assert shown.seen[-1] == (0, 0)
    assert "2 张" in made.office.ears.notices[-1]


def test_cancelling_prints_nothing_and_marks_nothing(
    made: FormsDesk, many: PrintMany, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = ready(made)
    one = made.facts.form

    def cancelled_meanwhile(case_id: CaseId) -> object:
        many.stop()
        return one(case_id)

    monkeypatch.setattr(type(made.facts), "form", lambda _self, case_id: cancelled_meanwhile(case_id))
    many.forms()
    assert made.office.ears.printed == []
    assert [state_of(made, case_id) for case_id in ids] == [CaseState.EVIDENCE_COMPLETE] * 2
    assert made.office.ears.notices == ["已取消，一张也没有打印。"]


def test_a_printer_that_vanishes_marks_nothing_and_says_so(made: FormsDesk, many: PrintMany) -> None:
    ids = ready(made)
    made.office.ears.print_error = AppError("print.vanished", printer="HP")
    many.forms()
    assert [state_of(made, case_id) for case_id in ids] == [CaseState.EVIDENCE_COMPLETE] * 2
    assert made.office.ears.errors == [made.office.ears.print_error]
    made.office.ears.print_error = None
    many.forms()
    assert [state_of(made, case_id) for case_id in ids] == [CaseState.PRINTED] * 2


def test_with_nothing_ready_that_is_said(made: FormsDesk, many: PrintMany) -> None:
    many.forms()
    many.summary()
    assert made.office.ears.printed == []
    assert "没有填好" in made.office.ears.notices[0]
    assert [e.code for e in made.office.ears.errors if isinstance(e, AppError)] == ["month.nothing_ready"]


def test_the_list_names_everybody_whose_scan_is_in_and_blank_ones_nobody(made: FormsDesk, many: PrintMany) -> None:
    case_id = made.printed(StandingKind.NEAR)
    made.view.files = (made.scan("a.pdf", (case_id, Marks())),)
    made.scans.from_files()
    made.scans.take(signed_on=made.office.real.clock.today(), looked_at=frozenset())
    many.summary()
    many.blank_summary()
    many.blank_form()
    texts = [pypdfium2.PdfDocument(pdf)[0].get_textpage().get_text_range() for pdf in made.office.ears.printed]
    name = made.office.person(StandingKind.NEAR).name
    assert [name in text for text in texts] == [True, False, False]
    assert [("汇总表" in text) for text in texts] == [True, True, False]


def test_the_progress_can_be_cancelled_and_goes_away(qtbot: QtBot) -> None:
    view = FormsView()
    qtbot.addWidget(view)
    view.show_progress(0, 500)
    view.show_progress(120, 500)
    dialog = view.findChild(QProgressDialog, "forms_progress")
    assert dialog is not None
    assert dialog.value() == 120
    assert "120 / 500" in dialog.labelText()
    cancel = dialog.findChild(QPushButton)
    assert cancel is not None
    with qtbot.waitSignal(view.print_stopped):
        cancel.click()
    view.show_progress(0, 0)
    assert view._progress is None
