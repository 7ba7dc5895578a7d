"""Reading much from the store with nobody waiting: a transaction for each piece, and a rest after it."""

import time
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from app.services.ports import UnitOfWork, UnitOfWorkFactory

T = TypeVar("T")
Rest = Callable[[], None]
ROWS = 500
"""Read at once: some ten milliseconds."""
REST_S = 0.005


def rest() -> None:
    """So that whoever waits for the store or the processor has it."""
    time.sleep(REST_S)


def in_pieces(
    uow: UnitOfWorkFactory, read: Callable[[UnitOfWork, int, int], tuple[Sequence[T], int | None]]
) -> Iterator[T]:
    """Everything that ``read`` (store, after, limit) finds, which also says where to go on; None at the end."""
    after: int | None = 0
    while after is not None:
        with uow() as store:
            found, after = read(store, after, ROWS)
        yield from found
        rest()
