"""What the desk looks at when it examines itself, and the diagnostics bundle. Below bootstrap, above the adapters.

The bundle holds versions, the examination and the logs, nothing of anybody: numbers and Chinese words in logs are blotted out once more.
"""

import io
import platform
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
from app.paths import DeskPaths
from app.services.checks import Check, CheckLine, without_personal_data
from app.services.context import Desk
from app.services.ports import AuditSeal, Signer
from app.services.stored_settings import load_identity, load_last_sync, load_skew
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
LONGEST_LOG = 2 * 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class Examination:
    """Attributes: paths, desk, engine, key: the opened store; key_store: where the machine's secret lies; cameras: which there are;
    signer: the desk's key, by which the audit log's daily signatures are checked."""

    paths: DeskPaths
    desk: Desk
    engine: Engine
    key: bytes
    key_store: str
    cameras: Cameras
    signer: Signer

    def checks(self, printers: Sequence[str]) -> tuple[Check, ...]:
        """In the order of what stops work first; ``printers`` are asked for on the window's thread, where Qt wants it."""
        return (
            ("磁盘", self._disk),
            ("数据库", self._store),
            ("操作记录", self._audit),
            ("密钥", self._keys),
            ("摄像头", self._cameras),
            ("打印机", lambda: _printers(printers)),
            ("语音", self._voice),
            ("时间", self._clock),
            ("省中心", self._center),
        )

    def _disk(self) -> tuple[bool, str]:
        free = shutil.disk_usage(self.paths.data).free
        words = f"还有 {free / 2**30:.1f} GB"
        return free > ENOUGH_BYTES, words if free > ENOUGH_BYTES else f"{words}，快满了，请清理磁盘。"

    def _store(self) -> tuple[bool, str]:
        raw = database.connect(self.paths.database, self.key)
        try:
            database.check_integrity(raw)
        finally:
            raw.close()
        return True, "完好，已加密"

    def log_verdict(self) -> str:
        """Whether the audit log is whole, as a sentence."""
        whole, words = self._audit()
        return f"操作日志完整，{words}。" if whole else f"操作日志{words}"

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

    def _keys(self) -> tuple[bool, str]:
        if self.key_store == "keyring":
            return True, "保存在系统钥匙串"
        return True, "保存在本机文件（没有系统钥匙串）；请给电脑设开机密码，磁盘最好加密。"

    def _cameras(self) -> tuple[bool, str]:
        names = [device.name for device in self.cameras.devices()]
        return bool(names), "、".join(names) or "没有找到，请插好 USB 线；不影响走确认表。"

    def _voice(self) -> tuple[bool, str]:
        count = len(list(resources.path("voice").rglob("*.wav")))
        return count > 0, f"{count} 句" if count else "没有语音文件，老人屏幕只显示大字。"

    def _clock(self) -> tuple[bool, str]:
        with self.desk.uow() as store:
            skew = load_skew(store.settings)
        good = abs(skew) <= SKEW_S
        return good, "与省中心一致" if good else f"与省中心相差 {abs(skew) / 60:.0f} 分钟，请改正电脑时间。"

    def _center(self) -> tuple[bool, str]:
        with self.desk.uow() as store:
            identity, (at, error) = load_identity(store.settings), load_last_sync(store.settings)
        if identity is None:
            return False, "还没有登记，请管理员在“设置”里登记。"
        if error:
            return False, f"上次同步没有成功（{error}），有网后会自动再试。"
        return True, f"上次同步 {at:%Y-%m-%d %H:%M}" if at else "已登记，还没有同步过"


_FAULTS = {
    "changed": "第 {number} 条被改动过",
    "missing": "第 {number} 条不见了",
    "reordered": "第 {number} 条的顺序被动过",
    "cut": "第 {number} 条以前签过名，现在没有了，末尾被删过",
    "seal_forged": "第 {number} 条的签名不是这台电脑签的",
    "seal_missing": "第 {number} 条之前的签名被拿掉了",
}


def _printers(names: Sequence[str]) -> tuple[bool, str]:
    return bool(names), "、".join(names) or "没有找到，请接好打印机；可以先另存为 PDF。"


def bundle(paths: DeskPaths, lines: Sequence[CheckLine]) -> bytes:
    """The diagnostics as a zip."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("versions.txt", "\n".join(_versions()))
        shown = [
            f"{'ok ' if line.good else 'BAD'} {line.name}: {line.words}" for line in lines if line.name not in _NAMING
        ]
        archive.writestr("examination.txt", "\n".join(shown))
        for log in sorted(paths.logs.glob("*.log*")):
            archive.writestr(f"logs/{log.name}.txt", without_personal_data(_tail(log)))
        for report in sorted(paths.crashes.glob("crash-*.txt")):
            archive.writestr(f"crashes/{report.name}", without_personal_data(_tail(report)))
    return target.getvalue()


_NAMING = ("打印机",)
"""Printers are named after people and rooms: left out of the bundle."""


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
