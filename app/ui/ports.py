"""What the screens need from outside, as Protocols; bootstrap hands the real things over."""

from collections.abc import Callable
from typing import Protocol

from app.domain.ids import RetireeId, VisitId
from app.services.visits import VisitView


class Say(Protocol):
    """The message bar: an error in words, or a plain notice."""

    def error(self, error: Exception) -> None: ...
    def notice(self, words: str) -> None: ...


class Navigate(Protocol):
    """Going to another screen."""

    def visit(self, retiree_id: RetireeId) -> None: ...
    def resume(self, visit: VisitView) -> None: ...
    def find(self, text: str = "") -> None: ...
    def home(self) -> None: ...
    def article(self, articles: str) -> None: ...


class Capture(Protocol):
    """Camera and engine together, as the visit screen uses them."""

    def begin(self, visit_id: VisitId, reference: bytes | None) -> None: ...
    def conclude(self) -> None: ...
    def drop(self) -> None: ...


class Printing(Protocol):
    """The system's print dialog."""

    def print_pdf(
        self, pdf: bytes, *, title: str, done: Callable[[], None], failed: Callable[[Exception], None]
    ) -> None: ...
    def save_pdf(self, pdf: bytes, *, suggested_name: str) -> bool: ...
