"""Erasing what has passed its time: never what is unsent, open, held or needed elsewhere, and never half."""

import json
import os
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from app.domain.certification import CenterState
from app.domain.confirmation import CaseState, CaseStep, FormCase, FormReason
from app.domain.follow_up import FollowUp, FollowUpResult, FollowUpWay
from app.domain.fraud import FraudKind, FraudSign, Settlement
from app.domain.ids import CaseId, RecordId, RetireeId, VisitId
from app.domain.retention import DataKind
from app.domain.visit import Visit, VisitStep
from app.errors import AppError
from app.services.erasure import Erasure
from app.services.ports import AuditEntry, OutboxRecord
from app.services.stored_settings import SKEW_S, save_last_sync
from tests.builders.desk import RealDesk
from tests.builders.evidence import summary
from tests.builders.people import retiree
from tests.builders.retention import (
    CHIEF,
    CLERK,
    LATELY,
    LONG_AGO,
    NOW,
    actions,
    certification,
    passed,
    picture,
)
from tests.fakes.clock import CST


def test_an_old_face_goes_with_its_measurements_and_the_certification_stays(desk: RealDesk) -> None:
    old, new = certification(desk, LONG_AGO), certification(desk, LATELY, 2)
    plan = Erasure(desk.desk).run(operator_id=CHIEF.id)
    assert plan.counts == {DataKind.EVIDENCE: 2}  # the certification's and the visit's
    assert (plan.oldest, plan.files) == (LONG_AGO, (old,))
    assert (desk.vault.has(old), desk.vault.has(new)) == (False, True)
    with desk.uow() as store:
        assert [one.id for one in store.certifications.all()] == ["c-1", "c-2"]
        assert store.certifications.summary_of(RecordId("c-1")) is None
        assert store.certifications.summary_of(RecordId("c-2")) is not None
        assert [one.id for one in store.visits.all()] == ["v-2"]
        (_, said), *_ = store.audit.entries(limit=1)
    assert (said.action, said.subject, said.details) == ("privacy.erased", "", "evidence=2 files=1 strays=0")
    Erasure(desk.desk).run()
    assert actions(desk) == ["privacy.erasing", "privacy.erased"]


def test_what_the_center_has_not_answered_stays_however_old(desk: RealDesk) -> None:
    face = certification(desk, LONG_AGO, center=CenterState.PENDING)
    with desk.uow() as store:
        visit = store.visits.get(VisitId("v-1"))
        assert visit is not None
        store.visits.save(replace(visit, step=VisitStep.REVIEW))
        store.commit()
    Erasure(desk.desk).run()
    assert desk.vault.has(face)


def test_a_file_that_something_newer_names_too_stays(desk: RealDesk) -> None:
    face = certification(desk, LONG_AGO)
    certification(desk, LATELY, 2, face=face)
    Erasure(desk.desk).run()
    assert desk.vault.has(face)
    with desk.uow() as store:
        assert store.certifications.summary_of(RecordId("c-1")) is None


def test_what_is_still_to_be_sent_keeps_its_files(desk: RealDesk) -> None:
    scan = picture(desk, "scan")
    record = OutboxRecord(
        id=RecordId("f-1"),
        kind="form_submission",
        version=1,
        captured_at=datetime(2015, 1, 1, tzinfo=CST),
        body="{}",
        operator_id=CLERK.id,
        attachments=(scan,),
    )
    closed = CaseStep(state=CaseState.CLOSED, at=datetime(2015, 1, 1, tzinfo=CST), operator_id=CLERK.id)
    case = FormCase(
        id=CaseId("k-1"),
        retiree_id=RetireeId("r-1"),
        reason=FormReason.VERY_OLD,
        scan=scan,
        state=CaseState.CLOSED,
        history=(closed,),
    )
    with desk.uow() as store:
        store.outbox.add(record)
        store.cases.save(case)
        store.commit()
    Erasure(desk.desk).run()
    assert desk.vault.has(scan)
    with desk.uow() as store:
        store.outbox.update(replace(record, receipt="{}"))
        store.commit()
    Erasure(desk.desk).run()
    assert desk.vault.has(scan), "received, but the attachment is not with the center yet"
    with desk.uow() as store:
        store.outbox.mark_uploaded(record.id, scan, NOW)
        store.commit()
    Erasure(desk.desk).run()
    assert not desk.vault.has(scan)


def test_a_hold_keeps_everything_of_a_person_until_it_is_released(desk: RealDesk) -> None:
    face, other = certification(desk, LONG_AGO), certification(desk, LONG_AGO, 2, retiree_id=RetireeId("r-2"))
    erasure = Erasure(desk.desk)
    with pytest.raises(AppError, match=r"privacy\.reason_missing"):
        erasure.hold(RetireeId("r-1"), " ", operator_id=CHIEF.id)
    erasure.hold(RetireeId("r-1"), "纪检来函调查", operator_id=CHIEF.id)
    assert erasure.wishes(RetireeId("r-1")).hold == "纪检来函调查"
    assert erasure.run().held == 2
    assert (desk.vault.has(face), desk.vault.has(other)) == (True, False)
    with pytest.raises(AppError, match=r"privacy\.held"):
        erasure.withdraw(RetireeId("r-1"), operator_id=CLERK.id)
    erasure.release(RetireeId("r-1"), operator_id=CHIEF.id)
    erasure.run()
    assert not desk.vault.has(face)


def test_consent_taken_back_ends_the_pictures_made_so_far_and_no_others(desk: RealDesk) -> None:
    mine, waiting = certification(desk, LATELY), certification(desk, LATELY, 2, center=CenterState.PENDING)
    hers = certification(desk, LATELY, 3, retiree_id=RetireeId("r-2"))
    Erasure(desk.desk).withdraw(RetireeId("r-1"), operator_id=CLERK.id)
    assert [desk.vault.has(one) for one in (mine, waiting, hers)] == [False, True, True]
    passed(desk, timedelta(days=1))
    later = certification(desk, desk.clock.today(), 4)
    Erasure(desk.desk).run()
    assert desk.vault.has(later)
    assert "privacy.withdrawn" in actions(desk)


def test_old_contacts_and_visits_without_a_result_go_whole(desk: RealDesk) -> None:
    blurred = picture(desk, "blurred")
    contact = FollowUp(
        id=RecordId("u-1"),
        retiree_id=RetireeId("r-1"),
        at=datetime(2023, 10, 1, tzinfo=CST),
        operator_id=CLERK.id,
        way=FollowUpWay.PHONE,
        result=FollowUpResult.REMINDED,
    )
    left = Visit(
        id=VisitId("v-9"),
        operator_id=CLERK.id,
        step=VisitStep.ABANDONED,
        started_at=datetime(2026, 8, 1, tzinfo=CST),
        updated_at=datetime(2026, 8, 1, tzinfo=CST),
        retiree_id=RetireeId("r-1"),
        summary=summary(best_frame=blurred),
    )
    with desk.uow() as store:
        for one in (contact, replace(contact, id=RecordId("u-2"), at=datetime(2025, 1, 1, tzinfo=CST))):
            store.follow_ups.add(one)
        store.visits.save(left)
        store.commit()
    plan = Erasure(desk.desk).run()
    assert plan.counts == {DataKind.CONTACT: 1, DataKind.ABANDONED: 1}
    assert not desk.vault.has(blurred)
    with desk.uow() as store:
        assert [one.id for one in store.follow_ups.of_retiree(RetireeId("r-1"))] == ["u-2"]
        assert store.visits.all() == []


def test_a_file_that_nothing_names_goes_after_thirty_days_unless_it_was_put_again(desk: RealDesk) -> None:
    stray, fresh, again = (picture(desk, words) for words in ("stray", "fresh", "again"))
    month_ago = (NOW - timedelta(days=31)).timestamp()
    for file in (file for file in (desk.path.parent / "vault").rglob("*") if file.is_file()):
        if not desk.vault._path(fresh).samefile(file):
            os.utime(file, (month_ago, month_ago))
    picture(desk, "again")
    Erasure(desk.desk).run()
    assert [desk.vault.has(one) for one in (stray, fresh, again)] == [False, True, True]


def test_a_photo_and_a_setting_hold_what_they_name_for_good(desk: RealDesk) -> None:
    photo, kept = picture(desk, "photo"), picture(desk, "kept")
    with desk.uow() as store:
        store.retirees.upsert([retiree(photo=photo)])
        store.settings.set("faces.gallery", kept)
        store.commit()
    passed(desk, timedelta(days=20_000))
    Erasure(desk.desk).run()
    assert desk.vault.has(photo)
    assert desk.vault.has(kept)


def test_an_open_fraud_sign_keeps_what_it_is_about_even_when_consent_is_taken_back(desk: RealDesk) -> None:
    old, new = certification(desk, LONG_AGO), certification(desk, LATELY, 2)
    other = certification(desk, LONG_AGO, 3, retiree_id=RetireeId("r-2"))
    signs = [FraudSign(kind=FraudKind.SAME_FACE, retirees=(RetireeId("r-1"),))]
    erasure = Erasure(desk.desk, lambda: signs)
    assert erasure.withdraw(RetireeId("r-1"), operator_id=CLERK.id).held > 0
    assert [desk.vault.has(one) for one in (old, new, other)] == [True, True, False]
    signs.clear()
    erasure.run()
    assert not any(map(desk.vault.has, (old, new)))


def test_a_settled_sign_holds_no_picture_and_stays_settled_without_it(desk: RealDesk) -> None:
    face = certification(desk, LONG_AGO)
    sign = FraudSign(
        kind=FraudKind.AT_NIGHT, retirees=(RetireeId("r-1"),), records=(RecordId("c-1"),), pictures=(face,)
    )
    for one in (sign, FraudSign(kind=FraudKind.SAME_EVIDENCE, pictures=(face,))):
        with desk.uow() as store:
            store.settlements.add(Settlement(key=one.key, at=NOW, operator_id=CLERK.id, note="查过"))
            store.commit()
    Erasure(desk.desk).run()
    assert not desk.vault.has(face)
    assert replace(sign, pictures=()).key == sign.key


def test_it_runs_by_itself_once_a_day(desk: RealDesk) -> None:
    erasure = Erasure(desk.desk)
    assert erasure.run_if_due() is not None
    assert erasure.run_if_due() is None
    passed(desk, timedelta(days=1))
    assert erasure.run_if_due() is not None


@pytest.mark.parametrize("wrong", ["ahead since the last sync", "ahead at the sync", "sync failed"])
def test_a_date_that_the_center_has_not_confirmed_erases_nothing(desk: RealDesk, wrong: str) -> None:
    face = certification(desk, LATELY)
    stray = picture(desk, "stray")
    passed(desk, timedelta(days=20_000))
    with desk.uow() as store:
        if wrong == "ahead since the last sync":
            save_last_sync(store.settings, NOW, "")
        elif wrong == "ahead at the sync":
            store.settings.set(SKEW_S, str(19_990 * 86_400.0))
        else:
            save_last_sync(store.settings, desk.clock.now(), "sync.offline")
        store.commit()
    plan = Erasure(desk.desk).run()
    assert plan.unconfirmed
    assert desk.vault.has(face)
    assert desk.vault.has(stray)


def test_a_photo_that_an_import_replaced_stays_while_the_import_can_be_undone(desk: RealDesk) -> None:
    before = picture(desk, "the card photo of before")
    journal = desk.vault.put(json.dumps([{"fields": [["photo", before, "0" * 64]]}]).encode(), media_type="text/json")
    entry = AuditEntry(at=NOW, operator_id=CLERK.id, action="roster.imported", subject=journal)
    with desk.uow() as store:
        store.audit.append(entry)
        store.commit()
    month_ago = (NOW - timedelta(days=31)).timestamp()
    for file in (file for file in (desk.path.parent / "vault").rglob("*") if file.is_file()):
        os.utime(file, (month_ago, month_ago))
    Erasure(desk.desk).run()
    assert desk.vault.has(before)
    passed(desk, timedelta(days=36 * 31))
    Erasure(desk.desk).run()
    assert not desk.vault.has(journal)
    assert not desk.vault.has(before)
