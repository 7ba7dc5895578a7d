"""What a row takes: records pushed through the center into a private PostgreSQL, then the size of each table with its indexes.

python -m bench.center_rows [--records 20000]
"""

import argparse
import io
import sys
from typing import Any

from sqlalchemy import Connection, func, select

from bench.center import body
from center import intake, registry, roster
from center.database import make_engine, migrate
from center.tables import audit, certifications, changes, records, retirees
from protocol.messages import PushedRecord, UnitInfo
from protocol.signing import public_text
from tests.fakes.postgres import postgres
from tests.integration.center.conftest import Caller

BATCH = 100
TABLES = (retirees, records, changes, certifications, audit)


def push(connection: Connection, desk: registry.Desk, caller: Caller, first: int, people: int) -> None:
    """One batch, as the desks send it, without HTTP."""
    extra: dict[str, Any] = {
        "channel": "assisted_face", "decision": "confirmed", "advice": "match", "llr": 4.5, "liveness": "passed", "reasons": [],
        "cues": [{"name": name, "value": 0.91, "verdict": "pass"} for name in ("depth", "frame", "motion", "blink")],
        "engine": ["dlib 19", "faceres 1"], "policy_version": "default-1", "consent_version": "2026-1", "evidence_sha256": ["0" * 64],
    }  # fmt: skip
    made = [caller.record({"retiree_id": f"u-{n % people}", **extra}) for n in range(first, first + BATCH)]
    intake.take_all(connection, desk, [PushedRecord.model_validate(one) for one in made])


def measure(count: int) -> str:
    """A table in Markdown."""
    out = io.StringIO()
    with postgres() as url:
        engine = make_engine(url)
        migrate(engine)
        caller = Caller(None, "u")  # type: ignore[arg-type]  # signs, never calls
        with engine.begin() as connection:
            registry.register_unit(connection, UnitInfo(id="u", name="u", code="U"), who="bench")
            roster.put_retirees(connection, "u", [body(n, "u") for n in range(count)], who="bench")
            code = registry.new_code(connection, "u", who="bench")
            desk = registry.enrol(connection, code=code, public_key=public_text(caller.key), desk_name="d")
        caller.desk_id = desk.id
        for first in range(0, count, BATCH):
            with engine.begin() as connection:
                push(connection, desk, caller, first, count)
        with engine.connect() as connection:
            out.write("| table | rows | bytes a row, with indexes |\n| --- | --- | --- |\n")
            for table in TABLES:
                rows = connection.execute(select(func.count()).select_from(table)).scalar_one()
                size = connection.exec_driver_sql(f"SELECT pg_total_relation_size('{table.name}')").scalar_one()
                out.write(f"| `{table.name}` | {rows:,} | {size // max(rows, 1):,} |\n")

        engine.dispose()
    return out.getvalue()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=20_000)
    sys.stdout.write(measure(parser.parse_args().records))
