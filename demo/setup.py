"""Prepares the demo: data folders, the center's process, the desk's enrolment and accounts, the stand-in clip."""

import shutil
import socket
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from app.bootstrap import Options
from app.paths import DeskPaths
from app.runtime.clock import SystemClock
from demo import center, desk
from demo.accounts import PASSWORD
from demo.clips import ClipKind, make

HINT = f"演示：账号 jingban（经办员）、fuhe（复核员）、admin（管理员），密码都是 {PASSWORD}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Demo:
    """What is running.

    Attributes:
        options: how to start the desk.
        center: the center's process.
        fresh: nothing was there before.
        enrolment_code: to be spent by the desk when fresh.
    """

    options: Options
    center: center.RunningCenter
    fresh: bool
    enrolment_code: str


def free_port() -> int:
    """A port of loopback that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def prepare(folder: Path, stack: ExitStack, *, kind: ClipKind, seed: int, say: Callable[[str], None]) -> Demo:
    """Center with roster, clip, data folders below ``folder``; a half-made set-up is made anew."""
    ready = folder / "ready"
    fresh = not ready.exists()
    if fresh and folder.exists():
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)
    database, port_file = f"sqlite:///{folder}/center.db", folder / "port"
    code = ""
    if fresh:
        say("准备演示单位：60 名虚构退休人员（演示数据）")
        code = center.prepare(database, SystemClock().today())
        port_file.write_text(str(free_port()), "utf-8")
    running = center.start(database, port=int(port_file.read_text("utf-8")), log=folder / "center.log")
    stack.callback(running.stop)
    say(f"参考中心已启动：{running.url}（演示）")
    clip = make(kind, seed, folder.parent / "clips")
    say(f"合成片段（synthetic）：{clip.name}")
    options = Options(paths=DeskPaths(folder / "desk"), stand_ins=(clip,), login_hint=HINT, file_secrets=True)
    return Demo(options=options, center=running, fresh=fresh, enrolment_code=code)


def first_start(demo: Demo, say: Callable[[str], None]) -> None:
    """Accounts, enrolment, the first pull; then mark the set-up as whole."""
    if not demo.fresh:
        return
    pulled = desk.set_up(demo.options, address=demo.center.url, code=demo.enrolment_code)
    say(f"已登记到参考中心，收到 {pulled} 项名册数据")
    (demo.options.paths.data.parent / "ready").write_text(f"{date.max.year}", "utf-8")
