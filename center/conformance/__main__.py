"""``python -m center.conformance --base-url … --enrolment-code …``: a table of the protocol's clauses; 1 when any does not hold."""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import httpx

from center.conformance.caller import Caller
from center.conformance.checks import UnseenError
from center.conformance.clauses import CLAUSES

TIMEOUT_S = 30


@dataclass(frozen=True, slots=True)
class Verdict:
    """One clause. ``fault``: "" when it holds, else what was seen; ``unseen``: what was missing to see it."""

    chapter: str
    clause: str
    fault: str
    unseen: str = ""


def run(http: httpx.Client, code: str) -> list[Verdict]:
    """Every clause, whatever became of those before it."""
    desk, verdicts = Caller(http), []
    for chapter, clause, check in CLAUSES:
        fault = unseen = ""
        try:
            check(desk, code)
        except UnseenError as missing:
            unseen = str(missing)
        except Exception as error:  # noqa: BLE001 - whatever a stranger's center answers is a verdict
            fault = f"{type(error).__name__}: {error}".splitlines()[0][:120]
        verdicts.append(Verdict(chapter, clause, fault, unseen))
    return verdicts


def main(arguments: Sequence[str] | None = None) -> int:
    """Parse, run, print."""
    parser = argparse.ArgumentParser(prog="python -m center.conformance", description=__doc__)
    parser.add_argument("--base-url", required=True, help="https://…")
    parser.add_argument("--enrolment-code", required=True, help="one-time code of a unit made for this test")
    parser.add_argument("--ca-file", type=Path, help="PEM of the authority to trust")
    chosen = parser.parse_args(arguments)
    verify = True if chosen.ca_file is None else httpx.create_ssl_context(verify=str(chosen.ca_file))
    with httpx.Client(base_url=chosen.base_url, verify=verify, timeout=TIMEOUT_S, trust_env=False) as http:
        verdicts = run(http, chosen.enrolment_code)
    for one in verdicts:
        mark = "✗" if one.fault else "–" if one.unseen else "✓"
        sys.stdout.write(f"{mark} {one.chapter:12s} {one.clause}\n")
        if one.fault or one.unseen:
            sys.stdout.write(f"               {one.fault or one.unseen}\n")
    failed, unseen = sum(bool(one.fault) for one in verdicts), sum(bool(one.unseen) for one in verdicts)
    sys.stdout.write(f"{len(verdicts) - failed - unseen} of {len(verdicts)} clauses hold")
    sys.stdout.write(f", {unseen} could not be seen\n" if unseen else "\n")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
