"""What bootstrap hands over to the window."""

from collections.abc import Callable
from dataclasses import dataclass

from app.runtime.camera_thread import CameraThread
from app.runtime.engine_pump import EnginePump
from app.services.accounts import Accounts
from app.services.away import Away
from app.services.backups import Backups
from app.services.context import Desk
from app.services.gallery import Gallery
from app.services.held_up import Look
from app.services.home_visits import TripFiles
from app.services.manual import Manual
from app.services.model_packs import ModelPacks, PackSource
from app.services.notice import Notice
from app.services.packages import Packages
from app.services.ports import ClipMaker, Papers, ScanBack, Scanners, SyncEngine, TaskRunner
from app.services.rollout import Rollout
from app.services.roster_photos import ReEncode
from app.services.scrutiny import Scrutiny
from app.ui.screens.forms.presenter import WriteFolder
from app.ui.screens.forms.watch import OpenInbox
from app.ui.screens.retiree_side.presenter import Speaker
from app.ui.screens.roster_import.presenter import ReadSheet
from app.ui.screens.selftest.presenter import Care


@dataclass(frozen=True, kw_only=True)
class Means:
    """Adapters and settings; ``incident`` reports a fault and gives its number.

    ``away``: this is the laptop of a home visit. ``voice`` speaks on the retiree's side, ``clip`` records evidence for forms.
    """

    desk: Desk
    accounts: Accounts
    papers: Papers
    form_hash: Callable[[object], str]
    sync: SyncEngine
    notice: Notice
    manual: Manual
    tasks: TaskRunner
    camera: CameraThread
    pump: EnginePump
    voice: Speaker
    clip: ClipMaker
    care: Care
    backups: Backups
    packages: Packages
    renew_code: Callable[[], str]
    gallery: Gallery
    scrutiny: Scrutiny
    seal: Callable[[], object]
    trip_files: TripFiles
    packs: ModelPacks
    pack_source: PackSource
    scan_back: ScanBack
    scanners: Scanners
    open_inbox: OpenInbox
    write_folder: WriteFolder
    read_sheet: ReadSheet
    re_encode: ReEncode
    read_held_up: Look
    unit_name: str
    login_hint: str
    idle_lock_s: int
    camera_key: str | None
    dialect: str | None
    printer: str | None
    incident: Callable[[BaseException], str]
    rollout: Rollout | None = None
    away: Away | None = None
