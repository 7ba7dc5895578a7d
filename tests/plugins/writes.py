"""Every write of the desk by a person is audited: each commit of the program, in whatever test, is looked at on the connection itself.

A commit that changes a table writes a line of the audit log in the same transaction, or its place is named in ``NOBODY`` with the reason
why no person did it and the tables it may touch. What a test writes itself to set the stage does not count.
"""

import os
import re
import sys
from collections.abc import Generator
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from sqlalchemy import Engine, event

from app.storage.unit_of_work import SqlUnitOfWork

APP = Path(__file__).parents[2] / "app"
WRITES = re.compile(r'\s*(?:INSERT\s+(?:OR\s+\w+\s+)?INTO|UPDATE|DELETE\s+FROM)\s+"?(\w+)', re.IGNORECASE)
TOLD_BY_THE_CENTER = {"cases", "certifications", "eligibility_reports", "retirees", "settings"}
KEPT_FACTS = {"certified_months", "settings", "stale_standings", "standing_facts", "standings"}
NOBODY: dict[str, tuple[set[str], str]] = {
    "services.audit_seals:AuditSeals.seal": ({"audit_seals"}, "the log's own signature"),
    "services.desk_settings:DeskSettings.set": ({"settings"}, "how this screen and this printer are used"),
    "services.erasure:Erasure._finish": ({"settings"}, "nothing was due: only when it was looked for"),
    "services.fingerprints:keep_blob": ({"settings"}, "computed from pictures that are there"),
    "services.kept:freshen": (KEPT_FACTS, "computed from rows that are there"),
    "services.list_choices:ListChoices.forget": ({"settings"}, "how this screen's lists look"),
    "services.list_choices:ListChoices.save": ({"settings"}, "how this screen's lists look"),
    "services.list_choices:ListChoices.set_layout": ({"settings"}, "how this screen's lists look"),
    "sync.attachments:send_missing": ({"uploads"}, "the center has a file"),
    "sync.away_files:LaptopFiles._remember": ({"settings"}, "the hash of a file that a line of the log tells of"),
    "sync.engine:HttpSync._postpone": ({"outbox"}, "how the sending goes"),
    "sync.engine:HttpSync._push_batch": ({"outbox"}, "how the sending goes"),
    "sync.updates:HttpUpdates._remember": ({"settings"}, "a newer version is offered"),
    "sync.engine:HttpSync._finished": ({"settings"}, "when the center was reached"),
    "sync.engine:HttpSync.run": ({"outbox"}, "how the sending goes"),
    "sync.engine:HttpSync._pull": (TOLD_BY_THE_CENTER, "the center's word, kept as it was said"),
    "sync.packages_in:_apply_changes": (TOLD_BY_THE_CENTER, "the center's word, kept as it was said"),
}
TOLD_IN = os.environ.get("SILENT_WRITES", "")
"""A file that tells of them: of a program that a test starts as its own process."""
silent: list[str] = []


def _desk(connection: Any) -> bool:
    return "sqlcipher" in connection.dialect.dbapi.__name__


@event.listens_for(Engine, "before_cursor_execute")
def _wrote(connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
    table = WRITES.match(statement)
    if table and _desk(connection):
        connection.info.setdefault("written", set()).add(table[1].lower())


@event.listens_for(Engine, "rollback")
def _rolled_back(connection: Any) -> None:
    connection.info.pop("written", None)


@event.listens_for(Engine, "commit")
def _committed(connection: Any) -> None:
    written: set[str] = connection.info.pop("written", set())
    if not written or "audit" in written or not _desk(connection):
        return
    place = _place(sys._getframe(1))
    if place is not None and not written <= NOBODY.get(place, (set(), ""))[0]:
        silent.append(f"{place} wrote {', '.join(sorted(written))}")
        if TOLD_IN:
            Path(TOLD_IN).write_text("\n".join(silent))


def _place(frame: FrameType | None) -> str | None:
    """Where the program asked for the commit, as module:function; None when it was no part of it."""
    while frame is not None and frame.f_code is not SqlUnitOfWork.commit.__code__:
        frame = frame.f_back
    if frame is None or frame.f_back is None:
        return None
    code = frame.f_back.f_code
    path = Path(code.co_filename)
    if not path.is_relative_to(APP):
        return None
    return f"{'.'.join(path.relative_to(APP).with_suffix('').parts)}:{code.co_qualname}"


@pytest.fixture(autouse=True)
def every_write_is_audited() -> Generator[None, None, None]:
    """Fails the test in which something was written without a line of the log."""
    silent.clear()
    yield
    found = sorted(set(silent))
    silent.clear()
    assert found == [], "written without a line of the audit log"
