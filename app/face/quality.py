"""Measured qualities of one face in one frame: numbers only; what to say about them is the domain's business."""

import cv2
import numpy as np

from app.domain.evidence import Box, FrameQuality
from app.face import geometry
from app.face.arrays import FloatArray, Image

CHIP = 112


def box_of(mesh: FloatArray, frame: Image) -> Box:
    """The mesh's bounding box cut to the frame."""
    height, width = frame.shape[:2]
    low = np.clip(mesh[:, :2].min(axis=0), 0, (width - 1, height - 1))
    high = np.clip(mesh[:, :2].max(axis=0), low + 1, (width, height))
    return Box(x=int(low[0]), y=int(low[1]), width=int(high[0] - low[0]), height=int(high[1] - low[1]))


def measure(frame: Image, mesh: FloatArray, *, open_eye: float | None) -> FrameQuality:
    """``open_eye``: the person's own open eye aspect ratio, None while unknown."""
    height, width = frame.shape[:2]
    box, five = box_of(mesh, frame), geometry.five_from_mesh(mesh)
    chip = np.asarray(cv2.cvtColor(geometry.arcface_chip(frame, five, CHIP), cv2.COLOR_BGR2GRAY), dtype=np.uint8)
    yaw, pitch, roll = geometry.angles(mesh)
    face, around = _brightness(frame, box)
    eye = geometry.eye_openness(mesh)
    return FrameQuality(
        face_share=box.height / height,
        offset_x=(box.x + box.width / 2) / width - 0.5,
        offset_y=(box.y + box.height / 2) / height - 0.5,
        brightness=face,
        background_brightness=around,
        sharpness=float(cv2.Laplacian(chip, cv2.CV_64F).var()),
        yaw=yaw,
        pitch=pitch,
        roll=roll,
        eyes_open=None if open_eye is None else float(np.clip(eye / max(open_eye, 1e-3), 0.0, 1.5)),
        eye_distance_px=float(np.linalg.norm(five[0] - five[1])),
        glare=float((chip[40:64, 22:90] > 245).mean()),
        mouth_hidden=_mouth_hidden(frame, five),
        eyes_hidden=_eyes_hidden(chip),
        mouth_open=geometry.mouth_openness(mesh),
    )


def _brightness(frame: Image, box: Box) -> tuple[float, float]:
    """Mean luma of the face and of the rest, from a quarter-size look."""
    small = cv2.cvtColor(frame[::4, ::4], cv2.COLOR_BGR2GRAY)
    left, top = box.x // 4, box.y // 4
    face = small[top : top + max(box.height // 4, 1), left : left + max(box.width // 4, 1)]
    inside = float(face.mean()) if face.size else 0.0
    rest = small.size - face.size
    around = (float(small.sum()) - float(face.sum())) / rest if rest else inside
    return inside, around


def _mouth_hidden(frame: Image, five: FloatArray) -> float:
    """How unlike the upper cheeks the mouth region's colour is: a mask is evenly coloured and not skin. 0..1."""
    chip = cv2.cvtColor(geometry.arcface_chip(frame, five, CHIP), cv2.COLOR_BGR2YCrCb).astype(np.float32)
    cheeks = np.concatenate([chip[60:68, 28:42].reshape(-1, 3), chip[60:68, 70:84].reshape(-1, 3)])
    mouth = chip[80:104, 38:74].reshape(-1, 3)
    colour = float(np.linalg.norm(np.median(mouth, axis=0)[1:] - np.median(cheeks, axis=0)[1:]))
    return float(np.clip((colour - 12.0) / 16.0, 0.0, 1.0))


def _eyes_hidden(chip: Image) -> float:
    """Dark glasses: the eye band is much darker than the cheeks and evenly so. 0..1."""
    eyes = np.concatenate([chip[44:60, 28:50].ravel(), chip[44:60, 62:84].ravel()]).astype(np.float32)
    cheeks = np.concatenate([chip[66:78, 28:42].ravel(), chip[66:78, 70:84].ravel()]).astype(np.float32)
    share = float(np.quantile(eyes, 0.75) / max(float(np.median(cheeks)), 1.0))
    return float(np.clip((0.55 - share) / 0.2, 0.0, 1.0))


def weight(quality: FrameQuality) -> float:
    """How much a frame counts in the pool, 0 when it should not count at all."""
    eyes = 1.0 if quality.eyes_open is None else float(np.clip((quality.eyes_open - 0.4) / 0.4, 0.0, 1.0))
    turn = max(abs(quality.yaw), abs(quality.pitch) * 0.8)
    pose = float(np.clip((32.0 - turn) / 20.0, 0.0, 1.0))
    light = float(np.clip((quality.brightness - 25.0) / 40.0, 0.0, 1.0)) * float(
        np.clip((250.0 - quality.brightness) / 30.0, 0.0, 1.0)
    )
    size = float(np.clip((quality.eye_distance_px - 16.0) / 24.0, 0.0, 1.0))
    sharp = float(np.clip(quality.sharpness / 80.0, 0.05, 1.0))
    covered = (1.0 - quality.mouth_hidden) * (1.0 - quality.eyes_hidden)
    return eyes * pose * light * size * sharp * max(covered, 0.1)
