"""How a run erases: in small pieces, cut off anywhere, beside others who write; and who may ask for it."""

import importlib
import json
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest

from app.domain.ids import OperatorId, RecordId, RetireeId, VisitId
from app.domain.operator import Role
from app.domain.visit import Visit, VisitStep
from app.errors import AppError
from app.services.erasure import LEAVING, Erasure
from app.services.kept import freshen
from tests.builders.desk import RealDesk
from tests.builders.evidence import summary
from tests.builders.people import certified
from tests.builders.retention import (
    CHIEF,
    CLERK,
    LATELY,
    LONG_AGO,
    NOW,
    actions,
    certification,
    picture,
)


class CutOffError(BaseException):
    """The power is gone."""


@pytest.mark.parametrize("after", range(14))
def test_cut_off_anywhere_nobody_is_half_erased_and_the_next_run_finishes(
    desk: RealDesk, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    faces = {number: certification(desk, LONG_AGO, number, retiree_id=RetireeId(f"r-{number}")) for number in (1, 2, 3)}
    monkeypatch.setattr("app.services.erasure_scan.ROWS_ERASED", 2)
    calls = iter(range(after))

    def counted(real: Any) -> Any:
        def call(*args: Any, **named: Any) -> Any:
            if next(calls, None) is None:
                raise CutOffError
            return real(*args, **named)

        return call

    with monkeypatch.context() as patch:
        for where in (
            "vault.FileVault.forget",
            "retention.Retention.drop",
            "audit.AuditStore.append",
            "unit_of_work.SqlUnitOfWork.commit",
        ):
            module, kind, name = where.split(".")
            owner = getattr(importlib.import_module(f"app.storage.{module}"), kind)
            patch.setattr(owner, name, counted(getattr(owner, name)))
        with suppress(CutOffError):
            Erasure(desk.desk).run()
    with desk.uow() as store:
        for number, face in faces.items():
            kept = store.certifications.summary_of(RecordId(f"c-{number}")) is not None
            assert kept is (store.visits.get(VisitId(f"v-{number}")) is not None)
            assert desk.vault.has(face) or not kept, "a row that is there has its picture"
    Erasure(desk.desk).run()
    assert not any(map(desk.vault.has, faces.values()))
    with desk.uow() as store:
        assert not any(store.certifications.summary_of(RecordId(f"c-{number}")) for number in faces)
        assert (len(store.certifications.all()), store.visits.all()) == (3, [])
        assert store.settings.get(LEAVING) == "[]"


def test_the_store_is_free_between_two_pieces_and_each_piece_is_small(
    desk: RealDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(1, 31):
        certification(desk, LONG_AGO, number, retiree_id=RetireeId(f"r-{number}"))
    monkeypatch.setattr("app.services.erasure_scan.ROWS_READ", 10)
    monkeypatch.setattr("app.services.erasure_scan.ROWS_ERASED", 10)
    rests = 0

    def step() -> None:
        nonlocal rests
        rests += 1
        visit = Visit(
            id=VisitId("v-now"), operator_id=CLERK.id, step=VisitStep.IDENTIFY, started_at=NOW, updated_at=NOW
        )
        with desk.uow() as store:
            store.visits.save(visit)
            store.commit()

    plan = Erasure(desk.desk, rest=step).run()
    assert len(plan.files) == 30
    assert rests >= 3 + 3 + 6, "60 rows and more were read by tens, and erased by tens"
    assert actions(desk).count("privacy.erasing") == 6


def test_nobodys_standing_is_counted_anew_because_of_it(desk: RealDesk) -> None:
    with desk.uow() as store:
        freshen(store, desk.desk.policy(store))
    certification(desk, LONG_AGO)
    with desk.uow() as store:
        assert store.standings.stale(9) == ["r-1"]
        freshen(store, desk.desk.policy(store))
    certification(desk, LONG_AGO, 2, retiree_id=RetireeId("r-2"))
    Erasure(desk.desk).run()
    with desk.uow() as store:
        assert store.certifications.summary_of(RecordId("c-1")) is None
        assert store.standings.stale(9) == ["r-2"], "whoever was to be counted still is"


@pytest.mark.parametrize("how", ["a row copied it", "it was put again"])
def test_what_is_named_while_it_runs_stays(desk: RealDesk, how: str) -> None:
    face = certification(desk, LONG_AGO)
    written = []

    def rest() -> None:
        if not written:
            written.append(picture(desk, "face 1") if how == "it was put again" else face)
            with desk.uow() as store:
                store.certifications.add(certified(NOW.date(), number=9), summary(best_frame=face))
                store.commit()

    Erasure(desk.desk, rest=rest).run()
    assert desk.vault.has(face)
    with desk.uow() as store:
        assert store.certifications.summary_of(RecordId("c-1")) is None
        assert store.certifications.summary_of(RecordId("c-9")) is not None


def test_whoever_is_held_while_it_runs_stays(desk: RealDesk) -> None:
    face = certification(desk, LONG_AGO)

    def rest() -> None:
        Erasure(desk.desk).hold(RetireeId("r-1"), "来函调查", operator_id=CHIEF.id)

    Erasure(desk.desk, rest=rest).run()
    assert desk.vault.has(face)
    with desk.uow() as store:
        assert store.visits.get(VisitId("v-1")) is not None


def test_a_file_of_a_cut_off_run_that_is_named_again_since_stays(desk: RealDesk) -> None:
    face, other = picture(desk, "face"), picture(desk, "other")
    with desk.uow() as store:
        store.settings.set(LEAVING, json.dumps([face, other]))
        store.commit()
    certification(desk, LATELY, face=face)
    assert Erasure(desk.desk).run().files == (other,)
    assert (desk.vault.has(face), desk.vault.has(other)) == (True, False)


def test_only_a_reviewer_holds_and_releases_only_the_administrator_erases_and_every_refusal_is_written_down(
    desk: RealDesk,
) -> None:
    gone = replace(CHIEF, id=OperatorId("o-3"), login="gone", active=False)
    with desk.uow() as store:
        store.operators.save(gone, "hash")
        store.commit()
    erasure, who = Erasure(desk.desk), RetireeId("r-1")
    erasure.hold(who, "来函调查", operator_id=CHIEF.id)
    for refused in (CLERK.id, gone.id, OperatorId("nobody")):
        for call in (
            lambda by: erasure.hold(who, "拖一拖", operator_id=by),
            lambda by: erasure.release(who, operator_id=by),
            lambda by: erasure.run(operator_id=by),
        ):
            with pytest.raises(AppError, match=r"account\.not_allowed"):
                call(refused)
    assert erasure.wishes(who).hold == "来函调查"
    with desk.uow() as store:
        said = [entry for _number, entry in store.audit.entries(limit=9)]
    assert {entry.action for entry in said} == {"privacy.refused"}
    assert {(entry.subject, entry.details) for entry in said} == {(who, "hold"), (who, "release"), ("", "erase")}
    with pytest.raises(AppError, match=r"account\.not_allowed"):
        erasure.withdraw(who, operator_id=gone.id)
    reviewer = replace(CLERK, id=OperatorId("o-4"), login="li", role=Role.REVIEWER)
    with desk.uow() as store:
        store.operators.save(reviewer, "hash")
        store.commit()
    erasure.release(who, operator_id=reviewer.id)
    assert not erasure.wishes(who).hold
