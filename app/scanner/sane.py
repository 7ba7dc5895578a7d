"""Scanners of Linux desks through SANE's own program `scanimage`, in a process that can be killed: a driver that hangs or
crashes takes nothing with it. Its exit status is the SANE status (SANE standard, 4.2.7).
"""

import logging
import os
import re
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence

from app.errors import AppError
from app.scanner import process
from app.services.ports import ScannerDevice

PROGRAM = "scanimage"
DPI = 200
PAPER_MM = (210, 297)
LIST_S, PAGE_S = 40.0, 120.0
NO_DOCS = 7
CODES = {
    2: "scanner.vanished",  # cancelled, and not by us
    3: "scanner.busy",
    6: "scanner.jammed",
    NO_DOCS: "scanner.no_paper",
    8: "scanner.cover",
    9: "scanner.vanished",
    11: "scanner.denied",
}
_CHOICE = re.compile(r"^\s+(--?[\w-]+) (.+?) \[([^\]]*)\]", re.MULTILINE)
_RANGE = re.compile(r"[\d.]+\.\.([\d.]+)(?:mm|dpi)")
log = logging.getLogger(__name__)


class SaneScanners:
    """Implements app.services.ports.Scanners."""

    def __init__(self, *, list_s: float = LIST_S, page_s: float = PAGE_S) -> None:
        self._list_s, self._page_s = list_s, page_s

    def devices(self) -> Sequence[ScannerDevice]:
        """All that SANE finds; network scanners take a while."""
        lines = self._ask("-f", "%d%n%v %m%n").splitlines()
        found = [ScannerDevice(key=key, name=name) for key, name in zip(lines[::2], lines[1::2], strict=False)]
        if not found:
            raise AppError("scanner.none")
        return found

    def scan(self, device: ScannerDevice, *, stopped: Callable[[], bool] = lambda: False) -> Iterator[bytes]:
        """PNG pages in colour at 200 dpi: the feeder first where there is one, the glass when the feeder is empty."""
        options = _options(self._ask("-d", device.key, "-A", opening=True))
        feeder, glass = _sources(options)
        if feeder is None:
            yield from self._pages(device, [*_settings(options), *_source(glass), "--batch-count=1"], stopped)
            return
        pages = self._pages(device, [*_settings(options), *_source(feeder)], stopped)
        try:
            first = next(pages, None)
        except AppError as error:
            if error.code != "scanner.no_paper" or glass is None:
                raise
            yield from self._pages(device, [*_settings(options), *_source(glass), "--batch-count=1"], stopped)
            return
        if first is not None:
            yield first
            yield from pages

    def _ask(self, *arguments: str, opening: bool = False) -> str:
        done = process.ask([_program(), *arguments], env=_environment(), limit_s=self._list_s)
        if done.returncode != 0:
            raise _error(done.returncode, done.stderr.decode("utf-8", "replace"), opening=opening)
        return done.stdout.decode("utf-8", "replace")

    def _pages(self, device: ScannerDevice, settings: Sequence[str], stopped: Callable[[], bool]) -> Iterator[bytes]:
        program = [_program(), "-d", device.key, "--format=png", *settings]
        ended = yield from process.pages(
            lambda folder: [*program, f"--batch={folder}/p%04d.png"],
            env=_environment(),
            page_s=self._page_s,
            stopped=stopped,
        )
        if not ended.stopped and not (ended.count and ended.status in (0, NO_DOCS)):
            raise _error(ended.status or NO_DOCS, ended.said, opening=ended.count == 0)


def _program() -> str:
    found = shutil.which(PROGRAM)
    if found is None:
        raise AppError("scanner.no_driver")
    return found


def _environment() -> Mapping[str, str]:
    """English messages; and the system's own libraries where the program brings others with it (PyInstaller)."""
    made = {**os.environ, "LC_ALL": "C"}
    before = made.pop("LD_LIBRARY_PATH_ORIG", None)
    if before is not None:
        made["LD_LIBRARY_PATH"] = before
    elif "_PYI_ARCHIVE_FILE" in made:
        made.pop("LD_LIBRARY_PATH", None)
    return made


def _options(told: str) -> dict[str, str]:
    """Option → what it may be, active ones only."""
    return {name: values for name, values, now in _CHOICE.findall(told) if now != "inactive"}


def _settings(options: Mapping[str, str]) -> list[str]:
    """Colour, 200 dpi, the whole of an A4 page, as far as the scanner knows of them."""
    made = [f"--mode={mode}" for mode in options.get("--mode", "").split("|") if mode.lower().startswith("color")][:1]
    if "--resolution" in options:
        made.append(f"--resolution={_resolution(options['--resolution'])}")
    for name, wanted in zip(("-x", "-y"), PAPER_MM, strict=True):
        limit = _RANGE.match(options.get(name, ""))
        if limit is not None:
            made += [name, f"{min(float(limit[1]), wanted):g}"]
    return made


def _resolution(values: str) -> int:
    limit = _RANGE.match(values)
    if limit is not None:
        return min(DPI, int(float(limit[1])))
    known = sorted(int(v) for v in re.findall(r"\d+", values))
    return next((v for v in known if v >= DPI), known[-1] if known else DPI)


def _sources(options: Mapping[str, str]) -> tuple[str | None, str | None]:
    """The feeder (one-sided: the back of a form is empty) and the glass; None where there is none or no choice."""
    names = [name for name in options.get("--source", "").split("|") if name]
    feeders = [name for name in names if re.search(r"adf|feeder", name, re.IGNORECASE)]
    single = [name for name in feeders if not re.search(r"duplex|both|back", name, re.IGNORECASE)]
    glass = [name for name in names if name not in feeders and name.lower() != "auto"]
    return next(iter(single or feeders), None), next(iter(glass), None)


def _source(name: str | None) -> list[str]:
    return [f"--source={name}"] if name is not None else []


def _error(status: int, said: str, *, opening: bool) -> AppError:
    """``opening``: nothing has come yet; then a refusal to open means that the scanner is not there any more."""
    log.warning("scanimage ended with %d: %s", status, " / ".join(said.strip().splitlines()[-3:]))
    if "No space left" in said:
        return AppError("disk.full")
    if status < 0 or (opening and "open of device" in said and status not in CODES):
        return AppError("scanner.vanished")
    return AppError(CODES[status]) if status in CODES else AppError("scanner.failed", reason=f"SANE {status}")
