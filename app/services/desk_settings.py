"""Small remembered choices: camera, printer, receipt size."""

from dataclasses import dataclass

from app.services.context import Desk


@dataclass(frozen=True, slots=True)
class DeskSettings:
    """Reads and writes one choice at a time; keys are those of stored_settings."""

    desk: Desk

    def get(self, key: str) -> str | None:
        """The remembered value."""
        with self.desk.uow() as store:
            return store.settings.get(key)

    def set(self, key: str, value: str) -> None:
        """Remember."""
        with self.desk.uow() as store:
            store.settings.set(key, value)
            store.commit()
