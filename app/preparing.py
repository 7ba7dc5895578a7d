"""The process that shows app.ui.preparing while a newer version is unpacked and tried.

The launcher, which may use nothing but the standard library, starts it and closes its standard input when it is done (app.launcher.notice).
"""

import sys

from app.bootstrap import make_application
from app.ui.preparing import Preparing


def main() -> int:
    """Show it until the standard input ends."""
    application = make_application(sys.argv[:1])
    shown = Preparing()
    shown.ended.connect(application.quit)
    shown.show()
    shown.wait()
    return application.exec()
