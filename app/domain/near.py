"""Which fingerprints are nearly the same, among tens of thousands, without comparing each with each.

Cut into 15 pieces of 17 bits, two fingerprints that differ in at most 28 bits differ in at most one bit of some piece (15 pieces with two
each make 30). So only those that share a piece, or a piece with one bit turned, are compared; nothing is missed.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence

NEAR_BITS = 28
"""Differing bits of two fingerprints up to which they are copies. Measured by ``bench.fraud``: copies (saved again, halved, brightened, 1 %
cut off at each edge) at most 26; different people before one wall at least 40, one person's other photos at least 32."""
PIECES, PIECE_BITS = 15, 17
_MASK = (1 << PIECE_BITS) - 1
_TURNS = (0, *(1 << bit for bit in range(PIECE_BITS)))
assert 2 * PIECES > NEAR_BITS


def near(one: int, other: int) -> bool:
    """Whether they are copies."""
    return (one ^ other).bit_count() <= NEAR_BITS


def first_near(prints: Sequence[int | None], counts: Callable[[int, int], bool]) -> dict[int, int]:
    """For each position the first earlier one that is near and for which ``counts`` (earlier, later) holds; None is near to nothing."""
    first: dict[int, int] = {}
    for piece in range(PIECES):
        shift = piece * PIECE_BITS
        known: defaultdict[int, list[int]] = defaultdict(list)
        for later, bits in enumerate(prints):
            if bits is None:
                continue
            key = (bits >> shift) & _MASK
            for turn in _TURNS:
                for earlier in known.get(key ^ turn, ()):
                    other = prints[earlier]
                    if earlier >= first.get(later, later):
                        break
                    if other is not None and near(bits, other) and counts(earlier, later):
                        first[later] = earlier
                        break
            known[key].append(later)
    return first
