"""A desk that talks to a center for the conformance suite: enrols, signs, pushes; says nothing twice by itself."""

import base64
import uuid
from dataclasses import dataclass, field
from typing import Any

import httpx
import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from center import clock
from protocol.assertion import GRANT, claims
from protocol.messages import ChangesPage, EnrolAnswer, PushAnswer, TokenAnswer
from protocol.signing import public_text, sign

TUS = {"Tus-Resumable": "1.0.0"}


@dataclass
class Caller:
    """One desk. ``enrolled`` after enrol(), ``token`` after log_in()."""

    http: httpx.Client
    key: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)
    enrolled: EnrolAnswer | None = None
    token: str = ""

    @property
    def desk_id(self) -> str:
        return self.enrolled.desk_id if self.enrolled is not None else ""

    @property
    def unit_id(self) -> str:
        return self.enrolled.unit.id if self.enrolled is not None else ""

    def ask_to_enrol(self, code: str) -> httpx.Response:
        wanted = {"code": code, "public_key": public_text(self.key), "desk_name": "符合性测试"}
        return self.http.post("/v1/enrol", json=wanted)

    def enrol(self, code: str) -> EnrolAnswer:
        self.enrolled = EnrolAnswer.model_validate_json(self.ask_to_enrol(code).raise_for_status().content)
        return self.enrolled

    def assertion(self, **changes: Any) -> str:
        return jwt.encode({**claims(self.desk_id, clock.now()), **changes}, self.key, algorithm="EdDSA")

    def ask_token(self, assertion: str) -> httpx.Response:
        return self.http.post("/v1/token", json={"grant_type": GRANT, "assertion": assertion})

    def log_in(self) -> TokenAnswer:
        answer = TokenAnswer.model_validate_json(self.ask_token(self.assertion()).raise_for_status().content)
        self.token = answer.access_token
        return answer

    def call(self, method: str, path: str, **request: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.token}", **request.pop("headers", {})}
        return self.http.request(method, path, headers=headers, **request)

    def record(self, **changes: Any) -> dict[str, Any]:
        """A follow-up: a kind that needs nobody on the roster."""
        at = clock.now().isoformat()
        content: dict[str, Any] = {
            "uuid": str(uuid.uuid4()),
            "kind": "follow_up",
            "version": 1,
            "captured_at": at,
            "signed_at": at,
            "desk_id": self.desk_id,
            "operator_id": "conformance",
            "body": {"retiree_id": "", "note": "符合性测试"},
            "attachments": [],
            **changes,
        }
        return {**content, "signature": sign(self.key, content)}

    def push(self, *records: dict[str, Any]) -> PushAnswer:
        response = self.call("POST", "/v1/records", json={"records": list(records)})
        return PushAnswer.model_validate_json(response.raise_for_status().content)

    def changes(self, since: int = 0, limit: int = 500) -> ChangesPage:
        response = self.call("GET", "/v1/changes", params={"since": since, "limit": limit})
        return ChangesPage.model_validate_json(response.raise_for_status().content)

    def announce(self, sha256: str, record: str, length: int) -> httpx.Response:
        pairs = {"sha256": sha256, "record": record}
        metadata = ",".join(f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in pairs.items())
        return self.call(
            "POST", "/v1/uploads", headers={**TUS, "Upload-Length": str(length), "Upload-Metadata": metadata}
        )

    def patch(self, location: str, offset: int, data: bytes) -> httpx.Response:
        headers = {**TUS, "Upload-Offset": str(offset), "Content-Type": "application/offset+octet-stream"}
        return self.call("PATCH", location, headers=headers, content=data)

    def offset(self, location: str) -> int:
        return int(self.call("HEAD", location, headers=TUS).raise_for_status().headers["Upload-Offset"])
