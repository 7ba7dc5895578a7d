"""A desk with a few people, a laptop beside it, and a stick between them."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.domain.certification import Certification
from app.domain.confirmation import EvidenceKind, FormCase, FormReason
from app.domain.ids import CaseId, DeskId, OperatorId, RetireeId, Sha256, UnitId
from app.domain.operator import Operator, Role
from app.runtime.clock import new_id
from app.services.away import Away
from app.services.cases import Cases
from app.services.context import Desk
from app.services.home_visits import Order, Packed
from app.services.ports import CaptureResult, DeskIdentity
from app.services.stored_settings import save_identity
from app.services.visits import Visits
from app.sync.away_files import LaptopFiles, load_package
from app.sync.trip_files import DeskTripFiles
from tests.builders.desk import RealDesk, real_desk
from tests.builders.evidence import summary
from tests.builders.people import certified, id_number, retiree
from tests.fakes.clock import FakeClock

PASSPHRASE = "ABCD-2345-EFGH-6789"
CLERK, REVIEWER = OperatorId("o-clerk"), OperatorId("o-reviewer")
R1, R2, R3 = (RetireeId(f"r-{number}") for number in (1, 2, 3))
"""R1 has card and photo, R2 neither, R3 stays at home and never goes along."""
FACE, CLIP, EVIDENCE = (
    b"\xff\xd8 a face seen on the trip",
    b"RIFF a clip seen on the trip",
    b"\xff\xd8 a picture of the form",
)
CAPTURED = CaptureResult(
    summary=summary(), best_frame_jpeg=FACE, reference_chip_jpeg=None, best_chip_jpeg=None, clip=CLIP
)
IDENTITY = DeskIdentity(
    desk_id=DeskId("desk-1"),
    unit_id=UnitId("u-1"),
    unit_name="示范单位",
    unit_code="431000",
    center_url="https://center.example",
)


def own_ids(made: RealDesk) -> RealDesk:
    """With ids that no other desk makes."""
    made.desk = replace(made.desk, ids=new_id)
    return made


def furnish(desk: Desk) -> None:
    """Three people, a clerk and a reviewer, one form of R2 begun."""
    photo = desk.vault.put(b"\xff\xd8 card photo", media_type="image/jpeg")
    plain = {"card_number": None, "photo": None}
    with desk.uow() as store:
        save_identity(store.settings, IDENTITY)
        for operator, name, role in ((CLERK, "王芳", Role.CLERK), (REVIEWER, "李晓明", Role.REVIEWER)):
            store.operators.save(Operator(id=operator, login=operator, name=name, role=role), f"hash {name}")
        store.retirees.upsert(
            [
                retiree(photo=photo),
                retiree(id=R2, name="王重阳", id_number=id_number(serial=34), **plain),
                retiree(id=R3, name="赵六", id_number=id_number(serial=35), photo=photo),
            ]
        )
        store.certifications.add(certified(date(2025, 12, 10)))
        store.commit()
    Cases(desk).draft(retiree_id=R2, operator_id=CLERK, reason=FormReason.NO_CARD)


def certify(laptop: Desk, who: RetireeId = R1, by: OperatorId = CLERK) -> Certification:
    """A whole visit."""
    visits = Visits(laptop)
    visit = visits.begin(operator_id=by)
    visits.choose(visit.id, who)
    visits.pass_precheck(visit.id)
    visits.consent(visit.id, given=True)
    visits.finish_capture(visit.id, CAPTURED)
    visits.decide_pass(visit.id)
    made = visits.record(visit.id)
    visits.finish(visit.id)
    return made


def fill_form(desk: Desk, data: bytes = EVIDENCE) -> FormCase:
    """R2's form gets a picture."""
    cases = Cases(desk)
    case = cases.of_retiree(R2)[0].case
    return cases.add_evidence(
        case.id, operator_id=CLERK, kind=EvidenceKind.LIVING_PICTURE, data=data, media_type="image/jpeg"
    ).case


@dataclass
class Round:
    """Attributes: desk, laptop with the same clock; key: the desk's; files, away: the two sides; stick: the folder between them."""

    desk: RealDesk
    laptop: RealDesk
    key: Ed25519PrivateKey
    files: DeskTripFiles
    away: Away
    stick: Path
    clock: FakeClock

    def pack(self, *people: RetireeId, days: int = 3) -> Packed:
        """Take R1 and R2 (or others) along for so many days."""
        order = Order(
            people=people or (R1, R2),
            passphrase=PASSPHRASE,
            expires_on=self.clock.today() + timedelta(days=days),
            folder=self.stick,
        )
        return self.files.pack(order, operator_id=CLERK)

    def set_out(self) -> Packed:
        """Packed, and put into the laptop an hour later."""
        packed = self.pack()
        self.clock.move(timedelta(hours=1))
        load_package(self.laptop.desk, packed.path, PASSPHRASE)
        return packed

    def certify(self, who: RetireeId = R1) -> Certification:
        """A whole visit on the laptop."""
        return certify(self.laptop.desk, who)

    def fill_form(self, desk: RealDesk | None = None, data: bytes = EVIDENCE) -> FormCase:
        """R2's form gets a picture, on the laptop unless said otherwise."""
        return fill_form((desk or self.laptop).desk, data)

    def bring_back(self) -> Path:
        """The file that goes back."""
        self.clock.move(timedelta(minutes=10))
        return self.away.bring_back(self.stick, operator_id=CLERK)

    def case_at_desk(self, case_id: CaseId) -> FormCase:
        """As the desk holds it."""
        with self.desk.uow() as store:
            found = store.cases.get(case_id)
        assert found is not None
        return found

    def dump(self) -> dict[str, list[tuple[object, ...]]]:
        """Every row of the desk's store: what a refused file must leave as it was."""
        from app.storage import tables

        with self.desk.engine.connect() as connection:
            return {
                name: sorted((tuple(row) for row in connection.execute(table.select())), key=repr)
                for name, table in tables.metadata.tables.items()
            }


def trip_round(folder: Path) -> Round:
    """Both machines, nothing packed yet."""
    clock, key = FakeClock(), Ed25519PrivateKey.generate()
    for name in ("desk", "laptop", "stick"):
        (folder / name).mkdir()
    desk, laptop = own_ids(real_desk(folder / "desk", clock)), own_ids(real_desk(folder / "laptop", clock))
    furnish(desk.desk)
    return Round(
        desk=desk,
        laptop=laptop,
        key=key,
        files=DeskTripFiles(desk.desk, key),
        away=Away(laptop.desk, LaptopFiles(laptop.desk)),
        stick=folder / "stick",
        clock=clock,
    )


def sha_of(data: bytes) -> Sha256:
    """Of a blob."""
    from hashlib import sha256

    return Sha256(sha256(data).hexdigest())
