"""A desk where much has passed its time."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.builders.desk import RealDesk
from tests.builders.retention import desk_with_two_people


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[RealDesk]:
    made = desk_with_two_people(tmp_path)
    yield made
    made.engine.dispose()
