"""The administrator's guide does what it says: its commands are taken out of it and run, over real PostgreSQL, nginx and TLS."""

import os
import re
import shutil
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.errors import AppError
from app.services.rollout import read
from app.services.stored_settings import load_identity
from app.sync.engine import HttpSync
from app.sync.updates import HttpUpdates
from tests.builders.desk import real_desk
from tests.fakes.postgres import postgres
from tests.integration.sync.test_roundtrip import real_now
from tests.unit.test_launcher import stand_in

ROOT = Path(__file__).resolve().parents[2]
GUIDE = (ROOT / "docs" / "admin" / "README.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"^```([^\n]+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"^[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}$", re.MULTILINE)


def blocks(kind: str) -> list[str]:
    return [body for name, body in BLOCK.findall(GUIDE) if name == kind]


def test_every_command_is_of_a_kind_that_something_runs() -> None:
    assert {name for name, _ in BLOCK.findall(GUIDE)} == {"sh test", "sh root"}
    assert GUIDE.count("```") == 2 * len(BLOCK.findall(GUIDE))


def test_what_needs_root_is_what_the_trial_of_the_package_does() -> None:
    trial = (ROOT / "installer" / "deb" / "try.sh").read_text(encoding="utf-8")
    for line in "".join(blocks("sh root")).splitlines():
        command = " ".join(line.split()[:2])
        assert command in trial, line


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def program(path: Path, body: str) -> None:
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)


@dataclass
class Machine:
    """A server's stand-in: its folder, its environment, what was said."""

    folder: Path
    environment: dict[str, str]
    said: str = ""


NGINX = """worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/nginx.log;
events {{ worker_connections 64; }}
http {{
    access_log off;
    client_body_temp_path {folder}/t1; proxy_temp_path {folder}/t2; fastcgi_temp_path {folder}/t3;
    uwsgi_temp_path {folder}/t4; scgi_temp_path {folder}/t5;
    include {folder}/conf.d/*.conf;
}}
"""


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    """Everything the guide says, done once, in its order, in one shell."""
    nginx = shutil.which("nginx", path="/usr/sbin:/usr/bin")
    if nginx is None:
        pytest.skip("nginx is not installed: make test installs nginx-light")
    folder = tmp_path_factory.mktemp("server")
    (folder / "bin").mkdir()
    (folder / "conf.d").mkdir()
    (folder / "nginx.conf").write_text(NGINX.format(folder=folder))
    program(folder / "bin" / "nginx", f'exec {nginx} -p {folder} -c {folder}/nginx.conf "$@"')
    python = ROOT / ".venv" / "bin" / "python"
    program(folder / "bin" / "certdesk", f'PYTHONPATH={ROOT} exec {python} {ROOT}/installer/entry.py "$@"')
    (folder / "certdesk_0.2.0_amd64.update.tar.xz").write_bytes(stand_in(body="# 0.2.0"))
    with postgres() as url:
        environment = {
            "PATH": f"{folder}/bin:/usr/sbin:/usr/bin:/bin",
            "HOME": str(folder),
            "LANG": "C.UTF-8",
            "QT_QPA_PLATFORM": "offscreen",
            "CENTER_HOME": str(ROOT),
            "CENTER_NAME": "localhost",
            "CENTER_FILES": str(folder / "files"),
            "CENTER_PORT": str(free_port()),
            "TLS_PORT": str(free_port()),
            "PGHOST": parse_qs(urlsplit(url).query)["host"][0],
            "NGINX_CONF_D": str(folder / "conf.d"),
        }
        made = Machine(folder, environment)
        subprocess.run([str(folder / "bin" / "nginx")], env=environment, check=True)
        script = "set -euo pipefail\n" + "\n".join(blocks("sh test"))
        log = folder / "said"
        with log.open("wb") as sink:
            shell = subprocess.Popen(
                ["bash", "-c", script], cwd=folder, env=environment, stdout=sink, stderr=sink, start_new_session=True
            )
            try:
                status = shell.wait(timeout=240)
                made.said = log.read_text(encoding="utf-8", errors="replace")
                assert status == 0, made.said[-3000:]
                yield made
            finally:
                with suppress(ProcessLookupError):  # the center, which the shell left in its group
                    os.killpg(shell.pid, signal.SIGTERM)
                subprocess.run([str(folder / "bin" / "nginx"), "-s", "stop"], env=environment, check=False)


@pytest.mark.slow
def test_the_commands_say_what_the_guide_promises(machine: Machine) -> None:
    assert '"protocol_version":1' in machine.said
    assert "单位 示范单位（431000）" in machine.said
    assert "自检通过" in machine.said
    assert "已发布 0.2.0" in machine.said
    assert oct((machine.folder / "ca.key").stat().st_mode)[-3:] == "600"
    assert list((machine.folder / "restored-files" / "updates").iterdir())


@pytest.mark.slow
def test_a_desk_enrols_with_the_rolled_out_file_through_tls_and_nginx_and_fetches_the_update(
    machine: Machine, tmp_path: Path
) -> None:
    rollout = read(machine.folder / "rollout.toml")
    assert rollout is not None
    (code,) = CODE.findall(machine.said)
    desk, key = real_desk(tmp_path, real_now()), Ed25519PrivateKey.generate()
    ca = machine.folder / "center-ca.pem"
    sync = HttpSync(uow=desk.uow, vault=desk.vault, clock=desk.clock, key=key, ca_file=ca, unit_code=rollout.unit_code)
    sync.enrol(base_url=rollout.address, code=code)
    assert sync.run().error == ""
    with desk.uow() as store:
        identity = load_identity(store.settings)
    assert identity is not None
    assert identity.unit_name == rollout.unit_name
    updates = HttpUpdates(
        uow=desk.uow,
        clock=desk.clock,
        key=key,
        versions=tmp_path / "versions",
        running="0.1.0",
        ca_file=ca,
        system="linux",
        machine="x86_64",
    )
    offer = updates.run()
    assert offer is not None
    assert offer.ready
    assert offer.words == "修正补发月数"
    stranger = HttpSync(uow=desk.uow, vault=desk.vault, clock=desk.clock, key=key)
    with pytest.raises(AppError, match=r"sync\.tls"):
        stranger.enrol(base_url=rollout.address, code=code)
    desk.engine.dispose()
