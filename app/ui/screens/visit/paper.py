"""The paper of a visit: made whole, with what its code says and its first page for the screen."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from app.services.paper_facts import PaperFacts
from app.services.ports import Papers
from app.ui.screens.visit.state import VisitState


@dataclass(frozen=True, slots=True)
class Paper:
    """``code``: the hash that stands on a form, with which its printing is noted; "" on a receipt. ``page``: width, height, RGB888."""

    pdf: bytes
    code: str
    page: tuple[int, int, bytes]


def make_paper(
    state: VisitState, papers: Papers, facts: PaperFacts, form_hash: Callable[[Any], str], width_px: int
) -> Paper:
    """Runs on the database worker. The form where there is a case, else the receipt."""
    if state.case is not None:
        on_form = facts.form(state.case.case.id)
        pdf, code = papers.form(on_form), form_hash(on_form)
    else:
        assert state.view.visit.record_id is not None
        pdf, code = papers.receipt(facts.receipt(state.view.visit.record_id), size=state.receipt_size), ""
    return Paper(pdf, code, papers.preview(pdf, page=0, width_px=width_px))
