"""Tables of bench.liveness in the terms of ISO/IEC 30107-3: APCER per attack kind, BPCER, and each cue alone."""

from collections.abc import Callable, Sequence
from typing import Protocol

from app.domain.evidence import Cue, CueVerdict, LivenessVerdict

PEOPLE = ("live", "real", "bona", "genuine", "impostor")
UNKNOWN = ("unknown", "?")


class Judged(Protocol):
    """What the tables need of an outcome."""

    @property
    def kind(self) -> str: ...
    @property
    def verdict(self) -> LivenessVerdict: ...
    @property
    def ever_live(self) -> bool: ...
    @property
    def cues(self) -> tuple[Cue, ...]: ...


def is_person(kind: str) -> bool:
    """A bona fide presentation (an impostor is a living person too)."""
    return kind.lower().startswith(PEOPLE)


def is_unknown(kind: str) -> bool:
    """Neither a person nor an attack for certain."""
    return kind.lower().startswith(UNKNOWN)


def print_table(title: str, outcomes: Sequence[Judged]) -> None:
    """APCER and BPCER per kind, and what each cue alone would do."""
    print(f"\n== {title} ==")
    for kind in dict.fromkeys(item.kind for item in outcomes):
        _print_kind(kind, [item for item in outcomes if item.kind == kind])
    people = [item for item in outcomes if is_person(item.kind)]
    attacks = [item for item in outcomes if not is_person(item.kind) and not is_unknown(item.kind)]
    if people:
        wrong = sum(item.verdict is LivenessVerdict.ATTACK for item in people)
        missed = sum(not item.ever_live for item in people)
        print(
            f"all people: BPCER (called an attack) {wrong}/{len(people)} = {wrong / len(people):.1%}; "
            f"not called live, the clerk looks {missed}/{len(people)} = {missed / len(people):.1%}"
        )
    if attacks:
        worst = max((share(of_kind(attacks, kind), _passed), kind) for kind in {item.kind for item in attacks})
        print(
            f"all attacks: called live {sum(map(_passed, attacks))}/{len(attacks)}; worst kind APCER {worst[0]:.1%}",
            end="",
        )
        print(f" ({worst[1]})" if worst[0] else "")
    _print_cues(outcomes, people, attacks)


def of_kind(outcomes: Sequence[Judged], kind: str) -> list[Judged]:
    return [item for item in outcomes if item.kind == kind]


def share(outcomes: Sequence[Judged], what: Callable[[Judged], bool]) -> float:
    return sum(what(item) for item in outcomes) / max(len(outcomes), 1)


def _passed(item: Judged) -> bool:
    return item.ever_live


def _attack(item: Judged) -> bool:
    return item.verdict is LivenessVerdict.ATTACK


def _print_kind(kind: str, some: Sequence[Judged]) -> None:
    attack, live = share(some, _attack), share(some, _passed)
    clerk = share(some, lambda item: not item.ever_live and not _attack(item))
    head = f"{kind:28s} n={len(some):3d}  "
    if is_unknown(kind):
        print(f"{head}called live {live:6.1%}   called attack {attack:6.1%}   the clerk looks {clerk:6.1%}")
    elif is_person(kind):
        print(f"{head}BPCER {attack:6.1%}   called live   {live:6.1%}   the clerk looks {clerk:6.1%}")
    else:
        print(f"{head}APCER {live:6.1%}   called attack {attack:6.1%}   the clerk looks {clerk:6.1%}")


def _says(name: str, verdict: CueVerdict) -> Callable[[Judged], bool]:
    return lambda item: any(cue.name == name and cue.verdict is verdict for cue in item.cues)


def _print_cues(outcomes: Sequence[Judged], people: Sequence[Judged], attacks: Sequence[Judged]) -> None:
    """Each cue as if it decided alone: APCER is what it calls live, BPCER what it calls an attack, the rest it leaves open."""
    print(
        "each cue alone (APCER: attacks it calls live; caught: attacks it calls so; BPCER: people it calls an attack;"
    )
    print("                unsure or absent: people it doesn't call live); per attack kind: APCER/caught")
    for name in (cue.name for cue in outcomes[0].cues):
        live, attack = _says(name, CueVerdict.LIVE), _says(name, CueVerdict.ATTACK)
        line = f"  {name:11s}"
        if attacks:
            line += f" APCER {share(attacks, live):6.1%}  caught {share(attacks, attack):6.1%}"
        if people:
            line += f"  BPCER {share(people, attack):6.1%}  unsure or absent {1 - share(people, live):6.1%}"
        print(line)
        kinds = dict.fromkeys(item.kind for item in attacks)
        cells = [
            f"{kind.removesuffix(' (synthetic)')} {share(of_kind(attacks, kind), live):.0%}/{share(of_kind(attacks, kind), attack):.0%}"
            for kind in kinds
        ]
        if cells:
            print("              " + "  ".join(cells))
