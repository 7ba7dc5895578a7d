"""``python -m center serve`` and what the administrator does from the command line."""

import argparse
import sys
from datetime import date
from pathlib import Path
from typing import get_args

import uvicorn
from sqlalchemy import Connection

from center import decisions, registry, updates
from center.app import create_app
from center.database import make_engine, migrate
from protocol.messages import UnitInfo
from protocol.updates import Machine, System


def _publish(connection: Connection, chosen: argparse.Namespace) -> int:
    try:
        made = updates.publish(
            connection,
            chosen.files,
            chosen.file,
            version=chosen.version,
            system=chosen.system,
            machine=chosen.machine,
            required_from=chosen.required_from,
            words=chosen.words,
            who="command line",
        )
    except ValueError as error:
        sys.stderr.write(f"没有发布：{error}\n")
        return 1
    sys.stdout.write(f"已发布 {made.version}（{made.system} {made.machine}）SHA-256 {made.sha256}\n")
    return 0


def main(arguments: list[str] | None = None) -> int:
    """Parse and run."""
    parser = argparse.ArgumentParser(prog="python -m center", description="reference center")
    parser.add_argument("--database", default="sqlite:///center.db", help="SQLAlchemy address")
    commands = parser.add_subparsers(dest="command", required=True)
    serve = commands.add_parser("serve", help="run the HTTP service")
    serve.add_argument("--host", default="127.0.0.1")
    serve.add_argument("--port", type=int, default=8470)
    serve.add_argument("--files", type=Path, default=Path("center-files"), help="folder of attachments")
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
    update = commands.add_parser("update", help="publish a program for the desks")
    update.add_argument("file", type=Path, help="certdesk_VERSION_ARCH.update.tar.xz")
    update.add_argument("version")
    update.add_argument("--system", choices=get_args(System), default="linux")
    update.add_argument("--machine", choices=get_args(Machine), default="x86_64")
    update.add_argument("--required-from", type=date.fromisoformat, help="YYYY-MM-DD; needs --words")
    update.add_argument("--words", default="", help="为什么要更新，给经办员看")
    update.add_argument("--files", type=Path, default=Path("center-files"), help="the folder that serve was given")
    chosen = parser.parse_args(arguments)
    engine = make_engine(chosen.database)
    migrate(engine)
    if chosen.command == "serve":
        uvicorn.run(create_app(engine, files=chosen.files), host=chosen.host, port=chosen.port, log_level="warning")
        return 0
    with engine.begin() as connection:
        if chosen.command == "unit":
            info = UnitInfo(id=chosen.id, name=chosen.name, code=chosen.code)
            registry.register_unit(connection, info, who="command line")
        elif chosen.command == "update":
            return _publish(connection, chosen)
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
