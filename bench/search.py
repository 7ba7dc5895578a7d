"""Search at 50,000 made-up retirees: time per key stroke as a distribution, and the ratio to a plain scan over the rows, in one run."""

import random
import statistics
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date

from app.domain.ids import RetireeId
from app.domain.retiree import Retiree
from app.services.search import SearchIndex, spellings
from demo.roster import demo_people

COUNT = 50_000
BUDGET_MS = 50.0
SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英兰淑珍玉梅建国华志远"
TYPED = ("霍碧珊", "hbs", "wangguiying", "439999", "1234", "13800", "G8000", "䶮", "yan", "向怀", "tmx", "X")


def made_up(count: int, seed: int = 1) -> list[Retiree]:
    """``count`` people with random names and numbers, the demo roster among them."""
    rng = random.Random(seed)
    real = [person.retiree for person in demo_people(date(2026, 11, 24))]
    return real + [
        replace(
            real[0],
            id=RetireeId(str(index)),
            name=rng.choice(SURNAMES) + "".join(rng.choices(GIVEN, k=rng.randint(1, 2))),
            id_number=f"430{rng.randrange(10**15):015d}",
            phone=f"13{rng.randrange(10**9):09d}",
            personnel_number=f"G{rng.randrange(10**8):08d}",
        )
        for index in range(count - len(real))
    ]


def timed(work: Callable[[], object]) -> float:
    """Milliseconds."""
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1000


def main() -> None:
    """Print the distribution over every prefix of the typed texts, and the ratio to the plain scan."""
    people = made_up(COUNT)
    built = timed(lambda: SearchIndex.build(people))
    index = SearchIndex.build(people)
    spelled = [(p, spellings(p.name)) for p in people]

    def plain(text: str) -> list[Retiree]:
        low = text.lower()
        return [
            p
            for p, s in spelled
            if low in p.name or text in p.id_number or text in p.phone or text in p.personnel_number
            or any(low in full or low in initials for full, initials in s)
        ][:20]  # fmt: skip

    strokes = [text[: n + 1] for text in TYPED for n in range(len(text))]
    fast = [timed(lambda t=t: index.find(t)) for t in strokes for _ in range(3)]  # type: ignore[misc]
    slow = [timed(lambda t=t: plain(t)) for t in strokes[::4]]  # type: ignore[misc]
    ordered = sorted(fast)
    print(f"retirees {len(people):,}; index built in {built:.0f} ms; key strokes {len(fast)}")
    for share in (50, 90, 99, 100):
        print(f"  p{share:<3d} {ordered[min(len(ordered) - 1, len(ordered) * share // 100)]:8.2f} ms")
    print(f"  budget {BUDGET_MS:.0f} ms: {'kept' if ordered[-1] <= BUDGET_MS else 'MISSED'}")
    print(f"  ratio plain scan / index (medians, same run): {statistics.median(slow) / statistics.median(fast):.1f}")


if __name__ == "__main__":
    main()
