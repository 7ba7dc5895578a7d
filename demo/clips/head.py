"""A head in three dimensions from one portrait: depth by the face mesh, smoothly continued to hair, neck and background.

Turning is true perspective rotation of that depth about the head's own axis, so the nose moves against eyes and mouth as it does in a
real head. The lids close by drawing the skin above the lid's edge over the eye, as skin does. Pure functions of seeds; no clock.
"""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from scipy.interpolate import LinearNDInterpolator

from demo.portraits import Image, astronaut, hopper

# OpenCV 5 says at each load that its new ONNX parser hands over to the old one
cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_ERROR)

Array = np.ndarray[Any, np.dtype[np.float32]]
MESH = Path(__file__).resolve().parents[2] / "resources" / "models" / "facemesh.onnx"
MESH_SIDE = 192
WIDTH, HEIGHT = 640, 480
"""Pixels of the simulated webcam."""

UPPER_LIDS = ((33, 246, 161, 160, 159, 158, 157, 173, 133), (362, 398, 384, 385, 386, 387, 388, 466, 263))
LOWER_LIDS = ((33, 7, 163, 144, 145, 153, 154, 155, 133), (362, 382, 381, 380, 374, 373, 390, 249, 263))
"""Mesh indices from one corner to the other, for either eye."""
CHIN, FOREHEAD, EAR_A, EAR_B = 152, 10, 234, 454


@dataclass(frozen=True, slots=True)
class Portrait:
    """Where the face sits in a portrait: centre and side of the square given to the mesh, in pixels of ``image``."""

    image: Image
    centre: tuple[float, float]
    side: float
    face_height: float


def portraits() -> dict[str, Portrait]:
    """The two people of the clips."""
    return {
        "hopper": Portrait(hopper(), (273, 240), 300, 202),
        "astronaut": Portrait(astronaut(), (220, 118), 150, 105),
    }


@dataclass(frozen=True, slots=True)
class Head:
    """A portrait laid into the simulated webcam's picture.

    Attributes:
        picture: HEIGHT×WIDTH×3 uint8 BGR, the frontal frame.
        depth: HEIGHT×WIDTH float32, pixels towards the camera, 0 at the head's turning axis.
        weight: HEIGHT×WIDTH float32, 1 where the picture turns with the head, 0 where it stays.
        axis: x, y of the turning point.
        lids: per eye: columns and the upper and lower lid's rows in them.
    """

    picture: Image
    depth: Array
    weight: Array
    axis: tuple[float, float]
    lids: tuple[tuple[Array, Array, Array], ...]


def _mesh(portrait: Portrait) -> Array:
    """468×3 float32: x, y in pixels of the portrait, z in the same unit, negative towards the camera."""
    net = cv2.dnn.readNetFromONNX(str(MESH))
    scale = MESH_SIDE / portrait.side
    left, top = portrait.centre[0] - portrait.side / 2, portrait.centre[1] - portrait.side / 2
    matrix = np.array([[scale, 0, -left * scale], [0, scale, -top * scale]], dtype=np.float64)
    crop = cv2.warpAffine(portrait.image, matrix, (MESH_SIDE, MESH_SIDE))
    net.setInput(cv2.dnn.blobFromImage(crop, 1 / 255.0, (MESH_SIDE, MESH_SIDE), swapRB=True))
    outputs = net.forward(net.getUnconnectedOutLayersNames())
    points = next(np.asarray(out, dtype=np.float32) for out in outputs if out.size == 468 * 3).reshape(468, 3)
    moved = points / np.float32(scale)
    moved[:, 0] += left
    moved[:, 1] += top
    return moved


def _place(portrait: Portrait, mesh: Array, face_share: float) -> tuple[Image, Array]:
    """Lay the portrait into the webcam's picture with the face filling ``face_share`` of its height."""
    scale = face_share * HEIGHT / portrait.face_height
    middle = mesh.mean(axis=0)
    shift = (WIDTH / 2 - middle[0] * scale, HEIGHT * 0.47 - middle[1] * scale)
    matrix = np.array([[scale, 0, shift[0]], [0, scale, shift[1]]], dtype=np.float64)
    flags = cv2.INTER_CUBIC if scale > 1 else cv2.INTER_AREA
    picture = cv2.warpAffine(portrait.image, matrix, (WIDTH, HEIGHT), flags=flags, borderMode=cv2.BORDER_REFLECT_101)
    placed = mesh * np.float32(scale)
    placed[:, 0] += np.float32(shift[0])
    placed[:, 1] += np.float32(shift[1])
    return np.asarray(picture, dtype=np.uint8), placed


def _depth_and_weight(mesh: Array) -> tuple[Array, Array, tuple[float, float]]:
    """Dense depth and turning weight: the mesh inside the face, an ellipsoid for the rest of the head, flat behind."""
    half = float(mesh[EAR_B, 0] - mesh[EAR_A, 0]) / 2
    tall = float(mesh[CHIN, 1] - mesh[FOREHEAD, 1]) / 2
    centre = (float(mesh[EAR_A, 0] + half), float(mesh[FOREHEAD, 1] + tall))
    back = float(mesh[[EAR_A, EAR_B], 2].mean())
    angles = np.linspace(0, 2 * np.pi, 40, endpoint=False)
    anchors = []
    for stretch, level in ((1.28, back + half * 0.1), (1.8, back + half * 0.35)):
        ring = np.stack(
            [
                centre[0] + half * stretch * np.cos(angles),
                centre[1] + tall * (stretch + 0.05) * np.sin(angles),
                np.full(angles.shape, level),
            ],
            axis=1,
        )
        anchors.append(ring)
    corners = np.array([[x, y, back + half * 0.35] for x in (-80, WIDTH + 80) for y in (-80, HEIGHT + 80)])
    known = np.concatenate([mesh, *anchors, corners]).astype(np.float64)
    columns, rows = np.meshgrid(np.arange(0, WIDTH, 2), np.arange(0, HEIGHT, 2))
    surface = LinearNDInterpolator(known[:, :2], known[:, 2])(columns, rows)
    depth = cv2.resize(surface.astype(np.float32), (WIDTH, HEIGHT), interpolation=cv2.INTER_LINEAR)
    depth = cv2.GaussianBlur(depth, (0, 0), half * 0.035)
    all_columns, all_rows = np.meshgrid(np.arange(WIDTH, dtype=np.float32), np.arange(HEIGHT, dtype=np.float32))
    distance = np.sqrt(((all_columns - centre[0]) / half) ** 2 + ((all_rows - centre[1]) / tall) ** 2)
    weight = np.clip((2.0 - distance) / 0.75, 0, 1)
    weight = weight * weight * (3 - 2 * weight)
    turning = np.asarray(back - depth, dtype=np.float32)
    return turning, np.asarray(weight, dtype=np.float32), (centre[0], centre[1] + tall * 0.2)


def _lids(mesh: Array) -> tuple[tuple[Array, Array, Array], ...]:
    eyes = []
    for upper, lower in zip(UPPER_LIDS, LOWER_LIDS, strict=True):
        above, below = mesh[list(upper)], mesh[list(lower)]
        columns = np.arange(np.ceil(above[:, 0].min()), np.floor(above[:, 0].max()) + 1, dtype=np.float32)
        order_a, order_b = np.argsort(above[:, 0]), np.argsort(below[:, 0])
        top = np.interp(columns, above[order_a, 0], above[order_a, 1]).astype(np.float32)
        bottom = np.interp(columns, below[order_b, 0], below[order_b, 1]).astype(np.float32)
        lift = np.float32(0.38) * (bottom - top)  # the mesh draws the lid's edge too low on hooded eyes
        eyes.append((columns, top - lift, bottom + np.float32(0.15) * (bottom - top)))
    return tuple(eyes)


@lru_cache(maxsize=8)
def head(person: str, face_share: float = 0.42) -> Head:
    """The head of "hopper" or "astronaut" in the simulated webcam's picture."""
    portrait = portraits()[person]
    picture, mesh = _place(portrait, _mesh(portrait), face_share)
    depth, weight, axis = _depth_and_weight(mesh)
    return Head(picture, depth, weight, axis, _lids(mesh))


def _close_lids(head_: Head, closed: float) -> tuple[Array, Array]:
    """Sampling maps (x, y) over the frontal picture with the lids drawn down by ``closed`` (0 open … 1 shut)."""
    columns, rows = np.meshgrid(np.arange(WIDTH, dtype=np.float32), np.arange(HEIGHT, dtype=np.float32))
    if closed <= 0:
        return columns, rows
    for xs, top, bottom in head_.lids:
        tallest = float((bottom - top).max())
        first, last = int(xs[0]), int(xs[-1]) + 1
        area = rows[:, first:last]
        edge = top + np.float32(closed) * (bottom - top) + np.float32(0.3)
        brow = top - np.float32(0.45 * tallest)
        stretched = brow + (area - brow) * (top - brow) / np.maximum(edge - brow, np.float32(1e-3))
        inside = (area > brow) & (area <= edge)
        rows[:, first:last] = np.where(inside, stretched, area)
    return columns, rows


def _part(head_: Head, shift: tuple[float, float]) -> tuple[slice, slice]:
    """Rows and columns of the frame that the turning can reach; all others show the frontal picture, moved by ``shift``."""
    spans = []
    for axis, (limit, moved) in enumerate(((HEIGHT, shift[1]), (WIDTH, shift[0]))):
        reached = np.flatnonzero(head_.weight.any(axis=1 - axis))
        low, high = reached[0] + np.floor(moved) - 1, reached[-1] + np.ceil(moved) + 2
        spans.append(slice(int(np.clip(low, 0, limit - 1)), int(np.clip(high, 1, limit))))
    return spans[0], spans[1]


def _moves(head_: Head, yaw: float, pitch: float) -> tuple[Array, Array, tuple[int, int]]:
    """How far each pixel of the head moves, over the smallest area that moves at all, and that area's corner (column, row)."""
    area = _part(head_, (0.0, 0.0))
    top, left = area[0].start, area[1].start
    turn, nod = np.deg2rad(yaw), np.deg2rad(pitch)
    far = np.float32(WIDTH * 2)
    z, weight = head_.depth[area], head_.weight[area]
    columns, rows = np.meshgrid(np.arange(z.shape[1], dtype=np.float32), np.arange(z.shape[0], dtype=np.float32))
    x, y = columns + np.float32(left - head_.axis[0]), rows + np.float32(top - head_.axis[1])
    turned_x = x * np.cos(turn) + z * np.sin(turn)
    depth = -x * np.sin(turn) + z * np.cos(turn)
    turned_y = y * np.cos(nod) - depth * np.sin(nod)
    depth = y * np.sin(nod) + depth * np.cos(nod)
    nearer = far / (far - (depth - z))
    move_x = (weight * (turned_x * nearer - x)).astype(np.float32)
    return move_x, (weight * (turned_y * nearer - y)).astype(np.float32), (left, top)


def pose(
    head_: Head, *, yaw: float = 0.0, pitch: float = 0.0, closed: float = 0.0, shift: tuple[float, float] = (0.0, 0.0)
) -> Image:
    """One frame of the head turned by ``yaw`` and ``pitch`` degrees, lids ``closed`` 0..1, moved by ``shift`` pixels.

    Returns HEIGHT×WIDTH×3 uint8 BGR. Perspective from a camera two picture widths away. The inverse of the turning is found by
    fixed-point iteration, which converges while the turning stays below about 30 degrees.
    """
    move_x, move_y, (left, top) = _moves(head_, yaw, pitch)
    columns, rows = np.meshgrid(np.arange(WIDTH, dtype=np.float32), np.arange(HEIGHT, dtype=np.float32))
    whole_x, whole_y = columns - np.float32(shift[0]), rows - np.float32(shift[1])
    part = _part(head_, shift)
    goal_x, goal_y = whole_x[part] - np.float32(left), whole_y[part] - np.float32(top)
    from_x: Array = goal_x.copy()
    from_y: Array = goal_y.copy()
    for _ in range(7):
        back_x = cv2.remap(move_x, from_x, from_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        back_y = cv2.remap(move_y, from_x, from_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        from_x = np.asarray((from_x + goal_x - back_x) / 2, dtype=np.float32)
        from_y = np.asarray((from_y + goal_y - back_y) / 2, dtype=np.float32)
    whole_x[part], whole_y[part] = from_x + np.float32(left), from_y + np.float32(top)
    if closed > 0:
        lid_x, lid_y = _close_lids(head_, closed)
        whole_x, whole_y = (
            np.asarray(
                cv2.remap(m, whole_x, whole_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE), dtype=np.float32
            )
            for m in (lid_x, lid_y)
        )
    frame = cv2.remap(head_.picture, whole_x, whole_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT_101)
    return np.asarray(frame, dtype=np.uint8)
