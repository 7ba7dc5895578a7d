"""The settings put together: accounts, center, backup, faces, personal data, self-test."""

from collections.abc import Callable

from app.services.erasure import Erasure
from app.services.roster import Roster
from app.services.sync_status import SyncStatus
from app.ui.licences_dialog import LicencesDialog
from app.ui.means import Means
from app.ui.ports import Navigate, Printing, Say
from app.ui.screens.settings.backup_card import BackupPresenter
from app.ui.screens.settings.faces_card import DoubtfulPhoto, FacesPresenter, PhotosDialog
from app.ui.screens.settings.packs import PackKeeper
from app.ui.screens.settings.presenter import SettingsPresenter
from app.ui.screens.settings.privacy_card import PrivacyKeeper
from app.ui.screens.settings.view import SettingsView
from app.ui.session import Session


class SettingsRoom:
    """Attributes: view; and the presenters settings, backup, faces, packs and privacy, which others have news for."""

    def __init__(
        self,
        means: Means,
        *,
        session: Session,
        say: Say,
        navigate: Navigate,
        printing: Printing,
        enrolled: Callable[[], None],
    ) -> None:
        self._means, self._navigate, self._printing = means, navigate, printing
        self.view = view = SettingsView()
        tasks = means.tasks
        self.settings = SettingsPresenter(
            view=view,
            accounts=means.accounts,
            status=SyncStatus(means.desk),
            engine=means.sync,
            session=session,
            tasks=tasks,
            say=say,
            enrolled=enrolled,
        )
        self.backup = BackupPresenter(
            card=view.backup,
            backups=means.backups,
            renew_code=means.renew_code,
            papers=means.papers,
            printing=printing,
            session=session,
            tasks=tasks,
            say=say,
        )
        self.faces = FacesPresenter(
            card=view.faces,
            gallery=means.gallery,
            roster=Roster(means.desk),
            show=self._show_photos,
            session=session,
            tasks=tasks,
            say=say,
        )
        self.packs = PackKeeper(
            shown=self.faces,
            packs=means.packs,
            source=means.pack_source,
            restart=means.pump.restart,
            session=session,
            tasks=tasks,
            say=say,
        )
        self.privacy = PrivacyKeeper(
            card=view.privacy,
            desk=means.desk,
            erasure=Erasure(means.desk, means.scrutiny.open_signs),
            papers=means.papers,
            printing=printing,
            session=session,
            tasks=tasks,
            say=say,
        )
        self._wire()

    def _wire(self) -> None:
        view, settings, backup, faces = self.view, self.settings, self.backup, self.faces
        if self._means.rollout is not None:
            view.prefill(self._means.rollout.address)
        view.created.connect(
            lambda login, name, role, password: settings.create(login=login, name=name, role=role, password=password)
        )
        view.active_set.connect(settings.set_active)
        view.password_set.connect(settings.set_password)
        view.enrol_asked.connect(lambda address, code: settings.enrol(address=address, code=code))
        view.backup.folder_chosen.connect(backup.choose_folder)
        view.backup.run_asked.connect(backup.run)
        view.backup.code_asked.connect(backup.renew_code)
        view.faces.photos_asked.connect(faces.show_photos)
        view.faces.pack_chosen.connect(self.packs.install)
        view.privacy.erase_asked.connect(self.privacy.erase)
        view.privacy.register_asked.connect(self.privacy.print_register)
        view.privacy.register_file_asked.connect(self.privacy.save_register)
        view.care_asked.connect(lambda: self._navigate.open("selftest"))
        view.licences_asked.connect(lambda: LicencesDialog(view.window()).exec())
        view.audit_asked.connect(self._navigate.audit)

    def open(self) -> None:
        """Fresh contents."""
        self.settings.refresh()
        self.backup.refresh()
        self.faces.refresh()
        self.packs.refresh()
        self.privacy.refresh()

    def synced(self) -> None:
        """Nothing here comes from the center while one looks."""

    def _show_photos(self, photos: tuple[DoubtfulPhoto, ...]) -> None:
        dialog = PhotosDialog(self.view.window(), photos)
        dialog.person_asked.connect(self._navigate.person)
        dialog.open()
