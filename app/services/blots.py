"""The second lock on logs and diagnostics: whatever looks like somebody's data is blotted out. The first is that nobody writes it there.

Logs are written in English and hold ids, so every run of other letters goes: names, whatever script they are in, escaped or garbled. What
can't be told from a word of the program, a name in plain Latin letters, is not found; user names are, by the folders they stand in.
"""

import re

_BYTES = re.compile(
    r"""\bb'(?:[^'\\]|\\.)*'|\bb"(?:[^"\\]|\\.)*"|(?:\\x[0-9a-fA-F]{2})+[^\s'"]*"""
    r"|(?<![A-Za-z0-9+/_-])[A-Za-z0-9+/_-]{64,}={0,2}(?:\r?\n[A-Za-z0-9+/_-]+={0,2}(?=\r?\n|\Z))*"
)
"""Bytes as Python writes them; pictures and keys as text, with the short last line of wrapped ones."""
_NAME = r"""(?:[^\\/:*?"'<>|\r\n]+(?=[\\/])|[^\\/\s'",;:)<]+)"""
_USER = re.compile(rf"([\\/](?:home|Users|Documents and Settings)[\\/]+){_NAME}", re.IGNORECASE)
_STICK = re.compile(rf"([\\/]media[\\/]+){_NAME}(?:[\\/]+{_NAME})?", re.IGNORECASE)
_WORDS = re.compile(r"(?:[^\x00-\x7f]|\\u[0-9a-fA-F]{4}|\\U[0-9a-fA-F]{8}|%[0-9a-fA-F]{2}|&#x?[0-9a-fA-F]+;)+")
_UUID = r"(?<![0-9a-f])[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}(?![0-9a-f])"
"""Our own ids, which must stay readable."""
_SPREAD = r"\d(?:[ \t.\u00a0\u3000-]{0,2}\d){10,}[ \t-]?[Xx]?"
"""Eleven digits and more, in groups too: ID numbers, telephones, cards. A date and an hour have ten."""
_LONG = re.compile(rf"({_UUID})|{_SPREAD}")
_ANY = re.compile(rf"({_UUID})|{_SPREAD}|\d{{6,}}[Xx]?")


def without_personal_data(text: str) -> str:
    """For others' eyes, as in the diagnostics."""
    return _blotted(text, _ANY)


def without_names(text: str) -> str:
    """For the desk's own log, where ids with their shorter numbers must stay readable."""
    return _blotted(text, _LONG)


def without_numbers(text: str) -> str:
    """For sentences that are Chinese by nature: only numbers and folders of users go."""
    return _folders(_ANY.sub(_unless_id, text))


def _blotted(text: str, numbers: re.Pattern[str]) -> str:
    return _WORDS.sub("<text>", numbers.sub(_unless_id, _folders(_BYTES.sub("<bytes>", text))))


def _folders(text: str) -> str:
    return _STICK.sub(r"\1<stick>", _USER.sub(r"\1<user>", text))


def _unless_id(found: re.Match[str]) -> str:
    return found[1] or "<number>"
