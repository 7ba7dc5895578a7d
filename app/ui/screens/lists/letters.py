"""Reminder letters for the list as shown: seen first, then printed or kept as one PDF, and noted with everybody if the clerk likes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Event
from typing import Protocol

from app.domain.follow_up import FollowUpResult, FollowUpWay
from app.domain.ids import RetireeId
from app.domain.papers import LetterFacts, UnitFacts
from app.services.follow_ups import FollowUps
from app.services.lists import ListRow
from app.services.paper_facts import PaperFacts
from app.services.ports import Clock, Papers, TaskRunner
from app.ui import text
from app.ui.ports import Printing, Say
from app.ui.session import Session
from app.ui.to_file import PDF, to_file

MOST_LETTERS = 3000
"""In one file; a longer list is printed in parts."""
Page = tuple[int, int, bytes]


@dataclass(frozen=True, slots=True)
class LetterCounts:
    """How many letters, and how many of them have no address."""

    letters: int
    no_address: int


class LetterDialog(Protocol):
    """What the presenter asks of its dialog."""

    def ask(self, counts: LetterCounts) -> None:
        """Bring it up."""
        ...

    def page_width(self) -> int: ...
    def show_page(self, page: Page) -> None: ...
    def show_progress(self, made: int, total: int) -> None:
        """How far the file is; ``total`` 0 takes the progress away."""
        ...

    def close(self) -> bool: ...


class LetterPresenter:
    """``rows`` gives the list as shown; ``contacted``: contacts were written, the list must be read again."""

    def __init__(
        self,
        *,
        dialog: LetterDialog,
        rows: Callable[[], Sequence[ListRow]],
        facts: PaperFacts,
        follow_ups: FollowUps,
        papers: Papers,
        printing: Printing,
        clock: Clock,
        session: Session,
        tasks: TaskRunner,
        say: Say,
        contacted: Callable[[], None],
    ) -> None:
        self._dialog, self._rows, self._facts, self._follow_ups = dialog, rows, facts, follow_ups
        self._papers, self._printing, self._clock, self._session = papers, printing, clock, session
        self._tasks, self._say, self._contacted = tasks, say, contacted
        self._people: tuple[ListRow, ...] = ()
        self._made = self._total = 0
        self._stop = Event()

    def open(self) -> None:
        """The dialog with the first letter."""
        shown = tuple(self._rows())
        if not shown:
            self._say.notice("名单是空的，没有信可打。")
            return
        if len(shown) > MOST_LETTERS:
            self._say.notice(f"一次最多做 {MOST_LETTERS} 封，请先缩小名单。")
            return
        self._people = shown
        self._dialog.ask(LetterCounts(len(shown), sum(not one.row.retiree.address for one in shown)))
        width = self._dialog.page_width()

        def work() -> Page | None:
            pdf = self._papers.letters([self._letter(shown[0], self._facts.unit())])
            return self._papers.preview(pdf, page=0, width_px=width) if pdf is not None else None

        self._tasks.io(work, lambda page: self._dialog.show_page(page) if page else None, self._say.error)

    def print_all(self, *, log: bool) -> None:
        """To the printer."""

        def made(pdf: bytes) -> None:
            self._printing.print_pdf(
                pdf, title="certdesk", done=lambda: self._done("提醒信已交给打印机。", log=log), failed=self._say.error
            )

        self._make(made)

    def save(self, *, log: bool) -> None:
        """As one PDF."""

        def saved() -> None:
            self._done("提醒信已存成 PDF。", log=log)

        self._make(to_file(self._printing, self._say, saved, name="letters.pdf", kinds=PDF))

    def stop(self) -> None:
        """Cancelled: no file."""
        self._stop.set()

    def tick(self) -> None:
        """Called now and then: how far it is."""
        if self._total:
            self._dialog.show_progress(self._made, self._total)

    # ------------------------------------------------------------------ parts

    def _make(self, made: Callable[[bytes], None]) -> None:
        if self._total:
            return
        people = self._people
        self._stop.clear()
        self._made, self._total = 0, len(people)
        self._dialog.show_progress(0, self._total)

        def work() -> bytes | None:
            unit = self._facts.unit()
            return self._papers.letters([self._letter(one, unit) for one in people], self._go_on)

        def finished(pdf: bytes | None) -> None:
            self._end()
            if pdf is None or self._stop.is_set():
                self._say.notice("已停止，没有做信。")
                return
            try:
                made(pdf)
            except Exception as error:  # noqa: BLE001 - said, whatever it is
                self._say.error(error)

        self._tasks.io(work, finished, self._failed)

    def _go_on(self, made: int) -> bool:
        self._made = made
        return not self._stop.is_set()

    def _failed(self, error: Exception) -> None:
        self._end()
        self._say.error(error)

    def _end(self) -> None:
        self._total = 0
        self._dialog.show_progress(0, 0)

    def _done(self, words: str, *, log: bool) -> None:
        self._dialog.close()
        self._say.notice(words)
        if log:
            log_everybody(
                self._people,
                FollowUpWay.LETTER,
                follow_ups=self._follow_ups,
                session=self._session,
                tasks=self._tasks,
                say=self._say,
                contacted=self._contacted,
            )

    def _letter(self, row: ListRow, unit: UnitFacts) -> LetterFacts:
        person, standing = row.row.retiree, row.row.standing
        return LetterFacts(
            retiree_id=person.id,
            name=person.name,
            address=person.address,
            sentence=text.standing_sentence(standing),
            deadline=standing.deadlines.with_provisional if (standing.days or 0) >= 0 else None,
            written_on=self._clock.today(),
            unit=unit,
            clerk=self._session.operator.name if self._session.operator is not None else "",
        )


def log_everybody(
    people: Sequence[ListRow],
    way: FollowUpWay,
    *,
    follow_ups: FollowUps,
    session: Session,
    tasks: TaskRunner,
    say: Say,
    contacted: Callable[[], None],
) -> None:
    """Note with everybody of a list that they were reminded so."""
    ids: list[RetireeId] = [one.row.retiree.id for one in people]
    clerk = session.operator_id

    def done(number: int) -> None:
        say.notice(f"已给 {number} 人记上“{text.WAY[way]}：{text.RESULT[FollowUpResult.REMINDED]}”。")
        contacted()

    tasks.database(
        lambda: follow_ups.log_many(ids, operator_id=clerk, way=way, result=FollowUpResult.REMINDED), done, say.error
    )
