"""What presenters need from outside: tasks run at once, papers without a renderer, and ears for what is said."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.domain.ids import RetireeId, VisitId
from app.domain.papers import (
    FamilyNoticeFacts,
    FormFacts,
    LetterFacts,
    ListingFacts,
    PlanFacts,
    ReceiptFacts,
    ReportFacts,
    SummaryFacts,
    UnitFacts,
)
from app.services.lists import ListQuery
from app.services.visits import VisitView
from app.ui.screens.visit.state import CaptureState, VisitState


class TasksAtOnce:
    """Implements TaskRunner: work is done in the call, errors are handed over as the real one does."""

    busy = False

    def database(
        self, work: Callable[[], Any], done: Callable[[Any], None], failed: Callable[[Exception], None]
    ) -> None:
        try:
            result = work()
        except Exception as error:  # noqa: BLE001 - handed over, as the real runner does
            failed(error)
            return
        done(result)

    io = database


class PlainHasher:
    """Implements PasswordHasher without the cost of argon2id."""

    def hash(self, password: str) -> str:
        return f"plain:{password}"

    def verify(self, password_hash: str, password: str) -> bool:
        return password_hash == f"plain:{password}"


class FakePapers:
    """Implements Papers; a page is one grey pixel."""

    def receipt(self, facts: ReceiptFacts, *, size: str) -> bytes:
        return f"receipt {size} {facts.name}".encode()

    def form(self, facts: FormFacts) -> bytes:
        return f"form {facts.how_verified} {len(facts.evidence_lines)}".encode()

    def blank_form(self, unit: UnitFacts) -> bytes:
        return b"blank"

    def family_notice(self, facts: FamilyNoticeFacts) -> bytes:
        return f"notice {facts.name} {len(facts.overpaid)}".encode()

    def form_hash(self, facts: FormFacts) -> str:
        return "hash"

    def forms(self, facts: Iterable[FormFacts], progress: Callable[[int], bool] | None = None) -> bytes | None:
        return b"forms" if all(progress is None or progress(n) for n, _one in enumerate(facts, 1)) else None

    def summary(self, facts: SummaryFacts) -> bytes:
        return f"summary {len(facts.rows)}".encode()

    def letters(self, facts: Sequence[LetterFacts], progress: Callable[[int], bool] | None = None) -> bytes | None:
        return "\n".join(f"letter {one.name} {one.sentence}" for one in facts).encode()

    def listing(self, facts: ListingFacts) -> bytes:
        return "\n".join([facts.title, *("|".join(row) for row in (facts.headings, *facts.rows))]).encode()

    def day_plan(self, facts: PlanFacts) -> bytes:
        return "\n".join(f"{one.kind} {one.time} {one.name}" for one in facts.lines).encode()

    def report(self, facts: ReportFacts) -> bytes:
        return f"report {facts.title}".encode()

    def report_book(self, facts: ReportFacts) -> bytes:
        return f"book {facts.title}".encode()

    def recovery_page(self, code: str) -> bytes:
        return f"code {code}".encode()

    def workbook(self, title: str, headings: Sequence[str], rows: Sequence[Sequence[str]]) -> bytes:
        return "\n".join("|".join(row) for row in [headings, *rows]).encode()

    def pages(self, pdf: bytes) -> int:
        return 2

    def preview(self, pdf: bytes, *, page: int, width_px: int) -> tuple[int, int, bytes]:
        return 1, 1, b"\x80\x80\x80"


@dataclass
class Ears:
    """Say, Navigate, Capture and Printing in one; keeps what was asked for, in order."""

    errors: list[Exception] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    went: list[str] = field(default_factory=list)
    captured: list[str] = field(default_factory=list)
    printed: list[bytes] = field(default_factory=list)
    saved: list[bytes] = field(default_factory=list)
    print_error: Exception | None = None

    def error(self, error: Exception) -> None:
        self.errors.append(error)

    def notice(self, words: str) -> None:
        self.notices.append(words)

    def open(self, name: str) -> None:
        self.went.append(f"open {name}")

    def visit(self, retiree_id: RetireeId) -> None:
        self.went.append(f"visit {retiree_id}")

    def person(self, retiree_id: RetireeId) -> None:
        self.went.append(f"person {retiree_id}")

    def resume(self, visit: VisitView) -> None:
        self.went.append(f"resume {visit.visit.id}")

    def lists(self, query: ListQuery) -> None:
        self.went.append(f"lists {query.group.value if query.group else 'everybody'}")

    def find(self, text: str = "") -> None:
        self.went.append("find")

    def home_visit(self, retiree_ids: Sequence[RetireeId]) -> None:
        self.went.append(f"home_visit {' '.join(retiree_ids)}")

    def audit(self) -> None:
        self.went.append("audit")

    def home(self) -> None:
        self.went.append("home")

    def article(self, articles: str) -> None:
        self.went.append(f"article {articles}")

    def begin(self, visit_id: VisitId, reference: bytes | None) -> None:
        self.captured.append(f"begin {visit_id}")

    def conclude(self) -> None:
        self.captured.append("conclude")

    def drop(self) -> None:
        self.captured.append("drop")

    def print_pdf(
        self, pdf: bytes, *, title: str, done: Callable[[], None], failed: Callable[[Exception], None]
    ) -> None:
        self.printed.append(pdf)
        if self.print_error is not None:
            failed(self.print_error)
        else:
            done()

    def save_file(self, data: bytes, *, suggested_name: str, kinds: str) -> bool:
        self.saved.append(data)
        return True

    def save_pdf(self, pdf: bytes, *, suggested_name: str) -> bool:
        return False


class FakeVisitScreen:
    """Keeps the newest state; ``override`` is what the second person's dialog will answer."""

    def __init__(self) -> None:
        self.states: list[VisitState] = []
        self.capture = CaptureState()
        self.pages = 0
        self.override: tuple[str, str, str] | None = None

    @property
    def state(self) -> VisitState:
        return self.states[-1]

    def show_state(self, state: VisitState) -> None:
        self.states.append(state)

    def show_capture(self, state: CaptureState) -> None:
        self.capture = state

    def show_page(self, width: int, height: int, rgb: bytes) -> None:
        self.pages += 1

    def page_width(self) -> int:
        return 400

    def ask_override(self) -> tuple[str, str, str] | None:
        return self.override


class LastState:
    """A view that keeps what it was told to show."""

    def __init__(self) -> None:
        self.states: list[Any] = []
        self.trouble = ""
        self.busy = False
        self.cleared = 0

    @property
    def state(self) -> Any:
        return self.states[-1]

    def show_state(self, state: Any) -> None:
        self.states.append(state)

    def show_trouble(self, words: str) -> None:
        self.trouble = words

    def show_busy(self, busy: bool) -> None:
        self.busy = busy

    def clear_password(self) -> None:
        self.cleared += 1
