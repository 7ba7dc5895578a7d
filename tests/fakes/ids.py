"""Identifiers in order, in the form of UUID version 7."""

from itertools import count


class FakeIds:
    """Implements app.services.ports.IdMaker."""

    def __init__(self) -> None:
        self._numbers = count(1)

    def __call__(self) -> str:
        return f"01900000-0000-7000-8000-{next(self._numbers):012x}"
