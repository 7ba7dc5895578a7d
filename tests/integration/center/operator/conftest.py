"""A clerk's browser without a window: follows redirects, keeps cookies, reads the token out of the page."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from fastapi.testclient import TestClient

from center.operator import accounts
from tests.integration.center.conftest import Center, center, empty_sqlite, postgres_url  # noqa: F401 - fixtures

NAME, PASSWORD = "李中心", "很长的密码 2026 一二三"


@dataclass
class Browser:
    http: TestClient

    def get(self, path: str) -> Any:
        return self.http.get(f"/operator{path}")

    def token(self, page: str) -> str:
        found = re.search(r'name="csrf" value="([0-9a-f]{64})"', self.get(page).text)
        assert found, f"no form on {page}"
        return found[1]

    def post(self, path: str, page: str = "/sign-in", **fields: Any) -> Any:
        return self.http.post(f"/operator{path}", data={"csrf": self.token(page), **fields})

    def upload(self, path: str, data: bytes, name: str = "文件", **fields: Any) -> Any:
        form = {"csrf": self.token(path), **fields}
        return self.http.post(f"/operator{path}", data=form, files={"file": (name, data)})

    def follow(self, answer: Any) -> str:
        """The answer's path below the site."""
        return str(answer.url.path).removeprefix("/operator")

    def sign_in(self, password: str = PASSWORD, name: str = NAME) -> Any:
        return self.post("/sign-in", name=name, password=password)


@pytest.fixture
def stranger(center: Center) -> Iterator[Browser]:  # noqa: F811
    """Not signed in; the account exists."""
    with center.engine.begin() as connection:
        accounts.put(connection, NAME, PASSWORD, who="test")
    with TestClient(center.http.app) as http:
        yield Browser(http)


@pytest.fixture
def other(center: Center) -> Iterator[Browser]:  # noqa: F811
    """Another browser, not signed in."""
    with TestClient(center.http.app) as http:
        yield Browser(http)


@pytest.fixture
def clerk(stranger: Browser) -> Browser:
    """Signed in."""
    assert stranger.sign_in().url.path == "/operator/"
    return stranger
