"""Whom the desk trusts: read once, read anew when the file changes, and a bad file is said in words."""

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.errors import AppError
from app.sync.client import trust
from app.sync.engine import HttpSync
from tests.builders.desk import real_desk


def test_the_usual_authorities_are_read_once() -> None:
    assert trust(None) is trust(None)


@pytest.mark.parametrize("content", [None, "", "no certificate"])
def test_a_missing_or_broken_file_is_a_tls_error(tmp_path: Path, content: str | None) -> None:
    file = tmp_path / "ca.pem"
    if content is not None:
        file.write_text(content)
    with pytest.raises(AppError, match=r"sync\.tls"):
        trust(file)


def test_a_desk_with_a_broken_file_still_starts(tmp_path: Path) -> None:
    desk = real_desk(tmp_path)
    sync = HttpSync(
        uow=desk.uow,
        vault=desk.vault,
        clock=desk.clock,
        key=Ed25519PrivateKey.generate(),
        ca_file=tmp_path / "none.pem",
    )
    assert sync.run().error == "sync.not_enrolled"
    desk.engine.dispose()
