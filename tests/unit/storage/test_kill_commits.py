"""A small piece of the kill bench, in a process of its own because it forks."""

import subprocess
import sys
from pathlib import Path


def test_twenty_kills_within_commits_lose_tear_and_damage_nothing() -> None:
    command = [sys.executable, "-m", "bench.kill_commits", "--kills", "20"]
    done = subprocess.run(command, cwd=Path(__file__).parents[3], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    kills, inside, *_ = done.stdout.splitlines()[1].split()
    assert int(kills) >= int(inside) == 20
