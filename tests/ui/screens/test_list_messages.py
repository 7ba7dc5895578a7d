"""SMS and addresses for the list as shown."""

from dataclasses import replace

import pytest
from PySide6.QtWidgets import QPlainTextEdit, QPushButton
from pytestqt.qtbot import QtBot

from app.domain.follow_up import FollowUpWay
from app.errors import AppError
from app.services.follow_ups import FollowUps
from app.services.lists import ListRow, Lists
from app.services.messages import AGAINST_FRAUD, Messages
from app.services.paper_facts import PaperFacts
from app.ui.screens.lists.message_dialog import SmsDialog
from app.ui.screens.lists.messages import MessagePresenter
from tests.builders.office import Office
from tests.fakes.screens import FakePapers


def made(desk: Office, dialog: SmsDialog, rows: tuple[ListRow, ...]) -> MessagePresenter:
    presenter = MessagePresenter(
        dialog=dialog,
        kept=Messages(desk.real.desk),
        facts=PaperFacts(desk.real.desk),
        papers=FakePapers(),
        printing=desk.ears,
        rows=lambda: rows,
        follow_ups=FollowUps(desk.real.desk),
        session=desk.session,
        tasks=desk.tasks,
        say=desk.ears,
        contacted=lambda: desk.recorded.append("contacted"),
    )
    dialog.typed.connect(presenter.typed)
    dialog.save_asked.connect(lambda template, as_csv, log: presenter.save(template, as_csv=as_csv, log=log))
    return presenter


def with_mobile(row: ListRow, number: str) -> ListRow:
    return replace(row, row=replace(row.row, retiree=replace(row.row.retiree, phone=number)))


@pytest.fixture
def rows(desk: Office) -> tuple[ListRow, ...]:
    first, second, *_others = Lists(desk.real.desk).rows()
    return with_mobile(first, "13800001111"), second


def test_the_file_is_for_those_with_a_mobile_number_and_the_template_is_kept(
    qtbot: QtBot, desk: Office, rows: tuple[ListRow, ...]
) -> None:
    dialog = SmsDialog()
    qtbot.addWidget(dialog)
    presenter = made(desk, dialog, rows)
    presenter.open()
    assert "1 人没有手机号" in dialog._count.text()
    template, csv = dialog.findChild(QPlainTextEdit, "sms_template"), dialog.findChild(QPushButton, "sms_csv")
    assert template is not None
    assert csv is not None
    template.setPlainText("{姓名}，请来认证。")
    csv.click()
    (saved,) = desk.ears.saved
    _head, line = saved.decode("utf-8-sig").split("\r\n")[:2]
    assert line == f"13800001111,{rows[0].row.retiree.name},{rows[0].row.retiree.name}，请来认证。{AGAINST_FRAUD}"
    assert Messages(desk.real.desk).template() == "{姓名}，请来认证。"
    template.setPlainText("{密码}")
    assert not csv.isEnabled()
    assert "密码" in dialog._price.text()


def test_without_any_mobile_number_no_file_is_made(qtbot: QtBot, desk: Office, rows: tuple[ListRow, ...]) -> None:
    dialog = SmsDialog()
    qtbot.addWidget(dialog)
    presenter = made(desk, dialog, rows[1:])
    presenter.open()
    presenter.save("好", as_csv=False)
    (error,) = desk.ears.errors
    assert isinstance(error, AppError)
    assert error.code == "sms.nobody"
    assert desk.ears.saved == []


def test_addresses_for_mail_merge(qtbot: QtBot, desk: Office, rows: tuple[ListRow, ...]) -> None:
    dialog = SmsDialog()
    qtbot.addWidget(dialog)
    made(desk, dialog, rows).save_addresses()
    lines = desk.ears.saved[0].decode().splitlines()
    assert len(lines) == 3
    assert lines[1].split("|")[2] == rows[0].row.retiree.address
    made(desk, dialog, ()).save_addresses()
    made(desk, dialog, ()).open()
    assert len(desk.ears.saved) == 1


def test_everybody_in_the_file_gets_a_contact_when_the_clerk_says_so(
    qtbot: QtBot, desk: Office, rows: tuple[ListRow, ...]
) -> None:
    dialog = SmsDialog()
    qtbot.addWidget(dialog)
    presenter = made(desk, dialog, rows)
    presenter.open()
    presenter.save("请来认证。", as_csv=True)
    latest = FollowUps(desk.real.desk).latest
    assert latest() == {}
    presenter.save("请来认证。", as_csv=True, log=True)
    (one,) = latest().values()
    assert (one.retiree_id, one.way) == (rows[0].row.retiree.id, FollowUpWay.TEXT_MESSAGE)
    assert desk.recorded == ["contacted"]
