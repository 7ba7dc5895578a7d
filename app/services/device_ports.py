"""The Protocols and values of cameras and of the face engine; a part of `app.services.ports`, which names them all."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from app.domain.evidence import CaptureSummary, FrameReading
from app.domain.ids import VisitId
from app.domain.papers import FormFacts
from app.domain.scan import PageReading, Spot


@dataclass(frozen=True, slots=True, kw_only=True)
class CameraDevice:
    """A camera to choose from.

    Attributes:
        key: stable text remembered as the choice (path, clip name, URL).
        name: human name, e.g. “Logitech C270”; a stand-in clip is named 模拟摄像头.
        simulated: True for a stand-in clip.
    """

    key: str
    name: str
    simulated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """One picture.

    Attributes:
        id: rises by one per frame of a source.
        captured_s: monotonic seconds.
        pixels: H×W×3 uint8 BGR ndarray, owned by the receiver, not mirrored.
        width, height: pixels.
    """

    id: int
    captured_s: float
    pixels: Any
    width: int
    height: int


class FrameSource(Protocol):
    """An opened camera. Not thread-safe: one thread opens, reads, closes it."""

    device: CameraDevice

    def read(self) -> Frame:
        """Block for the next frame (at most about 2 s).

        Raises AppError: camera.unplugged, camera.busy, camera.black, camera.frozen, camera.stalled.
        """
        ...

    def close(self) -> None: ...


class CameraDirectory(Protocol):
    """Which cameras there are, and opening one."""

    def devices(self) -> Sequence[CameraDevice]:
        """Real cameras first; stand-in clips only where they were allowed at start-up."""
        ...

    def open(self, device: CameraDevice) -> FrameSource:
        """Raises AppError: camera.absent, camera.busy, camera.denied."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineInfo:
    """Versions of engine, models and calibration, one line each; codes of missing parts."""

    versions: tuple[str, ...]
    degraded: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferenceReport:
    """The check of a reference photo.

    Attributes:
        usable: a face was found and embedded.
        problem: code when not usable or doubtful: no_face, two_faces, small, blurred, damaged; "" otherwise.
        quality: calibration class, e.g. card_358, card_102, modern.
        width, height: pixels.
    """

    usable: bool
    problem: str
    quality: str
    width: int
    height: int


class Tended(Protocol):
    """What the work between visits came to; not ``finished``: the rest follows when nobody sits here."""

    @property
    def finished(self) -> bool: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Twins:
    """Two faces of the roster that look like one person's.

    Attributes:
        first, second: positions in the sequence that was compared.
        same_picture: the very picture, or nearly; else two pictures of what may be one person.
    """

    first: int
    second: int
    same_picture: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CaptureResult:
    """What is left of a capture: the summary (best_frame/clip not yet in the vault) and the pictures as bytes."""

    summary: CaptureSummary
    best_frame_jpeg: bytes | None
    reference_chip_jpeg: bytes | None
    """Reference and best face cut to the same size and pose, for the clerk's eyes side by side."""
    best_chip_jpeg: bytes | None
    clip: bytes | None = None
    """The last seconds as a Motion-JPEG AVI (≤ 8 s, ≤ 2 MB); filled by the pump, not by the engine."""


class ClipMaker(Protocol):
    """Keeps the last seconds of a capture as evidence. Used by one thread."""

    def reset(self) -> None:
        """Forget everything: another visit, or another person before the camera."""
        ...

    def add(self, frame: Frame) -> None:
        """One more picture; it decides itself whether it keeps it."""
        ...

    def finish(self) -> bytes | None:
        """The clip, None when there was no picture; and begin anew."""
        ...


class FaceEngine(Protocol):
    """The face engine. Calls block; whoever calls sits on a worker thread. One visit at a time."""

    def start(self) -> EngineInfo:
        """Load models. AppError('engine.failed') when it can't start at all."""
        ...

    def open_visit(self, visit_id: VisitId, reference_image: bytes | None) -> ReferenceReport:
        """Begin a capture; ``reference_image`` is the encoded card photo (JPEG/PNG), None → no comparison."""
        ...

    def analyse(self, visit_id: VisitId, frame: Frame) -> FrameReading:
        """One frame. AppError('engine.timeout') or ('engine.died'); the caller restarts and reopens."""
        ...

    def conclude(self, visit_id: VisitId) -> CaptureResult:
        """Fold everything seen; ends the capture."""
        ...

    def template(self, reference_image: bytes) -> tuple[ReferenceReport, bytes | None]:
        """Check a roster photo and embed it: opaque bytes for ``use_roster``, None when it is not usable."""
        ...

    def use_roster(self, templates: Sequence[bytes]) -> int:
        """Refine means and cohort by the unit's own people, from the next visit on; returns how many could be used.

        Templates of another engine version are passed over. The person of the visit and near-duplicates are left out by the engine.
        """
        ...

    def twins(self, templates: Sequence[bytes]) -> tuple[Twins, ...]:
        """Every two of ``templates`` that may show one person, the likest first."""
        ...

    def close(self) -> None: ...


class ScanBack(Protocol):
    """Signed forms coming back. One caller at a time."""

    def read_file(self, data: bytes, *, name: str) -> Iterator[PageReading]:
        """Every page of a PDF, JPEG, PNG or TIFF; AppError scan.* for a file that can't be read."""
        ...

    def altered(self, page_jpeg: bytes, facts: FormFacts, *, template: str = "") -> tuple[Spot, ...]:
        """The fields of a straightened page that don't say what ``facts`` say."""
        ...

    def facts_hash(self, facts: FormFacts) -> str:
        """What the code of a page with these facts holds."""
        ...

    def page_pdf(self, jpeg: bytes) -> bytes:
        """A straightened page as a compact PDF."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ScannerDevice:
    """A scanner to choose from; ``key`` is what the driver calls it, ``name`` what people call it."""

    key: str
    name: str


class Scanners(Protocol):
    """Scanners of this machine. Calls block; they belong on the I/O pool."""

    def devices(self) -> Sequence[ScannerDevice]:
        """All that answer. AppError: scanner.none, scanner.no_driver, scanner.timeout."""
        ...

    def scan(self, device: ScannerDevice, *, stopped: Callable[[], bool] = lambda: False) -> Iterator[bytes]:
        """Every page as PNG or BMP bytes as soon as it is through: the feeder's stack, else the one on the glass.

        Pages that came before an error stay valid. ``stopped`` is asked several times a second and ends the scanning without error.
        AppError: scanner.busy, scanner.no_paper, scanner.jammed, scanner.cover, scanner.denied, scanner.vanished, scanner.timeout,
        scanner.failed, disk.full.
        """
        ...


class Inbox(Protocol):
    """A watched folder of scans. One caller at a time."""

    def ready(self) -> tuple[Path, ...]:
        """Files that are whole and were not given before. AppError('inbox.gone')."""
        ...

    def settle(self, path: Path) -> bool:
        """Put a file aside whose pages are all safe; False when it has to stay where it is."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """Something to say aloud: ``parts`` are codes of sound files, said one after the other; ``sentence`` is the same in words."""

    parts: tuple[str, ...]
    sentence: str
