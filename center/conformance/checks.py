"""What a clause is made of: it holds, it is broken, or there was nothing to see."""

import httpx


class BrokenError(Exception):
    """A clause does not hold; says what was seen."""


def must(holds: bool, seen: object) -> None:
    if not holds:
        raise BrokenError(str(seen))


def refused(response: httpx.Response, *statuses: int) -> None:
    must(response.status_code in statuses, f"HTTP {response.status_code}, wanted {statuses}")
    content = response.json()
    must(bool(content.get("code")) and bool(content.get("text")), "a refusal carries code and text")


class UnseenError(Exception):
    """This center has nothing on which the clause could be seen; says what is missing."""
