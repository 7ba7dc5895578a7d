"""The reference photo: checked on arrival, embedded, and classed by the quality that its calibration needs."""

from dataclasses import dataclass, field

import cv2
import numpy as np

from app.face import geometry, quality
from app.face.arrays import FloatArray, Image
from app.face.detect import Detection, Detector
from app.face.mesh import PRESENT, MeshFinder
from app.services.ports import ReferenceReport

MAX_SIDE = 1600
"""Larger pictures are shrunk first."""
SMALL_EYES, CARD_EYES, LARGE_EYES = 14.0, 45.0, 150.0
"""Pixels between the pupils: below the first unusable; below the second as coarse as a 102×126 card photo."""
BLURRED = 12.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Portrait:
    """A still picture with its face. ``mesh`` is None when none was found; ``traits``: see scoring.TRAITS, None when unknown."""

    image: Image
    mesh: FloatArray | None
    report: ReferenceReport
    vectors: dict[str, FloatArray] = field(default_factory=dict)
    traits: FloatArray | None = None


def decode(data: bytes) -> Image | None:
    """BGR picture from JPEG or PNG bytes; None when they are damaged or no picture."""
    if not data:
        return None
    image = cv2.imdecode(np.frombuffer(data, dtype=np.uint8), cv2.IMREAD_COLOR)
    if image is None:
        return None
    longest = max(image.shape[:2])
    if longest > MAX_SIDE:
        image = cv2.resize(image, None, fx=MAX_SIDE / longest, fy=MAX_SIDE / longest, interpolation=cv2.INTER_AREA)
    return np.asarray(image, dtype=np.uint8)


def enlarged(image: Image) -> Image:
    """Small card photos are doubled: detectors miss faces of a few pixels."""
    if max(image.shape[:2]) >= 200:
        return image
    return np.asarray(cv2.resize(image, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC), dtype=np.uint8)


def quality_class(eye_distance_px: float, width: int) -> str:
    """The calibration class: card_102, card_358 or modern."""
    if eye_distance_px < CARD_EYES:
        return "card_102" if width <= 180 else "modern"
    return "card_358" if width <= 480 else "modern"


def examine(data: bytes, detector: Detector, finder: MeshFinder) -> Portrait:
    """Find and judge the face of an encoded photo. Never raises for a bad picture: the report says what is wrong."""
    original = decode(data)
    if original is None:
        empty = np.zeros((1, 1, 3), dtype=np.uint8)
        return Portrait(image=empty, mesh=None, report=_report(False, "damaged", "modern", empty))
    image = enlarged(original)
    faces = detector.find(image, thorough=True)
    if not faces:
        return Portrait(image=image, mesh=None, report=_report(False, "no_face", "modern", original))
    face = max(faces, key=lambda item: _prominence(item, image))
    mesh = finder.settle(image, face)
    if mesh.presence < PRESENT:
        return Portrait(image=image, mesh=None, report=_report(False, "no_face", "modern", original))
    measured = quality.measure(image, mesh.points, open_eye=None)
    eyes = measured.eye_distance_px * original.shape[1] / image.shape[1]
    problem = ""
    if eyes < SMALL_EYES:
        problem = "small"
    elif sum(item.width > 0.5 * face.width for item in faces) > 1:
        problem = "two_faces"
    elif measured.sharpness < BLURRED:
        problem = "blurred"
    usable = problem not in ("small",)
    kind = quality_class(eyes, original.shape[1])
    return Portrait(image=image, mesh=mesh.points, report=_report(usable, problem, kind, original))


def _prominence(face: Detection, image: Image) -> float:
    """Larger and nearer to the middle is the portrayed person."""
    x, y = face.centre
    height, width = image.shape[:2]
    away = float(np.hypot(x / width - 0.5, y / height - 0.5))
    return face.width * face.height * max(0.05, 1.0 - 1.6 * away)


def _report(usable: bool, problem: str, kind: str, image: Image) -> ReferenceReport:
    height, width = image.shape[:2]
    return ReferenceReport(usable=usable, problem=problem, quality=kind, width=width, height=height)


CHIP_POINTS = np.array([[156.0, 126.0], [84.0, 126.0], [120.0, 206.0]])
"""Both eyes and the middle of the mouth in the cut-out: three points, so that a head turned a little keeps its size."""
CHIP_WIDTH, CHIP_HEIGHT = 240, 300


def side_by_side(image: Image, mesh: FloatArray) -> bytes:
    """The face cut to 240×300 at the same size and level as every other, JPEG, for the clerk's eyes."""
    five = geometry.five_from_mesh(mesh)
    points = np.stack([five[0], five[1], five[3:5].mean(axis=0)])
    chip = geometry.warp(image, geometry.similarity(points, CHIP_POINTS), CHIP_WIDTH, CHIP_HEIGHT)
    return encode_jpeg(chip, 92)


def encode_jpeg(image: Image, percent: int) -> bytes:
    """JPEG bytes."""
    done, data = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, percent])
    if not done:
        raise ValueError("the picture could not be encoded")
    return bytes(data)
