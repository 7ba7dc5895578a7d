"""The desk's own examination in plain words: what was looked at, whether it is well, what to do. Knows no adapter."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from app.errors import AppError
from app.services.blots import without_numbers


@dataclass(frozen=True, slots=True)
class CheckLine:
    """One line: what was looked at, whether it is well, what was found, what to do. Holds no personal data.

    ``naming``: ``words`` hold names of devices, which people call after themselves and their rooms: never in a report.
    """

    name: str
    good: bool
    words: str
    todo: str = ""
    naming: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """What a check has found; the fields are those of CheckLine."""

    good: bool
    words: str
    todo: str = ""
    naming: bool = False


Check = tuple[str, Callable[[], Found]]
"""A name and what looks."""


def run(checks: Iterable[Check], explain: Callable[[AppError], str]) -> tuple[CheckLine, ...]:
    """Every check; one that raises becomes a line too, and the others go on."""
    lines = []
    for name, look in checks:
        try:
            found = look()
        except AppError as error:
            found = _told(explain(error))
        except Exception as error:  # noqa: BLE001 - an examination reports whatever went wrong and goes on
            found = Found(False, f"没有查成（{type(error).__name__}）", "请点“打包诊断信息”，发给技术支持。")
        lines.append(CheckLine(name, found.good, found.words, found.todo, found.naming))
    return tuple(lines)


def _told(sentence: str) -> Found:
    """An error's sentence says first what happened, then what to do."""
    words, _, todo = sentence.partition("。")
    return Found(False, words, todo)


def report(lines: Iterable[CheckLine]) -> str:
    """The lines as text that may be given away."""
    return without_numbers(
        "\n".join(
            f"{'正常' if line.good else '注意'}　{line.name}：{'（名称不写进报告）' if line.naming else line.words}　{line.todo}".rstrip()
            for line in lines
        )
    )
