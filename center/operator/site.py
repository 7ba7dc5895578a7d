"""The site: routes put together, errors as pages, headers that keep strangers' scripts and frames out."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse
from fastapi.staticfiles import StaticFiles
from sqlalchemy import Engine
from starlette.exceptions import HTTPException

from center.errors import Refused
from center.operator import (
    account_routes,
    audit_routes,
    import_routes,
    near_routes,
    package_routes,
    payment_routes,
    people_routes,
    record_routes,
    sign_in_routes,
    unit_routes,
)
from center.operator.pages import render
from center.operator.receiving import SmallForms
from center.storage import Storage, UnreachableError

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
}
PARTS = (
    sign_in_routes,
    unit_routes,
    people_routes,
    record_routes,
    import_routes,
    near_routes,
    payment_routes,
    package_routes,
    audit_routes,
    account_routes,
)
WORDS = {404: "没有这一页。请从上面的菜单重新进入。", 405: "请从页面上的按钮操作。"}


def create_operator_app(engine: Engine, *, name: str, storage: Storage) -> FastAPI:
    """To be mounted at ``/operator``."""
    site = FastAPI(openapi_url=None)
    site.state.engine = engine
    site.state.name = name
    site.state.storage = storage
    site.mount("/static", StaticFiles(directory=Path(__file__).parent / "static"), name="static")
    for part in PARTS:
        site.include_router(part.router)
    site.add_middleware(SmallForms)

    @site.middleware("http")
    async def _headers(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
        response = await call_next(request)
        for header, value in HEADERS.items():
            response.headers.setdefault(header, value)
        return response

    @site.exception_handler(Refused)
    def _refused(request: Request, refusal: Refused) -> Response:
        if refusal.status == 401:
            return RedirectResponse("/operator/sign-in", status_code=303)
        return _error(request, refusal.status, refusal.text)

    @site.exception_handler(UnreachableError)
    def _no_storage(request: Request, _fault: UnreachableError) -> Response:
        return _error(request, 503, "现在存取不了文件，请过几分钟再试。还不行请找系统管理员。")

    @site.exception_handler(RequestValidationError)
    def _unreadable(request: Request, _fault: RequestValidationError) -> Response:
        return _error(request, 422, "填写的内容不完整或太长，请退回上一页检查。")

    @site.exception_handler(HTTPException)
    def _http(request: Request, error: HTTPException) -> Response:
        return _error(request, error.status_code, WORDS.get(error.status_code, "这一步没有办成，请退回上一页再试。"))

    return site


def _error(request: Request, status: int, text: str) -> Response:
    content: dict[str, Any] = {"text": text}
    return render(request, None, "error.html", status=status, **content)
