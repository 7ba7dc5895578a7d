"""What the clerk arranged of the lists: own filters by name, columns with widths, sorting. Kept in the settings."""

import json
from dataclasses import dataclass
from typing import Any

from app.errors import AppError
from app.services.context import Desk
from app.services.lists import ListColumn, ListOrder, ListQuery, group_named
from app.services.stored_settings import LIST_LAYOUT, LIST_SAVED

MOST_SAVED, LONGEST_NAME = 30, 20


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedList:
    """An own filter."""

    name: str
    query: ListQuery


@dataclass(frozen=True, slots=True)
class ShownColumn:
    """A column and its width in pixels."""

    column: ListColumn
    width: int


DEFAULT_COLUMNS = (
    ShownColumn(ListColumn.NAME, 120),
    ShownColumn(ListColumn.SITUATION, 520),
    ShownColumn(ListColumn.PHONE, 150),
    ShownColumn(ListColumn.CONTACT, 320),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListLayout:
    """Columns from left to right, and the column sorted by (None: the list's own order)."""

    columns: tuple[ShownColumn, ...] = DEFAULT_COLUMNS
    sort: ListColumn | None = None
    descending: bool = False


@dataclass(frozen=True, slots=True)
class ListChoices:
    """Reads and writes them. What can't be read any more is left out, never an error."""

    desk: Desk

    def saved(self) -> tuple[SavedList, ...]:
        """Own filters in the order in which they were made."""
        with self.desk.uow() as store:
            return _saved(store.settings.get(LIST_SAVED))

    def save(self, name: str, query: ListQuery) -> tuple[SavedList, ...]:
        """Add, or replace the one of that name. AppError list.name_missing, list.too_many."""
        name = " ".join(name.split())[:LONGEST_NAME]
        if not name:
            raise AppError("list.name_missing")
        with self.desk.uow() as store:
            others = [one for one in _saved(store.settings.get(LIST_SAVED)) if one.name != name]
            if len(others) >= MOST_SAVED:
                raise AppError("list.too_many", most=MOST_SAVED)
            kept = (*others, SavedList(name=name, query=query))
            store.settings.set(LIST_SAVED, json.dumps([_raw(one) for one in kept], ensure_ascii=False))
            store.commit()
        return kept

    def forget(self, name: str) -> tuple[SavedList, ...]:
        """Remove one."""
        with self.desk.uow() as store:
            kept = tuple(one for one in _saved(store.settings.get(LIST_SAVED)) if one.name != name)
            store.settings.set(LIST_SAVED, json.dumps([_raw(one) for one in kept], ensure_ascii=False))
            store.commit()
        return kept

    def layout(self) -> ListLayout:
        """As last arranged."""
        with self.desk.uow() as store:
            text = store.settings.get(LIST_LAYOUT)
        try:
            raw = json.loads(text) if text else {}
            columns = tuple(ShownColumn(ListColumn(name), int(width)) for name, width in raw["columns"])
            sort = ListColumn(raw["sort"]) if raw["sort"] else None
            descending = bool(raw["descending"])
        except (KeyError, TypeError, ValueError):
            return ListLayout()
        return ListLayout(columns=columns or DEFAULT_COLUMNS, sort=sort, descending=descending)

    def set_layout(self, layout: ListLayout) -> None:
        """Remember."""
        raw = {
            "columns": [[one.column.value, one.width] for one in layout.columns],
            "sort": layout.sort.value if layout.sort else "",
            "descending": layout.descending,
        }
        with self.desk.uow() as store:
            store.settings.set(LIST_LAYOUT, json.dumps(raw))
            store.commit()


def _raw(one: SavedList) -> dict[str, Any]:
    query = one.query
    return {
        "name": one.name,
        "group": query.group.value if query.group else "",
        "unanswered": query.unanswered,
        "words": query.words,
        "order": query.order.value,
        "sort": query.sort.value if query.sort else "",
        "descending": query.descending,
    }


def _saved(text: str | None) -> tuple[SavedList, ...]:
    found = []
    for raw in json.loads(text) if text else []:
        try:
            query = ListQuery(
                group=group_named(raw["group"]) if raw["group"] else None,
                unanswered=bool(raw["unanswered"]),
                words=str(raw["words"]),
                order=ListOrder(raw["order"]),
                sort=ListColumn(raw["sort"]) if raw["sort"] else None,
                descending=bool(raw["descending"]),
            )
        except (KeyError, TypeError, ValueError):
            continue
        found.append(SavedList(name=str(raw["name"]), query=query))
    return tuple(found)
