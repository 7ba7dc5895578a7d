"""What the desk looks at when it examines itself, and the diagnostics bundle. Below bootstrap, above the adapters.

The bundle holds versions, the examination and the logs, nothing of anybody: what still looks like somebody's data is blotted out
once more, and the user's own folders lose their names.
"""

import io
import platform
import re
import shutil
import sys
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from sqlalchemy import Engine

from app import resources
from app.camera.directory import Cameras
from app.errors import AppError
from app.incidents import NATIVE, native_lines
from app.paths import DeskPaths
from app.runtime import sounds
from app.services import checks
from app.services.blots import without_personal_data
from app.services.checks import Check, CheckLine, Found
from app.services.context import Desk
from app.services.ports import AuditSeal, Scanners, Signer
from app.services.stored_settings import CAMERA, load_identity, load_last_sync, load_skew
from app.storage import database
from app.storage.audit import AuditStore
from app.version import VERSION

ENOUGH_BYTES = 500 * 1024 * 1024
SKEW_S = 300.0
PACKAGES = (
    "PySide6",
    "SQLAlchemy",
    "sqlcipher3",
    "numpy",
    "opencv-python-headless",
    "dlib-bin",
    "reportlab",
    "cryptography",
)
_LOG, _REPORT = re.compile(r"certdesk\.log(\.\d)?"), re.compile(r"crash-[0-9A-F]{4}-[0-9A-F]{4}\.txt")
LONGEST_LOG = 2 * 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class Examination:
    """Attributes: paths, desk, engine, key: the opened store; key_store: where the machine's secret lies; cameras,
    scanners: which there are; signer: the desk's key, by which the audit log's daily signatures are checked."""

    paths: DeskPaths
    desk: Desk
    engine: Engine
    key: bytes
    key_store: str
    cameras: Cameras
    scanners: Scanners
    signer: Signer

    def checks(self, printers: Sequence[str]) -> tuple[Check, ...]:
        """In the order of what stops work first; ``printers`` are asked for on the window's thread, where Qt wants it."""
        return (
            ("磁盘", self._disk),
            ("数据库", self._store),
            ("操作记录", self._log),
            ("密钥", self._keys),
            ("摄像头", self._camera),
            ("打印机", lambda: _printers(printers)),
            ("扫描仪", self._scanner),
            ("语音", _voice),
            ("时间", self._clock),
            ("省中心", self._center),
        )

    def _disk(self) -> Found:
        free = shutil.disk_usage(self.paths.data).free
        words = f"还有 {free / 2**30:.1f} GB"
        return (
            Found(True, words)
            if free > ENOUGH_BYTES
            else Found(False, f"{words}，快满了", "请清理磁盘，例如清空回收站。")
        )

    def _store(self) -> Found:
        raw = database.connect(self.paths.database, self.key)
        try:
            database.check_integrity(raw)
        finally:
            raw.close()
        return Found(True, "完好，已加密")

    def log_verdict(self) -> str:
        """Whether the audit log is whole, as a sentence."""
        whole, words = self._audit()
        return f"操作日志完整，{words}。" if whole else f"操作日志{words}"

    def _log(self) -> Found:
        whole, words = self._audit()
        return (
            Found(True, words)
            if whole
            else Found(False, words.partition("，请")[0], "请立即报告负责人，不要删除任何文件。")
        )

    def _audit(self, known: Sequence[AuditSeal] = ()) -> tuple[bool, str]:
        with self.engine.connect() as connection:
            log = AuditStore(connection)
            fault, seals = log.verify(self.signer, known), log.seals()
        if fault is not None:
            return False, f"{_FAULTS[fault.what].format(number=fault.number)}，请立即报告负责人。"
        signed = f"，最近一次签名 {seals[-1].at:%Y-%m-%d %H:%M}" if seals else ""
        return True, f"没有被改动过{signed}"

    def verify_log(self, known: Sequence[AuditSeal]) -> tuple[bool, str]:
        """Whether the log is whole and holds the signatures ``known`` from elsewhere; in words."""
        return self._audit(known)

    def _keys(self) -> Found:
        if self.key_store == "keyring":
            return Found(True, "保存在系统钥匙串")
        if self.key_store == "passphrase":
            return Found(True, "没有系统钥匙串，用口令锁在本机")
        return Found(True, "保存在本机文件（没有系统钥匙串）", "请给电脑设开机密码，磁盘最好加密。")

    def _camera(self) -> Found:
        """A picture is taken and thrown away at once: a camera that is only listed may still be black or taken."""
        devices = self.cameras.devices()
        if not devices:
            return Found(False, "没有找到", "请插好 USB 线；不影响走确认表。")
        with self.desk.uow() as store:
            key = store.settings.get(CAMERA)
        device = next((one for one in devices if one.key == key), devices[0])
        source = self.cameras.open(device)
        try:
            frame = source.read()
        finally:
            source.close()
        return Found(True, f"{device.name}，{frame.width}×{frame.height}", naming=True)

    def _scanner(self) -> Found:
        names = "、".join(device.name for device in self.scanners.devices())
        return Found(True, names, naming=True)

    def _clock(self) -> Found:
        with self.desk.uow() as store:
            skew, (at, _error) = load_skew(store.settings), load_last_sync(store.settings)
        if at is None:
            return Found(True, f"现在是 {self.desk.clock.now():%Y-%m-%d %H:%M}", "还没有和省中心对过，请看看对不对。")
        if abs(skew) <= SKEW_S:
            return Found(True, "与省中心一致")
        return Found(False, f"与省中心相差 {abs(skew) / 60:.0f} 分钟", "请把右下角的日期和时间改对。")

    def _center(self) -> Found:
        with self.desk.uow() as store:
            identity, (at, error) = load_identity(store.settings), load_last_sync(store.settings)
        if identity is None:
            return Found(False, "还没有登记", "请管理员在“设置”里登记；现在也能照常办理。")
        if error:
            raise AppError(error)
        return Found(True, f"上次同步 {at:%Y-%m-%d %H:%M}" if at else "已登记，还没有同步过")


_FAULTS = {
    "changed": "第 {number} 条被改动过",
    "missing": "第 {number} 条不见了",
    "reordered": "第 {number} 条的顺序被动过",
    "cut": "第 {number} 条以前签过名，现在没有了，末尾被删过",
    "seal_forged": "第 {number} 条的签名不是这台电脑签的",
    "seal_missing": "第 {number} 条之前的签名被拿掉了",
}


def _printers(names: Sequence[str]) -> Found:
    if not names:
        return Found(False, "没有找到", "请接好打印机；可以先“另存为 PDF”。")
    return Found(True, "、".join(names), naming=True)


def _voice() -> Found:
    count = len(list(resources.path("voice").rglob("*.wav")))
    if not count:
        return Found(False, "没有语音文件", "老人屏幕只显示大字；请管理员重新安装程序。")
    if not sounds.can_play():
        return Found(False, "这台电脑没有播放声音的程序", "老人屏幕只显示大字，不影响办理；要声音请找管理员。")
    return Found(True, f"{count} 段语音", "点“试听声音”，听不到就看看音箱和音量。")


def bundle(paths: DeskPaths, lines: Sequence[CheckLine]) -> bytes:
    """The diagnostics as a zip; names of files are ours, whatever else lies in the folders stays there."""
    told = {"versions.txt": "\n".join(_versions()), "selftest.txt": checks.report(lines) or "not examined"}
    for log in sorted(paths.logs.glob("certdesk.log*")):
        if _LOG.fullmatch(log.name):
            told[f"logs/{log.name}.txt"] = _discreet(_tail(log), paths)
    for report in sorted(paths.crashes.glob("crash-*.txt")):
        if _REPORT.fullmatch(report.name):
            told[f"crashes/{report.name}"] = _discreet(_tail(report), paths)
    for native in sorted(paths.crashes.glob(NATIVE.format(process="*"))):
        if trace := native_lines(_tail(native)):  # of this very run: a process of ours, not the desk's own
            told[f"crashes/{native.name}.txt"] = _discreet("\n".join(trace), paths)
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in told.items():
            archive.writestr(name, text)
    return target.getvalue()


def _discreet(text: str, paths: DeskPaths) -> str:
    """Folders first: a home need not lie in /home."""
    for folder, words in ((paths.data, "<data>"), (Path.home(), "<home>")):
        if len(folder.parts) > 1:
            text = text.replace(str(folder), words)
    return without_personal_data(text)


def _tail(path: Path) -> str:
    try:
        return path.read_bytes()[-LONGEST_LOG:].decode("utf-8", errors="replace")
    except OSError as error:
        return f"unreadable: {error.errno}"


def _versions() -> list[str]:
    lines = [
        f"certdesk {VERSION}",
        f"python {platform.python_version()}",
        f"system {platform.system()} {platform.release()}",
        f"frozen {hasattr(sys, '_MEIPASS')}",
    ]
    for name in PACKAGES:
        try:
            lines.append(f"{name} {metadata.version(name)}")
        except metadata.PackageNotFoundError:
            lines.append(f"{name} in the program")
    return lines
