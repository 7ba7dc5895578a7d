"""Model packs for desks: checked, signed and published, named by the units' policy, served with Range."""

import hashlib
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Response
from pydantic import Field
from sqlalchemy import Connection

from center import policy, registry
from center.access import CurrentDesk, Files
from center.errors import Refused
from center.ranges import RANGED, Asked, IfRangeHeader, RangeHeader, answer
from center.storage import Storage, read
from protocol import model_packs
from protocol.messages import HexSha256, ModelPackInfo
from protocol.model_packs import SIGNATURE, PackError

router = APIRouter(prefix="/v1/model-packs", tags=["模型包"])
POLICY_VALUE, WITHDRAWN = "model_pack", "none"
NOTHING = (404, "no_model_pack", "省中心没有这个模型包。")
WORDS = {"damaged": "文件不是完整的模型包（zip）", "too_large": "模型包太大"}
Named = Annotated[HexSha256, Field(description="策略值 model_pack 所写的 SHA-256")]


def _key(sha256: str) -> str:
    return f"model-packs/{sha256}"


def publish(
    connection: Connection, files: Storage, source: Path, *, unit_ids: Iterable[str] | None = None, who: str
) -> tuple[ModelPackInfo, list[str]]:
    """Check a zip of models, sign it with the present key, keep it, and name it in the policy of the units (None: all).

    Returns what was published and the units that are told. ValueError in words. The same models again make the same pack.
    """
    try:
        content = model_packs.read(source)
    except PackError as error:
        raise ValueError(WORDS[error.code]) from error
    content.pop(SIGNATURE, None)
    names = model_packs.versions(content)
    _key_id, key = registry.signing_key(connection)
    with tempfile.TemporaryDirectory() as folder:
        signed = Path(folder) / "signed.zip"
        model_packs.write(content, key, signed)
        with signed.open("rb") as opened:
            digest = hashlib.file_digest(opened, "sha256").hexdigest()
        info = ModelPackInfo(sha256=digest, size=signed.stat().st_size, models=names)
        if files.size(_key(digest)) is None:
            files.put_file(_key(digest), signed)
    files.put(f"{_key(digest)}.json", info.model_dump_json().encode("utf-8"))
    registry.note(connection, who=who, action="model_pack_published", subject=digest)
    return info, policy.change(connection, {POLICY_VALUE: digest}, unit_ids=unit_ids, who=who)


def withdraw(connection: Connection, *, unit_ids: Iterable[str] | None = None, who: str) -> list[str]:
    """Desks go back to the models of the program. Returns the units that are told."""
    return policy.change(connection, {POLICY_VALUE: WITHDRAWN}, unit_ids=unit_ids, who=who)


@router.get("/{sha256}", summary="模型包有多大、含哪些模型")
def described(sha256: Named, files: Files, _desk: CurrentDesk) -> ModelPackInfo:
    """404 when there is none of this name."""
    try:
        return ModelPackInfo.model_validate_json(read(files, f"{_key(sha256)}.json"))
    except FileNotFoundError as error:
        raise Refused(*NOTHING) from error


@router.get("/{sha256}/content", summary="取模型包（支持 Range 续传）", response_class=Response, responses=RANGED)
def content(
    sha256: Named, files: Files, _desk: CurrentDesk, range_: RangeHeader = None, if_range: IfRangeHeader = None
) -> Response:
    """The signed zip, whole or a range of it."""
    size = files.size(_key(sha256))
    if size is None:
        raise Refused(*NOTHING)
    asked = Asked(tag=f'"{sha256}"', range=range_, if_range=if_range)
    return answer(size, asked, lambda first, last: files.chunks(_key(sha256), first, last))
