"""A bad line between desk and center, in two parts, both of ours.

``BadLine`` is blind: it carries TCP bytes and cuts, delays, corrupts (one bit) and reorders (two pieces swapped) them.
Over TLS the last two must end as a cut, never as other bytes. ``Gateway`` ends TLS before the center, as a balancer does, and
harms whole requests: sends one twice, delivers one late (after its repetition: reordered), or loses an answer. A request
that was cut in the middle is handed on cut.
"""

import asyncio
import contextlib
import http.client
import random
import socket
import ssl
import threading
import time
from collections import Counter
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from tests.fakes.tls import server_context

PIECE = 64 * 1024
HOP_BY_HOP = frozenset({"connection", "keep-alive", "transfer-encoding", "content-length", "date", "server"})


@dataclass(frozen=True)
class Rates:
    """Chances: the first four for each piece of up to 64 KiB, the others for each request."""

    cut: float = 0.004
    corrupt: float = 0.004
    swap: float = 0.003
    delay: float = 0.03
    twice: float = 0.05
    late: float = 0.03
    lost_answer: float = 0.03


class Tally:
    """Counts of what was done, safe over threads."""

    def __init__(self) -> None:
        self._lock, self._counts = threading.Lock(), Counter[str]()

    def add(self, what: str) -> None:
        with self._lock:
            self._counts[what] += 1

    def __getitem__(self, what: str) -> int:
        return self._counts[what]


class BadLine:
    """A TCP proxy in its own thread. ``port`` is where desks connect."""

    def __init__(self, target_port: int, rates: Rates, seed: int, tally: Tally) -> None:
        self._target, self._rates, self._tally = target_port, rates, tally
        self._rng = random.Random(seed)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self._loop = asyncio.new_event_loop()
        self._stop = asyncio.Event()
        self._thread = threading.Thread(target=lambda: self._loop.run_until_complete(self._serve()), name="bad line")
        self._thread.start()

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()
        self._loop.close()

    async def _serve(self) -> None:
        server = await asyncio.start_server(self._carry, sock=self._listener)
        await self._stop.wait()
        server.close()
        others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    async def _carry(self, desk: asyncio.StreamReader, to_desk: asyncio.StreamWriter) -> None:
        try:
            center, to_center = await asyncio.open_connection("127.0.0.1", self._target)
        except OSError:
            to_desk.transport.abort()
            return
        pumps = [asyncio.ensure_future(self._pump(*way)) for way in ((desk, to_center), (center, to_desk))]
        try:
            await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
            cut = any(task.done() and task.result() for task in pumps)
        finally:
            for task in pumps:
                task.cancel()
        for writer in (to_desk, to_center):
            if cut:
                writer.transport.abort()
            else:
                writer.close()

    async def _pump(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> bool:
        """Carry until the end; True when this line was cut on purpose."""
        rates, rng = self._rates, self._rng
        with contextlib.suppress(OSError):
            while piece := await source.read(PIECE):
                if rng.random() < rates.cut:
                    self._tally.add("cut")
                    sink.write(piece[: rng.randrange(len(piece))])
                    await sink.drain()
                    return True
                if rng.random() < rates.delay:
                    self._tally.add("delayed")
                    await asyncio.sleep(rng.uniform(0.01, 0.3))
                if rng.random() < rates.corrupt:
                    self._tally.add("corrupted")
                    at = rng.randrange(len(piece))
                    piece = piece[:at] + bytes([piece[at] ^ (1 << rng.randrange(8))]) + piece[at + 1 :]
                elif rng.random() < rates.swap and len(piece) > 1:
                    self._tally.add("swapped")
                    middle = len(piece) // 2
                    piece = piece[middle:] + piece[:middle]
                sink.write(piece)
                await sink.drain()
        return False


class Gateway(ThreadingHTTPServer):
    """Ends TLS and hands requests to the center on ``center_port``; ``port`` is where the bad line connects."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, center_port: int, certificate: Path, rates: Rates, seed: int, tally: Tally) -> None:
        super().__init__(("127.0.0.1", 0), _Request)
        self.center_port, self.rates, self.tally = center_port, rates, tally
        self.rng, self._tls = random.Random(seed), server_context(certificate)
        self.port = int(self.server_address[1])
        self.late: list[threading.Timer] = []
        self._thread = threading.Thread(target=self.serve_forever, name="gateway")
        self._thread.start()

    def finish_request(self, request: Any, client_address: Any) -> None:
        request.settimeout(30)
        with contextlib.suppress(OSError, ssl.SSLError), self._tls.wrap_socket(request, server_side=True) as wrapped:
            super().finish_request(wrapped, client_address)

    def handle_error(self, _request: Any, _client_address: Any) -> None:
        """A cut connection is what this is for."""

    def close(self) -> None:
        self.shutdown()
        self.server_close()
        self._thread.join()
        for timer in self.late:
            timer.join()


class _Request(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Gateway

    def log_message(self, *_: object) -> None:
        """Silence."""

    def _pass(self) -> None:
        gate, wanted = self.server, int(self.headers.get("Content-Length") or 0)
        body = b""
        with contextlib.suppress(OSError):
            while len(body) < wanted and (piece := self.rfile.read1(wanted - len(body))):  # type: ignore[attr-defined]
                body += piece
        if len(body) < wanted:
            self._hand_on_cut(body, wanted)
            self.close_connection = True
            return
        fate = gate.rng.random()
        rates = gate.rates
        if fate < rates.late:
            gate.tally.add("late")
            timer = threading.Timer(gate.rng.uniform(0.1, 2.0), self._ask, (body,))
            gate.late.append(timer)
            timer.start()
            self.close_connection = True
            return
        answer = self._ask(body)
        if fate < rates.late + rates.twice:
            gate.tally.add("twice")
            second = self._ask(body)
            answer = gate.rng.choice((answer, second))
        elif fate < rates.late + rates.twice + rates.lost_answer:
            gate.tally.add("answer lost")
            self.close_connection = True
            return
        self._answer(*answer)

    do_GET = do_POST = do_PATCH = do_HEAD = do_OPTIONS = _pass  # noqa: N815 - names of the base class

    def _ask(self, body: bytes) -> tuple[int, list[tuple[str, str]], bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.server.center_port, timeout=30)
        headers = {k: v for k, v in self.headers.items() if k.lower() not in HOP_BY_HOP}
        try:
            connection.request(self.command, self.path, body=body or None, headers=headers)
            got = connection.getresponse()
            return got.status, got.getheaders(), got.read()
        except (OSError, http.client.HTTPException):
            return 502, [], b""
        finally:
            connection.close()

    def _hand_on_cut(self, body: bytes, wanted: int) -> None:
        """What came of a request, with the length it was to have; then the connection ends."""
        self.server.tally.add("cut in a request")
        head = f"{self.command} {self.path} HTTP/1.1\r\n"
        head += "".join(f"{k}: {v}\r\n" for k, v in self.headers.items() if k.lower() not in HOP_BY_HOP)
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.server.center_port), 5) as raw:
            raw.sendall(f"{head}Content-Length: {wanted}\r\n\r\n".encode("latin-1") + body)
            time.sleep(0.02)

    def _answer(self, status: int, headers: list[tuple[str, str]], data: bytes) -> None:
        with contextlib.suppress(OSError):
            self.send_response_only(status)
            for name, value in headers:
                if name.lower() not in HOP_BY_HOP:
                    self.send_header(name, value)
            if status not in (204, 304):
                self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(data)
            return
        self.close_connection = True
