"""A desk with certifications of long ago and lately, for what is erased."""

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from app.domain.ids import OperatorId, RetireeId, Sha256, VisitId
from app.domain.operator import Operator, Role
from app.domain.visit import Visit, VisitStep
from app.services.stored_settings import save_last_sync
from tests.builders.desk import RealDesk, real_desk
from tests.builders.evidence import summary
from tests.builders.people import certified, retiree
from tests.fakes.clock import CST

CLERK = Operator(id=OperatorId("o-1"), login="wang", name="王芳", role=Role.CLERK)
CHIEF = Operator(id=OperatorId("o-2"), login="zhou", name="周建国", role=Role.ADMIN)
NOW = datetime(2026, 11, 24, 9, 30, tzinfo=CST)
LONG_AGO, LATELY = date(2021, 10, 1), date(2025, 12, 1)
"""More than 60 months ago; less."""


def desk_with_two_people(folder: Path) -> RealDesk:
    """A clerk, an administrator; the center was reached a moment ago."""
    made = real_desk(folder)
    with made.uow() as store:
        for who in (CLERK, CHIEF):
            store.operators.save(who, "hash")
        store.retirees.upsert([retiree(photo=None), retiree(id=RetireeId("r-2"), photo=None)])
        save_last_sync(store.settings, NOW, "")
        store.commit()
    return made


def passed(desk: RealDesk, time: timedelta) -> None:
    """So much later, with the center reached again."""
    desk.clock.move(time)
    with desk.uow() as store:
        save_last_sync(store.settings, desk.clock.now(), "")
        store.commit()


def picture(desk: RealDesk, words: str) -> Sha256:
    """Something in the vault."""
    return desk.vault.put(words.encode(), media_type="image/jpeg")


def certification(desk: RealDesk, on: date, number: int = 1, *, face: Sha256 | None = None, **changes: Any) -> Sha256:
    """With a visit and a best picture; the picture."""
    best = face or picture(desk, f"face {number}")
    made = certified(on, number=number, **changes)
    visit = Visit(
        id=VisitId(f"v-{number}"),
        operator_id=CLERK.id,
        step=VisitStep.DONE,
        started_at=made.captured_at,
        updated_at=made.captured_at,
        retiree_id=made.retiree_id,
        summary=summary(best_frame=best),
        record_id=made.id,
    )
    with desk.uow() as store:
        store.certifications.add(made, summary(best_frame=best))
        store.visits.save(visit)
        store.commit()
    return best


def actions(desk: RealDesk) -> list[str]:
    """Of the log, oldest first."""
    with desk.uow() as store:
        return [entry.action for _number, entry in reversed(store.audit.entries(limit=100))]
