"""The collector walks everything only when it is told to."""

import gc
import weakref

from app import memory


class Knot:
    """Holds itself."""

    def __init__(self) -> None:
        self.me = self


def test_nothing_is_walked_as_a_whole_until_somebody_says_so() -> None:
    whole: list[int] = []
    gc.callbacks.append(
        watch := lambda phase, info: whole.append(1) if phase == "stop" and info["generation"] == 2 else None
    )
    before = gc.get_threshold()
    try:
        with memory.smooth():
            whole.clear()
            kept = [[] for _ in range(300_000)]  # by itself Python would look through all of it several times
            assert whole == []
            knot = weakref.ref(Knot())
            memory.clean_up()
            assert whole == [1]
            assert knot() is None
            assert len(kept) == 300_000
    finally:
        gc.callbacks.remove(watch)
    assert gc.get_threshold() == before
    assert gc.get_freeze_count() == 0
