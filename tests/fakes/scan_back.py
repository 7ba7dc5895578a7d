"""A reader of scans that says what it is told: for tests of the services."""

from collections.abc import Iterator

from app.domain.papers import FormFacts
from app.domain.scan import PageReading, Spot


class FakeScanBack:
    """Implements ScanBack. ``hash`` of any facts; ``spots`` that any comparison finds; ``asked``: the facts it was given."""

    def __init__(self, hash_: str = "HASH0001") -> None:
        self.hash = hash_
        self.spots: tuple[Spot, ...] = ()
        self.asked: list[FormFacts] = []

    def read_file(self, data: bytes, *, name: str) -> Iterator[PageReading]:
        return iter(())

    def altered(self, page_jpeg: bytes, facts: FormFacts, *, template: str = "") -> tuple[Spot, ...]:
        self.asked.append(facts)
        return self.spots

    def facts_hash(self, facts: FormFacts) -> str:
        self.asked.append(facts)
        return self.hash

    def page_pdf(self, jpeg: bytes) -> bytes:
        return jpeg
