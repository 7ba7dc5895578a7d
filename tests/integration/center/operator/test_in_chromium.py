"""The clerk's way through the page in real headless Chromium, against the real service in its own process."""

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from selenium import webdriver
from selenium.common.exceptions import WebDriverException
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.wait import WebDriverWait

from tests.integration.center.operator.conftest import NAME, PASSWORD

START_LIMIT_S = 30
PAGE_LIMIT_S = 30


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    command = [sys.executable, "-m", "center", "--database", f"sqlite:///{tmp_path}/center.db"]
    made = subprocess.run(
        [*command, "operator", NAME], input=PASSWORD + "\n", text=True, check=True, capture_output=True
    )
    assert "可以登录了" in made.stdout
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    serve = [*command, "serve", "--port", str(port), "--files", str(tmp_path / "files")]
    with subprocess.Popen(serve) as process:
        try:
            url = f"http://127.0.0.1:{port}"
            until = time.monotonic() + START_LIMIT_S
            while True:
                try:
                    httpx.get(f"{url}/v1/info").raise_for_status()
                    break
                except httpx.TransportError:
                    assert time.monotonic() < until, "the center did not start"
                    time.sleep(0.1)
            yield url
        finally:
            process.terminate()


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[webdriver.Chrome]:
    options = Options()
    options.binary_location = "/usr/bin/chromium"
    for argument in ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--lang=zh-CN"):
        options.add_argument(argument)
    options.add_argument("--window-size=1280,900")
    options.add_argument(f"--user-data-dir={tmp_path / 'profile'}")
    driver = webdriver.Chrome(options=options, service=Service("/usr/bin/chromedriver"))
    yield driver
    driver.quit()


def fill(browser: webdriver.Chrome, **fields: str) -> None:
    for name, text in fields.items():
        place = browser.find_element(By.NAME, name)
        place.clear()
        place.send_keys(text)


def gone(element: WebElement) -> bool:
    """In the middle of a change of pages the driver has more than one way to say that an element is stale."""
    try:
        element.is_enabled()
    except WebDriverException:
        return True
    return False


def press(browser: webdriver.Chrome, words: str) -> None:
    """Every button and link here leads to a new page: wait until the old one is gone and the new one whole."""
    before = browser.find_element(By.TAG_NAME, "html")
    browser.find_element(By.XPATH, f"//button[normalize-space()='{words}'] | //a[normalize-space()='{words}']").click()
    WebDriverWait(browser, PAGE_LIMIT_S).until(lambda _driver: gone(before))
    WebDriverWait(browser, PAGE_LIMIT_S).until(
        lambda driver: driver.execute_script("return document.readyState") == "complete"
    )


def text(browser: webdriver.Chrome) -> str:
    return browser.find_element(By.TAG_NAME, "main").text


def picture(browser: webdriver.Chrome, name: str) -> None:
    """Kept when OPERATOR_PICTURES names a folder: for people who look at them."""
    folder = os.environ.get("OPERATOR_PICTURES")
    if folder:
        browser.save_screenshot(f"{folder}/{name}.png")


@pytest.mark.e2e
def test_a_clerk_signs_in_adds_a_unit_gives_a_code_and_signs_out(browser: webdriver.Chrome, address: str) -> None:
    browser.get(f"{address}/operator/")
    fill(browser, name=NAME, password="falsch falsch")
    press(browser, "登录")
    assert "姓名或密码不对" in text(browser)
    picture(browser, "sign_in")
    fill(browser, password=PASSWORD)
    press(browser, "登录")
    assert "还没有登记参保单位" in text(browser)
    picture(browser, "units_empty")
    press(browser, "新增单位")
    fill(browser, name="长沙市第一中学", code="430102001", phone="0731-00000000")
    picture(browser, "unit_new")
    press(browser, "保存")
    assert "还没有登记电脑" in text(browser)
    press(browser, "生成登记码")
    code = browser.find_element(By.ID, "code").text
    assert re.fullmatch(r"[A-Z0-9]{4}-[A-Z0-9]{4}-[A-Z0-9]{4}", code)
    enrolled = httpx.post(
        f"{address}/v1/enrol", json={"code": code, "public_key": "A" * 43, "desk_name": "人事处一号机"}
    )
    assert enrolled.status_code == 200
    picture(browser, "code")
    press(browser, "← 全部单位")
    assert "长沙市第一中学" in text(browser)
    picture(browser, "units")
    press(browser, "长沙市第一中学")
    assert code not in text(browser)
    browser.find_element(By.TAG_NAME, "summary").click()
    picture(browser, "revoke")
    fill(browser, why="电脑丢失")
    press(browser, "确认撤销")
    assert "撤销：电脑丢失" in text(browser)
    picture(browser, "revoked")
    press(browser, "退出登录")
    assert "登录" in text(browser)
    browser.get(f"{address}/operator/")
    assert browser.current_url.endswith("/operator/sign-in")
    severe = [line for line in browser.get_log("browser") if line["level"] == "SEVERE" and "403" not in line["message"]]
    assert severe == []
