"""A mailbox of one frame: a new one overwrites what nobody took, so a slow reader never makes a queue."""

from threading import Condition

from app.services.ports import Frame


class Mailbox:
    """The newest frame, for one reader that takes it (the window) and one that waits for it (the engine)."""

    def __init__(self) -> None:
        self._changed = Condition()
        self._frame: Frame | None = None
        self._taken = True

    def put(self, frame: Frame) -> bool:
        """Overwrite; True when the former one had been taken, so that the reader has to be told."""
        with self._changed:
            tell, self._taken, self._frame = self._taken, False, frame
            self._changed.notify_all()
            return tell

    def take(self) -> Frame | None:
        """The newest frame, None before the first or after ``clear``; the next ``put`` announces again."""
        with self._changed:
            self._taken = True
            return self._frame

    def wait_newer(self, than_id: int, *, limit_s: float) -> Frame | None:
        """The newest frame with an id above ``than_id``; None when none came within ``limit_s``."""
        with self._changed:
            self._changed.wait_for(lambda: self._frame is not None and self._frame.id > than_id, timeout=limit_s)
            return self._frame if self._frame is not None and self._frame.id > than_id else None

    def clear(self) -> None:
        """Forget the frame: a picture of before a fault must not be taken for the present."""
        with self._changed:
            self._frame, self._taken = None, True
