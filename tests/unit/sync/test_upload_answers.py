"""What a strange center may answer to an upload: never an endless loop, never a file counted as sent that is not."""

from pathlib import Path
from typing import cast

import httpx
import pytest

from app.domain.ids import RecordId
from app.errors import AppError
from app.storage.vault import FileVault
from app.sync.attachments import _send
from app.sync.client import CenterClient

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


def test_an_attachment_that_is_there_already_needs_no_piece(tmp_path: Path) -> None:
    center = Strange({"Location": LOCATION, "Upload-Offset": "400"})
    assert send(tmp_path, center)
    assert center.calls == 1
