"""The list of certifications made and known, newest first."""

from dataclasses import dataclass

from app.domain.certification import Certification
from app.domain.retiree import Retiree
from app.services.context import Desk
from app.services.paper_facts import receipt_number


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordRow:
    """One line; ``retiree`` None when they left the roster; ``refusal`` the center's words on a refused record."""

    certification: Certification
    retiree: Retiree | None
    clerk: str
    receipt_number: str
    refusal: str

    @property
    def made_here(self) -> bool:
        """Recorded at this desk: has a clerk."""
        return self.certification.operator_id is not None


@dataclass(frozen=True, slots=True)
class Records:
    """Reads the list."""

    desk: Desk

    def rows(self, *, here_only: bool = False) -> tuple[RecordRow, ...]:
        """Every certification, newest first; ``here_only`` leaves out those the center told."""
        with self.desk.uow() as store:
            retirees = {r.id: r for r in store.retirees.all()}
            names = {o.id: o.name for o in store.operators.all()}
            answers = store.outbox.answers()
            rows = []
            for certification in store.certifications.all():
                if here_only and certification.operator_id is None:
                    continue
                receipt, refusal = answers.get(certification.id, (None, ""))
                rows.append(
                    RecordRow(
                        certification=certification,
                        retiree=retirees.get(certification.retiree_id),
                        clerk=names.get(certification.operator_id, "") if certification.operator_id else "",
                        receipt_number=receipt_number(receipt),
                        refusal=refusal,
                    )
                )
            return tuple(
                sorted(rows, key=lambda row: (row.certification.captured_at, row.certification.id), reverse=True)
            )
