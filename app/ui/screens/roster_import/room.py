"""The import put together."""

from collections.abc import Callable

from app.services.roster_import import RosterImport
from app.services.roster_photos import RosterPhotos
from app.ui.means import Means
from app.ui.ports import Navigate, Say
from app.ui.screens.roster_import.presenter import ImportPresenter
from app.ui.screens.roster_import.view import ImportView
from app.ui.session import Session


class ImportRoom:
    """Attributes: view."""

    def __init__(
        self, means: Means, *, session: Session, say: Say, navigate: Navigate, changed: Callable[[], None]
    ) -> None:
        self.view = ImportView()
        desk, view = means.desk, self.view
        made = ImportPresenter(
            view=view,
            importer=RosterImport(desk),
            photos=RosterPhotos(desk, means.re_encode),
            read=means.read_sheet,
            session=session,
            tasks=means.tasks,
            say=say,
            changed=changed,
        )
        self._presenter = made
        view.table_asked.connect(made.choose_table)
        view.photos_asked.connect(made.choose_photos)
        view.undo_asked.connect(made.undo)
        view.column_set.connect(made.set_column)
        view.look_asked.connect(made.look)
        view.kind_chosen.connect(made.show_kind)
        view.back_asked.connect(made.back)
        view.confirmed.connect(made.confirm)
        view.left.connect(lambda: navigate.open("lists"))

    def open(self) -> None:
        """What can be taken back."""
        self._presenter.open()

    def synced(self) -> None:
        """A preview in hand stays; writing it compares again."""
