"""Fuzzes the USB packages for a given time: the fuzz tests again and again, each round with another seed. ``make fuzz`` calls it.

.venv/bin/python -m tools.fuzz_packages [--minutes 10]
"""

import argparse
import os
import re
import subprocess
import sys
import time
from collections import Counter

TESTS = ("tests/unit/protocol/test_packages.py", "tests/integration/center/test_fuzz_packages.py")
TEST, COUNT = re.compile(r"^\S+::(test_\w+):$"), re.compile(r"(\d+) passing, (\d+) failing, and (\d+) invalid")


def one_round(seed: int, environment: dict[str, str]) -> tuple[bool, Counter[str]]:
    """Whether all held, and how many cases each test saw."""
    command = [sys.executable, "-m", "pytest", "-q", "-k", "fuzz", "-p", "no:randomly", "--timeout", "1800"]
    command += ["--hypothesis-seed", str(seed), "--hypothesis-show-statistics", *TESTS]
    result = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if result.returncode != 0:
        print(result.stdout[-8000:], result.stderr[-2000:], sep="\n", flush=True)
    seen: Counter[str] = Counter()
    name = ""
    for line in result.stdout.splitlines():
        if found := TEST.match(line):
            name = found[1]
        elif found := COUNT.search(line):
            seen[name] += int(found[1]) + int(found[2])
    return result.returncode == 0, seen


def main() -> int:
    """Exit status 1 when any case failed; Hypothesis keeps it and shows it again at the next run."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--minutes", type=float, default=10)
    wanted_s = parser.parse_args().minutes * 60
    environment = {**os.environ, "HYPOTHESIS_PROFILE": "fuzz", "QT_QPA_PLATFORM": "offscreen"}
    started, rounds, total, good = time.monotonic(), 0, Counter[str](), True
    first_seed = int.from_bytes(os.urandom(4), "big")
    while good and time.monotonic() - started < wanted_s:
        good, seen = one_round(first_seed + rounds, environment)
        total += seen
        rounds += 1
        print(f"round {rounds}: {sum(total.values())} cases, {time.monotonic() - started:.0f} s", flush=True)
    print(f"\nseeds {first_seed}…{first_seed + rounds - 1}, {time.monotonic() - started:.0f} s, all held: {good}")
    for name, cases in sorted(total.items()):
        print(f"{cases:>10}  {name}")
    print(f"{sum(total.values()):>10}  in all")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
