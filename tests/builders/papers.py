"""Made-up facts for forms, and made-up scans of them: stamped, signed, dated and degraded by code. All synthetic."""

import io
import random
import uuid
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import cv2
import numpy as np
from PIL import Image

from app.domain.confirmation import FormReason
from app.domain.ids import CaseId
from app.domain.papers import FormFacts, UnitFacts
from app.domain.retiree import Sex
from app.forms import codes, form
from app.forms.pen import Box
from app.forms.scan_input import Picture
from app.forms.template import Template
from tests.builders.people import id_number

RARE = "龑喆堃旻淼犇祎翀韡䶮𬭎㛃𠅤𫍯"
SEAL_RADIUS_MM = 20.0


def case_id(number: int = 1) -> CaseId:
    """A UUID of version 7's shape."""
    return CaseId(str(uuid.UUID(int=(0x0190_0000_0000_7000_8000_0000_0000_0000 + number * 7919 * 65537))))


def form_facts(**changes: Any) -> FormFacts:
    """Everything filled in."""
    fields: dict[str, Any] = {
        "case_id": case_id(),
        "unit": UnitFacts(name="某县第二中学（演示）", code="G43999901", phone="0731-00000000"),
        "name": "欧阳䶮𬭎",
        "sex": Sex.FEMALE,
        "birth_date": date(1938, 3, 7),
        "id_number": id_number(date(1938, 3, 7)),
        "personnel_number": "430000001",
        "card_number": "A1234567",
        "retired_on": date(1993, 4, 1),
        "address": "某县城关镇人民路一百二十八号教师新村三栋二单元四零二室",
        "residence": "湖南省某县",
        "phone": "13800000000",
        "reason": FormReason.VERY_OLD,
        "reason_text": "八十八岁，长期卧床，不能外出。",
        "how_verified": "上门核实，本人健在，能说出自己的姓名和原单位。",
        "verified_by": "王小明",
        "verified_on": date(2026, 11, 20),
        "evidence_lines": ("本人照片 1 张（2026-11-20，随机码 4821）", "医院诊断证明 1 份"),
        "clerk": "李经办",
        "filled_on": date(2026, 11, 21),
        "deadline": date(2026, 12, 10),
    }
    return FormFacts(**{**fields, **changes})


ALTERATIONS = ("name", "id", "date")


def altered(facts: FormFacts, what: str, rng: random.Random) -> FormFacts:
    """One character of the name, one digit of the ID number, or a few days of the verification's date changed; "" for none."""
    if what == "name":
        at = rng.randrange(len(facts.name))
        other = rng.choice([c for c in "张王李赵建国桂英芳明华秀兰志强" if c != facts.name[at]])
        return replace(facts, name=facts.name[:at] + other + facts.name[at + 1 :])
    if what == "id":
        at = rng.randrange(6, 17)
        digit = rng.choice([c for c in "0123456789" if c != facts.id_number[at]])
        return replace(facts, id_number=facts.id_number[:at] + digit + facts.id_number[at + 1 :])
    if what == "date":
        assert facts.verified_on is not None
        return replace(facts, verified_on=facts.verified_on + timedelta(days=rng.choice([1, 2, 3, -1, -2, -3])))
    return facts


def reprint(template: Template, facts: FormFacts, printed: FormFacts) -> bytes:
    """A form that says ``printed`` under the code of ``facts``: what an edited file gives when it is printed again."""
    target = io.BytesIO()
    writer = form.FormWriter(template, target)
    code = codes.FormCode(
        case_id=facts.case_id, page=1, template=int(template.version, 36), facts_hash=form.facts_hash(facts)
    )
    writer._page(form.values(printed), printed.reason, None, codes.form_text(code), demo=False)
    writer.close()
    return target.getvalue()


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """What was done to the paper by hand."""

    seal: bool = True
    signature: bool = True
    date: bool = True


def handle(page: Picture, template: Template, marks: Marks, rng: random.Random) -> Picture:
    """Seal, signature and date on a rendered page of any resolution."""
    scale = page.shape[1] / template.page[0]
    paper = page.copy()
    if marks.signature:
        _scribble(paper, template.zones["signature"], scale, rng, letters=3)
    if marks.date:
        _scribble(paper, template.zones["date"], scale, rng, letters=5)
    if marks.seal:
        _seal(paper, template.zones["seal"], scale, rng)
    return paper


def _scribble(paper: Picture, zone: Box, scale: float, rng: random.Random, *, letters: int) -> None:
    x, y, width, height = (v * scale for v in zone)
    ink = rng.choice([(25, 25, 35), (20, 35, 110), (40, 40, 40)])
    thick = max(1, round(rng.uniform(0.45, 0.8) * scale))
    for letter in range(letters):
        left = x + width * (0.12 + 0.8 * letter / letters)
        span = width * 0.6 / letters
        for _stroke in range(rng.randint(3, 5)):
            points = [
                (left + rng.random() * span, y + height * rng.uniform(0.15, 0.85)) for _ in range(rng.randint(2, 4))
            ]
            line = np.array(points, dtype=np.int32)
            cv2.polylines(paper, [line], False, ink, thick, cv2.LINE_AA)


def _seal(paper: Picture, zone: Box, scale: float, rng: random.Random) -> None:
    radius = SEAL_RADIUS_MM * scale
    centre = (
        int((zone[0] + zone[2] / 2 + rng.uniform(-5, 5)) * scale),
        int((zone[1] + zone[3] / 2 + rng.uniform(-5, 5)) * scale),
    )
    layer = np.full_like(paper, 255)
    red = (rng.randint(190, 225), rng.randint(30, 60), rng.randint(40, 70))
    cv2.circle(layer, centre, int(radius), red, max(1, round(1.1 * scale)), cv2.LINE_AA)
    turned = np.arange(10) * np.pi * 0.2 - np.pi / 2
    reach = np.where(np.arange(10) % 2 == 0, 0.32, 0.13) * radius
    star = np.c_[centre[0] + reach * np.cos(turned), centre[1] + reach * np.sin(turned)].astype(np.int32)
    cv2.fillPoly(layer, [star], red, cv2.LINE_AA)
    for angle in np.linspace(0.15 * np.pi, 0.85 * np.pi, 11):
        at = (int(centre[0] + 0.76 * radius * np.cos(angle)), int(centre[1] - 0.76 * radius * np.sin(angle)))
        half = int(0.1 * radius)
        cv2.rectangle(
            layer, (at[0] - half, at[1] - half), (at[0] + half, at[1] + half), red, max(1, round(0.5 * scale))
        )
    dry = np.random.default_rng(rng.randrange(2**31)).random(paper.shape[:2]) < rng.uniform(0.05, 0.3)
    layer[dry] = 255
    np.copyto(paper, np.minimum(paper, layer))


def degrade(page: Picture, rng: random.Random, *, turned: bool | None = None) -> Picture:
    """Rotation to 15° and 180°, perspective, 100-300 dpi, JPEG 40-90, shadow, grey ground, crumple. ``page`` A4 upright."""
    dpi = rng.choice([100, 150, 200, 300])
    small = _bytes(cv2.resize(page, (round(8.27 * dpi), round(11.69 * dpi)), interpolation=cv2.INTER_AREA))
    height, width = small.shape[:2]
    generator = np.random.default_rng(rng.randrange(2**31))
    if rng.random() < 0.4:
        small = _crumpled(small, generator, dpi)
    margin = int(0.06 * width)
    ground = rng.randint(60, 190)
    corners = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32)
    moved = corners + generator.uniform(-0.02, 0.02, (4, 2)).astype(np.float32) * width * (rng.random() < 0.6)
    angle = rng.uniform(-15, 15) + (180 if (rng.random() < 0.3 if turned is None else turned) else 0)
    spin = cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1.0)
    moved = moved @ spin[:, :2].T + spin[:, 2]
    moved = (moved - moved.min(axis=0) + margin).astype(np.float32)
    size = tuple(int(v) for v in moved.max(axis=0) + margin)
    warp = cv2.getPerspectiveTransform(corners, moved)
    out = cv2.warpPerspective(
        small, warp, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=(ground,) * 3
    )
    out = _shaded(_bytes(out), rng)
    quality = rng.randint(40, 90)
    packed = io.BytesIO()
    Image.fromarray(out).save(packed, "JPEG", quality=quality)
    return np.array(Image.open(packed).convert("RGB"))


def _bytes(values: Any) -> Picture:
    return np.asarray(np.clip(values, 0, 255), dtype=np.uint8)


def _crumpled(page: Picture, generator: np.random.Generator, dpi: int) -> Picture:
    height, width = page.shape[:2]
    coarse = generator.normal(0, 1, (2, 6, 5)).astype(np.float32)
    bend = [cv2.resize(layer, (width, height), interpolation=cv2.INTER_CUBIC) * dpi * 0.012 for layer in coarse]
    x, y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    bent = cv2.remap(page, x + bend[0], y + bend[1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    folds = cv2.resize(generator.uniform(0.82, 1.0, (9, 7)).astype(np.float32), (width, height))
    return _bytes(bent * folds[:, :, None])


def _shaded(page: Picture, rng: random.Random) -> Picture:
    height, width = page.shape[:2]
    slope = np.linspace(1.0, rng.uniform(0.55, 1.0), width, dtype=np.float32)[None, :, None]
    cast = np.array([rng.uniform(0.9, 1.0), rng.uniform(0.93, 1.0), rng.uniform(0.82, 1.0)], np.float32)
    light = slope if rng.random() < 0.5 else slope[:, ::-1]
    noise = np.random.default_rng(rng.randrange(2**31)).normal(0, rng.uniform(0, 5), (height, width, 1))
    return _bytes(page * light * cast + noise)
