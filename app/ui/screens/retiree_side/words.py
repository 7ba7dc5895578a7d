"""Every word on the retiree's screen; the voice says the same (tools/voice makes the sound files from this table).

Failing is worded as the machine's fault, with the next step. No sentence names a person, a number or a reason.
"""

from datetime import date

from app.ui import text

WELCOME, WAIT, CONSENT, LOOK, TROUBLE = "welcome", "wait", "consent", "look", "trouble"
CHECKING, DONE, FORM, FORM_INSTEAD, AGAIN, THANKS = "checking", "done", "form", "form_instead", "again", "thanks"
UNTIL = "until"

SIDE_WORDS: dict[str, str] = {
    WELCOME: "您好，请坐",
    WAIT: "请稍等，正在准备",
    CONSENT: "请听工作人员说一说，您同意了再开始",
    LOOK: "请看这里",
    TROUBLE: "机器出了点小毛病，不怪您，请稍等",
    CHECKING: "照好了，请稍等",
    DONE: "办好了，谢谢您",
    FORM: "我们改用纸表给您办，请稍等",
    FORM_INSTEAD: "机器没有认清，不怪您，我们改用纸表办，一样有效",
    AGAIN: "机器没有看清，不怪您，我们再照一次",
    THANKS: "请拿好回执，慢走",
}
PROMPTS: dict[str, str] = {
    **SIDE_WORDS,
    **{f"hint_{hint.value}": words for hint, words in text.HINT.items()},
    **{f"challenge_{asked.value}": words for asked, words in text.CHALLENGE.items()},
}
"""Code of a prompt → its sentence, on screen and aloud."""
YEARS = range(2024, 2046)
_DIGITS = "〇一二三四五六七八九"


def _number(value: int) -> str:
    """1..31 as it is said: 二十四."""
    tens, ones = divmod(value, 10)
    return ("", "十", "二十", "三十")[tens] + (_DIGITS[ones] if ones else "")


DATE_PARTS: dict[str, str] = {
    UNTIL: "下次请不要晚于",
    **{f"year_{year}": "".join(_DIGITS[int(figure)] for figure in str(year)) + "年" for year in YEARS},
    **{f"month_{month}": f"{_number(month)}月" for month in range(1, 13)},
    **{f"day_{day}": f"{_number(day)}日" for day in range(1, 32)},
}
"""What a date is put together from aloud; made at one pace, without the tone."""
DIALECT = {"mandarin": "普通话", "changsha": "长沙话", "off": "不出声"}


def until_words(day: date) -> str:
    """The friendly ending."""
    return f"下次请不要晚于 {text.day(day)}"


def until_parts(day: date) -> tuple[str, ...]:
    """The same aloud; nothing for a year that has no sound."""
    return (UNTIL, f"year_{day.year}", f"month_{day.month}", f"day_{day.day}") if day.year in YEARS else ()
