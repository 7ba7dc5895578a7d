"""One engine in this process for all tests that only look; engine processes are fresh for every test."""

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


@pytest.fixture
def remote() -> Iterator[RemoteEngine]:
    engine = RemoteEngine(RESOURCES)
    engine.start()
    yield engine
    engine.close()
