"""The reviewer's room over real services: signs with their reasons, the log searched, exported and verified."""

import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton, QTableView
from pytestqt.qtbot import QtBot

from app.domain.confirmation import EvidenceKind, FormReason
from app.domain.eligibility_report import ReportKind
from app.domain.fraud import FraudKind, FraudSign
from app.domain.standing import StandingKind
from app.errors import AppError
from app.services.cases import Cases
from app.services.eligibility import Draft, Eligibility
from app.services.ports import AuditEntry
from app.services.scrutiny import LogRow, Scrutiny, SignRow
from app.ui import audit_text
from app.ui.screens.audit.presenter import AuditPresenter, AuditState
from app.ui.screens.audit.view import AuditView
from tests.builders.office import Office
from tests.fakes.screens import FakePapers, LastState


class Eyes(LastState):
    """Keeps the last state."""

    state: AuditState


@pytest.fixture
def eyes() -> Eyes:
    return Eyes()


def presenter(desk: Office, view: object) -> AuditPresenter:
    return AuditPresenter(
        view=view,  # type: ignore[arg-type]
        scrutiny=Scrutiny(desk.real.desk, lambda data: hash(data) & 0xFF, lambda: "操作日志完整。"),
        papers=FakePapers(),
        printing=desk.ears,
        session=desk.session,
        tasks=desk.tasks,
        say=desk.ears,
        navigate=desk.ears,
    )


def test_a_clerk_sees_nothing_of_it(desk: Office, eyes: Eyes) -> None:
    presenter(desk, eyes).refresh()
    assert eyes.state == AuditState(allowed=False)


def test_a_reviewer_sees_one_picture_used_for_two_people_and_opens_the_first(desk: Office, eyes: Eyes) -> None:
    desk.session.operator = desk.reviewer
    cases = Cases(desk.real.desk)
    people = [desk.person(StandingKind.NEAR), desk.person(StandingKind.SAFE)]
    for person in people:
        case = cases.draft(retiree_id=person.id, operator_id=desk.clerk.id, reason=FormReason.OTHER).case
        cases.add_evidence(
            case.id, operator_id=desk.clerk.id, kind=EvidenceKind.LIVING_PICTURE, data=b"one", media_type="image/jpeg"
        )
    room = presenter(desk, eyes)
    room.refresh()
    (row,) = [one for one in eyes.state.signs or () if one.sign.kind is FraudKind.SAME_EVIDENCE]
    assert set(row.names) == {person.name for person in people}
    room.open_sign(row)
    assert desk.ears.went[-1] == f"person {row.sign.retirees[0]}"
    room.look_at(row)
    assert eyes.state.pictures == (b"one",)
    _settled_by_the_right_person(desk, eyes, room, row)


def _settled_by_the_right_person(desk: Office, eyes: Eyes, room: AuditPresenter, row: SignRow) -> None:
    scrutiny = Scrutiny(desk.real.desk, lambda data: hash(data) & 0xFF, lambda: "")
    for who, note, code in (
        (desk.clerk.id, "打过电话", "account.not_allowed"),
        (desk.reviewer.id, " ", "sign.note_missing"),
    ):
        with pytest.raises(AppError, match=code.replace(".", r"\.")):
            scrutiny.settle(row.sign, operator_id=who, note=note)
    room.settle(row, "两位老人同住，照片是一起拍的")
    (settled,) = [one for one in eyes.state.signs or () if one.sign.kind is FraudKind.SAME_EVIDENCE]
    assert settled.settled is not None
    assert (settled.settled_by, settled.settled.note) == ("李晓明", "两位老人同住，照片是一起拍的")
    assert "李晓明" in audit_text.why(settled)
    with desk.real.uow() as store:
        assert store.audit.entries(limit=1)[0][1].action == "sign.settled"


def test_a_death_reported_before_a_certification_is_the_first_sign(desk: Office, eyes: Eyes) -> None:
    desk.session.operator = desk.reviewer
    person = desk.person(StandingKind.SAFE)
    with desk.real.uow() as store:
        newest = max(one.captured_at.date() for one in store.certifications.of_retiree(person.id))
    Eligibility(desk.real.desk).report(
        person.id,
        Draft(kind=ReportKind.DEATH, on=date.fromordinal(newest.toordinal() - 1)),
        operator_id=desk.clerk.id,
    )
    presenter(desk, eyes).refresh()
    assert eyes.state.signs
    assert (eyes.state.signs[0].sign.kind, eyes.state.signs[0].names) == (FraudKind.AFTER_DEATH, (person.name,))


def test_the_log_is_searched_by_anything_shown_and_exported_as_shown(desk: Office, eyes: Eyes) -> None:
    desk.session.operator = desk.reviewer
    person = desk.person(StandingKind.NEAR)
    Cases(desk.real.desk).draft(retiree_id=person.id, operator_id=desk.clerk.id, reason=FormReason.OTHER)
    Eligibility(desk.real.desk).report(
        person.id, Draft(kind=ReportKind.LOSS, on=date(2026, 11, 1)), operator_id=desk.clerk.id
    )
    room = presenter(desk, eyes)
    room.refresh()
    every = eyes.state.lines
    room.search("丧失资格")
    assert 0 < len(eyes.state.log) < every
    assert {row.subject for row in eyes.state.log} == {person.name}
    room.export()
    assert "丧失资格" in desk.ears.saved[-1].decode()
    room.search(person.name)
    assert {audit_text.action(row) for row in eyes.state.log} >= {"新建确认表", "报告丧失资格"}, (
        "a form's line tells whose it is"
    )
    room.search("")
    assert len(eyes.state.log) == every
    room.verify()
    assert eyes.state.verified == "操作日志完整。"


@pytest.mark.parametrize(
    ("details", "said"),
    [
        ("home_visit_planned", "约好上门"),
        ("01900000-0000-7000-8000-0000000000aa", ""),
        ("a1" * 32, ""),
        ("2026-11", "2026-11"),
        ("new=3 changed=1", "new=3 changed=1"),
    ],
)
def test_codes_are_said_in_words_and_numbers_of_records_not_at_all(details: str, said: str) -> None:
    at = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
    entry = AuditEntry(at=at, operator_id=None, action="follow_up.logged", subject="", details=details)
    assert audit_text.details(LogRow(1, entry, "", "")) == said


def test_every_action_in_the_source_has_words() -> None:
    app = Path(audit_text.__file__).parents[1]
    source = "\n".join(path.read_text("utf-8") for part in ("services", "sync") for path in (app / part).glob("*.py"))
    written = set(re.findall(r'action="([a-z_]+\.[a-z_]+)"', source))
    written |= set(re.findall(r'_(?:audit|note)\([^"]*"([a-z_]+\.[a-z_]+)"', source))
    written |= set(re.findall(r'_saved\(store, case, operator_id, "([a-z_]+\.[a-z_]+)"', source))
    assert len(written) > 25
    assert written <= set(audit_text.ACTION)


def test_each_sign_is_explained_when_it_is_chosen(qtbot: QtBot, desk: Office) -> None:
    desk.session.operator = desk.reviewer
    view = AuditView()
    qtbot.addWidget(view)
    person = desk.person(StandingKind.SAFE)
    Eligibility(desk.real.desk).report(
        person.id, Draft(kind=ReportKind.DEATH, on=date(2024, 1, 1)), operator_id=desk.clerk.id
    )
    room = presenter(desk, view)
    room.refresh()
    assert view.findChild(QTableView, "audit_signs").model().rowCount() > 0
    assert view.findChild(QLabel, "audit_why").text() in audit_text.WHY.values()
    assert set(audit_text.WHY) == set(audit_text.SIGN) == set(FraudKind)


def test_the_closed_room_says_who_may_look(qtbot: QtBot) -> None:
    view = AuditView()
    qtbot.addWidget(view)
    view.show_state(AuditState(allowed=False))
    view.show()
    assert view.findChild(QLabel, "audit_closed").isVisible()
    assert not view.findChild(QPushButton, "audit_export").isVisible()


def test_enter_opens_the_person_of_a_sign_and_codes_are_told_in_words(desk: Office, qtbot: QtBot) -> None:
    desk.session.operator = desk.reviewer
    view = AuditView()
    qtbot.addWidget(view)
    opened: list[int] = []
    view.signs.opened.connect(lambda _row, which: opened.append(which))
    row = SignRow(FraudSign(kind=FraudKind.SAME_PICTURE), ("甲", "乙"), "")
    view.signs.show_signs((row,), ())
    table = view.findChild(QTableView, "audit_signs")
    qtbot.keyClick(table, Qt.Key.Key_Return)
    assert opened == [0]
    lines = Scrutiny(desk.real.desk, lambda _data: None, lambda: "").log()
    assert {audit_text.log_cells(line)[5] for line in lines} >= {"经办员", "复核员", "管理员"}


def test_every_kind_of_thing_a_line_may_be_about_tells_whose_it_is(desk: Office) -> None:
    person = desk.person(StandingKind.SAFE)
    Cases(desk.real.desk).draft(retiree_id=person.id, operator_id=desk.clerk.id, reason=FormReason.OTHER)
    Eligibility(desk.real.desk).report(
        person.id, Draft(kind=ReportKind.LOSS, on=date(2026, 11, 1)), operator_id=desk.clerk.id
    )
    with desk.real.uow() as store:
        ids = [str(one.id) for one in store.certifications.of_retiree(person.id)]
        ids += [str(one.id) for one in store.cases.of_retiree(person.id)]
        ids += [str(one.id) for one in store.reports.of_retiree(person.id)]
        ids += [str(one.id) for one in store.outbox.waiting() if "loss" in one.kind]
        assert len(ids) >= 4
        assert store.audit.people([*ids, person.id, "desk-1"]) == {
            **dict.fromkeys(ids, person.name),
            person.id: person.name,
        }
