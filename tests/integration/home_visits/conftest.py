"""The two machines of a home visit."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from protocol import take_along
from tests.builders.trips import Round, trip_round


@pytest.fixture(autouse=True)
def quick_argon2(monkeypatch: pytest.MonkeyPatch) -> None:
    """The real cost is tried once, in test_passphrase.py."""
    monkeypatch.setattr(take_along, "MEMORY_KIB", 64)
    monkeypatch.setattr(take_along, "PASSES", 1)


@pytest.fixture
def trip(tmp_path: Path) -> Iterator[Round]:
    """Nothing packed yet."""
    made = trip_round(tmp_path)
    yield made
    made.desk.engine.dispose()
    made.laptop.engine.dispose()
