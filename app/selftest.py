"""``certdesk selftest``: does everything that this program is made of work on this machine? Owns the list of checks.

Used by the installers' tests, by the updater before it keeps a new version, and by a clerk on the telephone with support.
Works in a folder of its own that is thrown away; touches neither the desk's data nor the network.
"""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

SHIPPED = ("fonts/CertSans-Regular.ttf", "fonts/CertSans-Medium.ttf", "models/models.toml", "notice/2022-40.txt")


def check_files(_folder: Path) -> str:
    """Every shipped file the program cannot do without is there."""
    from app import resources

    missing = [name for name in SHIPPED if not resources.path(*name.split("/")).is_file()]
    if missing:
        raise FileNotFoundError("、".join(missing))
    return f"{sum(1 for _ in resources.root().rglob('*'))} 个文件"


def check_store(folder: Path) -> str:
    """A new encrypted store is made, migrated and opened a second time."""
    from app.bootstrap import Options, open_desk
    from app.paths import DeskPaths

    options = Options(paths=DeskPaths(folder / "store"), file_secrets=True)
    for _ in range(2):
        with ExitStack() as stack:
            open_desk(options, stack)
    head = options.paths.database.read_bytes()[:15]
    if head == b"SQLite format 3":
        raise RuntimeError("数据库没有加密")
    return "已加密"


def check_engine(_folder: Path) -> str:
    """The face engine's process starts, loads its models and looks at an empty picture."""
    import numpy as np

    from app import resources
    from app.domain.ids import VisitId
    from app.face.remote import RemoteEngine
    from app.services.ports import Frame

    engine = RemoteEngine(resources.root())
    try:
        info = engine.start()
        visit = VisitId("selftest")
        engine.open_visit(visit, None)
        grey = np.full((480, 640, 3), 128, np.uint8)
        reading = engine.analyse(visit, Frame(id=1, captured_s=0.0, pixels=grey, width=640, height=480))
        if reading.faces:
            raise RuntimeError("空白画面里不应有人脸")
        return f"{info}"[:200]
    finally:
        engine.close()


def check_cards(_folder: Path) -> str:
    """The card reader's process starts, loads both networks and finds no number on an empty picture."""
    import numpy as np

    from app.cards.remote import CardReader

    reader = CardReader()
    try:
        if reader.read(np.full((240, 320, 3), 128, np.uint8)):
            raise RuntimeError("空白画面里不应有号码")
        return "未见号码，正常"
    finally:
        reader.rest()


def check_paper(_folder: Path) -> str:
    """A blank form comes out as a PDF with one page or more, and can be shown."""
    from app.domain.papers import UnitFacts
    from app.forms.papers import PdfPapers

    papers = PdfPapers()
    pdf = papers.blank_form(UnitFacts(name="自检单位", code="000000", demo=True))
    width, height, _ = papers.preview(pdf, page=0, width_px=400)
    return f"{len(pdf) // 1024} KB，{papers.pages(pdf)} 页，{width}×{height}"


def check_window(folder: Path) -> str:
    """The window opens with its log-in, is painted and closes."""
    from app.bootstrap import Options, build, make_application, open_desk
    from app.paths import DeskPaths

    started = time.perf_counter()
    application = make_application(["certdesk"])
    with ExitStack() as stack:
        options = Options(paths=DeskPaths(folder / "window"), file_secrets=True)
        desktop = build(options, stack, open_desk(options, stack))
        desktop.window.resize(1366, 768)
        desktop.window.show()
        application.processEvents()
        picture = desktop.window.grab()
        painted_s = time.perf_counter() - started
        desktop.window.close()
        application.processEvents()
    if picture.isNull():
        raise RuntimeError("窗口没有画面")
    return f"首次显示 {painted_s:.2f} s"


CHECKS: tuple[tuple[str, Callable[[Path], str]], ...] = (
    ("随附文件", check_files),
    ("加密数据库", check_store),
    ("人脸引擎", check_engine),
    ("证件识读", check_cards),
    ("表格打印件", check_paper),
    ("窗口", check_window),
)


def run_checks(folder: Path, say: Callable[[str], None]) -> int:
    """Every check, one line each; the number of those that failed."""
    failed = 0
    for name, check in CHECKS:
        began = time.perf_counter()
        try:
            words = check(folder)
        except Exception as error:  # noqa: BLE001 - a self-test reports whatever went wrong and goes on
            failed += 1
            say(f"✗ {name}：{type(error).__name__}: {error}")
        else:
            say(f"✓ {name}（{time.perf_counter() - began:.1f} s）{words}")
    say("自检通过" if not failed else f"自检未通过：{failed} 项有问题，请把以上内容发给技术支持")
    return failed


def main(arguments: list[str]) -> int:
    """0 when all is well; ``--report FILE`` writes the lines to a file too (a Windows program has no console)."""
    parser = argparse.ArgumentParser(prog="certdesk selftest", description="自检")
    parser.add_argument("--report", type=Path, help="write the result to this file too")
    chosen = parser.parse_args(arguments)
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    lines: list[str] = []

    def say(line: str) -> None:
        lines.append(line)
        if sys.stdout is not None:
            sys.stdout.buffer.write(f"{line}\n".encode())
            sys.stdout.flush()

    with tempfile.TemporaryDirectory(prefix="certdesk-selftest-") as folder:
        failed = run_checks(Path(folder), say)
    if chosen.report is not None:
        chosen.report.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return 1 if failed else 0
