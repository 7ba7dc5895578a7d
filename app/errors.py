"""Errors the program expects. Owns AppError; the Chinese words for each code sit in app/ui/error_text.py."""

from collections.abc import Mapping


class AppError(Exception):
    """Something in the environment or the input is wrong and the clerk can do something about it.

    Attributes:
        code: stable dotted name, e.g. ``camera.unplugged``; the key of the Chinese message.
        params: values the message names (never personal data: errors are logged).
    """

    def __init__(self, code: str, **params: str | int | float) -> None:
        super().__init__(f"{code} {params}" if params else code)
        self.code = code
        self.params: Mapping[str, str | int | float] = params
