"""Lists: filter, log a contact, print letters, save as xlsx."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Protocol

from app.domain.follow_up import FollowUp, FollowUpResult, FollowUpWay
from app.domain.ids import RetireeId
from app.domain.papers import LetterFacts, UnitFacts
from app.services.follow_ups import FollowUps
from app.services.home import HomeGroup
from app.services.lists import ListOrder, ListQuery, ListRow, Lists, select
from app.services.paper_facts import PaperFacts
from app.services.ports import Clock, Papers, TaskRunner
from app.ui import text
from app.ui.ports import Navigate, Printing, Say
from app.ui.session import Session

HEADINGS = ("姓名", "性别", "身份证号", "个人编号", "电话", "地址", "认证截止日期", "现在的情况", "最近联系")
MOST_LETTERS = 500
"""In one go; a longer list is printed in parts."""


@dataclass(frozen=True, slots=True)
class ListState:
    """Rows after the filter, the filter, how many there are in all."""

    rows: tuple[ListRow, ...]
    query: ListQuery
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """What the clerk filled in about one contact."""

    way: FollowUpWay
    result: FollowUpResult
    note: str
    next_on: date | None


class ListView(Protocol):
    """What the presenter asks of the view."""

    def show_state(self, state: ListState) -> None: ...
    def ask_contact(self, name: str) -> Contact | None:
        """The dialog about one contact; None when cancelled."""
        ...


class ListPresenter:
    """Reads off the window's thread, filters in memory."""

    def __init__(
        self,
        *,
        view: ListView,
        lists: Lists,
        follow_ups: FollowUps,
        facts: PaperFacts,
        papers: Papers,
        printing: Printing,
        clock: Clock,
        session: Session,
        tasks: TaskRunner,
        say: Say,
        navigate: Navigate,
    ) -> None:
        self._view = view
        self._lists, self._follow_ups, self._facts = lists, follow_ups, facts
        self._papers, self._printing, self._clock = papers, printing, clock
        self._session, self._tasks, self._say, self._navigate = session, tasks, say, navigate
        self._rows: tuple[ListRow, ...] = ()
        self._query = ListQuery(group=HomeGroup.LOSES_NEXT_MONTH)

    def refresh(self) -> None:
        """Read again."""
        self._tasks.database(self._lists.rows, self._loaded, self._say.error)

    def choose_group(self, group: HomeGroup | None) -> None:
        """One group of the home screen, or everybody."""
        self._ask(group=group)

    def search(self, words: str) -> None:
        """Part of a name or number."""
        self._ask(words=words)

    def order_by(self, order: ListOrder) -> None:
        """Sort."""
        self._ask(order=order)

    def only_unanswered(self, unanswered: bool) -> None:
        """Only those nobody has reached yet."""
        self._ask(unanswered=unanswered)

    def open_person(self, row: ListRow) -> None:
        """The person's page."""
        self._navigate.person(row.row.retiree.id)

    def log_contact(self, row: ListRow) -> None:
        """Ask what came of it and write it down."""
        contact = self._view.ask_contact(row.row.retiree.name)
        if contact is None:
            return
        retiree_id, clerk = row.row.retiree.id, self._session.operator_id

        def work() -> FollowUp:
            return self._follow_ups.log(
                retiree_id=retiree_id,
                operator_id=clerk,
                way=contact.way,
                result=contact.result,
                note=contact.note,
                next_on=contact.next_on,
            )

        self._tasks.database(work, self._logged, self._say.error)

    def print_letters(self) -> None:
        """A reminder letter for everybody on the list as shown."""
        shown = self._shown()
        if not shown:
            self._say.notice("名单是空的，没有信可打。")
            return
        if len(shown) > MOST_LETTERS:
            self._say.notice(f"一次最多打 {MOST_LETTERS} 封，请先缩小名单。")
            return
        clerk = self._session.operator.name if self._session.operator is not None else ""
        self._say.notice(f"正在做 {len(shown)} 封提醒信，请稍等……")

        def work() -> bytes | None:
            unit = self._facts.unit()
            return self._papers.letters([self._letter(row, unit, clerk) for row in shown])

        self._tasks.io(work, self._letters_made, self._say.error)

    def save_workbook(self) -> None:
        """The list as shown, as xlsx."""
        rows = [_cells(row) for row in self._shown()]
        self._tasks.io(lambda: self._papers.workbook("名单", HEADINGS, rows), self._workbook_made, self._say.error)

    # ------------------------------------------------------------------ parts

    def _ask(self, **changes: Any) -> None:
        self._query = replace(self._query, **changes)
        self._show()

    def _loaded(self, rows: tuple[ListRow, ...]) -> None:
        self._rows = rows
        self._show()

    def _logged(self, made: FollowUp) -> None:
        changed: RetireeId = made.retiree_id
        self._rows = tuple(replace(r, latest=made) if r.row.retiree.id == changed else r for r in self._rows)
        self._say.notice("已记下这次联系。")
        self._show()

    def _shown(self) -> tuple[ListRow, ...]:
        return select(self._rows, self._query)

    def _show(self) -> None:
        self._view.show_state(ListState(self._shown(), self._query, len(self._rows)))

    def _letter(self, row: ListRow, unit: UnitFacts, clerk: str) -> LetterFacts:
        person, standing = row.row.retiree, row.row.standing
        return LetterFacts(
            retiree_id=person.id,
            name=person.name,
            address=person.address,
            sentence=text.standing_sentence(standing),
            deadline=standing.deadlines.with_provisional if (standing.days or 0) >= 0 else None,
            written_on=self._clock.today(),
            unit=unit,
            clerk=clerk,
        )

    def _letters_made(self, pdf: bytes | None) -> None:
        if pdf is not None:
            done: Callable[[], None] = lambda: self._say.notice("提醒信已交给打印机。")  # noqa: E731
            self._printing.print_pdf(pdf, title="certdesk", done=done, failed=self._say.error)

    def _workbook_made(self, data: bytes) -> None:
        try:
            saved = self._printing.save_file(data, suggested_name="list.xlsx", kinds="Excel 表格 (*.xlsx)")
        except Exception as error:  # noqa: BLE001 - said, whatever it is
            self._say.error(error)
            return
        if saved:
            self._say.notice("已另存为表格。")


def contact_words(latest: FollowUp | None) -> str:
    """The newest contact in one line."""
    if latest is None:
        return ""
    later = f"，{latest.next_on.month}月{latest.next_on.day}日再联系" if latest.next_on else ""
    return f"{latest.at:%m-%d} {text.WAY[latest.way]}：{text.RESULT[latest.result]}{later}"


def _cells(row: ListRow) -> Sequence[str]:
    person, standing = row.row.retiree, row.row.standing
    return (
        person.name,
        text.SEX[person.sex],
        person.id_number,
        person.personnel_number,
        person.phone,
        person.address,
        text.day(standing.deadlines.with_provisional),
        text.standing_sentence(standing),
        contact_words(row.latest),
    )
