"""What a strange center may answer to an upload: never an endless loop, never a file counted as sent that is not."""

import base64
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import httpx
import pytest

from app.domain.ids import OperatorId, RecordId
from app.domain.operator import Operator, Role
from app.errors import AppError
from app.services.ports import OutboxRecord
from app.services.progress import Progress, silent
from app.storage.vault import FileVault
from app.sync.attachments import _send, send_missing
from app.sync.client import CenterClient
from tests.builders.desk import RealDesk, real_desk

LOCATION = "/v1/uploads/x"


class Strange:
    """Answers POST and then each PATCH with the given headers."""

    def __init__(self, *answers: dict[str, str]) -> None:
        self.answers, self.calls = list(answers), 0

    def send(self, _method: str, path: str, **_request: object) -> httpx.Response:
        self.calls += 1
        if not path.startswith("/v1/"):
            raise AppError("sync.answer_unreadable")
        return httpx.Response(200, headers=self.answers[min(self.calls, len(self.answers)) - 1])


def send(folder: Path, center: Strange) -> bool:
    vault = FileVault(folder, bytes(32))
    sha256 = vault.put(b"scan" * 100, media_type="application/pdf")
    return _send(cast(CenterClient, center), vault, RecordId("r"), sha256, lambda _offset: None)


@pytest.mark.parametrize("reached", ["0", "5", "3"], ids=["nothing", "the same", "less"])
def test_a_center_that_takes_nothing_more_is_left_for_the_next_run(tmp_path: Path, reached: str) -> None:
    center = Strange({"Location": LOCATION, "Upload-Offset": "5"}, {"Upload-Offset": reached})
    assert not send(tmp_path, center)
    assert center.calls == 2


@pytest.mark.parametrize(
    "answers",
    [
        ({"Upload-Offset": "0"}, {}),
        ({"Location": "https://elsewhere.example/"}, {}),
        ({"Location": LOCATION}, {}),
        ({"Location": LOCATION, "Upload-Offset": "-1"}, {}),
        ({"Location": LOCATION}, {"Upload-Offset": "viel"}),
    ],
    ids=["no location", "elsewhere", "no offset", "negative", "words"],
)
def test_an_answer_that_is_none_is_named_and_nothing_counts_as_sent(
    tmp_path: Path, answers: tuple[dict[str, str], ...]
) -> None:
    with pytest.raises(AppError, match=r"sync\.answer_unreadable"):
        send(tmp_path, Strange(*answers))


class Refusing:
    """A center that takes every attachment but those of ``refused``; ``down``: from then on it can't be reached."""

    def __init__(self, refused: set[str], down: str = "") -> None:
        self.refused, self.down, self.taken = refused, down, list[str]()

    def send(self, method: str, path: str, **request: Any) -> httpx.Response:
        if method == "PATCH":
            return httpx.Response(204, headers={"Upload-Offset": str(len(request["content"]))})
        sha256 = base64.b64decode(request["headers"]["Upload-Metadata"].split(",")[0].split()[1]).decode()
        if sha256 == self.down:
            raise AppError("sync.offline")
        if sha256 in self.refused:
            raise AppError("sync.refused", status=413, reason="too_large", text="附件太大")
        self.taken.append(sha256)
        return httpx.Response(201, headers={"Location": LOCATION, "Upload-Offset": "0"})


def with_scans(folder: Path, count: int) -> tuple[RealDesk, list[str]]:
    desk = real_desk(folder)
    shas = [desk.vault.put(bytes([n]) * 500, media_type="application/pdf") for n in range(count)]
    with desk.uow() as store:
        store.operators.save(Operator(id=OperatorId("op"), login="op", name="王芳", role=Role.CLERK), "x")
        for number, sha in enumerate(shas):
            store.outbox.add(
                OutboxRecord(
                    id=RecordId(f"r-{number}"),
                    kind="form_submission",
                    version=1,
                    captured_at=desk.clock.now() + timedelta(seconds=number),
                    body="{}",
                    operator_id=OperatorId("op"),
                    attachments=(sha,),
                    receipt="{}",
                )
            )
        store.commit()
    return desk, list(shas)


def test_an_attachment_that_the_center_refuses_holds_up_no_other_and_its_words_are_told(tmp_path: Path) -> None:
    desk, shas = with_scans(tmp_path, 4)
    center, told = Refusing({shas[0], shas[2]}), list[Progress]()
    with pytest.raises(AppError, match=r"sync\.attachment_refused") as caught:
        send_missing(cast(CenterClient, center), desk.uow, desk.vault, desk.clock, told.append)
    assert caught.value.params["text"] == "附件太大"
    assert center.taken == [shas[1], shas[3]]
    with desk.uow() as store:
        assert [sha for _record, sha in store.outbox.missing_attachments()] == [shas[0], shas[2]]
    assert {one.size for one in told} == {2000}
    assert [one.moved for one in told] == sorted(one.moved for one in told)
    desk.engine.dispose()


def test_a_line_that_breaks_between_attachments_is_told_as_such(tmp_path: Path) -> None:
    desk, shas = with_scans(tmp_path, 3)
    with pytest.raises(AppError, match=r"sync\.offline"):
        send_missing(cast(CenterClient, Refusing(set(), down=shas[1])), desk.uow, desk.vault, desk.clock, silent)
    with desk.uow() as store:
        assert len(store.outbox.missing_attachments()) == 2
    desk.engine.dispose()


def test_an_attachment_that_is_there_already_needs_no_piece(tmp_path: Path) -> None:
    center = Strange({"Location": LOCATION, "Upload-Offset": "400"})
    assert send(tmp_path, center)
    assert center.calls == 1
