"""Running the HTTP service: one process or several over one socket, with TLS when a certificate is given."""

import os
import socket
from dataclasses import dataclass
from pathlib import Path

import uvicorn
from fastapi import FastAPI
from uvicorn.supervisors import Multiprocess

from center.app import create_app
from center.database import make_engine

DATABASE, FILES = "CENTER_DATABASE", "CENTER_FILES"
BACKLOG = 2048
WORKER_ANSWERS_S = 60
"""A worker that is only busy is not killed in the middle of its requests; uvicorn's own limit is 5 s."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Serving:
    """Where and how. ``certificate``: PEM of certificate and key in one file, None for plain HTTP behind a balancer that ends TLS."""

    database: str
    host: str
    port: int
    files: str
    workers: int = 1
    certificate: Path | None = None


def app() -> FastAPI:
    """The application of one worker; database and folder come from the environment."""
    return create_app(make_engine(os.environ[DATABASE]), files=os.environ[FILES])


def serve(wanted: Serving) -> None:
    """Run until ended."""
    os.environ[DATABASE], os.environ[FILES] = wanted.database, wanted.files
    config = uvicorn.Config(
        "center.serving:app",
        factory=True,
        workers=wanted.workers,
        log_level="warning",
        timeout_worker_healthcheck=WORKER_ANSWERS_S,
        ssl_certfile=str(wanted.certificate) if wanted.certificate is not None else None,
    )
    # A socket that does not say TCP gets no TCP_NODELAY from asyncio, and every answer takes 40 ms: so it is made here.
    family = socket.AF_INET6 if ":" in wanted.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((wanted.host, wanted.port))
        listener.listen(BACKLOG)
        if wanted.workers > 1:
            listener.set_inheritable(True)
            Multiprocess(config, sockets=[listener]).run()
        else:
            uvicorn.Server(config).run(sockets=[listener])
