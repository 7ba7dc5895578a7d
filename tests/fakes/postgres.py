"""A private PostgreSQL cluster below a temporary folder, on a Unix socket only. Debian's server; run as its own user when we are root."""

import glob
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def _programs() -> Path:
    found = sorted(glob.glob("/usr/lib/postgresql/*/bin/initdb"), key=lambda path: int(path.split("/")[4]))
    if not found:
        raise RuntimeError("PostgreSQL is not installed: `make test` installs it, or `apt-get install postgresql`")
    return Path(found[-1]).parent


def _as_server(command: list[str]) -> None:
    user = "postgres" if os.geteuid() == 0 else None
    subprocess.run(
        command, check=True, user=user, capture_output=True, cwd="/", env={"LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin"}
    )


@contextmanager
def postgres() -> Iterator[str]:
    """Start a cluster; yields the SQLAlchemy address of its database; stops and removes it."""
    programs = _programs()
    # Short: a Unix socket's path holds 107 bytes.
    folder = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))
    try:
        if os.geteuid() == 0:
            owner = pwd.getpwnam("postgres")
            os.chown(folder, owner.pw_uid, owner.pw_gid)
        data = folder / "data"
        _as_server(
            [
                str(programs / "initdb"),
                "-D",
                str(data),
                "-U",
                "postgres",
                "-A",
                "trust",
                "-E",
                "UTF8",
                "--locale=C.UTF-8",
            ]
        )
        options = f"-c listen_addresses='' -c unix_socket_directories={folder} -c max_connections=60"
        control = [str(programs / "pg_ctl"), "-D", str(data), "-w", "-t", "60"]
        _as_server([*control, "-o", options, "-l", str(folder / "log"), "start"])
        try:
            yield f"postgresql+psycopg://postgres@/postgres?host={folder}"
        finally:
            _as_server([*control, "-m", "immediate", "stop"])
    finally:
        shutil.rmtree(folder, ignore_errors=True)
