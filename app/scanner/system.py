"""The scanners of this system."""

import sys

from app.scanner.sane import SaneScanners
from app.scanner.wia import WiaScanners
from app.services.ports import Scanners


def system_scanners() -> Scanners:
    """WIA on Windows, SANE elsewhere."""
    return WiaScanners() if sys.platform == "win32" else SaneScanners()
