"""Refusals with a code, a Chinese text for the clerk, and an HTTP status."""


class Refused(Exception):  # noqa: N818 - it is an answer, not a fault
    """Answered to the desk as ``{"code": …, "text": …}``."""

    def __init__(self, status: int, code: str, text: str) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.text = text


NOT_FOUND = (404, "not_found", "没有找到，或者不属于本单位。")
"""Another unit's data is answered with the very same words as data that does not exist."""
