"""During a whole sync the real window goes on answering: its thread neither touches the store nor the network. How long its gaps are is
measured by ``bench.window_sync``; here only what causes them is looked for, so that a busy machine can't decide.
"""

import threading
from pathlib import Path
from typing import Any

import httpx
import pytest
from pytestqt.qtbot import QtBot

from app.storage.unit_of_work import SqlUnitOfWork
from bench.window_sync import Size, measure


def test_a_sync_with_the_window_open_leaves_its_thread_to_the_window(
    tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    main, seen = threading.get_ident(), {"store": set[int](), "line": set[int]()}
    enter, request = SqlUnitOfWork.__enter__, httpx.Client.request
    watching = threading.Event()

    def watched_enter(self: SqlUnitOfWork) -> SqlUnitOfWork:
        if watching.is_set():
            seen["store"].add(threading.get_ident())
        return enter(self)

    def watched_request(self: httpx.Client, *args: Any, **kwargs: Any) -> httpx.Response:
        if watching.is_set():
            seen["line"].add(threading.get_ident())
        return request(self, *args, **kwargs)

    monkeypatch.setattr(SqlUnitOfWork, "__enter__", watched_enter)
    monkeypatch.setattr(httpx.Client, "request", watched_request)
    size = Size(records=120, people=150, idle_s=1.0, limit_s=120.0)
    got = measure(size, tmp_path, f"sqlite:///{tmp_path}/center.db", begun=watching.set, ended=watching.clear)
    assert (got.report.error, got.report.accepted, got.left, got.received) == ("", 120, 0, 120)
    assert got.report.pulled == 150 + 120
    assert got.during.gaps.ticks > 10
    assert seen["store"]
    assert seen["line"]
    assert main not in seen["store"] | seen["line"]
