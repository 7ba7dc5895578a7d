"""Simulated cards: drawn, of people who don't exist, in a county that does not exist, marked as simulated. Nobody's real card."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

ROOT = Path(__file__).resolve().parents[2]
FONT = ROOT / "resources" / "fonts" / "CertSans-Regular.ttf"
CARD = (1012, 638)
"""85.6 × 54 mm at 300 dpi."""


def simulated_id_card(number: str, name: str = "龚启明") -> Any:
    """The front of an ID card as pixels (BGR), with 模拟 across it."""
    image = _blank((226, 238, 246), (206, 224, 238))
    draw = ImageDraw.Draw(image)
    small, large = ImageFont.truetype(str(FONT), 30), ImageFont.truetype(str(FONT), 40)
    blue, black = (60, 90, 160), (20, 20, 30)
    for top, words, value in ((70, "姓名", name), (150, "性别", "女　　民族　汉"), (230, "出生", "1950 年 3 月 7 日")):
        draw.text((60, top), words, blue, small)
        draw.text((160, top - 6), value, black, large)
    draw.text((60, 310), "住址", blue, small)
    draw.text((160, 304), "湖南省演示市样例区", black, large)
    draw.text((160, 360), "示范路 2 号", black, large)
    draw.rectangle((690, 80, 940, 400), fill=(200, 205, 210))
    draw.text((745, 220), "模拟头像", (120, 120, 120), small)
    draw.text((60, 540), "公民身份号码", blue, small)
    draw.text((300, 526), " ".join(number), black, ImageFont.truetype(str(FONT), 46))
    draw.text((700, 20), "模拟件 SIMULATED", (170, 120, 120), ImageFont.truetype(str(FONT), 24))
    return _pixels(image)


def simulated_social_card(number: str, card_number: str, name: str = "龚启明") -> Any:
    """The front of a social-security card as pixels (BGR), with 模拟 across it."""
    image = _blank((190, 205, 235), (150, 175, 225))
    draw = ImageDraw.Draw(image)
    small, large = ImageFont.truetype(str(FONT), 32), ImageFont.truetype(str(FONT), 40)
    draw.text((330, 30), "中华人民共和国社会保障卡", (40, 40, 90), large)
    draw.rectangle((60, 150, 300, 450), fill=(205, 210, 215))
    draw.text((110, 280), "模拟头像", (110, 110, 110), small)
    rows = (("姓名", name), ("社会保障号码", number), ("卡号", card_number), ("发卡日期", "2024年6月"))
    for place, (words, value) in enumerate(rows):
        top = 160 + place * 84
        draw.text((340, top), words, (50, 60, 110), small)
        draw.text((560, top - 6), value, (20, 20, 40), large)
    draw.text((340, 560), "模拟件 SIMULATED", (150, 90, 90), ImageFont.truetype(str(FONT), 24))
    return _pixels(image)


def _blank(top: tuple[int, int, int], bottom: tuple[int, int, int]) -> Image.Image:
    """A faded background with the fine waves such cards have."""
    wide, high = CARD
    rows = np.linspace(0, 1, high)[:, None, None]
    base = np.array(top) * (1 - rows) + np.array(bottom) * rows
    field = np.broadcast_to(base, (high, wide, 3)).copy()
    x, y = np.meshgrid(np.arange(wide), np.arange(high))
    waves = 7 * np.sin((x + 26 * np.sin(y / 37.0)) / 6.0) * (np.sin(y / 11.0) > 0)
    return Image.fromarray(np.clip(field + waves[..., None], 0, 255).astype(np.uint8))


def _pixels(image: Image.Image) -> Any:
    return cv2.cvtColor(np.asarray(image), cv2.COLOR_RGB2BGR)


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """How the card is held before the camera.

    Attributes: share: card's width of the frame's; turn: degrees in the picture; tilt: share by which one side is nearer; blur: sigma in
    pixels; glare: strength of a lamp's reflection 0..1; dark: brightness factor; noise: sigma; jpeg: quality of the camera's own
    compression, 0 for none.
    """

    share: float = 0.62
    turn: float = 0.0
    tilt: float = 0.0
    blur: float = 0.0
    glare: float = 0.0
    dark: float = 1.0
    noise: float = 2.0
    jpeg: int = 85


def before_the_camera(card: Any, held: Held = Held(), *, size: tuple[int, int] = (1280, 720), seed: int = 0) -> Any:
    """A frame (BGR) with the card in it."""
    rng = np.random.default_rng(seed)
    wide, high = size
    table = np.full((high, wide, 3), (96, 110, 124), np.uint8)
    table = cv2.GaussianBlur(np.clip(table + rng.normal(0, 14, table.shape), 0, 255).astype(np.uint8), (0, 0), 3)
    if held.glare:
        card = _glare(card, held.glare)
    source = np.array([[0, 0], [CARD[0], 0], [CARD[0], CARD[1]], [0, CARD[1]]], np.float32)
    half = np.array([wide * held.share / 2, wide * held.share * CARD[1] / CARD[0] / 2])
    corners = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]], np.float32) * half
    corners[[1, 2]] *= 1 - held.tilt
    turn = np.deg2rad(held.turn)
    corners = corners @ np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    target = (corners + np.array([wide / 2, high / 2])).astype(np.float32)
    to_frame = cv2.getPerspectiveTransform(source, target)
    warped = cv2.warpPerspective(card, to_frame, size, flags=cv2.INTER_AREA)
    mask = cv2.warpPerspective(np.full(card.shape[:2], 255, np.uint8), to_frame, size)
    frame = np.where(mask[..., None] > 127, warped, table)
    if held.blur:
        frame = cv2.GaussianBlur(frame, (0, 0), held.blur)
    frame = np.clip(frame * held.dark + rng.normal(0, held.noise, frame.shape), 0, 255).astype(np.uint8)
    if held.jpeg:
        frame = cv2.imdecode(cv2.imencode(".jpg", frame, [cv2.IMWRITE_JPEG_QUALITY, held.jpeg])[1], cv2.IMREAD_COLOR)
    return frame


def _glare(card: Any, strength: float) -> Any:
    """A soft white spot over the beginning of the number's line, where lamps like to lie."""
    high, wide = card.shape[:2]
    x, y = np.meshgrid(np.arange(wide), np.arange(high))
    spot = np.exp(-(((x - wide * 0.45) / (wide * 0.18)) ** 2 + ((y - high * 0.8) / (high * 0.22)) ** 2))
    return np.clip(card + 255 * strength * spot[..., None], 0, 255).astype(np.uint8)
