"""Programs for desks: published with a signed manifest, served with Range. Files in the center's folder, one manifest per machine kind."""

import hashlib
import json
import shutil
from datetime import date
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse
from pydantic import Field
from sqlalchemy import Connection

from center import clock, registry
from center.access import CurrentDesk
from center.errors import Refused
from protocol.messages import HexSha256
from protocol.signing import sign
from protocol.updates import Machine, System, UpdateManifest
from protocol.versions import version_key

router = APIRouter(prefix="/v1/updates", tags=["程序更新"])
NOTHING = (404, "no_update", "没有可用的新版本。")


def _folder(files: Path) -> Path:
    return files / "updates"


def _manifest(files: Path, system: str, machine: str) -> Path:
    return _folder(files) / f"{system}-{machine}.json"


def current(files: Path, system: System, machine: Machine) -> UpdateManifest | None:
    """What is published for this kind of machine."""
    path = _manifest(files, system, machine)
    return UpdateManifest.model_validate_json(path.read_bytes()) if path.exists() else None


def publish(
    connection: Connection,
    files: Path,
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
    _put(files, program, manifest)
    registry.note(connection, who=who, action="update_published", subject=f"{system}-{machine} {version}")
    return manifest


def _put(files: Path, program: Path, manifest: UpdateManifest) -> None:
    """The file first, then the manifest that names it, each whole or not at all."""
    folder = _folder(files)
    folder.mkdir(parents=True, exist_ok=True)
    target, path = folder / manifest.sha256, _manifest(files, manifest.system, manifest.machine)
    if not target.exists():
        part = folder / f".{manifest.sha256}.part"
        shutil.copyfile(program, part)
        part.replace(target)
    part = path.with_suffix(".part")
    part.write_text(json.dumps(manifest.model_dump(mode="json"), ensure_ascii=False), encoding="utf-8")
    part.replace(path)


@router.get("/{system}/{machine}", summary="这种电脑现在该用的程序版本（签名的清单）")
def manifest(system: System, machine: Machine, request: Request, _desk: CurrentDesk) -> UpdateManifest:
    """404 when nothing is published."""
    found = current(request.app.state.files, system, machine)
    if found is None:
        raise Refused(*NOTHING)
    return found


@router.get("/files/{sha256}/content", summary="取程序文件（支持 Range 续传）", response_class=FileResponse)
def content(
    sha256: Annotated[HexSha256, Field(description="清单里的 sha256")], request: Request, _desk: CurrentDesk
) -> FileResponse:
    """The bytes, whole or a range of them."""
    path = _folder(request.app.state.files) / sha256
    if not path.is_file():
        raise Refused(*NOTHING)
    return FileResponse(path, media_type="application/octet-stream", headers={"ETag": f'"{sha256}"'})
