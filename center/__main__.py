"""``python -m center serve`` and what the administrator does from the command line."""

import argparse
import getpass
import json
import sys
from datetime import date
from pathlib import Path
from typing import get_args

from sqlalchemy import Connection, Engine

from center import decisions, model_packs, near_lists, packages, policy, registry, roster, updates
from center.database import make_engine, migrate
from center.errors import Refused
from center.operator import accounts
from center.rules import month_from, policy_of
from center.serving import Serving, serve as run
from center.storage import open_storage
from protocol.messages import UnitInfo
from protocol.updates import Machine, System


def _publish(connection: Connection, chosen: argparse.Namespace) -> int:
    try:
        made = updates.publish(
            connection,
            open_storage(chosen.files),
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


def _publish_pack(connection: Connection, chosen: argparse.Namespace) -> int:
    """Sign and publish, or withdraw; the policy of the units names it."""
    who, units = "command line", chosen.unit or None
    try:
        if chosen.file is None:
            told = model_packs.withdraw(connection, unit_ids=units, who=who)
            sys.stdout.write(f"已通知 {len(told)} 个单位不再用模型包。\n")
            return 0
        made, told = model_packs.publish(connection, open_storage(chosen.files), chosen.file, unit_ids=units, who=who)
    except ValueError as error:
        sys.stderr.write(f"没有发布：{error}。\n")
        return 1
    sys.stdout.write(
        f"已签名发布（{'、'.join(made.models)}），{len(told)} 个单位下次同步时安装。SHA-256 {made.sha256}\n"
    )
    return 0


def main(arguments: list[str] | None = None) -> int:
    """Parse and run."""
    chosen = _parser().parse_args(arguments)
    engine = make_engine(chosen.database)
    migrate(engine)
    if chosen.command == "serve":
        engine.dispose()
        fields = ("database", "host", "port", "files", "workers", "certificate")
        run(Serving(**{name: getattr(chosen, name) for name in fields}))
        return 0
    if chosen.command == "operator":
        return _operator(engine, chosen.name, chosen.role)
    if chosen.command == "near-lists":
        return _near_lists(engine, chosen.month)
    if chosen.command == "package-import":
        return _import_package(engine, chosen.file, out=chosen.out, files=chosen.files)
    with engine.begin() as connection:
        return _inside(connection, chosen)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m center", description="reference center")
    parser.add_argument("--database", default="sqlite:///center.db", help="SQLAlchemy address")
    commands = parser.add_subparsers(dest="command", required=True)
    serve = commands.add_parser("serve", help="run the HTTP service")
    serve.add_argument("--host", default="127.0.0.1")
    serve.add_argument("--port", type=int, default=8470)
    serve.add_argument("--workers", type=int, default=1, help="processes over one socket")
    serve.add_argument(
        "--certificate",
        type=Path,
        help="PEM with certificate and key; without it plain HTTP, for a balancer or a trial",
    )
    unit = commands.add_parser("unit", help="register a unit")
    for name in ("id", "name", "code"):
        unit.add_argument(name)
    commands.add_parser("code", help="make a one-time enrolment code for a unit").add_argument("unit_id")
    decide = commands.add_parser("decide", help="accept or return a form")
    decide.add_argument("record", help="uuid of the form's record")
    decide.add_argument("decision", choices=["accepted", "rejected"])
    decide.add_argument("--reason", default="")
    operator = commands.add_parser("operator", help="make an account for the operator page, or give it a new password")
    operator.add_argument("name")
    operator.add_argument("--role", type=accounts.Role, choices=list(accounts.Role), help="default: admin")
    near = commands.add_parser(
        "near-lists", help="send the month's near lists to every unit whose list is new or changed"
    )
    near.add_argument("month", help="YYYY-MM")
    values = commands.add_parser("policy", help="send policy values to every unit's desks")
    values.add_argument("file", type=Path, help='JSON, e.g. {"near_days": 60, "holidays": ["2027-01-01"]}')
    package = commands.add_parser(
        "package-import", help="take a desk's USB package in and write the answer to bring back"
    )
    package.add_argument("file", type=Path)
    package.add_argument("--out", type=Path, required=True, help="the answer file")
    layout = commands.add_parser(
        "form-layout", help="send another layout of the confirmation form to every unit's desks"
    )
    layout.add_argument(
        "file", type=Path, help="as resources/forms/confirmation-1.json, with a version of its own (0-9, A-Z)"
    )
    update = commands.add_parser("update", help="publish a program for the desks")
    _about_update(update)
    pack = commands.add_parser("model-pack", help="sign a pack of face models and have the desks install it")
    _about_pack(pack)
    for command in (serve, package, update, pack):
        command.add_argument(
            "--files", default="center-files", help="folder of attachments, or s3://bucket/prefix?endpoint=https://…"
        )
    return parser


def _about_update(update: argparse.ArgumentParser) -> None:
    update.add_argument("file", type=Path, help="certdesk_VERSION_ARCH.update.tar.xz")
    update.add_argument("version")
    update.add_argument("--system", choices=get_args(System), default="linux")
    update.add_argument("--machine", choices=get_args(Machine), default="x86_64")
    update.add_argument("--required-from", type=date.fromisoformat, help="YYYY-MM-DD; needs --words")
    update.add_argument("--words", default="", help="为什么要更新，给经办员看")


def _about_pack(pack: argparse.ArgumentParser) -> None:
    what = pack.add_mutually_exclusive_group(required=True)
    what.add_argument("file", type=Path, nargs="?", help="zip: models.toml, the ONNX files, their licences")
    what.add_argument("--withdraw", action="store_true", help="desks go back to the models of the program")
    pack.add_argument("--unit", action="append", default=[], help="only this unit (again for more); all without")


def _inside(connection: Connection, chosen: argparse.Namespace) -> int:
    """What is one transaction."""
    if chosen.command == "unit":
        info = UnitInfo(id=chosen.id, name=chosen.name, code=chosen.code)
        registry.register_unit(connection, info, who="command line")
    elif chosen.command == "update":
        return _publish(connection, chosen)
    elif chosen.command == "model-pack":
        return _publish_pack(connection, chosen)
    elif chosen.command in ("form-layout", "policy"):
        return _send(connection, chosen.command, chosen.file)
    elif chosen.command == "decide":
        accepted = chosen.decision == "accepted"
        decisions.decide_form(connection, chosen.record, accepted=accepted, reason=chosen.reason, who="command line")
    else:
        sys.stdout.write(registry.new_code(connection, chosen.unit_id, who="command line") + "\n")
    return 0


def _send(connection: Connection, what: str, file: Path) -> int:
    try:
        content = json.loads(file.read_text("utf-8"))
        if what == "policy":
            policy_of(content)
            count = len(policy.change(connection, content, who="command line"))
        else:
            count = roster.send_layout(connection, content, who="command line")
    except (OSError, ValueError, KeyError, TypeError) as error:
        sys.stderr.write(f"没有发送：{error}\n")
        return 1
    sys.stdout.write(f"已发给 {count} 个单位。\n")
    return 0


def _near_lists(engine: Engine, month: str) -> int:
    """Each unit in its own transaction."""
    told = people = 0
    with engine.begin() as connection:
        known = registry.unit_ids(connection)
    try:
        for unit_id in known:
            with engine.begin() as connection:
                made = near_lists.publish(connection, unit_id, month_from(month), who="command line")
            told, people = told + (made is not None), people + (len(made.lines) if made is not None else 0)
    except (Refused, ValueError) as error:
        sys.stderr.write(f"没有下发：{getattr(error, 'text', '月份请写成 2026-11 这样。')}\n")
        return 1
    sys.stdout.write(f"新下发 {told} 个单位，{people} 人；其余没有变化。\n")
    return 0


def _operator(engine: Engine, name: str, role: accounts.Role | None) -> int:
    """The password from the terminal, twice and unseen; one line of the standard input when there is no terminal."""
    if sys.stdin.isatty():
        password = getpass.getpass("密码（至少 10 个字）：")
        if getpass.getpass("再输一次：") != password:
            sys.stderr.write("两次输入的密码不一样，请重来。\n")
            return 1
    else:
        password = sys.stdin.readline().rstrip("\r\n")
    try:
        with engine.begin() as connection:
            accounts.put(connection, name, password, who="command line", role=role)
    except Refused as refusal:
        sys.stderr.write(refusal.text + "\n")
        return 1
    sys.stdout.write(f"账号“{name}”可以登录了。\n")
    return 0


def _import_package(engine: Engine, file: Path, *, out: Path, files: str) -> int:
    """Exit status 1 with a sentence when the package is refused."""
    try:
        taken = packages.take(engine, file, out=out, files=open_storage(files))
    except Refused as refusal:
        sys.stderr.write(f"{refusal.text}（{refusal.code}）\n")
        return 1
    sys.stdout.write(
        f"收到 {taken.records} 条记录（接受 {taken.accepted}，重复 {taken.duplicates}，未接受 {taken.refused}），"
        f"附件 {taken.attachments} 份；回执包里有 {taken.changes} 条变更、{taken.photos} 张照片。\n"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
