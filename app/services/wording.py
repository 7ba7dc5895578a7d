"""Words that the screen and the papers have in common."""

from collections.abc import Sequence

from app.domain.calendar import Month


def month(value: Month) -> str:
    """2026年12月."""
    return f"{value.year}年{value.month}月"


def months(values: Sequence[Month]) -> str:
    """2026年10月、11月; 2026年8月至2027年1月 from three in a row."""
    runs: list[list[Month]] = []
    for value in values:
        if runs and runs[-1][-1].plus(1) == value:
            runs[-1].append(value)
        else:
            runs.append([value])
    parts, year = [], 0
    for run in runs:
        long, said = len(run) > 2, []
        for value in (run[0], run[-1]) if long else run:
            said.append(month(value) if value.year != year else f"{value.month}月")
            year = value.year
        parts.append(("至" if long else "、").join(said))
    return "、".join(parts)
