"""The office for every test of a screen."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.builders.office import Office, office


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Office]:
    """A filled desk with the clerk logged in."""
    made = office(tmp_path)
    yield made
    made.real.engine.dispose()
