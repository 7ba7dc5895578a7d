"""The desk's own examination in plain words: what was looked at, whether it is well, what to do. Knows no adapter."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from app.errors import AppError


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckLine:
    """One line; ``words`` hold no personal data."""

    name: str
    good: bool
    words: str


Check = tuple[str, Callable[[], tuple[bool, str]]]
"""A name and what looks: (well?, words)."""


def run(checks: Iterable[Check], explain: Callable[[AppError], str]) -> tuple[CheckLine, ...]:
    """Every check; one that raises becomes a line too, and the others go on."""
    lines = []
    for name, look in checks:
        try:
            good, words = look()
        except AppError as error:
            good, words = False, explain(error)
        except Exception as error:  # noqa: BLE001 - an examination reports whatever went wrong and goes on
            good, words = False, f"没有查成（{type(error).__name__}），请把诊断信息发给技术支持。"
        lines.append(CheckLine(name=name, good=good, words=words))
    return tuple(lines)


_NUMBERS = re.compile(r"\d{6,}[0-9Xx]?")
_HAN = re.compile(r"[\u3400-\u9fff\U00020000-\U000323af]{2,}")


_ID_OR_PHONE = re.compile(r"(?<![0-9a-f]{4}-)(?<!\d)\d{11,}[Xx]?")
"""Not the last group of a UUID."""
_BYTES = re.compile(r"(?:\\x[0-9a-fA-F]{2})+[^\s'\"]*|[A-Za-z0-9+/_-]{80,}={0,2}")


def without_personal_data(text: str) -> str:
    """A line for others' eyes: long numbers become 〔号〕, stretches of Chinese 〔文〕, bytes 〔图〕. Logs hold none; a second lock."""
    return _HAN.sub("〔文〕", _NUMBERS.sub("〔号〕", _BYTES.sub("〔图〕", text)))


def without_names(text: str) -> str:
    """The same for the desk's own log, where ids with their shorter numbers must stay readable."""
    return _HAN.sub("〔文〕", _ID_OR_PHONE.sub("〔号〕", _BYTES.sub("〔图〕", text)))
