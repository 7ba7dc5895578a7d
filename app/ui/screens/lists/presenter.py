"""Lists: filter, log a contact, print, save as xlsx."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from app.domain.follow_up import FollowUp
from app.domain.papers import ListingFacts
from app.services.follow_ups import FollowUps
from app.services.home import HomeGroup
from app.services.list_choices import ListChoices, ListLayout, SavedList
from app.services.lists import Errand, ListColumn, ListGroup, ListOrder, ListQuery, ListRow, Lists, ListTable
from app.services.paper_facts import PaperFacts
from app.services.ports import Clock, Papers, TaskRunner
from app.ui import text
from app.ui.ports import Navigate, Printing, Say
from app.ui.screens.lists.columns import CELL, HEADING
from app.ui.screens.lists.contact import Contact, logged
from app.ui.session import Session
from app.ui.to_file import XLSX, to_file

MOST_PRINTED = 2000
"""Rows of a list on paper in one go."""


@dataclass(frozen=True, slots=True)
class ListState:
    """Rows after the filter, the filter, how many there are in all; own filters, which of them is up; the columns."""

    rows: tuple[ListRow, ...]
    query: ListQuery
    total: int
    saved: tuple[SavedList, ...] = ()
    chosen: str = ""
    layout: ListLayout = field(default_factory=ListLayout)


class ListView(Protocol):
    """What the presenter asks of the view."""

    def show_state(self, state: ListState) -> None: ...
    def ask_contact(self, name: str) -> Contact | None:
        """The dialog about one contact; None when cancelled."""
        ...

    def ask_name(self, suggested: str) -> str | None:
        """What to call an own filter; None when cancelled."""
        ...


class ListPresenter:
    """Reads off the window's thread, filters in memory."""

    def __init__(
        self,
        *,
        view: ListView,
        lists: Lists,
        choices: ListChoices,
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
        self._lists, self._choices, self._follow_ups, self._facts = lists, choices, follow_ups, facts
        self._papers, self._printing, self._clock = papers, printing, clock
        self._session, self._tasks, self._say, self._navigate = session, tasks, say, navigate
        self._table = ListTable()
        self._saved: tuple[SavedList, ...] = ()
        self._chosen = ""
        self._layout: ListLayout | None = None
        self._query = ListQuery(group=HomeGroup.LOSES_NEXT_MONTH)

    def refresh(self) -> None:
        """Read again."""

        def work() -> tuple[ListTable, tuple[SavedList, ...], ListLayout]:
            return self._lists.table(), self._choices.saved(), self._choices.layout()

        self._tasks.database(work, self._loaded, self._say.error)

    def show(self, query: ListQuery) -> None:
        """Another list, sorted as the clerk last chose."""
        layout = self._layout or ListLayout()
        self._query, self._chosen = replace(query, sort=layout.sort, descending=layout.descending), ""

    def choose_group(self, group: ListGroup | None) -> None:
        """One group of the home screen, or everybody."""
        self._ask(group=group)

    def search(self, words: str) -> None:
        """Part of a name or number."""
        self._ask(words=words)

    def order_by(self, order: ListOrder) -> None:
        """Sort."""
        self._ask(order=order, sort=None)

    def sort_by(self, column: ListColumn) -> None:
        """A heading: up, then down, then the list's own order again."""
        query = self._query
        if query.sort is not column:
            self._ask(sort=column, descending=False)
        elif not query.descending:
            self._ask(descending=True)
        else:
            self._ask(sort=None, descending=False)
        self._remember_sort()

    def arrange(self, layout: ListLayout) -> None:
        """Columns as the clerk dragged or chose them."""
        if layout.columns and layout != self._layout:
            redraw = self._layout is None or [c.column for c in layout.columns] != [
                c.column for c in self._layout.columns
            ]
            self._keep_layout(layout)
            if redraw:
                self._show()

    def choose_saved(self, name: str) -> None:
        """An own filter."""
        for one in self._saved:
            if one.name == name:
                self._query, self._chosen = one.query, name
                self._show()

    def save_filter(self) -> None:
        """Keep what is shown under a name."""
        name, query = self._view.ask_name(self._chosen), self._query
        if name is not None:
            self._tasks.database(
                lambda: self._choices.save(name, query), lambda kept: self._kept(kept, kept[-1].name), self._say.error
            )

    def forget_filter(self) -> None:
        """Not needed any more; the list stays as it is."""
        name = self._chosen
        if name:
            self._tasks.database(lambda: self._choices.forget(name), lambda kept: self._kept(kept, ""), self._say.error)

    def only_unanswered(self, unanswered: bool) -> None:
        """Only those nobody has reached yet."""
        self._ask(unanswered=unanswered)

    def shown(self) -> tuple[ListRow, ...]:
        """The list as shown."""
        return self._shown()

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
            return logged(self._follow_ups, retiree_id, clerk, contact)

        self._tasks.database(work, self._logged, self._say.error)

    def print_list(self) -> None:
        """The list as shown, on paper."""
        shown = self._shown()
        if not shown or len(shown) > MOST_PRINTED:
            words = f"一次最多打 {MOST_PRINTED} 人，请先缩小名单。" if shown else "名单是空的，没有可打的。"
            self._say.notice(words)
            return
        columns, title = (self._layout or ListLayout()).columns, self._title()
        subtitle = f"{text.day(self._clock.today())}　共 {len(shown)} 人"

        def work() -> bytes:
            return self._papers.listing(
                ListingFacts(
                    title=title,
                    subtitle=subtitle,
                    headings=tuple(HEADING[one.column] for one in columns),
                    widths=tuple(float(one.width) for one in columns),
                    rows=tuple(tuple(CELL[one.column](row) for one in columns) for row in shown),
                    unit=self._facts.unit(),
                )
            )

        def made(pdf: bytes) -> None:
            done: Callable[[], None] = lambda: self._say.notice("名单已交给打印机。")  # noqa: E731
            self._printing.print_pdf(pdf, title="certdesk", done=done, failed=self._say.error)

        self._tasks.io(work, made, self._say.error)

    def save_workbook(self) -> None:
        """The list as shown, as xlsx."""
        columns = [one.column for one in (self._layout or ListLayout()).columns]
        shown, headings = self._shown(), [HEADING[column] for column in columns]

        def work() -> bytes:
            return self._papers.workbook("名单", headings, [[CELL[column](row) for column in columns] for row in shown])

        made = to_file(self._printing, self._say, "已另存为表格。", name="list.xlsx", kinds=XLSX)
        self._tasks.io(work, made, self._say.error)

    # ------------------------------------------------------------------ parts

    def _ask(self, **changes: Any) -> None:
        self._query, self._chosen = replace(self._query, **changes), ""
        self._show()

    def _loaded(self, read: tuple[ListTable, tuple[SavedList, ...], ListLayout]) -> None:
        first, (self._table, self._saved, layout) = self._layout is None, read
        if first:
            self._layout = layout
            self._query = replace(self._query, sort=layout.sort, descending=layout.descending)
        self._show()

    def _kept(self, saved: tuple[SavedList, ...], chosen: str) -> None:
        self._saved, self._chosen = saved, chosen
        self._say.notice(f"已存为“{chosen}”。" if chosen else "已删除这个名单，人员没有变化。")
        self._show()

    def _remember_sort(self) -> None:
        layout = self._layout or ListLayout()
        self._keep_layout(replace(layout, sort=self._query.sort, descending=self._query.descending))

    def _keep_layout(self, layout: ListLayout) -> None:
        self._layout = layout
        self._tasks.database(lambda: self._choices.set_layout(layout), lambda _none: None, self._say.error)

    def _logged(self, made: FollowUp) -> None:
        self._table = self._table.with_contact(made)
        self._say.notice("已记下这次联系。")
        self._show()

    def _shown(self) -> tuple[ListRow, ...]:
        return self._table.select(self._query)

    def _show(self) -> None:
        layout = self._layout or ListLayout()
        state = ListState(self._shown(), self._query, len(self._table), self._saved, self._chosen, layout)
        self._view.show_state(state)

    def _title(self) -> str:
        if self._chosen:
            return self._chosen
        group = self._query.group
        name = "全部人员"
        if group is not None:
            name = text.ERRAND[group] if isinstance(group, Errand) else text.HOME_GROUP[group]
        return f"{name}（还没联系上的）" if self._query.unanswered else name
