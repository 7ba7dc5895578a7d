"""Whom the desk talks to: a wrong, expired, not yet valid or foreign certificate, or another's name, is refused and nothing is sent."""

import contextlib
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.errors import AppError
from app.runtime.clock import SystemClock
from app.services.ports import DeskIdentity
from app.services.stored_settings import save_identity
from app.sync.engine import HttpSync
from app.ui.error_text import words
from tests.builders.desk import RealDesk, real_desk
from tests.fakes.tls import Authority, server_context

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"


class Listener:
    """A TLS server that notes every byte that came through TLS; without a certificate it answers ``garbage`` and hangs up."""

    def __init__(self, certificate: Path | None, garbage: bytes = b"") -> None:
        self._garbage = garbage
        self._context = server_context(certificate) if certificate is not None else None
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._socket.getsockname()[1])
        self.heard = b""
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def _serve(self) -> None:
        while True:
            client, _ = self._socket.accept()
            client.settimeout(5)
            with client, contextlib.suppress(OSError):
                if client.recv(1, socket.MSG_PEEK) == b"!":
                    return
                if self._context is not None:
                    with self._context.wrap_socket(client, server_side=True) as wrapped:
                        said = b""
                        while not said.endswith(b"}"):  # all of a JSON request, or the end
                            piece = wrapped.recv(4096)
                            said, self.heard = said + piece, self.heard + piece
                            if not piece:
                                break
                        wrapped.sendall(ANSWER)
                else:
                    client.recv(4096)
                    client.sendall(self._garbage)

    def close(self) -> None:
        with socket.create_connection(("127.0.0.1", self.port)) as end:
            end.sendall(b"!")
        self._thread.join()
        self._socket.close()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[RealDesk]:
    made = real_desk(tmp_path / "desk")
    yield made
    made.engine.dispose()


def try_both(desk: RealDesk, listener: Listener, host: str, ca: Path | None) -> tuple[str, str]:
    """The codes with which enrolment and a run of an enrolled desk end."""
    url = f"https://{host}:{listener.port}"
    sync = HttpSync(uow=desk.uow, vault=desk.vault, clock=desk.clock, key=Ed25519PrivateKey.generate(), ca_file=ca)
    with pytest.raises(AppError) as caught:
        sync.enrol(base_url=url, code="AAAA-BBBB-CCCC")
    with desk.uow() as store:
        save_identity(
            store.settings,
            DeskIdentity(desk_id="d", unit_id="u", unit_name="单位", unit_code="U", center_url=url),  # type: ignore[arg-type]
        )
        store.commit()
    return caught.value.code, sync.run().error


@pytest.mark.parametrize(
    ("host", "from_days", "to_days", "whose"),
    [
        ("127.0.0.1", -30, -1, "pinned"),
        ("127.0.0.1", 1, 30, "pinned"),
        ("127.0.0.1", -1, 30, "foreign"),
        ("127.0.0.1", -1, 30, "same name, other key"),
        ("127.0.0.2", -1, 30, "pinned"),
        ("center.example", -1, 30, "pinned"),
        ("127.0.0.1", -1, 30, "the public ones"),
    ],
    ids=["expired", "not yet", "foreign", "forged", "other address", "other name", "not a public one"],
)
def test_a_center_that_cannot_prove_who_it_is_hears_nothing(
    desk: RealDesk, tmp_path: Path, host: str, from_days: int, to_days: int, whose: str
) -> None:
    ours = Authority()
    ca = ours.write(tmp_path / "ca.pem")
    signer = {"foreign": Authority(name="别的根证书"), "same name, other key": Authority()}.get(whose, ours)
    certificate = signer.issue(tmp_path / "server.pem", host=host, from_days=from_days, to_days=to_days)
    listener = Listener(certificate)
    try:
        codes = try_both(desk, listener, "127.0.0.1", None if whose == "the public ones" else ca)
    finally:
        listener.close()
    assert codes == ("sync.tls", "sync.tls")
    assert listener.heard == b""
    assert "证书" in words(AppError("sync.tls"))


def test_the_right_certificate_is_talked_to(desk: RealDesk, tmp_path: Path) -> None:
    ours = Authority()
    ca, certificate = ours.write(tmp_path / "ca.pem"), ours.issue(tmp_path / "server.pem")
    listener = Listener(certificate)
    try:
        codes = try_both(desk, listener, "127.0.0.1", ca)
    finally:
        listener.close()
    assert codes == ("sync.answer_unreadable", "sync.answer_unreadable")
    assert listener.heard.startswith(b"POST /v1/enrol")


def test_the_reference_center_speaks_tls_with_several_workers(desk: RealDesk, tmp_path: Path) -> None:
    ours, database = Authority(), f"sqlite:///{tmp_path}/center.db"
    ca, certificate = ours.write(tmp_path / "ca.pem"), ours.issue(tmp_path / "server.pem")
    center = [sys.executable, "-m", "center", "--database", database]
    subprocess.run([*center, "unit", "u", "单位", "U"], check=True)
    code = subprocess.run([*center, "code", "u"], check=True, capture_output=True, text=True).stdout.strip()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    serve = [*center, "serve", "--port", str(port), "--workers", "2", "--certificate", str(certificate)]
    process = subprocess.Popen([*serve, "--files", str(tmp_path / "files")])
    sync = HttpSync(uow=desk.uow, vault=desk.vault, clock=SystemClock(), key=Ed25519PrivateKey.generate(), ca_file=ca)
    try:
        for _ in range(100):
            with contextlib.suppress(AppError):
                sync.enrol(base_url=f"https://127.0.0.1:{port}", code=code)
                break
            time.sleep(0.2)
        assert sync.run().error == ""
    finally:
        process.terminate()
        process.wait(20)


def test_old_tls_is_refused(desk: RealDesk, tmp_path: Path) -> None:
    ours = Authority()
    ca, certificate = ours.write(tmp_path / "ca.pem"), ours.issue(tmp_path / "server.pem")
    listener = Listener(certificate)
    assert listener._context is not None
    with pytest.warns(DeprecationWarning, match="TLSv1_1"):
        listener._context.minimum_version = listener._context.maximum_version = ssl.TLSVersion.TLSv1_1
    try:
        codes = try_both(desk, listener, "127.0.0.1", ca)
    finally:
        listener.close()
    assert "" not in codes
    assert listener.heard == b""


@pytest.mark.parametrize("garbage", [b"", b"HTTP/1.1 400 Bad Request\r\n\r\n", b"\x16\x03\x03\x00\x7a\x02"])
def test_a_line_cut_or_spoilt_within_the_handshake_is_a_bad_line_and_not_a_bad_certificate(
    desk: RealDesk, tmp_path: Path, garbage: bytes
) -> None:
    listener = Listener(None, garbage)
    try:
        codes = try_both(desk, listener, "127.0.0.1", Authority().write(tmp_path / "ca.pem"))
    finally:
        listener.close()
    assert codes == ("sync.offline", "sync.offline")
