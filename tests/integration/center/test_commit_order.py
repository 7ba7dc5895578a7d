"""An answer leaves only after its transaction is safe: a receipt that is out must never be lost by a kill in the next instant."""

from collections.abc import Callable
from typing import Any

from fastapi.testclient import TestClient
from sqlalchemy import func, select

from center.tables import records
from tests.integration.center.conftest import Caller, Center


def test_a_receipt_is_sent_only_after_its_record_is_committed(center: Center) -> None:
    counts: list[int] = []

    async def watched(scope: Any, receive: Any, send: Callable[..., Any]) -> None:
        async def look(message: dict[str, Any]) -> None:
            if message["type"] == "http.response.start" and scope["path"] == "/v1/records":
                counts.append(stored(center))
            await send(message)

        await center.http.app(scope, receive, look)

    ours = center.callers["ours"]
    through = Caller(TestClient(watched), "ours", key=ours.key, desk_id=ours.desk_id, token=ours.token)
    answer = through.push(through.record({"retiree_id": "ours-0"}))
    assert answer.json()["answers"][0]["outcome"] == "accepted"
    assert counts == [1]


def stored(center: Center) -> int:
    """As another connection sees it; one that begins no write, so that SQLite's writer can't keep it waiting."""
    raw = center.engine.raw_connection()
    try:
        cursor = raw.cursor()
        cursor.execute(str(select(func.count()).select_from(records)))
        return int(cursor.fetchone()[0])
    finally:
        raw.rollback()
        raw.close()
