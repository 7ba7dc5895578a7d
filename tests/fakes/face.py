"""A face engine that sees what it is told to see."""

from collections import Counter
from collections.abc import Sequence
from threading import Event

from app.domain.evidence import Band, CaptureSummary, FrameReading, LivenessVerdict
from app.domain.ids import VisitId
from app.errors import AppError
from app.services.ports import CaptureResult, EngineInfo, Frame, ReferenceReport, Twins


class FakeEngine:
    """Implements FaceEngine.

    Attributes:
        failures: AppErrors or other exceptions that the next calls of ``analyse`` raise, in order.
        start_failures: the same for ``start``.
        calls: how often each method ran.
        hold: while cleared, ``analyse`` waits: an engine that is slow.
    """

    def __init__(self) -> None:
        self.failures: list[Exception] = []
        self.start_failures: list[Exception] = []
        self.conclude_failures: list[Exception] = []
        self.calls: Counter[str] = Counter()
        self.frames: list[int] = []
        self.opened: list[tuple[VisitId, bytes | None]] = []
        self.roster: list[bytes] = []
        self.hold = Event()
        self.hold.set()
        self.waiting = Event()
        self.track_id = 0
        self._visit: VisitId | None = None

    def start(self) -> EngineInfo:
        self.calls["start"] += 1
        if self.start_failures:
            raise self.start_failures.pop(0)
        return EngineInfo(versions=("fake 1",))

    def open_visit(self, visit_id: VisitId, reference_image: bytes | None) -> ReferenceReport:
        self.calls["open_visit"] += 1
        self.opened.append((visit_id, reference_image))
        self._visit = visit_id
        problem = "absent" if reference_image is None else "" if reference_image else "damaged"
        return ReferenceReport(usable=not problem, problem=problem, quality="modern", width=1, height=1)

    def analyse(self, visit_id: VisitId, frame: Frame) -> FrameReading:
        self.calls["analyse"] += 1
        self.waiting.set()
        self.hold.wait(5.0)
        if self.failures:
            raise self.failures.pop(0)
        self._check(visit_id)
        self.frames.append(frame.id)
        return FrameReading(
            visit_id=visit_id,
            frame_id=frame.id,
            captured_s=frame.captured_s,
            analysed_ms=1.0,
            faces=1,
            track_id=self.track_id,
        )

    def conclude(self, visit_id: VisitId) -> CaptureResult:
        self.calls["conclude"] += 1
        if self.conclude_failures:
            raise self.conclude_failures.pop(0)
        self._check(visit_id)
        self._visit = None
        return CaptureResult(summary=summary(), best_frame_jpeg=b"best", reference_chip_jpeg=None, best_chip_jpeg=None)

    def _check(self, visit_id: VisitId) -> None:
        if visit_id != self._visit:
            raise AppError("engine.visit")

    def template(self, reference_image: bytes) -> tuple[ReferenceReport, bytes | None]:
        self.calls["template"] += 1
        problem = "" if reference_image else "damaged"
        report = ReferenceReport(usable=not problem, problem=problem, quality="modern", width=1, height=1)
        return report, b"face:" + reference_image if reference_image else None

    def use_roster(self, templates: Sequence[bytes]) -> int:
        self.calls["use_roster"] += 1
        self.roster = [face for face in templates if face.startswith(b"face:")]
        return len(self.roster)

    def twins(self, templates: Sequence[bytes]) -> tuple[Twins, ...]:
        """Templates of equal first letters look alike."""
        self.calls["twins"] += 1
        pairs = [(i, j) for i in range(len(templates)) for j in range(i + 1, len(templates))]
        return tuple(
            Twins(first=i, second=j, same_picture=False) for i, j in pairs if alike(templates[i], templates[j])
        )

    def close(self) -> None:
        self.calls["close"] += 1
        self._visit = None


def alike(first: bytes, second: bytes) -> bool:
    """The rule of FakeEngine.twins: “face:ann-1” and “face:ann-2” are one person."""
    return b"-" in first and first.split(b"-")[0] == second.split(b"-")[0]


def summary(band: Band = Band.MATCH, liveness: LivenessVerdict = LivenessVerdict.LIVE) -> CaptureSummary:
    """A capture that went well."""
    return CaptureSummary(
        llr=3.0,
        face_band=band,
        liveness=liveness,
        cues=(),
        frames_analysed=20,
        frames_pooled=5,
        duration_s=4.0,
        track_resets=0,
        best_frame=None,
        clip=None,
        reference=None,
        reference_quality="modern",
        engine=("fake 1",),
    )


DIED = AppError("engine.died")
TIMEOUT = AppError("engine.timeout")
