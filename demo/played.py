"""Plays the story in the real window, offscreen, and reports."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from PySide6.QtWidgets import QDialog

from app.bootstrap import Options, build, make_application, open_desk
from app.log import start_logging
from app.runtime.watchdog import Watchdog
from demo.player import Player
from demo.story import Story

PAINT_LIMIT_S = 10.0


def played(options: Options, pictures: Path, *, resume: bool, began: float, say: Callable[[str], None]) -> int:
    """The whole visit; 0 when every step came out. Raises what a step raises."""
    start_logging(options.paths.logs)
    start = time.perf_counter()
    application = make_application(["demo"])
    with ExitStack() as stack:
        store = open_desk(options, stack)
        desktop = build(options, stack, store)
        desktop.window.resize(1366, 768)
        desktop.window.show()
        application.processEvents()
        say(f"窗口首次显示：{time.perf_counter() - start:.2f} s")
        player = Player(desktop.window, pictures, say=say, busy=lambda: desktop.means.tasks.busy)
        story = Story(desktop, player, store.desk.uow, pictures)
        watchdog = Watchdog()

        @contextmanager
        def aside() -> Iterator[None]:
            watchdog.pause()
            yield
            watchdog.go_on()

        player.aside = aside
        watchdog.start()
        if resume:
            _resumed(player, story, say)
        else:
            story.play()
        for line in watchdog.stop().lines():
            say(line)
        desktop.window.close()
    say(f"全部完成：{time.perf_counter() - began:.1f} s；截图和文件在 {pictures.name}/")
    return 0


def _resumed(player: Player, story: Story, say: Callable[[str], None]) -> None:
    """Log in and take the offer to go on; used by the test that kills the process."""
    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QApplication

    offered: list[str] = []

    def look() -> None:
        top = QApplication.activeModalWidget()
        if isinstance(top, QDialog) and top.objectName() == "resume_dialog":
            offered.append("yes")
            top.accept()

    timer = QTimer()
    timer.timeout.connect(look)
    timer.start(50)
    story.log_in()
    player.wait_for(lambda: bool(offered), seconds=15, what="the offer to go on")
    timer.stop()
    say("程序提出继续上次的办理")
    story.go_on()
