"""Scan back on synthetic pages: found on the right case, missing seal and signature seen, false alarms, time a page.

Pages are rendered, stamped and signed by code and degraded by code; no real scanner or camera is in it.
``python -m bench.scan [pages]``.
"""

import random
import statistics
import sys
import time
from collections import Counter

import numpy as np

from app import resources
from app.domain.scan import PageReading, ScanDoubt
from app.forms import form
from app.forms.papers import PdfPapers
from app.forms.scan import ScanReader
from app.forms.template import load
from tests.builders.papers import Marks, case_id, degrade, form_facts, handle

PAGES = 200
RENDER_WIDTH_PX = 2480
SEAL_RATE, WRONG, LANDED, FALSE_ALARMS, SECONDS = 0.98, 0, 0.99, 0.02, 1.0
WATCHED = (
    (ScanDoubt.SEAL_MISSING, "seal"),
    (ScanDoubt.SIGNATURE_MISSING, "signature"),
    (ScanDoubt.DATE_MISSING, "date"),
)


def made(number: int) -> tuple[Marks, np.ndarray, str]:
    """A degraded page, what was done on it, and whose it is."""
    rng = random.Random(number)
    template = load(resources.path("forms", "confirmation-1.json"))
    papers = PdfPapers(template)
    facts = form_facts(case_id=case_id(number), name=rng.choice(["龑喆", "欧阳䶮𬭎", "王桂英", "李建国"]))
    pdf = form.render(template, [facts])
    width, height, data = papers.preview(pdf, page=0, width_px=RENDER_WIDTH_PX)
    page = np.frombuffer(data, np.uint8).reshape(height, width, 3)
    marks = Marks(seal=rng.random() > 0.25, signature=rng.random() > 0.25, date=rng.random() > 0.25)
    return marks, degrade(handle(page, template, marks, rng), rng), facts.case_id


def main() -> int:
    """Print the table; 1 when a bound is missed."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else PAGES
    reader = ScanReader(load(resources.path("forms", "confirmation-1.json")))
    tally: Counter[str] = Counter()
    times: list[float] = []
    shares: dict[str, dict[bool, list[float]]] = {name: {True: [], False: []} for _doubt, name in WATCHED}
    for number in range(count):
        marks, picture, whose = made(number)
        start = time.perf_counter()
        reading = reader.read(picture, source="bench", number=1)
        times.append(time.perf_counter() - start)
        _count(tally, reading, marks, whose, shares)
    return _report(tally, times, shares, count)


def _count(
    tally: Counter[str], reading: PageReading, marks: Marks, whose: str, shares: dict[str, dict[bool, list[float]]]
) -> None:
    if reading.case_id is None:
        tally["unread"] += 1
        return
    tally["landed" if reading.case_id == whose else "wrong"] += 1
    said = {spot.doubt for spot in reading.spots}
    tally["cut_off"] += ScanDoubt.CUT_OFF in said
    if ScanDoubt.SEAL_MISPLACED in said:
        said.add(ScanDoubt.SEAL_MISSING)
    for doubt, name in WATCHED:
        there = bool(getattr(marks, name))
        shares[name][there].append(float(getattr(reading, f"{name}_share")))
        tally[f"{name} {'there' if there else 'missing'}"] += 1
        tally[f"{name} {'false alarm' if there else 'found'}"] += doubt in said


def _report(tally: Counter[str], times: list[float], shares: dict[str, dict[bool, list[float]]], count: int) -> int:
    print(
        f"{count} synthetic pages: landed {tally['landed'] / count:.1%}, wrong {tally['wrong']}, unread {tally['unread']}"
    )
    fine = tally["landed"] >= LANDED * count and tally["wrong"] == WRONG
    print(f"marks not all found on {tally['cut_off']} pages that were whole")
    print(f"{'':10} {'missing found':>16} {'false alarms':>16} {'share without':>16} {'share with':>16}")
    for _doubt, name in WATCHED:
        found, missing = tally[f"{name} found"], tally[f"{name} missing"]
        alarms, there = tally[f"{name} false alarm"], tally[f"{name} there"]
        highest, lowest = max(shares[name][False], default=0.0), min(shares[name][True], default=0.0)
        print(f"{name:10} {found:>9}/{missing:<6} {alarms:>9}/{there:<6} {highest:>15.4f}≤ {lowest:>15.4f}≥")
        fine &= found >= SEAL_RATE * missing and alarms <= FALSE_ALARMS * there
    times.sort()
    print(f"a page: median {statistics.median(times):.3f} s, slowest {times[-1]:.3f} s")
    fine &= statistics.median(times) < SECONDS
    print("within bounds" if fine else "BOUNDS MISSED")
    return 0 if fine else 1


if __name__ == "__main__":
    sys.exit(main())
