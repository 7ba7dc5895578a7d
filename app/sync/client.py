"""HTTP to the center. Owns sessions, time-outs and how failures are named; knows nothing of the store."""

import contextlib
import gzip
import ssl
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

import httpx
import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pydantic import BaseModel, ValidationError

from app.errors import AppError
from app.services.center_address import check_address
from app.services.ports import Clock
from protocol import assertion
from protocol.messages import (
    ChangesPage,
    EnrolAnswer,
    EnrolRequest,
    PushAnswer,
    PushedRecord,
    PushRequest,
    SigningKey,
    TokenAnswer,
)
from protocol.signing import public_text

CONNECT_S, READ_S = 5.0, 30.0
UNSUPPORTED = 415
LARGEST_PHOTO_BYTES = 8 * 1024 * 1024
RENEW_BEFORE = timedelta(seconds=60)

M = TypeVar("M", bound=BaseModel)


def trust(ca_file: Path | None) -> ssl.SSLContext:
    """Whom to trust: ``ca_file`` alone when given, else the usual authorities. AppError('sync.tls') when the file is no good.

    Kept: reading the authorities holds the interpreter for up to 0.2 s, which must not happen in a visit at every sync.
    """
    try:
        return _trust(ca_file, ca_file.stat().st_mtime_ns if ca_file is not None else 0)
    except OSError as error:  # ssl.SSLError too
        raise AppError("sync.tls") from error


@lru_cache(maxsize=2)
def _trust(ca_file: Path | None, _changed_ns: int) -> ssl.SSLContext:
    return httpx.create_ssl_context() if ca_file is None else ssl.create_default_context(cafile=str(ca_file))


class CenterClient:
    """One center as seen by one desk. Not thread-safe; used by one sync run at a time.

    Attributes:
        server_time: the center's clock at its last answer.
        skew_s: desk minus center at that moment, seconds.
        center_keys: the key set of the last token answer.
        sent_bytes, received_bytes: bodies as they were on the line.
    """

    def __init__(self, base_url: str, key: Ed25519PrivateKey, clock: Clock, *, ca_file: Path | None = None) -> None:
        self._clock = clock
        self._key = key
        self._token = ""
        self._gzip = True
        self._token_until: datetime | None = None
        verify = trust(ca_file)
        timeout = httpx.Timeout(READ_S, connect=CONNECT_S)
        self._http = httpx.Client(base_url=check_address(base_url), timeout=timeout, verify=verify, trust_env=False)
        self.server_time: datetime | None = None
        self.skew_s = 0.0
        self.center_keys: tuple[SigningKey, ...] = ()
        self.sent_bytes = self.received_bytes = 0

    def close(self) -> None:
        """Drop the connections."""
        self._http.close()

    def enrol(self, *, code: str, desk_name: str, unit_code: str = "") -> EnrolAnswer:
        """Introduce this desk. AppError('sync.refused', text=…) in the center's words."""
        wanted = EnrolRequest(
            code=code.strip(), public_key=public_text(self._key), desk_name=desk_name, unit_code=unit_code
        )
        answer = self._call(
            EnrolAnswer, "POST", "/v1/enrol", json=wanted.model_dump(mode="json", exclude_defaults=True)
        )
        self.center_keys = tuple(answer.center_keys)
        return answer

    def log_in(self, desk_id: str) -> None:
        """A fresh token unless the present one still holds."""
        now = self._clock.now()
        if self._token_until is not None and now < self._token_until - RENEW_BEFORE:
            return
        signed = jwt.encode(assertion.claims(desk_id, now), self._key, algorithm="EdDSA")
        wanted = {"grant_type": assertion.GRANT, "assertion": signed}
        answer = self._call(TokenAnswer, "POST", "/v1/token", json=wanted)
        self._token = answer.access_token
        self._token_until = now + timedelta(seconds=answer.expires_in)
        self.center_keys = tuple(answer.center_keys)

    def push(self, records: Sequence[PushedRecord]) -> PushAnswer:
        """Send up to MOST_RECORDS records, compressed unless this center takes none so (RFC 7694)."""
        plain = PushRequest(records=list(records)).model_dump_json().encode("utf-8")
        if self._gzip:
            headers = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
            try:
                return self._call(PushAnswer, "POST", "/v1/records", content=gzip.compress(plain), headers=headers)
            except AppError as error:
                if error.params.get("status") != UNSUPPORTED:
                    raise
                self._gzip = False
        return self._call(
            PushAnswer, "POST", "/v1/records", content=plain, headers={"Content-Type": "application/json"}
        )

    def changes(self, since: int, limit: int) -> ChangesPage:
        """One page of changes after ``since``."""
        return self._call(ChangesPage, "GET", "/v1/changes", params={"since": since, "limit": limit})

    def photo(self, sha256: str, part: bytearray) -> None:
        """The bytes of one photo into ``part``; after a cut they go on where they stopped, if the center can (RFC 9110, Range)."""
        headers = {**self._bearer(), "Accept-Encoding": "identity"}
        if part:
            headers |= {"Range": f"bytes={len(part)}-", "If-Range": f'"{sha256}"'}
        with _named(), self._http.stream("GET", f"/v1/photos/{sha256}", headers=headers) as response:
            if response.status_code >= 400:
                response.read()
                self._check(response)
            if not response.headers.get("Content-Range", "").startswith(f"bytes {len(part)}-"):
                part.clear()
            for piece in response.iter_bytes():
                part += piece
                self.received_bytes += len(piece)
                if len(part) > LARGEST_PHOTO_BYTES:
                    raise AppError("sync.answer_unreadable")

    def _call(self, kind: type[M], method: str, path: str, **request: Any) -> M:
        response = self.send(method, path, **request)
        try:
            answer = kind.model_validate_json(response.content)
        except ValidationError as error:
            raise AppError("sync.answer_unreadable") from error
        self._note_time(getattr(answer, "server_time", None))
        return answer

    def _note_time(self, server_time: datetime | None) -> None:
        if server_time is not None:
            self.server_time = server_time
            self.skew_s = (self._clock.now() - server_time).total_seconds()

    def send(
        self, method: str, path: str, *, headers: Mapping[str, str] | None = None, **request: Any
    ) -> httpx.Response:
        """Any request below the center's own address; AppError sync.* for everything but a good answer."""
        if not path.startswith("/v1/"):
            raise AppError("sync.answer_unreadable")  # a token never goes anywhere else
        with _named():
            response = self._http.request(method, path, headers={**self._bearer(), **(headers or {})}, **request)
        self.sent_bytes += int(response.request.headers.get("Content-Length", 0))
        self.received_bytes += response.num_bytes_downloaded
        self._check(response)
        return response

    def _bearer(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._token}"} if self._token else {}

    def _check(self, response: httpx.Response) -> None:
        if response.status_code >= 500 or response.status_code == 429:
            raise AppError("sync.center_busy", status=response.status_code)
        if response.status_code >= 400:
            raise self._refusal(response)

    def _refusal(self, response: httpx.Response) -> AppError:
        try:
            content = response.json()
            code, text = str(content["code"]), str(content["text"])
            self._note_time(datetime.fromisoformat(content["server_time"]))
        except (ValueError, KeyError, TypeError):
            return AppError("sync.refused", status=response.status_code, text="")
        if code in ("desk_revoked", "desk_unknown"):
            return AppError("sync.revoked", text=text)
        if code == "clock_wrong":
            return AppError("sync.clock", text=text)
        if code == "token_invalid":
            self._token_until = None
        return AppError("sync.refused", status=response.status_code, reason=code, text=text)


@contextlib.contextmanager
def _named() -> Iterator[None]:
    """What may happen on the line, in the program's own codes."""
    try:
        yield
    except httpx.ConnectError as error:
        raise AppError("sync.tls" if _unproven(error) else "sync.offline") from error
    except httpx.TimeoutException as error:
        raise AppError("sync.timeout") from error
    except httpx.HTTPError as error:
        raise AppError("sync.offline") from error


def _unproven(error: BaseException) -> bool:
    """Whether the other side failed to prove who it is; a line that is cut or spoilt in the handshake is only a bad line."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return True
        cause = cause.__cause__ or cause.__context__
    return False
