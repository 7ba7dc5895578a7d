"""``python -m center serve`` and what the administrator does from the command line."""

import argparse
import sys
from pathlib import Path

from center import decisions, registry
from center.database import make_engine, migrate
from center.serving import Serving, serve as run
from protocol.messages import UnitInfo


def main(arguments: list[str] | None = None) -> int:
    """Parse and run."""
    parser = argparse.ArgumentParser(prog="python -m center", description="reference center")
    parser.add_argument("--database", default="sqlite:///center.db", help="SQLAlchemy address")
    commands = parser.add_subparsers(dest="command", required=True)
    serve = commands.add_parser("serve", help="run the HTTP service")
    serve.add_argument("--host", default="127.0.0.1")
    serve.add_argument("--port", type=int, default=8470)
    serve.add_argument("--files", type=Path, default=Path("center-files"), help="folder of attachments")
    serve.add_argument("--workers", type=int, default=1, help="processes over one socket")
    serve.add_argument(
        "--certificate",
        type=Path,
        help="PEM with certificate and key; without it plain HTTP, for a balancer or a trial",
    )
    unit = commands.add_parser("unit", help="register a unit")
    unit.add_argument("id")
    unit.add_argument("name")
    unit.add_argument("code")
    code = commands.add_parser("code", help="make a one-time enrolment code for a unit")
    code.add_argument("unit_id")
    decide = commands.add_parser("decide", help="accept or return a form, or decide about payments")
    decide.add_argument("record", help="uuid of the form's record")
    decide.add_argument("decision", choices=["accepted", "rejected"])
    decide.add_argument("--reason", default="")
    chosen = parser.parse_args(arguments)
    engine = make_engine(chosen.database)
    migrate(engine)
    if chosen.command == "serve":
        engine.dispose()
        fields = ("database", "host", "port", "files", "workers", "certificate")
        run(Serving(**{name: getattr(chosen, name) for name in fields}))
        return 0
    with engine.begin() as connection:
        if chosen.command == "unit":
            info = UnitInfo(id=chosen.id, name=chosen.name, code=chosen.code)
            registry.register_unit(connection, info, who="command line")
        elif chosen.command == "decide":
            decisions.decide_form(
                connection,
                chosen.record,
                accepted=chosen.decision == "accepted",
                reason=chosen.reason,
                who="command line",
            )
        else:
            sys.stdout.write(registry.new_code(connection, chosen.unit_id, who="command line") + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
