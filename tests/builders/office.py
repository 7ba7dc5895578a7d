"""An office for the screens: the demo's people in a real store, three accounts, services and presenters' fakes."""

from dataclasses import dataclass, field, replace
from pathlib import Path

from app.domain.operator import Operator, Role
from app.domain.retiree import Retiree
from app.domain.standing import StandingKind
from app.services.accounts import Accounts
from app.services.cases import Cases
from app.services.paper_facts import PaperFacts
from app.services.roster import Roster
from app.services.visits import Visits
from app.ui.screens.visit.presenter import VisitPresenter, VisitServices
from app.ui.session import Session
from demo.roster import demo_people
from tests.builders.desk import RealDesk, real_desk
from tests.fakes.screens import Ears, FakePapers, FakeVisitScreen, PlainHasher, TasksAtOnce

PASSWORD = "shi-yan-2026"


@dataclass
class Office:
    """A filled desk with ``clerk`` logged in."""

    real: RealDesk
    accounts: Accounts
    clerk: Operator
    reviewer: Operator
    ears: Ears = field(default_factory=Ears)
    tasks: TasksAtOnce = field(default_factory=TasksAtOnce)
    screen: FakeVisitScreen = field(default_factory=FakeVisitScreen)
    session: Session = field(default_factory=Session)
    recorded: list[str] = field(default_factory=list)

    def person(self, kind: StandingKind, *, photo: bool = True) -> Retiree:
        """Somebody who stands like that."""
        rows = Roster(self.real.desk).rows()
        return next(r.retiree for r in rows if r.standing.kind is kind and (r.retiree.photo is not None) is photo)

    def visit_presenter(self) -> VisitPresenter:
        """A presenter over the real services."""
        desk, papers = self.real.desk, FakePapers()
        services = VisitServices(
            visits=Visits(desk),
            accounts=self.accounts,
            roster=Roster(desk),
            cases=Cases(desk),
            facts=PaperFacts(desk),
            papers=papers,
            clock=desk.clock,
            tasks=self.tasks,
            form_hash=lambda facts: f"hash {len(facts.evidence_lines)} {facts.how_verified}",
        )
        return VisitPresenter(
            screen=self.screen,
            services=services,
            capture=self.ears,
            printing=self.ears,
            session=self.session,
            say=self.ears,
            navigate=self.ears,
            recorded=lambda: self.recorded.append("recorded"),
        )


def office(folder: Path) -> Office:
    """Sixty made-up people in a fresh store below ``folder``."""
    real = real_desk(folder)
    people = demo_people(real.clock.today())
    photo = real.vault.put(b"no real picture", media_type="image/jpeg")
    with real.uow() as store:
        store.retirees.upsert([replace(p.retiree, photo=photo if p.portrait else None) for p in people])
        for person in people:
            for certification in person.certifications:
                store.certifications.add(certification)
        store.commit()
    accounts = Accounts(real.desk, PlainHasher())
    admin = accounts.create(by=None, login="admin", name="周建国", role=Role.ADMIN, password=PASSWORD)
    clerk = accounts.create(by=admin.id, login="jingban", name="王芳", role=Role.CLERK, password=PASSWORD)
    reviewer = accounts.create(by=admin.id, login="fuhe", name="李晓明", role=Role.REVIEWER, password=PASSWORD)
    made = Office(real=real, accounts=accounts, clerk=clerk, reviewer=reviewer)
    made.session.operator = clerk
    return made
