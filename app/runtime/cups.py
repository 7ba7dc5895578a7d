"""The print queue of Linux desks, through libcups itself: send a PDF as it is (vectors and fonts stay) and ask what became of it.

QPrinter reports success even when the queue is switched off, so the job's own state is asked. libcups 2 has had this interface since 2005;
see https://www.cups.org/doc/cupspm.html.
"""

import contextlib
import ctypes
import ctypes.util
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cache
from typing import Any

from app.errors import AppError

ALL_JOBS = -1
DEFAULT_SERVER = None
HTTP_CONTINUE = 100
IPP_OK_LAST = 7
"""Status codes up to this are successes (RFC 8011, 4.1.6)."""


class JobState(Enum):
    """ipp_jstate_t of RFC 8011, 5.3.7; GONE when the queue no longer knows the job."""

    PENDING = 3
    HELD = 4
    PROCESSING = 5
    STOPPED = 6
    CANCELLED = 7
    ABORTED = 8
    COMPLETED = 9
    GONE = 0


class _Option(ctypes.Structure):
    _fields_ = (("name", ctypes.c_char_p), ("value", ctypes.c_char_p))


class _Destination(ctypes.Structure):
    _fields_ = (
        ("name", ctypes.c_char_p),
        ("instance", ctypes.c_char_p),
        ("is_default", ctypes.c_int),
        ("num_options", ctypes.c_int),
        ("options", ctypes.POINTER(_Option)),
    )


class _Job(ctypes.Structure):
    _fields_ = (
        ("id", ctypes.c_int),
        ("dest", ctypes.c_char_p),
        ("title", ctypes.c_char_p),
        ("user", ctypes.c_char_p),
        ("format", ctypes.c_char_p),
        ("state", ctypes.c_int),
        ("size", ctypes.c_int),
        ("priority", ctypes.c_int),
        ("completed_time", ctypes.c_long),
        ("creation_time", ctypes.c_long),
        ("processing_time", ctypes.c_long),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueState:
    """What a queue says of itself; ``reasons`` are IPP printer-state-reasons such as media-empty, paused."""

    accepting: bool
    stopped: bool
    reasons: tuple[str, ...]


@cache
def _library() -> Any:
    """libcups 2, None where there is none."""
    for name in ("libcups.so.2", ctypes.util.find_library("cups")):
        with contextlib.suppress(OSError):
            if name is not None:
                library = ctypes.CDLL(name)
                library.cupsGetNamedDest.restype = ctypes.POINTER(_Destination)
                library.cupsLastErrorString.restype = ctypes.c_char_p
                library.cupsWriteRequestData.argtypes = (ctypes.c_void_p, ctypes.c_char_p, ctypes.c_size_t)
                return library
    return None


def available() -> bool:
    """Whether this machine prints through CUPS."""
    return _library() is not None


def send(document: bytes, *, printer: str, title: str, options: Mapping[str, str]) -> int:
    """Queue a PDF from memory (no copy is left in a temporary folder) and return the job's number.

    AppError('print.refused') when the queue does not take it.
    ``title`` is made ASCII: some drivers turn others into broken file names or fail.
    """
    library = _library()
    count, array = 0, ctypes.POINTER(_Option)()
    for name, value in options.items():
        count = library.cupsAddOption(name.encode(), value.encode(), count, ctypes.byref(array))
    plain, queue = title.encode("ascii", "ignore").strip() or b"document", printer.encode()
    try:
        job: int = library.cupsCreateJob(None, queue, plain, count, array)
        if job == 0:
            raise _refused(printer)
        begun = library.cupsStartDocument(None, queue, job, plain, b"application/pdf", 1)
        written = begun == HTTP_CONTINUE and library.cupsWriteRequestData(None, document, len(document))
        if written != HTTP_CONTINUE or library.cupsFinishDocument(None, queue) > IPP_OK_LAST:
            error = _refused(printer)
            library.cupsCancelJob(queue, job)
            raise error
    finally:
        library.cupsFreeOptions(count, array)
    return job


def _refused(printer: str) -> AppError:
    reason = (_library().cupsLastErrorString() or b"").decode("utf-8", "replace")
    return AppError("print.refused", printer=printer, reason=reason)


def job_state(job: int, *, printer: str) -> JobState:
    """What became of the job."""
    library = _library()
    jobs = ctypes.POINTER(_Job)()
    count = library.cupsGetJobs(ctypes.byref(jobs), printer.encode(), 0, ALL_JOBS)
    try:
        for index in range(max(count, 0)):
            if jobs[index].id == job:
                return JobState(jobs[index].state)
        return JobState.GONE
    finally:
        library.cupsFreeJobs(max(count, 0), jobs)


def queue_state(printer: str) -> QueueState:
    """AppError('print.vanished') when there is no such queue any more."""
    library = _library()
    found = library.cupsGetNamedDest(DEFAULT_SERVER, printer.encode(), None)
    if not found:
        raise AppError("print.vanished", printer=printer)
    try:
        options = {
            found[0].options[n].name.decode(): (found[0].options[n].value or b"").decode("utf-8", "replace")
            for n in range(found[0].num_options)
        }
    finally:
        library.cupsFreeDests(1, found)
    reasons = tuple(r for r in options.get("printer-state-reasons", "").split(",") if r and r != "none")
    return QueueState(
        accepting=options.get("printer-is-accepting-jobs", "true") == "true",
        stopped=options.get("printer-state", "3") == "5",
        reasons=reasons,
    )


def cancel(job: int, *, printer: str) -> None:
    """Take the job out of the queue; no complaint when it is gone."""
    _library().cupsCancelJob(printer.encode(), job)
