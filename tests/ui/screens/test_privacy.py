"""What a person may ask about her data, and the register that names everything that is held."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from app.domain.ids import RetireeId, Sha256, VisitId
from app.domain.operator import Role
from app.domain.policy import DEFAULT_POLICY
from app.domain.standing import StandingKind
from app.domain.visit import Consent, Visit, VisitStep
from app.errors import AppError
from app.forms.listing import render
from app.services.data_sheet import DataSheets
from app.services.erasure import Erasure
from app.services.processing import ACTIVITIES
from app.services.stored_settings import save_last_sync
from app.storage import tables
from app.ui import privacy_text
from app.ui.error_text import words
from app.ui.screens.person.privacy import PrivacyPresenter, open_privacy
from app.ui.screens.person.privacy_dialog import PrivacyDialog
from app.ui.screens.settings.privacy_card import PrivacyCard, PrivacyKeeper
from tests.builders.evidence import summary
from tests.builders.office import Office
from tests.fakes.screens import FakePapers, TasksAtOnce


def seen(desk: Office, whose: RetireeId, at: datetime, number: int = 1) -> Sha256:
    """A visit with consent and a picture that nothing else names."""
    face = desk.real.vault.put(f"face {number}".encode(), media_type="image/jpeg")
    visit = Visit(
        id=VisitId(f"v-{number}"),
        operator_id=desk.clerk.id,
        step=VisitStep.ABANDONED,
        started_at=at,
        updated_at=at,
        retiree_id=whose,
        consent=Consent(given=True, at=at, wording_version="2026-2"),
        summary=summary(best_frame=face),
    )
    with desk.real.uow() as store:
        store.visits.save(visit)
        save_last_sync(store.settings, desk.real.clock.now(), "")
        store.commit()
    return face


@pytest.fixture
def presenter(desk: Office) -> PrivacyPresenter:
    return PrivacyPresenter(
        erasure=Erasure(desk.real.desk),
        sheets=DataSheets(desk.real.desk),
        papers=FakePapers(),
        printing=desk.ears,
        session=desk.session,
        tasks=desk.tasks,
        say=desk.ears,
        changed=lambda: desk.recorded.append("changed"),
    )


@pytest.fixture
def who(desk: Office, request: pytest.FixtureRequest) -> None:
    """Who sits at the desk."""
    desk.session.operator = getattr(desk, request.param)


@pytest.fixture
def dialog(qtbot: QtBot, desk: Office, presenter: PrivacyPresenter) -> PrivacyDialog:
    retiree = desk.person(StandingKind.SAFE)
    made = open_privacy(None, presenter, retiree.id, retiree.name)  # type: ignore[arg-type]
    qtbot.addWidget(made)
    return made


def keeper_of(card: PrivacyCard, desk: Office, tasks: TasksAtOnce) -> PrivacyKeeper:
    return PrivacyKeeper(
        card=card,
        desk=desk.real.desk,
        erasure=Erasure(desk.real.desk),
        papers=FakePapers(),
        printing=desk.ears,
        session=desk.session,
        tasks=tasks,
        say=desk.ears,
    )


def press(dialog: PrivacyDialog, name: str) -> None:
    dialog.findChild(QPushButton, name).click()


def test_the_sheet_names_all_that_is_held_each_with_its_end(desk: Office, dialog: PrivacyDialog) -> None:
    retiree = desk.person(StandingKind.SAFE)
    seen(desk, retiree.id, desk.real.clock.now())
    press(dialog, "privacy_sheet")
    found = DataSheets(desk.real.desk).of(retiree.id)
    rows = ["|".join(row) for row in privacy_text.sheet(found).rows]
    for said in (retiree.id_number, retiree.personnel_number, retiree.phone, "社保卡照片|", "认证记录|", "提供给谁|"):
        assert any(said in row for row in rows), said
    assert "同意|同意人脸识别（告知书 2026-2 版）|2026-11-24 09:30|依法征得同意|2027年2月24日" in rows
    assert "人脸画面|比对结果，画面和短片 1 份（只存本机）|2026-11-24 09:30|核实是本人、健在|2027年2月24日" in rows
    assert any("打印或另存个人信息清单（王芳）" in row for row in rows)
    assert len(render(privacy_text.sheet(found))) > 2000


def test_consent_is_taken_back_at_the_desk_and_the_sheet_says_so(desk: Office, dialog: PrivacyDialog) -> None:
    retiree = desk.person(StandingKind.SAFE)
    face = seen(desk, retiree.id, desk.real.clock.now())
    press(dialog, "privacy_withdraw")
    assert desk.real.vault.has(face), "only asked whether it is meant"
    press(dialog, "privacy_withdraw")
    assert not desk.real.vault.has(face)
    assert "撤回了人脸同意" in dialog.findChild(QLabel, "privacy_state").text()
    assert desk.recorded == ["changed"]
    rows = ["|".join(row) for row in privacy_text.sheet(DataSheets(desk.real.desk).of(retiree.id)).rows]
    assert not any("人脸画面|" in row for row in rows)
    assert any(row.startswith("撤回同意|") for row in rows)


def test_the_sheet_is_saved_where_the_clerk_says_and_that_is_written_down(desk: Office, dialog: PrivacyDialog) -> None:
    press(dialog, "privacy_sheet_file")
    assert len(desk.ears.saved) == 1
    assert desk.ears.notices == ["清单已存成 PDF。"]
    found = DataSheets(desk.real.desk).of(desk.person(StandingKind.SAFE).id)
    assert [deed.action for deed in found.deeds][-1] == "privacy.sheet"


@pytest.mark.parametrize("code", ["file.disk_full", "file.read_only"])
def test_a_stick_that_takes_no_file_is_told_in_words(
    desk: Office, dialog: PrivacyDialog, monkeypatch: pytest.MonkeyPatch, code: str
) -> None:
    def refuse(*_args: object, **_named: object) -> bool:
        raise AppError(code, name="个人信息清单.pdf")

    monkeypatch.setattr(desk.ears, "save_file", refuse)
    press(dialog, "privacy_sheet_file")
    (error,) = desk.ears.errors
    assert isinstance(error, AppError)
    assert "没有存上“个人信息清单.pdf”" in words(error)
    assert desk.ears.notices == []


def test_while_her_pictures_are_erased_the_dialog_says_so_and_a_problem_lets_the_clerk_try_again(
    desk: Office, dialog: PrivacyDialog, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    state = dialog.findChild(QLabel, "privacy_state")

    def refuse(*_args: object, **_named: object) -> None:
        said.append(state.text())
        raise AppError("vault.unwritable")

    monkeypatch.setattr(Erasure, "withdraw", refuse)
    press(dialog, "privacy_withdraw")
    press(dialog, "privacy_withdraw")
    assert "正在删除" in said[0]
    assert dialog.findChild(QPushButton, "privacy_withdraw").isEnabled()
    assert state.isHidden()


def test_what_consent_taken_back_means_is_a_sentence_that_anybody_understands(
    desk: Office, dialog: PrivacyDialog
) -> None:
    press(dialog, "privacy_withdraw")
    press(dialog, "privacy_withdraw")
    rows = privacy_text.sheet(DataSheets(desk.real.desk).of(desk.person(StandingKind.SAFE).id)).rows
    (said,) = [row[1] for row in rows if row[0] == "撤回同意"]
    assert said == "您说不愿再留人脸画面。在这以前拍的都要删掉：已经办完的删了，没办完的办完就删。"


def test_a_clerk_may_neither_hold_nor_release_and_reads_who_may(desk: Office, dialog: PrivacyDialog) -> None:
    for name in ("privacy_hold", "privacy_release"):
        assert dialog.findChild(QPushButton, name).isHidden()
    assert any("复核员或管理员" in one.text() for one in dialog.findChildren(QLabel))


@pytest.mark.parametrize("who", ["reviewer"], indirect=True)
@pytest.mark.usefixtures("who")
def test_a_hold_wants_a_reason_and_stops_the_withdrawal(dialog: PrivacyDialog, desk: Office) -> None:
    press(dialog, "privacy_hold")
    assert dialog.findChild(QLabel, "privacy_state").text() == ""
    assert desk.recorded == []
    dialog.findChild(QLineEdit, "privacy_because").setText("案件调查")
    press(dialog, "privacy_hold")
    assert "正暂缓删除：案件调查" in dialog.findChild(QLabel, "privacy_state").text()
    assert not dialog.findChild(QPushButton, "privacy_withdraw").isEnabled()
    press(dialog, "privacy_release")
    assert dialog.findChild(QPushButton, "privacy_withdraw").isEnabled()


def test_every_table_of_the_store_is_named_by_the_register() -> None:
    named = [table for one in ACTIVITIES for table in one.tables]
    assert sorted(named) == sorted(tables.metadata.tables)
    rows = privacy_text.register(DEFAULT_POLICY)
    assert {one.code for one in ACTIVITIES} == set(privacy_text.WORDS)
    assert all(all(cell for cell in row) for row in rows)
    assert ("人脸协助认证", "是", "本人单独同意", "5 年", "不提供") in [(r[0], r[3], r[4], r[5], r[6]) for r in rows]


def test_the_settings_say_what_is_due_and_only_the_administrator_erases(qtbot: QtBot, desk: Office) -> None:
    face = seen(desk, desk.person(StandingKind.SAFE).id, datetime.fromisoformat("2026-08-01T09:00:00+08:00"))
    card = PrivacyCard()
    qtbot.addWidget(card)
    keeper = keeper_of(card, desk, desk.tasks)
    card.erase_asked.connect(keeper.erase)
    keeper.refresh()
    state, now = card.findChild(QLabel, "privacy_due"), card.findChild(QPushButton, "privacy_erase")
    assert "没办成的认证画面 1 份，最早的是2026年8月1日的" in state.text()
    assert not now.isEnabled()
    desk.session.operator = next(one for one in desk.accounts.all() if one.role is Role.ADMIN)
    keeper.refresh()
    now.click()
    assert not desk.real.vault.has(face)
    assert "已删除到期资料 1 份" in desk.ears.notices[-1]
    assert "现在没有到期的资料" in state.text()


def test_the_settings_card_stands_before_the_store_was_looked_through_and_looks_once(
    qtbot: QtBot, desk: Office
) -> None:
    waiting: list[Callable[[], None]] = []

    class Later(TasksAtOnce):
        def io(self, work: Callable[[], Any], done: Callable[[Any], None], failed: Callable[[Exception], None]) -> None:
            waiting.append(lambda: super(Later, self).io(work, done, failed))

    card = PrivacyCard()
    qtbot.addWidget(card)
    keeper = keeper_of(card, desk, Later())
    seen(desk, desk.person(StandingKind.SAFE).id, desk.real.clock.now())
    for _ in range(2):
        keeper.refresh()
    state = card.findChild(QLabel, "privacy_due")
    assert "正在核对" in state.text()
    (look,) = waiting
    look()
    assert "现在没有到期的资料" in state.text()
    keeper.refresh()
    assert len(waiting) == 1, "what was found a moment ago is shown again"
