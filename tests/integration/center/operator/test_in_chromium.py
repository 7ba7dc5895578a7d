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

from protocol.canonical import sha256_hex
from tests.integration.center.conftest import Caller
from tests.integration.center.operator.conftest import NAME, PASSWORD
from tests.integration.center.operator.files import number, packed, picture, workbook
from tests.integration.center.test_units import tus

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


def picture_of(browser: webdriver.Chrome, name: str) -> None:
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
    picture_of(browser, "sign_in")
    fill(browser, password=PASSWORD)
    press(browser, "登录")
    assert "还没有登记参保单位" in text(browser)
    picture_of(browser, "units_empty")
    press(browser, "新增单位")
    fill(browser, name="长沙市第一中学", code="430102001", phone="0731-00000000")
    picture_of(browser, "unit_new")
    press(browser, "保存")
    assert "还没有登记电脑" in text(browser)
    press(browser, "生成登记码")
    code = browser.find_element(By.ID, "code").text
    assert re.fullmatch(r"[A-Z0-9]{4}-[A-Z0-9]{4}-[A-Z0-9]{4}", code)
    enrolled = httpx.post(
        f"{address}/v1/enrol", json={"code": code, "public_key": "A" * 43, "desk_name": "人事处一号机"}
    )
    assert enrolled.status_code == 200
    picture_of(browser, "code")
    press(browser, "← 全部单位")
    assert "长沙市第一中学" in text(browser)
    picture_of(browser, "units")
    press(browser, "长沙市第一中学")
    assert code not in text(browser)
    browser.find_element(By.TAG_NAME, "summary").click()
    picture_of(browser, "revoke")
    fill(browser, why="电脑丢失")
    press(browser, "确认撤销")
    assert "撤销：电脑丢失" in text(browser)
    picture_of(browser, "revoked")
    press(browser, "退出登录")
    assert "登录" in text(browser)
    browser.get(f"{address}/operator/")
    assert browser.current_url.endswith("/operator/sign-in")
    severe = [line for line in browser.get_log("browser") if line["level"] == "SEVERE" and "403" not in line["message"]]
    assert severe == []


def severe(browser: webdriver.Chrome) -> list[str]:
    """What the browser itself complains about: scripts, blocked content, broken pictures."""
    return [line["message"] for line in browser.get_log("browser") if line["level"] == "SEVERE"]


def sign_in(browser: webdriver.Chrome, address: str) -> None:
    browser.get(f"{address}/operator/")
    fill(browser, name=NAME, password=PASSWORD)
    press(browser, "登录")


def new_unit(browser: webdriver.Chrome, address: str) -> str:
    """The path of its page."""
    browser.get(f"{address}/operator/units/new")
    fill(browser, name="株洲市人民医院", code="430201001")
    press(browser, "保存")
    return browser.current_url


@pytest.mark.e2e
def test_a_clerk_takes_a_roster_and_photos_in_and_makes_the_months_lists(
    browser: webdriver.Chrome, address: str, tmp_path: Path
) -> None:
    browser.set_window_size(1366, 768)
    sign_in(browser, address)
    unit = new_unit(browser, address)
    book, archive = tmp_path / "名册.xlsx", tmp_path / "照片.zip"
    book.write_bytes(
        workbook(["王建国", number(1), "5001", "2015-03-01", ""], ["李四", number(2)[:-1], "5002", "", ""])
    )
    archive.write_bytes(packed((f"{number(1)}.jpg", picture()), ("合影.jpg", picture())))
    press(browser, "导入名册")
    browser.find_element(By.NAME, "file").send_keys(str(book))
    press(browser, "上传并预览")
    assert "应为 18 位" in text(browser)
    picture_of(browser, "roster_preview")
    press(browser, "确认导入 1 人")
    assert "新增 1 人" in text(browser)
    browser.get(f"{unit}/import/photos")
    browser.find_element(By.NAME, "file").send_keys(str(archive))
    press(browser, "上传并预览")
    assert "文件名不是证件号码" in text(browser)
    press(browser, "确认导入 1 张")
    press(browser, "看名册")
    press(browser, "王建国")
    assert "2022年9月30日" in text(browser)
    press(browser, "停发恢复")
    press(browser, "预览")
    assert "暂停发放：1 人" in text(browser)
    picture_of(browser, "payments")
    press(browser, "确认这 1 人")
    assert "已确认 1 人" in text(browser)
    press(browser, "临近名单")
    press(browser, "全部单位一次下发")
    assert "新下发 1 个单位" in text(browser)
    press(browser, "操作记录")
    for words in ("导入名册", "导入照片", "暂停发放", "下发临近名单"):
        assert words in text(browser)
    picture_of(browser, "audit")
    width = browser.execute_script("return document.documentElement.scrollWidth - window.innerWidth")
    assert width <= 0, "the page is wider than the window"
    assert severe(browser) == []


@pytest.mark.e2e
def test_a_clerk_opens_what_a_desk_sent_and_sees_the_scan(browser: webdriver.Chrome, address: str) -> None:
    browser.set_window_size(1366, 768)
    sign_in(browser, address)
    new_unit(browser, address)
    press(browser, "生成登记码")
    code = browser.find_element(By.ID, "code").text
    with httpx.Client(base_url=address) as http:
        desk = Caller(http, "")  # type: ignore[arg-type]  # a client is a client
        desk.enrol(code)
        desk.log_in()
        scan = picture(size=(600, 850))
        report = desk.record(
            {"retiree_id": "", "on": "2026-10-01"}, kind="death_report", attachments=[sha256_hex(scan)]
        )
        assert desk.push(report).json()["answers"][0]["outcome"] == "accepted"
        sent = {**tus(sha256_hex(scan), report["uuid"]), "Upload-Length": str(len(scan))}
        desk.call("POST", "/v1/uploads", headers=sent).raise_for_status()
        desk.call("PATCH", f"/v1/uploads/{sha256_hex(scan)}", headers=sent, content=scan).raise_for_status()
    press(browser, "上报记录")
    assert "死亡报告" in text(browser)
    press(browser, "打开")
    shown = browser.find_element(By.CSS_SELECTOR, "img.scan")
    WebDriverWait(browser, PAGE_LIMIT_S).until(
        lambda driver: driver.execute_script("return arguments[0].complete && arguments[0].naturalWidth > 0", shown)
    )
    picture_of(browser, "record")
    assert severe(browser) == []
