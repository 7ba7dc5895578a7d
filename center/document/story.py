"""Examples that are true: one small story, with keys, signatures and receipts that verify. Made-up people; keys that serve nobody."""

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from protocol.assertion import AUDIENCE, GRANT
from protocol.canonical import canonical, sha256_hex
from protocol.messages import PROTOCOL_VERSION, PushedRecord
from protocol.signing import key_id, public_text, sign

DESK_KEY = Ed25519PrivateKey.from_private_bytes(sha256_hex(b"example desk").encode()[:32])
CENTER_KEY = Ed25519PrivateKey.from_private_bytes(sha256_hex(b"example center").encode()[:32])
AT = datetime(2026, 11, 24, 1, 30, tzinfo=UTC)
DESK = "0b8f6a52-9d0e-4c55-8d0f-5a2b7c1e9f30"
UNIT = {
    "id": "3d1f0c1e-7c1b-4a83-9c58-2d3c5b6a7e10",
    "name": "示范市第一中学",
    "code": "431000",
    "phone": "",
    "address": "",
    "demo": False,
}
RETIREE = "430000001"
FORM = sha256_hex(b"example scan")
PHOTO = sha256_hex(b"example photo")


def _key() -> dict[str, Any]:
    public = public_text(CENTER_KEY)
    return {"key_id": key_id(public), "public_key": public, "retired_at": None}


def _record() -> dict[str, Any]:
    content = {
        "uuid": "0192f0c4-7a31-7c02-9d4e-3b5a6c7d8e9f",
        "kind": "form_submission",
        "version": 1,
        "captured_at": "2026-11-24T09:20:00+08:00",
        "signed_at": "2026-11-24T09:25:00+08:00",
        "desk_id": DESK,
        "operator_id": "op-1",
        "body": {
            "retiree_id": RETIREE,
            "channel": "unit_confirmed",
            "reason": "very_old",
            "how_verified": "上门核实",
            "verified_on": "2026-11-23",
            "signed_on": "2026-11-23",
            "batch": "2026-11",
        },
        "attachments": [FORM],
    }
    record = PushedRecord.model_validate({**content, "signature": ""})
    return {**content, "signature": sign(DESK_KEY, record.signed_part())}


def _receipt(record: dict[str, Any]) -> dict[str, Any]:
    content = {
        "uuid": record["uuid"],
        "sha256": sha256_hex(canonical(PushedRecord.model_validate(record).signed_part())),
        "unit_id": UNIT["id"],
        "number": "431000-202611-000017",
        "accepted_at": AT.isoformat(),
        "key_id": _key()["key_id"],
    }
    return {**content, "signature": sign(CENTER_KEY, content)}


def _certification() -> dict[str, Any]:
    return {
        "id": _record()["uuid"],
        "retiree_id": RETIREE,
        "channel": "unit_confirmed",
        "captured_at": "2026-11-24T09:20:00+08:00",
        "signed_on": "2026-11-23",
        "state": "pending",
        "accepted_at": None,
        "reason": "",
        "supersedes": None,
    }


def _person() -> dict[str, Any]:
    return {
        "id": RETIREE,
        "name": "张三",
        "id_number": "439999194003070121",
        "personnel_number": RETIREE,
        "sex": "female",
        "birth_date": "1940-03-07",
        "first_paid_on": "1995-04-01",
        "photo": PHOTO,
    }


def _decision() -> dict[str, Any]:
    return {
        "retiree_id": RETIREE,
        "decision": "resumed",
        "month": "2026-12",
        "record_id": None,
        "reason": "2026-11-23 已认证，补发 2026-10、2026-11",
        "decided_at": AT.isoformat(),
        "back_pay": ["2026-10", "2026-11"],
    }


def _near() -> dict[str, Any]:
    return {"month": "2026-11", "retiree_ids": [RETIREE]}


def _manifest() -> dict[str, Any]:
    content = {
        "version": "0.2.0",
        "system": "linux",
        "machine": "x86_64",
        "size": 126_000_000,
        "sha256": sha256_hex(b"example program"),
        "required_from": "2027-01-01",
        "words": "修正补发月数",
        "signed_at": AT.isoformat(),
        "key_id": _key()["key_id"],
    }
    return {**content, "signature": sign(CENTER_KEY, {**content, "purpose": "certdesk-update"})}


@lru_cache(maxsize=1)
def examples() -> dict[str, Any]:
    """Schema → an example of it."""
    now, record = AT.isoformat(), _record()
    claims = {"iss": DESK, "sub": DESK, "aud": AUDIENCE, "iat": AT, "exp": AT + timedelta(minutes=5), "jti": "one"}
    bodies = (
        ("retiree", _person()),
        ("near_list", _near()),
        ("certification", _certification()),
        ("decision", _decision()),
    )
    changes = [{"number": number, "kind": kind, "body": body} for number, (kind, body) in enumerate(bodies, 1)]
    answer = {"uuid": record["uuid"], "outcome": "accepted", "receipt": _receipt(record), "code": "", "text": ""}
    token = {"iss": "center", "sub": DESK, "aud": AUDIENCE, "iat": AT, "exp": AT + timedelta(minutes=15)}
    return {
        "ServerInfo": {"name": "参考中心", "protocol_version": PROTOCOL_VERSION, "server_time": now},
        "EnrolRequest": {"code": "K7QF-2M9D-WX4T", "public_key": public_text(DESK_KEY), "desk_name": "人事处一号机"},
        "EnrolAnswer": {"desk_id": DESK, "unit": UNIT, "center_keys": [_key()], "server_time": now},
        "TokenRequest": {"grant_type": GRANT, "assertion": jwt.encode(claims, DESK_KEY, algorithm="EdDSA")},
        "TokenAnswer": {
            "access_token": jwt.encode(token, CENTER_KEY, algorithm="EdDSA", headers={"kid": _key()["key_id"]}),
            "token_type": "Bearer",
            "expires_in": 900,
            "server_time": now,
            "center_keys": [_key()],
        },
        "ChangesPage": {
            "changes": changes,
            "cursor": len(changes),
            "more": False,
            "server_time": now,
            "newest": len(changes),
        },
        "Change": changes[-1],
        "PushRequest": {"records": [record]},
        "PushedRecord": record,
        "PushAnswer": {"answers": [answer], "server_time": now},
        "RecordAnswer": answer,
        "Receipt": answer["receipt"],
        "Refusal": {"code": "not_found", "text": "没有找到，或者不属于本单位。", "where": "", "server_time": now},
        "SigningKey": _key(),
        "UnitInfo": UNIT,
        "UpdateManifest": _manifest(),
        "ModelPackInfo": {"sha256": _manifest()["sha256"], "size": 8123456, "models": ["reid-0095"]},
        "RetireeBody": _person(),
        "CustodyBody": {"started_on": "2026-02-01", "ended_on": None, "document": "判决书"},
        "CertificationBody": _certification(),
        "DecisionBody": _decision(),
        "NearListBody": _near(),
    }
