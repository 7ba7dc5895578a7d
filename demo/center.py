"""The reference center of the demo: its own process on loopback, SQLite, the demo unit's roster and an enrolment code."""

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import httpx
from sqlalchemy import Connection

from app.domain.certification import CenterState, Certification
from app.domain.cycle import deadlines, is_near
from app.domain.retiree import Retiree
from center import registry, roster
from center.database import make_engine, migrate
from demo.portraits import portrait
from demo.roster import UNIT_CODE, UNIT_ID, UNIT_NAME, DemoPerson, demo_people
from protocol.messages import CertificationBody, ChangeKind, NearListBody, RetireeBody, UnitInfo

START_LIMIT_S = 60.0


def retiree_body(retiree: Retiree, photo: str | None) -> RetireeBody:
    """A domain retiree as the center tells it."""
    return RetireeBody.model_validate(
        {
            "id": retiree.id,
            "name": retiree.name,
            "id_number": retiree.id_number,
            "personnel_number": retiree.personnel_number,
            "sex": retiree.sex.value,
            "birth_date": retiree.birth_date,
            "kind": retiree.kind.value,
            "retired_on": retiree.retired_on,
            "first_paid_on": retiree.first_paid_on,
            "phone": retiree.phone,
            "address": retiree.address,
            "residence": retiree.residence.value,
            "card_number": retiree.card_number,
            "photo": photo,
            "photo_taken_on": retiree.photo_taken_on,
            "payment": retiree.payment.value,
            "suspended_from": str(retiree.suspended_from) if retiree.suspended_from else None,
            "last_paid": str(retiree.last_paid) if retiree.last_paid else None,
            "died_on": retiree.died_on,
            "lost_eligibility_on": retiree.lost_eligibility_on,
            "custody": [
                {"started_on": c.started_on, "ended_on": c.ended_on, "document": c.document} for c in retiree.custody
            ],
        }
    )


def certification_body(certification: Certification) -> CertificationBody:
    """A certification of the demo's history."""
    return CertificationBody(
        id=certification.id,
        retiree_id=certification.retiree_id,
        channel=certification.channel.value,
        captured_at=certification.captured_at,
        signed_on=certification.signed_on,
        state=certification.center.value,
        accepted_at=certification.accepted_at if certification.center is CenterState.ACCEPTED else None,
        reason=certification.center_reason,
    )


def _photo_of(person: DemoPerson, index: int, today: date) -> bytes | None:
    woman = person.retiree.sex.value == "female"
    return portrait(person.portrait, seed=index, woman=woman, age=today.year - person.retiree.birth_date.year)


def prepare(database: str, today: date) -> str:
    """Fill a fresh center database with the demo unit; returns a one-time enrolment code."""
    engine = make_engine(database)
    migrate(engine)
    people = demo_people(today)
    with engine.begin() as connection:
        unit = UnitInfo(id=UNIT_ID, name=UNIT_NAME, code=UNIT_CODE, phone="0731-00000000", demo=True)
        registry.register_unit(connection, unit, who="demo")
        registry.signing_key(connection)
        bodies = []
        for index, person in enumerate(people):
            photo = _photo_of(person, index, today)
            digest = roster.put_photo(connection, UNIT_ID, photo) if photo is not None else None
            bodies.append(retiree_body(person.retiree, digest))
        roster.put_retirees(connection, UNIT_ID, bodies, who="demo")
        _put_certifications(connection, people)
        _put_near_list(connection, people, today)
        code = registry.new_code(connection, UNIT_ID, who="demo")
    engine.dispose()
    return code


def _put_certifications(connection: Connection, people: Sequence[DemoPerson]) -> None:
    known = [certification_body(c) for person in people for c in person.certifications]
    roster.add_changes(
        connection, UNIT_ID, [(ChangeKind.CERTIFICATION, body.id, body.model_dump(mode="json")) for body in known]
    )


def _put_near_list(connection: Connection, people: Sequence[DemoPerson], today: date) -> None:
    """The month's list of those whose deadline is near (rule 17), as the center sends it by the 20th."""
    near: list[str] = [
        person.retiree.id
        for person in people
        if (deadline := deadlines(person.retiree, person.certifications).confirmed) is not None
        and is_near(deadline, today)
    ]
    body = NearListBody(month=f"{today:%Y-%m}", retiree_ids=near)
    roster.add_changes(connection, UNIT_ID, [(ChangeKind.NEAR_LIST, body.month, body.model_dump(mode="json"))])


@dataclass(frozen=True, slots=True)
class RunningCenter:
    """The center's process and address."""

    process: "subprocess.Popen[bytes]"
    url: str

    def stop(self) -> None:
        """End the process; kill it when it does not end."""
        self.process.terminate()
        try:
            self.process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def start(database: str, *, port: int, log: Path) -> RunningCenter:
    """Start ``python -m center serve`` and wait until it answers."""
    command = [sys.executable, "-m", "center", "--database", database, "serve", "--port", str(port)]
    command += ["--files", str(log.parent / "files")]
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    with log.open("ab") as sink:
        process = subprocess.Popen(command, stdout=sink, stderr=sink, env=environment, cwd=Path(__file__).parents[1])
    running = RunningCenter(process, f"http://127.0.0.1:{port}")
    limit = time.monotonic() + START_LIMIT_S
    while time.monotonic() < limit and process.poll() is None:
        try:
            httpx.get(f"{running.url}/v1/info", timeout=1, trust_env=False).raise_for_status()
        except httpx.HTTPError:
            time.sleep(0.05)
            continue
        return running
    running.stop()
    raise RuntimeError(f"the reference center did not start; its words are in {log}")
