"""One engine per test session for the tests that only look, fresh ones for those that break it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.face.engine import LocalEngine
from app.face.remote import RemoteEngine

RESOURCES = Path(__file__).resolve().parents[3] / "resources"


@pytest.fixture(scope="session")
def local() -> LocalEngine:
    engine = LocalEngine(RESOURCES)
    engine.start()
    return engine


@pytest.fixture(scope="session")
def remote() -> Iterator[RemoteEngine]:
    engine = RemoteEngine(RESOURCES)
    engine.start()
    yield engine
    engine.close()
