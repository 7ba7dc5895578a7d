"""Memory on a desk of 4 GB: few heaps for many threads, what is free goes back to the system (where the C library is glibc), and the
collector walks everything only when nobody is kept waiting by it."""

import ctypes
import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress

M_ARENA_MAX = -8
ARENAS = 2
"""glibc gives each thread a heap of its own, up to eight per core, and none of them ever gives back what another could use."""
USUAL = gc.get_threshold()
YOUNG, MIDDLE, NEVER = 1000, 20, 1_000_000
"""The collector's thresholds: new things are looked through as they come, a millisecond or two each time; all of them never by itself."""


def few_heaps() -> None:
    """For the whole process; before its threads begin."""
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):
            ctypes.CDLL(None).mallopt(M_ARENA_MAX, ARENAS)


def give_back() -> None:
    """Hand freed memory back; takes some milliseconds, in which others wait for memory."""
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):
            ctypes.CDLL(None).malloc_trim(0)


@contextmanager
def smooth() -> Iterator[None]:
    """What is there now stays for good and is walked no more; from now on the rest is walked as a whole by ``clean_up`` alone.

    A whole collection while a worker holds 10,000 records stops every thread for 50 to 100 ms (bench.window_sync).
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, MIDDLE, NEVER)
    give_back()
    try:
        yield
    finally:
        gc.set_threshold(*USUAL)
        gc.unfreeze()


def clean_up() -> None:
    """Everything unreachable goes, and its memory back: for a moment when nobody types and nothing is filmed."""
    gc.collect()
    give_back()
