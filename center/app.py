"""The HTTP service. Stateless: any number of processes may run behind a balancer over one database."""

from pathlib import Path
from typing import Annotated

from fastapi import FastAPI, Header, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.middleware.gzip import GZipMiddleware
from fastapi.responses import JSONResponse
from sqlalchemy import Engine
from starlette.exceptions import HTTPException

from center import auth, clock, intake, model_packs, registry, roster, updates, upload_routes
from center.access import CurrentDesk, Db
from center.document import describe
from center.errors import NOT_FOUND, Refusal, Refused
from center.gunzip import GunzipRequests
from center.operator.site import create_operator_app
from center.ranges import RANGED, Asked, IfRangeHeader, RangeHeader, answer
from center.storage import Storage, UnreachableError, open_storage
from protocol.messages import (
    MOST_CHANGES,
    PROTOCOL_VERSION,
    ChangesPage,
    EnrolAnswer,
    EnrolRequest,
    HexSha256,
    PushAnswer,
    PushRequest,
    ServerInfo,
    TokenAnswer,
    TokenRequest,
)

LONGEST_WHERE = 500
WORDS = {404: ("not_found", NOT_FOUND[2]), 405: ("no_such_method", "省中心没有这个功能，可能程序版本不同。")}
LARGEST_CURSOR = 2**31 - 1
"""What the column of change numbers holds."""


def create_app(
    engine: Engine, *, name: str = "参考中心", files: Path | str | Storage = Path("center-files")
) -> FastAPI:
    """The service over an engine whose schema is up to date; ``files``: see center.storage.open_storage."""
    storage = open_storage(files) if isinstance(files, (str, Path)) else files
    app = FastAPI(
        title="待遇领取资格认证 · 中心接口",
        version=str(PROTOCOL_VERSION),
        responses={
            code: {"model": Refusal, "description": "没有接受，附代码和给经办人看的话"} for code in ("4XX", 422)
        },
    )
    app.state.engine = engine
    app.state.name = name
    app.state.storage = storage
    app.add_middleware(GZipMiddleware, minimum_size=1024)
    app.add_middleware(GunzipRequests)

    @app.exception_handler(Refused)
    def _refused(_request: Request, refusal: Refused) -> JSONResponse:
        content = {"code": refusal.code, "text": refusal.text, "server_time": clock.now().isoformat()}
        return JSONResponse(content, status_code=refusal.status)

    @app.exception_handler(UnreachableError)
    def _no_storage(_request: Request, _error: UnreachableError) -> JSONResponse:
        text = "省中心现在存取不了文件，程序会自动重试。"
        content = {"code": "storage", "text": text, "server_time": clock.now().isoformat()}
        return JSONResponse(content, status_code=503)

    @app.exception_handler(HTTPException)
    def _plain(_request: Request, error: HTTPException) -> JSONResponse:
        """What the framework refuses by itself: no such address, no such method, a body that is no text."""
        code, text = WORDS.get(error.status_code, ("unreadable", "省中心读不懂所报的内容，可能程序版本不同。"))
        content = {"code": code, "text": text, "server_time": clock.now().isoformat()}
        return JSONResponse(content, status_code=error.status_code, headers=error.headers)

    @app.exception_handler(RequestValidationError)
    def _unreadable(_request: Request, error: RequestValidationError) -> JSONResponse:
        """Where, never what: what was sent may be personal, or not even be text."""
        where = "; ".join(sorted({".".join(ascii(part) for part in one["loc"]) for one in error.errors()}))
        content = {
            "code": "unreadable",
            "text": "省中心读不懂所报的内容，可能程序版本不同。",
            "where": where[:LONGEST_WHERE],
            "server_time": clock.now().isoformat(),
        }
        return JSONResponse(content, status_code=422)

    _session_routes(app)
    _data_routes(app)
    app.include_router(upload_routes.router)
    app.include_router(updates.router)
    app.include_router(model_packs.router)
    describe(app)
    app.mount("/operator", create_operator_app(engine, name=name, storage=storage))
    return app


def _session_routes(app: FastAPI) -> None:
    @app.get("/v1/info", summary="中心是谁、几点了", tags=["会话"])
    def info(request: Request) -> ServerInfo:
        return ServerInfo(name=request.app.state.name, protocol_version=PROTOCOL_VERSION, server_time=clock.now())

    @app.post("/v1/enrol", summary="用一次性登记码登记一台电脑", tags=["会话"])
    def enrol(wanted: EnrolRequest, connection: Db) -> EnrolAnswer:
        desk = registry.enrol(
            connection,
            code=wanted.code,
            public_key=wanted.public_key,
            desk_name=wanted.desk_name,
            unit_code=wanted.unit_code,
        )
        return EnrolAnswer(
            desk_id=desk.id,
            unit=registry.unit_info(connection, desk.unit_id),
            center_keys=registry.key_set(connection),
            server_time=clock.now(),
        )

    @app.post("/v1/token", summary="用签名的断言换短期令牌（RFC 7523）", tags=["会话"])
    def token(wanted: TokenRequest, connection: Db) -> TokenAnswer:
        desk = auth.desk_of_assertion(connection, wanted.assertion)
        return TokenAnswer(
            access_token=auth.issue(connection, desk),
            token_type="Bearer",  # noqa: S106 - the name of a scheme
            expires_in=int(auth.TOKEN_LIFE.total_seconds()),
            server_time=clock.now(),
            center_keys=registry.key_set(connection),
        )


def _data_routes(app: FastAPI) -> None:
    @app.get("/v1/changes", summary="取本单位的变更，按序号", tags=["下发"])
    def changes(
        connection: Db,
        desk: CurrentDesk,
        since: Annotated[int, Query(ge=0, le=LARGEST_CURSOR)] = 0,
        limit: Annotated[int, Query(ge=1, le=MOST_CHANGES)] = 500,
    ) -> ChangesPage:
        page, cursor, more = roster.changes_after(connection, desk.unit_id, since, limit)
        newest = roster.newest(connection, desk.unit_id)
        return ChangesPage(changes=page, cursor=cursor, more=more, server_time=clock.now(), newest=newest)

    @app.get(
        "/v1/photos/{sha256}",
        summary="取一张参考照片（支持 Range 和 ETag）",
        tags=["下发"],
        response_class=Response,
        responses=RANGED,
    )
    def photo(
        sha256: HexSha256,
        connection: Db,
        desk: CurrentDesk,
        if_none_match: Annotated[str | None, Header(max_length=1000)] = None,
        range_: RangeHeader = None,
        if_range: IfRangeHeader = None,
    ) -> Response:
        found = roster.photo(connection, desk.unit_id, sha256)
        if found is None:
            raise Refused(*NOT_FOUND)
        data, media_type = found
        asked = Asked(tag=f'"{sha256}"', range=range_, if_range=if_range, if_none_match=if_none_match)
        return answer(
            len(data),
            asked,
            lambda first, last: [data[first : None if last is None else last + 1]],
            media_type=media_type,
        )

    @app.post("/v1/records", summary="上报记录（最多 100 条，可重复上报）", tags=["上报"])
    def push(wanted: PushRequest, connection: Db, desk: CurrentDesk) -> PushAnswer:
        answers = intake.take_all(connection, desk, wanted.records)
        return PushAnswer(answers=answers, server_time=clock.now())
