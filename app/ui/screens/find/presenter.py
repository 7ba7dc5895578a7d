"""Finding a retiree while the clerk types."""

from dataclasses import dataclass
from typing import Protocol

from app.domain.idnumber import age_on
from app.domain.ids import RetireeId
from app.services.ports import Clock, TaskRunner
from app.services.roster import RetireeCard, Roster
from app.services.search import SearchHit, SearchIndex
from app.ui.ports import Navigate, Say


@dataclass(frozen=True, slots=True)
class FoundCard:
    """What the clerk sees of the chosen hit."""

    card: RetireeCard
    age: int
    photo: bytes | None


@dataclass(frozen=True, slots=True)
class FindState:
    """Attributes: hits: best first; typed: what was asked; total: people on the roster; found: the chosen one."""

    typed: str
    hits: tuple[SearchHit, ...]
    total: int
    found: FoundCard | None


class FindView(Protocol):
    """What the presenter asks of the view."""

    def show_state(self, state: FindState) -> None: ...


class FindPresenter:
    """Searches in memory on each key stroke; loads the card of the chosen hit off the window's thread."""

    def __init__(
        self, *, view: FindView, roster: Roster, clock: Clock, tasks: TaskRunner, say: Say, navigate: Navigate
    ) -> None:
        self._view = view
        self._roster = roster
        self._clock = clock
        self._tasks = tasks
        self._say = say
        self._navigate = navigate
        self._index = SearchIndex.build(())
        self._typed = ""
        self._hits: tuple[SearchHit, ...] = ()
        self._found: FoundCard | None = None
        self._wanted: RetireeId | None = None

    def reload(self) -> None:
        """Build the index anew after the roster changed."""
        self._tasks.database(self._roster.index, self._indexed, self._say.error)

    def typed(self, text: str) -> None:
        """Search; the first hit is shown at once."""
        self._typed = text
        self._hits = self._index.find(text)
        if not self._hits:
            self._found, self._wanted = None, None
            self._show()
            return
        self._show()
        self.choose(self._hits[0].retiree_id)

    def choose(self, retiree_id: RetireeId) -> None:
        """Show a hit's card."""
        if self._wanted == retiree_id and self._found is not None:
            return
        self._wanted = retiree_id

        def work() -> FoundCard:
            card = self._roster.card(retiree_id)
            return FoundCard(card, age_on(card.retiree.birth_date, self._clock.today()), self._roster.photo(retiree_id))

        self._tasks.database(work, self._loaded, self._say.error)

    def start(self) -> None:
        """Begin the visit of the shown retiree."""
        if self._found is not None:
            self._navigate.visit(self._found.card.retiree.id)

    def open_person(self) -> None:
        """The shown retiree's own page."""
        if self._found is not None:
            self._navigate.person(self._found.card.retiree.id)

    def _indexed(self, index: SearchIndex) -> None:
        self._index = index
        self._found, self._wanted = None, None
        self.typed(self._typed)

    def _loaded(self, found: FoundCard) -> None:
        if found.card.retiree.id == self._wanted:
            self._found = found
            self._show()

    def _show(self) -> None:
        self._view.show_state(FindState(self._typed, self._hits, len(self._index), self._found))
