"""The sync screen: counts and bytes, what waits in plain words, and a refused record that goes out again when the clerk says so."""

from dataclasses import replace
from datetime import timedelta

import pytest
from PySide6.QtWidgets import QLabel, QProgressBar, QPushButton, QTableView, QWidget
from pytestqt.qtbot import QtBot

from app.domain.ids import RecordId
from app.services.ports import OutboxRecord
from app.services.progress import Progress
from app.services.stored_settings import save_last_sync
from app.services.sync_status import SHOWN, SyncStatus
from app.ui.screens.sync.presenter import SyncPresenter, SyncState
from app.ui.screens.sync.view import SyncView
from app.ui.sync_text import KIND, STAGE
from app.ui.widgets.progress import counts
from protocol.bodies import RecordKind
from protocol.canonical import canonical_text
from tests.builders.office import Office
from tests.ui.screens.test_other_presenters import FakeSync


def put(desk: Office, number: int, *, refusal: str = "", receipt: str | None = None, scan: str = "") -> RecordId:
    record_id = RecordId(f"01900000-0000-7000-8000-{number:012d}")
    with desk.real.uow() as store:
        store.outbox.add(
            OutboxRecord(
                id=record_id,
                kind="certification",
                version=1,
                captured_at=desk.real.clock.now() + timedelta(seconds=number),
                body=canonical_text({"retiree_id": "nobody"}),
                operator_id=desk.clerk.id,
                attachments=(scan,) if scan else (),  # type: ignore[arg-type]
                refusal=refusal,
                receipt=receipt,
            )
        )
        store.commit()
    return record_id


@pytest.fixture
def view(qtbot: QtBot) -> SyncView:
    made = SyncView()
    qtbot.addWidget(made)
    made.resize(1100, 760)
    made.show()
    return made


def shown(view: SyncView, desk: Office, progress: Progress | None = None) -> str:
    """The badge's words."""
    view.show_state(SyncState(SyncStatus(desk.real.desk).figures(), progress))
    badge = view.findChild(QWidget, "sync_badge")
    assert badge is not None
    return badge.accessibleName()


@pytest.mark.parametrize(
    ("progress", "words"),
    [
        (Progress("push", 50, 120, 40_000), "50 / 120，40 KB"),
        (Progress("pull", 1500, 0, 3 * 2**20), "1500，3.0 MB"),
        (Progress("attachments", 3, 12, 2**20, 9 * 2**20), "3 / 12，1.0 MB / 9.0 MB"),
        (Progress(), ""),
    ],
)
def test_progress_tells_pieces_and_bytes_as_far_as_they_are_known(progress: Progress, words: str) -> None:
    assert counts(progress) == words


def test_the_bar_follows_the_bytes_and_goes_when_the_run_is_over(view: SyncView, desk: Office) -> None:
    shown(view, desk, Progress("attachments", 1, 4, 2**20, 4 * 2**20))
    bar, words = view.findChild(QProgressBar, "sync_progress"), view.findChild(QLabel, "sync_progress_words")
    assert bar is not None
    assert words is not None
    assert bar.value() / bar.maximum() == 0.25
    assert words.text() == "正在上传扫描件　1 / 4，1.0 MB / 4.0 MB"
    shown(view, desk, Progress())
    assert bar.maximum() == 0, "nothing is known yet: it only moves"
    assert words.text() == STAGE[""]
    shown(view, desk)
    assert not bar.isVisible()


def test_every_kind_of_record_has_a_name_for_the_clerk() -> None:
    assert set(KIND) == {kind.value for kind in RecordKind}


def test_thousands_of_waiting_records_are_counted_and_the_first_are_listed(view: SyncView, desk: Office) -> None:
    for number in range(SHOWN + 5):
        put(desk, number)
    refused = put(desk, 999, refusal='{"code": "x", "text": "名册里没有这个人"}')
    assert "没有接受 1 条" in shown(view, desk)
    table = view.findChild(QTableView, "sync_waiting")
    assert table is not None
    assert table.model().rowCount() == SHOWN
    assert SyncStatus(desk.real.desk).figures().waiting[0].id == refused, "what needs the clerk comes first"
    heading = next(one.text() for one in view.findChildren(QLabel) if "先列" in one.text())
    assert heading == f"还没有收到回执的：共 {SHOWN + 6} 条，先列 {SHOWN} 条"


def test_attachments_that_are_still_owed_are_not_called_done(view: SyncView, desk: Office) -> None:
    assert shown(view, desk) == "全部已报到省中心"
    put(desk, 1, receipt="{}", scan="a" * 64)
    assert shown(view, desk) == "记录都已报到，还有 1 份扫描件等待上传"


@pytest.mark.parametrize(
    ("error", "detail", "part"),
    [
        ("sync.revoked", "电脑丢失，请联系省中心", "电脑丢失，请联系省中心"),
        ("sync.unknown_change", "lottery", "lottery"),
        ("sync.attachment_refused", "附件太大", "附件太大"),
        ("sync.refused", "单位已撤销", "单位已撤销"),
    ],
)
def test_the_centers_own_words_reach_the_screen(
    view: SyncView, desk: Office, error: str, detail: str, part: str
) -> None:
    with desk.real.uow() as store:
        save_last_sync(store.settings, desk.real.clock.now(), error, detail)
        store.commit()
    assert part in shown(view, desk)


def test_a_refused_record_goes_out_again_when_the_clerk_says_so(view: SyncView, desk: Office) -> None:
    waiting, refused = put(desk, 1), put(desk, 2, refusal='{"code": "x", "text": "名册里没有这个人"}')
    engine = FakeSync()
    presenter = SyncPresenter(
        view=view,
        engine=engine,
        status=SyncStatus(desk.real.desk),
        tasks=desk.tasks,
        say=desk.ears,
        finished=lambda _report: None,
    )
    view.resend_asked.connect(lambda record: presenter.resend(record, desk.clerk.id))
    presenter.refresh()
    again, table = view.findChild(QPushButton, "sync_resend"), view.findChild(QTableView, "sync_waiting")
    assert again is not None
    assert table is not None
    assert again.isVisible()
    assert not again.isEnabled()
    table.selectRow(1)
    assert not again.isEnabled(), "that one only waits"
    table.selectRow(0)
    assert again.isEnabled()
    again.click()
    with desk.real.uow() as store:
        kept, other = store.outbox.get(refused), store.outbox.get(waiting)
        assert kept is not None
        assert other is not None
        assert (kept.refusal, kept.body) == ("", other.body)
        assert store.audit.entries(limit=1)[0][1].action == "record.sent_again"
    assert (engine.runs, engine.at_once) == (1, True)
    assert not again.isVisible()


def test_what_the_center_has_received_is_never_sent_again(desk: Office) -> None:
    done = put(desk, 1, receipt='{"number": "1"}')
    SyncStatus(desk.real.desk).send_again(done, operator_id=desk.clerk.id)
    with desk.real.uow() as store:
        kept = store.outbox.get(done)
        assert kept is not None
        assert kept == replace(kept, receipt='{"number": "1"}')
        assert "record.sent_again" not in {entry.action for _n, entry in store.audit.entries(limit=50)}
