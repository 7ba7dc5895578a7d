"""Many confirmation forms in one PDF: seconds, megabytes, and how the memory grows from 100 forms to all of them.

``python -m bench.forms [forms]``. Made-up facts without photos; the bound is 20 s for 500 on two cores.
"""

import io
import resource
import sys
import time

from app import resources
from app.forms import fonts
from app.forms.form import FormWriter
from app.forms.template import load
from tests.builders.papers import case_id, form_facts

FORMS, BUDGET_S, GROWTH_MB = 500, 20.0, 60.0
SETTLED_AFTER = 100


def peak_mb() -> float:
    """Peak resident memory of this process so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> int:
    """Print the figures; 1 when a bound is missed."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else FORMS
    fonts.register()
    target = io.BytesIO()
    settled = peak_mb()
    start = time.perf_counter()
    writer = FormWriter(load(resources.path("forms", "confirmation-1.json")), target)
    for number in range(count):
        writer.add(form_facts(case_id=case_id(number)))
        if number == SETTLED_AFTER:
            settled = peak_mb()
    writer.close()
    took = time.perf_counter() - start
    growth = peak_mb() - settled
    print(
        f"{count} forms: {took:.1f} s, {len(target.getvalue()) / 1e6:.1f} MB, memory from form 100 on +{growth:.0f} MB"
    )
    fine = took < BUDGET_S * max(count / FORMS, 0.2) and growth < GROWTH_MB
    print("within bounds" if fine else "BOUNDS MISSED")
    return 0 if fine else 1


if __name__ == "__main__":
    sys.exit(main())
