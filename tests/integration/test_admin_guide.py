"""The administrator's guide does what it says: its commands are taken out of it and run, over real PostgreSQL, nginx and TLS."""

import os
import re
import shutil
import signal
import socket
import subprocess
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.errors import AppError
from app.opening import Options, open_desk
from app.paths import DeskPaths
from app.services.ports import AuditEntry
from app.services.rollout import read
from app.services.stored_settings import load_identity
from app.sync.engine import HttpSync
from app.sync.updates import HttpUpdates
from tests.builders.desk import real_desk
from tests.fakes.postgres import postgres
from tests.integration.face.test_models import trial_files
from tests.integration.sync.test_roundtrip import real_now
from tests.unit.test_launcher import stand_in

ROOT = Path(__file__).resolve().parents[2]
GUIDE = (ROOT / "docs" / "admin" / "README.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"^```([^\n]+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SPAN = re.compile(r"`((?:apt|apt-get|make|certdesk|center|systemctl|psql|pg_dump|curl|openssl|tools/\S+) [^`]+)`")
"""A command in the middle of a sentence."""
CODE = re.compile(r"^[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}$", re.MULTILINE)


def blocks(kind: str) -> list[str]:
    return [body for name, body in BLOCK.findall(GUIDE) if name == kind]


def test_every_command_is_of_a_kind_that_something_runs() -> None:
    assert {name for name, _ in BLOCK.findall(GUIDE)} == {"sh test", "sh root", "sh make", "bat wine"}
    assert GUIDE.count("```") == 2 * len(BLOCK.findall(GUIDE))
    prose = BLOCK.sub("", GUIDE)
    assert [line for line in prose.splitlines() if line.startswith(("    ", "\t"))] == []  # no block that nobody sees
    everything = "\n".join(body for _, body in BLOCK.findall(GUIDE))
    for command in SPAN.findall(prose):
        assert command.startswith("make ") or command in everything, command


def test_what_is_made_by_make_is_a_target_that_a_test_of_the_supply_runs() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    supply = (ROOT / "tests" / "installer" / "test_supply.py").read_text(encoding="utf-8")
    targets = set(re.findall(r"make ([a-z]+)", GUIDE))
    assert targets >= {"audit", "sbom", "deb"}
    assert [name for name in targets if f"\n{name}: " not in makefile] == []
    for line in "".join(blocks("sh make")).splitlines():
        assert f"{line.removeprefix('make ')}.main(" in supply, line


def test_what_windows_is_told_is_what_the_trial_under_wine_does() -> None:
    trial = (ROOT / "tests" / "installer" / "test_windows.py").read_text(encoding="utf-8")
    for line in "".join(blocks("bat wine")).splitlines():
        program, switch = line.split()
        assert re.sub(r"\d+\.\d+\.\d+", "{version}", program) in trial, line
        assert f'"{switch}"' in trial, line
    script = (ROOT / "installer" / "windows" / "certdesk.nsi").read_text(encoding="utf-8")
    told = set(re.findall(r"^\| (\d) \|", GUIDE, re.MULTILINE))
    made = set(re.findall(r"(?:SetErrorLevel|Refuse) (\d)", script))
    assert told == {"0"} | made


def test_what_needs_root_is_what_the_trial_of_the_package_does() -> None:
    folder = ROOT / "installer" / "deb"
    trial = (folder / "try.sh").read_text(encoding="utf-8") + (folder / "lab.sh").read_text(encoding="utf-8")
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


# Stand-ins for what needs root. Each does as much of it as an ordinary user can.
APT_GET = """\
for name in "$@"; do
  case "$name" in
    install | -*) ;;
    python3-venv) python3 -c 'import venv, ensurepip' ;;
    cron) ;; # its file is run line by line by the test
    *) dpkg-query -W -f '${db:Status-Status} ${Package}\\n' "$name" | grep '^installed ' ;;
  esac || exit 100
done"""
USERADD = """\
mkdir -p "$HOME/root/etc"
[ "$(id -u)" != 0 ] || exec /usr/sbin/useradd --prefix "$HOME/root" "$@"
"""
SYSTEMCTL = """\
case "$*" in
  daemon-reload)
    ! command -v systemd-analyze >/dev/null || systemd-analyze verify "$SYSTEMD_UNITS"/*.service && echo units verified ;;
  "enable --now certdesk-center")
    unit="$SYSTEMD_UNITS/certdesk-center.service"
    env -i "$(sed -n 's/^Environment=//p' "$unit")" sh -c "exec $(sed -n 's/^ExecStart=//p' "$unit" | sed 's/[?&]/\\\\&/g')" & ;;
  "restart postgresql") ;; # the test's server listens on no port from the start
  *) exit 1 ;;
esac"""


def crontab(machine: "Machine") -> list[str]:
    """The commands of the file for cron, as cron hands them to the shell."""
    lines = (machine.folder / "cron.d" / "certdesk-center").read_text(encoding="utf-8").splitlines()
    jobs = [line.split(maxsplit=6) for line in lines if line[:1].isdigit()]
    assert {job[5] for job in jobs} == {"certdesk"}
    return [job[6].replace("\\%", "%") for job in jobs]


def desk_of_the_clerk(home: Path) -> None:
    """A desk with a signed log, where the program looks for it."""
    with ExitStack() as stack:
        store = open_desk(Options(paths=DeskPaths(home / ".local/share/certdesk"), file_secrets=True), stack)
        with store.desk.uow() as opened:
            opened.audit.append(AuditEntry(at=store.desk.clock.now(), operator_id=None, action="one", subject="s"))
            opened.commit()
        assert store.seals.seal() is not None


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    """Everything the guide says, done once, in its order, in one shell."""
    nginx = shutil.which("nginx", path="/usr/sbin:/usr/bin")
    if nginx is None:
        pytest.skip("nginx is not installed: make test installs nginx-light")
    folder = tmp_path_factory.mktemp("server")
    for name in ("bin", "conf.d", "units", "cron.d"):
        (folder / name).mkdir()
    desk_of_the_clerk(folder)
    (folder / "nginx.conf").write_text(NGINX.format(folder=folder))
    program(folder / "bin" / "nginx", f'exec {nginx} -p {folder} -c {folder}/nginx.conf "$@"')
    python = ROOT / ".venv" / "bin" / "python"
    # --file-secrets: there is no key store of a desktop session here.
    entry = f'PYTHONPATH={ROOT} exec {python} {ROOT}/installer/entry.py "$@"'
    program(folder / "bin" / "certdesk", f'[ "$1" != audit ] || set -- "$@" --file-secrets\n{entry}')
    for name, body in (("apt-get", APT_GET), ("useradd", USERADD), ("systemctl", SYSTEMCTL)):
        program(folder / "bin" / name, body)
    with zipfile.ZipFile(folder / "模型.zip", "w") as archive:
        for name, data in {**trial_files(), "LICENSE-MIT.txt": b"MIT"}.items():
            archive.writestr(name, data)
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
            "SYSTEMD_UNITS": str(folder / "units"),
            "CRON_D": str(folder / "cron.d"),
            "BACKUPS": str(folder / "backups"),
            "AS_POSTGRES": "",
            "AS_CENTER": "",
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
    assert list((machine.folder / "files.restored" / "updates").iterdir())
    if shutil.which("systemd-analyze") is not None:
        assert "units verified" in machine.said
    with zipfile.ZipFile(machine.folder / "诊断.zip") as archive:
        assert {"versions.txt", "selftest.txt"} <= set(archive.namelist())
    assert "server.pem: OK" in machine.said
    assert "600 server.key" in machine.said
    assert "listens on: []" in machine.said
    assert "404" in machine.said
    assert machine.said.count("没有被改动过") == 2
    if os.geteuid() == 0:
        assert "certdesk" in (machine.folder / "root" / "etc" / "passwd").read_text(encoding="utf-8")


@pytest.mark.slow
def test_the_lines_for_cron_back_up_and_send_near_lists(machine: Machine) -> None:
    backup, lists = crontab(machine)
    for command in (backup, lists):
        environment = {**machine.environment, "PYTHONPATH": str(ROOT)}
        subprocess.run(["sh", "-c", command], env=environment, cwd=machine.folder, check=True, timeout=60)
    kept = {path.name for path in (machine.folder / "backups").iterdir()}
    assert len([name for name in kept if re.fullmatch(r"center-(files-)?[1-7]\.(dump|tar\.gz)", name)]) == 2


def test_no_command_of_the_guide_needs_root_but_those_with_a_stand_in() -> None:
    words = set(re.findall(r"^(?:\$AS_\w+ )?([\w./-]+)", "".join(blocks("sh test")), re.MULTILINE))
    assert words & {"apt-get", "useradd", "systemctl", "nginx"} == {"apt-get", "useradd", "systemctl", "nginx"}
    assert words & {"apt", "sudo", "su", "adduser", "ufw", "service", "pg_ctlcluster", "mount"} == set()


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
