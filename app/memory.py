"""Memory on a desk of 4 GB: few heaps for many threads, and what is free goes back to the system. Where the C library is glibc."""

import ctypes
import sys
from contextlib import suppress

M_ARENA_MAX = -8
ARENAS = 2
"""glibc gives each thread a heap of its own, up to eight per core, and none of them ever gives back what another could use."""


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
