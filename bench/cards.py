"""How fast a card is read: ``python -m bench.cards``. Simulated cards, the real networks in the real process; nobody's card.

Prints wall and processor seconds per card, the share read right, and the process's memory. Bar: 2 s on one core.
"""

import statistics
import time

import psutil

from app.cards.remote import CardReader
from tests.builders.cards import Held, before_the_camera, simulated_id_card, simulated_social_card
from tests.builders.people import id_number

BAR_S = 2.0
WAYS = {
    "straight": Held(),
    "turned 14°": Held(turn=14),
    "tilted": Held(tilt=0.25),
    "blurred": Held(blur=2.0),
    "glare": Held(glare=0.6),
    "dark": Held(dark=0.4, noise=6),
    "far": Held(share=0.42),
    "upside down": Held(turn=180),
    "all of it": Held(turn=8, tilt=0.12, blur=1.0, glare=0.35, dark=0.7, noise=4),
}
EACH = 4


def main() -> int:
    """0 when the slowest kind stays under the bar, by the processor's time (the wall's depends on what else runs)."""
    reader = CardReader()
    began = time.perf_counter()
    reader.read(before_the_camera(simulated_id_card(id_number())))
    print(f"first card, networks loaded: {time.perf_counter() - began:.2f} s wall")
    process = psutil.Process(reader.process_id)
    worst = 0.0
    for way, held in WAYS.items():
        walls, busy, right = [], [], 0
        for number in range(EACH):
            wanted = id_number(serial=number * 7)
            card = simulated_id_card(wanted) if number % 2 else simulated_social_card(wanted, "A12345678")
            frame = before_the_camera(card, held, seed=number)
            times, wall = process.cpu_times(), time.perf_counter()
            right += reader.read(frame)[:1] == (wanted,)
            walls.append(time.perf_counter() - wall)
            after = process.cpu_times()
            busy.append(after.user + after.system - times.user - times.system)
        worst = max(worst, statistics.median(busy))
        print(
            f"{way:12} {statistics.median(walls):.2f} s wall, {statistics.median(busy):.2f} s processor, {right}/{EACH} right"
        )
    print(f"memory of the process: {process.memory_info().rss / 2**20:.0f} MB; it ends with the dialog")
    reader.rest()
    print(f"slowest kind {worst:.2f} s of {BAR_S:g} s: {'held' if worst < BAR_S else 'MISSED'}")
    return int(worst >= BAR_S)


if __name__ == "__main__":
    raise SystemExit(main())
