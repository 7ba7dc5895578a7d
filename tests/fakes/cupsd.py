"""A private CUPS scheduler with one queue that writes what it gets into a file: real printing, no paper."""

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

QUEUE = "HRPDF"
PPD = """*PPD-Adobe: "4.3"
*FormatVersion: "4.3"
*FileVersion: "1.0"
*LanguageVersion: English
*LanguageEncoding: ISOLatin1
*PCFileName: "TEST.PPD"
*Manufacturer: "Test"
*Product: "(Test)"
*ModelName: "Test printer"
*ShortNickName: "Test printer"
*NickName: "Test printer"
*PSVersion: "(3010.000) 0"
*LanguageLevel: "3"
*ColorDevice: True
*DefaultColorSpace: RGB
*cupsFilter2: "application/pdf application/pdf 0 {filter}"
*OpenUI *PageSize/Page Size: PickOne
*OrderDependency: 10 AnySetup *PageSize
*DefaultPageSize: A4
*PageSize A4: "<</PageSize[595 842]>>setpagedevice"
*CloseUI: *PageSize
*OpenUI *PageRegion/Page Region: PickOne
*OrderDependency: 10 AnySetup *PageRegion
*DefaultPageRegion: A4
*PageRegion A4: "<</PageSize[595 842]>>setpagedevice"
*CloseUI: *PageRegion
*DefaultImageableArea: A4
*ImageableArea A4: "0 0 595 842"
*DefaultPaperDimension: A4
*PaperDimension A4: "595 842"
"""
"""A printer that takes PDF as it is; the filter copies, because a queue without any filter writes nothing to a file."""
MISSING = shutil.which("cupsd") is None or shutil.which("lpadmin") is None or os.name != "posix" or os.getuid() != 0
"""Without CUPS or without root a private scheduler cannot run."""


class PrivateCups:
    """``folder`` is short, since a socket's path is; ``paper`` is what the printer got."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.socket = folder / "cups.sock"
        self.paper = folder / "paper.pdf"

    def run(self, *command: str) -> None:
        """A CUPS command against this scheduler."""
        subprocess.run(
            command, check=True, env={**os.environ, "CUPS_SERVER": str(self.socket), "LC_ALL": "C"}, capture_output=True
        )

    def disable(self) -> None:
        self.run("cupsdisable", QUEUE)

    def enable(self) -> None:
        self.run("cupsenable", QUEUE)

    def reject(self) -> None:
        self.run("cupsreject", QUEUE)

    def remove(self) -> None:
        self.run("lpadmin", "-x", QUEUE)

    def jobs_left(self) -> int:
        """Jobs that are still in the queue."""
        environment = {**os.environ, "CUPS_SERVER": str(self.socket), "LC_ALL": "C"}
        listed = subprocess.run(("lpstat", "-o"), env=environment, capture_output=True, text=True, check=False)
        return len(listed.stdout.splitlines())


def _configure(cups: PrivateCups) -> None:
    for name in ("spool", "cache", "state", "log", "spool/tmp", "root"):
        (cups.folder / name).mkdir()
    (cups.folder / "cupsd.conf").write_text(
        f"Listen {cups.socket}\nBrowsing Off\nWebInterface No\nDefaultAuthType None\n"
        "<Location />\nOrder allow,deny\nAllow all\n</Location>\n"
        "<Policy default>\nJobPrivateAccess all\nJobPrivateValues none\n<Limit All>\nOrder deny,allow\n</Limit>\n</Policy>\n"
    )
    folder = cups.folder
    script = folder / "copy"
    script.write_text('#!/bin/sh\nexec cat -- "${6:--}"\n')
    script.chmod(0o755)
    (folder / "test.ppd").write_text(PPD.format(filter=script))
    (folder / "files.conf").write_text(
        f"FileDevice Yes\nServerRoot {folder}/root\nRequestRoot {folder}/spool\nTempDir {folder}/spool/tmp\n"
        f"CacheDir {folder}/cache\nStateDir {folder}/state\nAccessLog {folder}/log/access\nErrorLog {folder}/log/error\n"
        f"PageLog {folder}/log/page\n"
    )


@contextmanager
def private_cups(folder: Path) -> Iterator[PrivateCups]:
    """Running, with QUEUE ready."""
    cups = PrivateCups(folder)
    folder.chmod(0o755)
    _configure(cups)
    daemon = subprocess.Popen(
        ("cupsd", "-f", "-c", str(folder / "cupsd.conf"), "-s", str(folder / "files.conf")),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        until = time.monotonic() + 20
        while not cups.socket.exists():
            if daemon.poll() is not None or time.monotonic() > until:
                raise RuntimeError("cupsd did not start")
            time.sleep(0.02)
        cups.paper.touch()
        cups.run("lpadmin", "-p", QUEUE, "-E", "-v", f"file://{cups.paper}", "-P", str(cups.folder / "test.ppd"))
        yield cups
    finally:
        daemon.terminate()
        daemon.wait()
