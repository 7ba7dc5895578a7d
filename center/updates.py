"""Programs for desks: published with a signed manifest, served with Range. One manifest for each kind of machine lies in the storage."""

import hashlib
import json
from datetime import date
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Response
from pydantic import Field
from sqlalchemy import Connection

from center import clock, registry
from center.access import CurrentDesk, Files
from center.errors import Refused
from center.ranges import RANGED, Asked, IfRangeHeader, RangeHeader, answer
from center.storage import Storage, read
from protocol.messages import HexSha256
from protocol.signing import sign
from protocol.updates import Machine, System, UpdateManifest
from protocol.versions import version_key

router = APIRouter(prefix="/v1/updates", tags=["程序更新"])
NOTHING = (404, "no_update", "没有可用的新版本。")


def _manifest(system: str, machine: str) -> str:
    return f"updates/{system}-{machine}.json"


def current(files: Storage, system: System, machine: Machine) -> UpdateManifest | None:
    """What is published for this kind of machine."""
    try:
        return UpdateManifest.model_validate_json(read(files, _manifest(system, machine)))
    except FileNotFoundError:
        return None


def publish(
    connection: Connection,
    files: Storage,
    program: Path,
    *,
    version: str,
    system: System,
    machine: Machine,
    required_from: date | None = None,
    words: str = "",
    who: str,
) -> UpdateManifest:
    """Put a program up for all desks. ValueError for an older version than the published one or a date without words."""
    known = current(files, system, machine)
    if known is not None and version_key(version) < version_key(known.version):
        raise ValueError(f"已发布的是较新的 {known.version}，不能退回到 {version}。")
    with program.open("rb") as opened:
        digest = hashlib.file_digest(opened, "sha256").hexdigest()
    key_id, key = registry.signing_key(connection)
    unsigned = UpdateManifest(
        version=version,
        system=system,
        machine=machine,
        size=program.stat().st_size,
        sha256=digest,
        required_from=required_from,
        words=words,
        signed_at=clock.now(),
        key_id=key_id,
        signature="",
    )
    manifest = unsigned.model_copy(update={"signature": sign(key, unsigned.signed_part())})
    if files.size(f"updates/{digest}") is None:  # the file first, then the manifest that names it
        files.put_file(f"updates/{digest}", program)
    text = json.dumps(manifest.model_dump(mode="json"), ensure_ascii=False)
    files.put(_manifest(system, machine), text.encode("utf-8"))
    registry.note(connection, who=who, action="update_published", subject=f"{system}-{machine} {version}")
    return manifest


@router.get("/{system}/{machine}", summary="这种电脑现在该用的程序版本（签名的清单）")
def manifest(system: System, machine: Machine, files: Files, _desk: CurrentDesk) -> UpdateManifest:
    """404 when nothing is published."""
    found = current(files, system, machine)
    if found is None:
        raise Refused(*NOTHING)
    return found


@router.get(
    "/files/{sha256}/content", summary="取程序文件（支持 Range 续传）", response_class=Response, responses=RANGED
)
def content(
    sha256: Annotated[HexSha256, Field(description="清单里的 sha256")],
    files: Files,
    _desk: CurrentDesk,
    range_: RangeHeader = None,
    if_range: IfRangeHeader = None,
) -> Response:
    """The bytes, whole or a range of them."""
    size = files.size(f"updates/{sha256}")
    if size is None:
        raise Refused(*NOTHING)
    asked = Asked(tag=f'"{sha256}"', range=range_, if_range=if_range)
    return answer(size, asked, lambda first, last: files.chunks(f"updates/{sha256}", first, last))
