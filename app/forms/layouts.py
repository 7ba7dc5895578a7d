"""The layouts of the confirmation form: the shipped one and those that the center sent."""

import logging
from collections.abc import Callable, Iterable
from typing import Any

from app import resources
from app.forms.template import Template, load, parse

log = logging.getLogger(__name__)


class Layouts:
    """``sent``: the center's layouts as JSON values, in the order of their coming."""

    def __init__(self, sent: Callable[[], Iterable[dict[str, Any]]]) -> None:
        self._shipped = load(resources.path("forms", "confirmation-1.json"))
        self._sent = sent

    def all(self) -> list[Template]:
        """The newest last. One that can't be read is left out: forms go on being printed with the one before."""
        found = {self._shipped.version: self._shipped}
        for raw in self._sent():
            try:
                template = parse(raw)
            except ValueError as error:
                log.warning("form layout left out: %s", error)
                continue
            found.pop(template.version, None)
            found[template.version] = template
        return list(found.values())

    def newest(self) -> Template:
        """What new forms are printed with."""
        return self.all()[-1]
