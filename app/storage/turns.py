"""Who may write next: one after the other, in the order of asking.

SQLite lets a waiting connection look again after ever longer pauses, so that a thread with one transaction after the other (a sync) keeps
the others out for seconds. Here each waits in line, and is let in at once when its turn has come.
"""

import threading
from collections import deque


class Turns:
    """One for each store in a process."""

    def __init__(self) -> None:
        self._mutex = threading.Lock()
        self._waiting: deque[threading.Event] = deque()
        self._taken = False

    def take(self, timeout_s: float) -> bool:
        """Wait for the turn; False when it did not come in time."""
        with self._mutex:
            if not self._taken:
                self._taken = True
                return True
            mine = threading.Event()
            self._waiting.append(mine)
        if mine.wait(timeout_s):
            return True
        with self._mutex:
            if mine.is_set():  # it came at the last moment
                return True
            self._waiting.remove(mine)
        return False

    def give(self) -> None:
        """On to the first in line."""
        with self._mutex:
            if self._waiting:
                self._waiting.popleft().set()
            else:
                self._taken = False
