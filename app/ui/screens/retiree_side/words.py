"""Every word on the retiree's screen; the voice says the same (tools/voice makes the sound files from this table).

Failing is worded as the machine's fault, with the next step. No sentence names a person, a number or a reason.
"""

from datetime import date

from app.ui import text

WELCOME, WAIT, CONSENT, LOOK, TROUBLE = "welcome", "wait", "consent", "look", "trouble"
CHECKING, DONE, FORM, THANKS = "checking", "done", "form", "thanks"

SIDE_WORDS: dict[str, str] = {
    WELCOME: "您好，请坐",
    WAIT: "请稍等，正在准备",
    CONSENT: "请听工作人员说一说，您同意了再开始",
    LOOK: "请看这里",
    TROUBLE: "机器出了点小毛病，不怪您，请稍等",
    CHECKING: "照好了，请稍等",
    DONE: "办好了，谢谢您",
    FORM: "我们改用纸表给您办，请稍等",
    THANKS: "请拿好回执，慢走",
}
PROMPTS: dict[str, str] = {
    **SIDE_WORDS,
    **{f"hint_{hint.value}": words for hint, words in text.HINT.items()},
    **{f"challenge_{asked.value}": words for asked, words in text.CHALLENGE.items()},
}
"""Code of a prompt → its sentence, on screen and aloud."""
DIALECT = {"mandarin": "普通话", "changsha": "长沙话", "off": "不出声"}


def until_words(day: date) -> str:
    """The friendly ending."""
    return f"下次请不要晚于 {text.day(day)}"
