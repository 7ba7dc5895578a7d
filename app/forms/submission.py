"""The scan as a compact PDF, and the folder for 人社通: scans, roster workbook, checksums, complete or not there at all."""

import hashlib
import io
import re
import shutil
from collections.abc import Sequence
from pathlib import Path

from reportlab.lib.units import mm
from reportlab.lib.utils import ImageReader

from app.domain.calendar import Month
from app.domain.papers import UnitFacts
from app.errors import AppError
from app.forms import fonts, workbook
from app.forms.papers import PdfPapers
from app.services.month import BatchEntry, summary_facts

SUMS = "SHA256SUMS.txt"
A4 = (210.0, 297.0)
HEADINGS = ("序号", "姓名", "身份证号", "个人编号", "原因", "核实方式", "核实人", "签字日期", "文件")
_UNSAFE = re.compile(r'[\\/:*?"<>|\x00-\x1f]')


def page_pdf(jpeg: bytes) -> bytes:
    """One scanned page, straightened, filling an A4 page."""
    fonts.register()
    target = io.BytesIO()
    canvas = fonts.new_canvas(target, (A4[0] * mm, A4[1] * mm))
    canvas.setTitle("资格认证确认表（扫描件）")
    canvas.drawImage(ImageReader(io.BytesIO(jpeg)), 0, 0, A4[0] * mm, A4[1] * mm, preserveAspectRatio=True, anchor="c")
    canvas.showPage()
    canvas.save()
    return target.getvalue()


def write_folder(
    parent: Path, *, unit: UnitFacts, month: Month, entries: Sequence[BatchEntry], reasons: Sequence[str]
) -> Path:
    """Make ``确认表-单位编号-月份`` below ``parent`` (with -2, -3 … when it is there already) and return it.

    ``reasons``: the words for each entry's reason. AppError('file.not_written') leaves nothing half done.
    """
    name = _safe(f"确认表-{unit.code or unit.name}-{month}")
    target, part = _free(parent / name), parent / f".{name}.part"
    try:
        if part.exists():
            shutil.rmtree(part)
        part.mkdir(parents=True)
        _fill(part, entries, reasons)
        rows = [(entry.case, entry.retiree) for entry in entries]
        _add(part, "汇总表.pdf", PdfPapers().summary(summary_facts(unit, month, rows)))
        part.rename(target)
    except OSError as error:
        shutil.rmtree(part, ignore_errors=True)
        raise AppError("file.not_written", name=name) from error
    return target


def _fill(folder: Path, entries: Sequence[BatchEntry], reasons: Sequence[str]) -> None:
    rows, sums = [], []
    for number, (entry, reason) in enumerate(zip(entries, reasons, strict=True), 1):
        person, case = entry.retiree, entry.case
        file = _safe(f"{number:02d}-{person.name}-{person.id_number[-4:]}.pdf")
        (folder / file).write_bytes(entry.scan_pdf)
        sums.append(f"{hashlib.sha256(entry.scan_pdf).hexdigest()}  {file}")
        signed = case.signed_on.isoformat() if case.signed_on else ""
        cells = (str(number), person.name, person.id_number, person.personnel_number, reason)
        rows.append((*cells, case.how_verified, case.verified_by, signed, file))
    table = workbook.write("汇总表", HEADINGS, rows)
    (folder / "汇总表.xlsx").write_bytes(table)
    sums.append(f"{hashlib.sha256(table).hexdigest()}  汇总表.xlsx")
    (folder / SUMS).write_text("\n".join(sums) + "\n", encoding="utf-8")


def _add(folder: Path, name: str, data: bytes) -> None:
    (folder / name).write_bytes(data)
    with (folder / SUMS).open("a", encoding="utf-8") as sums:
        sums.write(f"{hashlib.sha256(data).hexdigest()}  {name}\n")


def _safe(name: str) -> str:
    return _UNSAFE.sub("_", name)[:120]


def _free(wanted: Path) -> Path:
    candidate, number = wanted, 2
    while candidate.exists():
        candidate = wanted.with_name(f"{wanted.name}-{number}")
        number += 1
    return candidate
