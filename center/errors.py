"""Refusals with a code, a Chinese text for the clerk, and an HTTP status."""

from datetime import datetime

from pydantic import BaseModel, Field


class Refusal(BaseModel):
    """What every refusal says: a code for programs, words for the clerk, and the center's time."""

    code: str = Field(examples=["not_found"])
    text: str = Field(examples=["没有找到，或者不属于本单位。"])
    where: str = Field(default="", description="读不懂时：哪一处")
    server_time: datetime


class Refused(Exception):  # noqa: N818 - it is an answer, not a fault
    """Answered to the desk as a Refusal."""

    def __init__(self, status: int, code: str, text: str) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.text = text


NOT_FOUND = (404, "not_found", "没有找到，或者不属于本单位。")
"""Another unit's data is answered with the very same words as data that does not exist."""
