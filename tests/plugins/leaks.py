"""Fails a test that leaves something running: threads, child processes, QThreads, windows.

A leaked thread makes some later test fail at random, in another file; here the one that leaked it is named.
Fixtures of a wider scope may own threads: only what appeared after they were set up counts.
"""

import gc
import multiprocessing
import sys
import threading
import time
from collections.abc import Generator
from typing import Any

import pytest

GRACE_S = 3.0
# asyncio's default executor and anyio's workers end with their loop, a little later; Python's own helpers never end.
TOLERATED = ("AnyIO worker thread", "asyncio_", "pytest_timeout", "QueueFeederThread", "[execnet]")


def _threads() -> set[threading.Thread]:
    """Live threads that Python started (a QThread shows up as a dummy that never goes away: see `_qt`)."""
    return {
        thread
        for thread in threading.enumerate()
        if thread.is_alive()
        and not isinstance(thread, threading._DummyThread)
        and not thread.name.startswith(TOLERATED)
    }


def _children() -> set[int]:
    return {child.pid for child in multiprocessing.active_children() if child.pid is not None}


def _qt() -> list[str]:
    """Running QThreads and visible windows, described; empty without a QApplication."""
    widgets = sys.modules.get("PySide6.QtWidgets")
    core = sys.modules.get("PySide6.QtCore")
    if widgets is None or core is None or widgets.QApplication.instance() is None:
        return []
    core.QCoreApplication.sendPostedEvents(None, core.QEvent.Type.DeferredDelete)
    gc.collect()
    import shiboken6

    found = [f"window {w!r}" for w in widgets.QApplication.topLevelWidgets() if w.isVisible()]
    for thing in gc.get_objects():
        if "weakproxy" in type(thing).__name__ or not isinstance(thing, core.QThread) or not shiboken6.isValid(thing):
            continue
        if thing.isRunning() and thing is not core.QThread.currentThread():
            found.append(f"QThread {thing!r}")
    return found


@pytest.fixture(autouse=True)
def _what_ran_before(request: pytest.FixtureRequest) -> None:
    request.node.stash[BEFORE] = (_threads(), _children())


@pytest.hookimpl(wrapper=True)
def pytest_fixture_setup(
    fixturedef: pytest.FixtureDef[Any], request: pytest.FixtureRequest
) -> Generator[None, Any, Any]:
    """What a fixture of a wider scope starts is its own, even when a test asks for it late."""
    if fixturedef.scope == "function":
        return (yield)
    threads, children = _threads(), _children()
    try:
        return (yield)
    finally:
        before = request.session.stash.setdefault(WIDER, (set(), set()))
        before[0].update(_threads() - threads)
        before[1].update(_children() - children)


WIDER = pytest.StashKey[tuple[set[threading.Thread], set[int]]]()
BEFORE = pytest.StashKey[tuple[set[threading.Thread], set[int]]]()


@pytest.hookimpl(wrapper=True, trylast=True)
def pytest_runtest_teardown(item: pytest.Item) -> Generator[None, Any, Any]:
    """After all finalizers of the test: what is still there and was not before?"""
    result = yield
    before = item.stash.get(BEFORE, None)
    if before is None:
        return result
    wider = item.session.stash.get(WIDER, (set(), set()))
    before = (before[0] | wider[0], before[1] | wider[1])
    until = time.monotonic() + GRACE_S
    for thread in _threads() - before[0]:
        thread.join(max(0.0, until - time.monotonic()))
    left = [f"thread {thread.name}" for thread in _threads() - before[0]]
    left += [f"child process {pid}" for pid in _children() - before[1]]
    if {"qtbot", "qapp"} & set(getattr(item, "fixturenames", ())):
        left += _qt()
    if left:
        pytest.fail(f"left behind by {item.nodeid}: " + ", ".join(left), pytrace=False)
    return result
