"""The roster: finding a person, the person's page, decisions by hand."""

from typing import Annotated

from fastapi import APIRouter, Form, Query, Request, Response

from center import certifications, decisions, payments, roster
from center.access import Db
from center.errors import Refused
from center.operator import queries
from center.operator.pages import go, render
from center.operator.record_routes import Word
from center.operator.session import FormChecked, SignedIn, ThisUnit, Writer
from center.rules import deadline, month_from, month_text

router = APIRouter()
Text = Annotated[str, Form(max_length=200, pattern=r"^[^\x00]*$")]
NOBODY = (404, "nobody", "这个单位的名册里没有这个人。")


@router.get("/units/{unit_id}/people")
def people(
    request: Request,
    unit: ThisUnit,
    visit: SignedIn,
    connection: Db,
    q: Word = "",
    page: Annotated[int, Query(ge=0, le=10_000)] = 0,
) -> Response:
    """The roster, or those who fit ``q``."""
    found = queries.people(connection, unit.id, text=q.strip(), page=page)
    count = queries.count_people(connection, unit.id)
    return render(request, visit, "people.html", unit=unit, page=found, q=q, number=page, count=count)


@router.get("/units/{unit_id}/people/{retiree_id}")
def one_person(request: Request, unit: ThisUnit, retiree_id: str, visit: SignedIn, connection: Db) -> Response:
    """Roster entry, deadline, certifications, records, decisions."""
    body = queries.person(connection, unit.id, retiree_id)
    if body is None:
        raise Refused(*NOBODY)
    person, policy = payments.as_person(body), roster.policy(connection, unit.id)
    proofs = certifications.proofs(connection, unit.id, retiree_id).get(retiree_id, [])
    wanted = queries.RecordFilter(retiree_id=retiree_id)
    certified = certifications.of_person(connection, unit.id, retiree_id)
    return render(
        request,
        visit,
        "person.html",
        unit=unit,
        person=body,
        deadline=deadline(person, proofs, policy),
        deadline_with_pending=deadline(person, proofs, policy, with_pending=True),
        certifications=certified,
        corrected={row["supersedes"] for row in certified if row["state"] != "rejected"},
        records=queries.records_of(connection, unit.id, wanted, before="").rows,
        decisions=payments.of_person(connection, unit.id, retiree_id),
        months=payments.months_open(),
    )


@router.post("/units/{unit_id}/people/{retiree_id}/payment", dependencies=[FormChecked])
def decide(
    unit: ThisUnit,
    retiree_id: str,
    writer: Writer,
    connection: Db,
    decision: Text = "",
    month: Text = "",
    back_from: Text = "",
    reason: Text = "",
) -> Response:
    """By hand, for what the monthly run leaves to the clerk."""
    body = queries.person(connection, unit.id, retiree_id)
    if body is None:
        raise Refused(*NOBODY)
    if decision not in decisions.PAYMENTS or not reason.strip():
        raise Refused(422, "incomplete", "请选暂停、恢复或停发，并写明理由。请退回上一页填写。")
    if decisions.PAYMENTS[decision] == body["payment"] and decision != "suspended":
        raise Refused(409, "already", "这个人的待遇已经是这个状态，没有重复决定。")
    first = _month(month)
    back = range(_month(back_from), first) if decision == "resumed" and back_from else range(0)
    if len(back) > MOST_BACK_PAY or (back_from and decision == "resumed" and not back):
        raise Refused(422, "back_pay", "补发起始月要在恢复月之前，最多补发十年。")
    wanted = decisions.Payment(
        retiree_id=retiree_id,
        decision=decision,
        month=month_text(first),
        reason=reason.strip(),
        back_pay=tuple(month_text(one) for one in back),
    )
    decisions.decide_payments(connection, unit.id, [wanted], who=writer.id)
    return go(f"/operator/units/{unit.id}/people/{retiree_id}")


MOST_BACK_PAY = 120


def _month(text: str) -> int:
    try:
        return month_from(text)
    except ValueError as error:
        raise Refused(422, "month_bad", "月份请写成 2026-11 这样。") from error


@router.post("/units/{unit_id}/people/{retiree_id}/remove", dependencies=[FormChecked])
def remove(unit: ThisUnit, retiree_id: str, writer: Writer, connection: Db, why: Text = "") -> Response:
    """Off this unit's roster, e.g. moved to another unit."""
    if not why.strip():
        raise Refused(422, "why_missing", "移出名册要写明原因。请退回上一页填写。")
    if not roster.remove_retiree(connection, unit.id, retiree_id, why=why.strip(), who=writer.id):
        raise Refused(*NOBODY)
    return go(f"/operator/units/{unit.id}/people")
