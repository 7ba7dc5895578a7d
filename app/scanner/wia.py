"""Scanners of Windows desks through WIA's automation objects, driven by the system's own PowerShell in a process that can be killed.

NOT TESTED against a real scanner or a real Windows: there was none. What is tested is this side of the process only. The objects and the
numbers of properties and errors are Microsoft's (WIA Automation Library 2.0, wiadef.h).
"""

import logging
import os
import re
import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from app.errors import AppError
from app.scanner import process
from app.services.ports import ScannerDevice

PROGRAM = "powershell"
LIST_S, PAGE_S = 40.0, 120.0
log = logging.getLogger(__name__)
CODES = {
    "80210001": "scanner.vanished",
    "80210002": "scanner.jammed",
    "80210003": "scanner.no_paper",
    "80210004": "scanner.jammed",
    "80210005": "scanner.vanished",
    "80210006": "scanner.busy",
    "80210007": "scanner.busy",
    "8021000A": "scanner.vanished",
    "8021000D": "scanner.busy",
    "80210015": "scanner.none",
    "80210016": "scanner.cover",
    "80070005": "scanner.denied",
    "80070070": "disk.full",
}
"""WIA_ERROR_…, and two of Windows itself; hexadecimal HRESULT."""
_LIST = """
$ErrorActionPreference = 'Stop'
[Console]::OutputEncoding = [Text.Encoding]::UTF8
foreach ($info in (New-Object -ComObject WIA.DeviceManager).DeviceInfos) {
  if ($info.Type -eq 1) { $info.DeviceID; $info.Properties.Item('Name').Value }
}
"""
_SCAN = """
$ErrorActionPreference = 'Stop'
function Put($of, $id, $value) { foreach ($p in $of.Properties) { if ($p.PropertyID -eq $id) { try { $p.Value = $value } catch {} } } }
function Get-It($of, $id) { foreach ($p in $of.Properties) { if ($p.PropertyID -eq $id) { return [int]$p.Value } }; return 0 }
try {
  $found = $null
  foreach ($info in (New-Object -ComObject WIA.DeviceManager).DeviceInfos) { if ($info.DeviceID -eq $env:SCAN_DEVICE) { $found = $info } }
  if ($null -eq $found) { [Console]::Error.WriteLine('80210005'); exit 1 }
  $device = $found.Connect()
  $feeder = ((Get-It $device 3086) -band 1) -and ((Get-It $device 3087) -band 1)
  if ($feeder) { Put $device 3088 1 } else { Put $device 3088 2 }
  Put $device 3096 1
  $item = $device.Items.Item(1)
  Put $item 6146 1; Put $item 6147 200; Put $item 6148 200
  Put $item 6149 0; Put $item 6150 0; Put $item 6151 1654; Put $item 6152 2339
  $convert = New-Object -ComObject WIA.ImageProcess
  $convert.Filters.Add($convert.FilterInfos.Item('Convert').FilterID)
  $convert.Filters.Item(1).Properties.Item('FormatID').Value = '{B96B3CAF-0728-11D3-9D7B-0000F81EF32E}'
  $number = 0
  do {
    try { $image = $item.Transfer('{B96B3CAB-0728-11D3-9D7B-0000F81EF32E}') }
    catch { if ($number -gt 0 -and $_.Exception.ToString() -match '80210003') { exit 0 } else { throw } }
    $number++
    $part = Join-Path $env:SCAN_FOLDER ('{0:d4}.part' -f $number)
    $convert.Apply($image).SaveFile($part)
    Move-Item $part (Join-Path $env:SCAN_FOLDER ('p{0:d4}.png' -f $number))
  } while ($feeder)
} catch {
  $at = $_.Exception; while ($at.InnerException) { $at = $at.InnerException }
  [Console]::Error.WriteLine('{0:X8} {1}' -f $at.HResult, $_.Exception.Message); exit 1
}
"""


class WiaScanners:
    """Implements app.services.ports.Scanners."""

    def __init__(self, *, list_s: float = LIST_S, page_s: float = PAGE_S) -> None:
        self._list_s, self._page_s = list_s, page_s

    def devices(self) -> Sequence[ScannerDevice]:
        """All that Windows knows as scanners."""
        done = process.ask(_command(_LIST), env=dict(os.environ), limit_s=self._list_s)
        if done.returncode != 0:
            raise _error(done.stderr.decode("utf-8", "replace"))
        lines = [line for line in done.stdout.decode("utf-8-sig", "replace").splitlines() if line.strip()]
        found = [ScannerDevice(key=key, name=name) for key, name in zip(lines[::2], lines[1::2], strict=False)]
        if not found:
            raise AppError("scanner.none")
        return found

    def scan(self, device: ScannerDevice, *, stopped: Callable[[], bool] = lambda: False) -> Iterator[bytes]:
        """PNG pages in colour at 200 dpi: the feeder when paper lies in it, else the glass."""
        told: dict[str, str] = {**os.environ, "SCAN_DEVICE": device.key}

        def command(folder: Path) -> Sequence[str]:
            told["SCAN_FOLDER"] = str(folder)
            return _command(_SCAN)

        ended = yield from process.pages(command, env=told, page_s=self._page_s, stopped=stopped)
        if not ended.stopped and (ended.status != 0 or not ended.count):
            raise _error(ended.said if ended.status else "80210003")


def _command(script: str) -> list[str]:
    found = shutil.which(PROGRAM)
    if found is None:
        raise AppError("scanner.no_driver")
    return [found, "-NoProfile", "-NonInteractive", "-ExecutionPolicy", "Bypass", "-Command", script]


def _error(said: str) -> AppError:
    log.warning("WIA: %s", said.strip()[-300:])
    number = re.search(r"\b(8[0-9A-F]{7})\b", said)
    if number is not None and number[1] in CODES:
        return AppError(CODES[number[1]])
    return AppError("scanner.failed", reason=f"WIA {number[1] if number else '?'}")
