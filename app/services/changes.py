"""Whom the commits of this process touched: what is kept in memory follows them."""

from collections.abc import Iterable

from app.domain.ids import RetireeId


class Changes:
    """Whose facts the commits of this process touched, in order; one for each opened store."""

    def __init__(self) -> None:
        self._log: list[frozenset[RetireeId]] = []

    @property
    def number(self) -> int:
        """How many commits touched anybody."""
        return len(self._log)

    def note(self, ids: Iterable[RetireeId]) -> None:
        """After a commit."""
        touched = frozenset(ids)
        if touched:
            self._log.append(touched)

    def since(self, number: int) -> set[RetireeId]:
        """Everybody touched after the commit of that number."""
        return set().union(*self._log[number:])
