"""Reminder letters for a list: seen, made in one file, stopped, noted."""

from collections.abc import Callable, Sequence

import pytest
from pytestqt.qtbot import QtBot

from app.domain.follow_up import FollowUpWay
from app.domain.papers import LetterFacts
from app.services.follow_ups import FollowUps
from app.services.home import HomeGroup
from app.services.lists import ListQuery, ListRow, Lists
from app.services.paper_facts import PaperFacts
from app.ui.screens.lists import letters as module
from app.ui.screens.lists.letter_dialog import LettersDialog
from app.ui.screens.lists.letters import LetterCounts, LetterPresenter, Page
from tests.builders.office import Office
from tests.fakes.screens import FakePapers


class Dialog:
    """Keeps what it is told."""

    def __init__(self) -> None:
        self.counts: list[LetterCounts] = []
        self.pages: list[Page] = []
        self.progress: list[tuple[int, int]] = []
        self.closed = 0

    def ask(self, counts: LetterCounts) -> None:
        self.counts.append(counts)

    def page_width(self) -> int:
        return 400

    def show_page(self, page: Page) -> None:
        self.pages.append(page)

    def show_progress(self, made: int, total: int) -> None:
        self.progress.append((made, total))

    def close(self) -> bool:
        self.closed += 1
        return True


class Slow(FakePapers):
    """Calls ``between`` after every letter."""

    def __init__(self, between: Callable[[], None]) -> None:
        self._between = between

    def letters(self, facts: Sequence[LetterFacts], progress: Callable[[int], bool] | None = None) -> bytes | None:
        for made, _one in enumerate(facts, 1):
            self._between()
            if progress is not None and not progress(made):
                return None
        return super().letters(facts)


@pytest.fixture
def rows(desk: Office) -> tuple[ListRow, ...]:
    return Lists(desk.real.desk).table().select(ListQuery(group=HomeGroup.LOSES_NEXT_MONTH))


def made(desk: Office, dialog: Dialog, rows: Sequence[ListRow], papers: FakePapers | None = None) -> LetterPresenter:
    return LetterPresenter(
        dialog=dialog,
        rows=lambda: rows,
        facts=PaperFacts(desk.real.desk),
        follow_ups=FollowUps(desk.real.desk),
        papers=papers or FakePapers(),
        printing=desk.ears,
        clock=desk.real.clock,
        session=desk.session,
        tasks=desk.tasks,
        say=desk.ears,
        contacted=lambda: desk.recorded.append("contacted"),
    )


def test_the_first_letter_is_seen_before_anything_is_printed(desk: Office, rows: tuple[ListRow, ...]) -> None:
    dialog = Dialog()
    made(desk, dialog, rows).open()
    assert dialog.counts == [LetterCounts(len(rows), sum(not r.row.retiree.address for r in rows))]
    assert len(dialog.pages) == 1
    assert desk.ears.printed == []


def test_the_whole_list_goes_to_the_printer_as_one_file_and_is_noted(desk: Office, rows: tuple[ListRow, ...]) -> None:
    dialog = Dialog()
    presenter = made(desk, dialog, rows)
    presenter.open()
    presenter.print_all(log=True)
    (pdf,) = desk.ears.printed
    assert [line.split()[1] for line in pdf.decode().splitlines()] == [r.row.retiree.name for r in rows]
    latest = FollowUps(desk.real.desk).latest()
    assert set(latest) == {r.row.retiree.id for r in rows}
    assert {one.way for one in latest.values()} == {FollowUpWay.LETTER}
    assert (dialog.closed, desk.recorded) == (1, ["contacted"])


def test_a_file_instead_and_nothing_noted_when_not_wanted(desk: Office, rows: tuple[ListRow, ...]) -> None:
    presenter = made(desk, Dialog(), rows)
    presenter.open()
    presenter.save(log=False)
    assert len(desk.ears.saved) == 1
    assert FollowUps(desk.real.desk).latest() == {}


def test_what_the_printer_refuses_is_told_and_not_noted(desk: Office, rows: tuple[ListRow, ...]) -> None:
    desk.ears.print_error = OSError("no printer")
    presenter = made(desk, Dialog(), rows)
    presenter.open()
    presenter.print_all(log=True)
    assert len(desk.ears.errors) == 1
    assert FollowUps(desk.real.desk).latest() == {}


def test_stopped_in_the_middle_there_is_no_file(desk: Office, rows: tuple[ListRow, ...]) -> None:
    dialog, stopping = Dialog(), [0]

    def between() -> None:
        presenter.tick()
        stopping[0] += 1
        if stopping[0] == 3:
            presenter.stop()

    presenter = made(desk, dialog, rows, Slow(between))
    presenter._people = rows
    presenter.print_all(log=True)
    assert desk.ears.printed == []
    assert dialog.progress == [(0, len(rows)), (0, len(rows)), (1, len(rows)), (2, len(rows)), (0, 0)]
    assert "停止" in desk.ears.notices[-1]


def test_an_empty_list_and_one_that_is_too_long_are_told(
    desk: Office, rows: tuple[ListRow, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_LETTERS", 2)
    dialog = Dialog()
    made(desk, dialog, ()).open()
    made(desk, dialog, rows).open()
    assert dialog.counts == []
    assert len(desk.ears.notices) == 2


def test_while_letters_are_made_only_stopping_is_possible(qtbot: QtBot) -> None:
    dialog = LettersDialog()
    qtbot.addWidget(dialog)
    dialog.ask(LetterCounts(12, 3))
    assert "12 封，其中 3 人" in dialog._count.text()
    dialog.show_progress(2, 12)
    assert not dialog._print.isEnabled()
    assert dialog._stop.isVisible()
    with qtbot.waitSignal(dialog.stop_asked):
        dialog.reject()
    dialog.show_progress(0, 0)
    with qtbot.waitSignal(dialog.print_asked) as asked:
        dialog._print.click()
    assert asked.args == [True]
