"""Opening the desk without a window: keys, database, vault, sync, put together for bootstrap and the command line."""

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from app import launcher
from app.camera.directory import Cameras
from app.errors import AppError
from app.examination import Examination
from app.face import pack
from app.incidents import Incidents
from app.paths import DeskPaths
from app.runtime.clock import SystemClock, new_id
from app.scanner.system import system_scanners
from app.security import desk_key, keys
from app.security.passphrase_store import PassphraseSecretStore
from app.security.passwords import Argon2Hasher
from app.security.signer import DeskSigner
from app.services.accounts import Accounts
from app.services.audit_seals import AuditSeals
from app.services.away import Away
from app.services.context import Desk
from app.services.model_packs import ModelPacks
from app.services.rollout import Rollout, keep_authority, read_or_trouble
from app.storage import backup
from app.storage.reserve import Reserve
from app.storage.unit_of_work import unit_of_work_factory
from app.storage.upgrade import open_store
from app.storage.vault import FileVault
from app.sync.away_files import LaptopFiles
from app.sync.away_sync import AwaySync
from app.sync.center_keys import signing_keys
from app.sync.engine import HttpSync
from app.sync.model_packs import HttpModelPacks
from app.sync.packages import UsbPackages
from app.sync.trip_files import DeskTripFiles
from app.sync.updates import HttpUpdates
from app.version import VERSION


@dataclass(frozen=True, kw_only=True)
class Options:
    """How to start.

    Attributes:
        paths: where everything lies.
        stand_ins: clips that may stand in for a webcam (demo and tests only).
        login_hint: a line under the log-in (demo only).
        start_passphrase: opens the machine's secret where no key store works.
        file_secrets: keep the machine's secret in a file, ask no key store (demo and tests).
        ca_file: the center's certificate authority; the roll-out file's when None.
        rollout_file: what an administrator settled for many desks; may be absent.
        updates: fetch newer versions from the center (the packaged program only).
        passphrase: of a take-along package: this is the laptop of a home visit, and the folder opens with it alone.
        models: the folder of an installed model pack, when it is another than the data folder's.
    """

    paths: DeskPaths
    stand_ins: Sequence[Path] = ()
    login_hint: str = ""
    start_passphrase: str | None = field(default=None, repr=False)
    file_secrets: bool = False
    ca_file: Path | None = None
    rollout_file: Path | None = None
    updates: bool = False
    passphrase: str | None = field(default=None, repr=False)
    models: Path | None = None


@dataclass(frozen=True, kw_only=True)
class Store:
    """The opened store with what needs no window. Attributes: options: those that opened it, with the passphrase if one was asked."""

    options: Options
    desk: Desk
    accounts: Accounts
    sync: HttpSync
    packages: UsbPackages
    examination: Examination
    incidents: Incidents
    updates: HttpUpdates
    seals: AuditSeals
    trip_files: DeskTripFiles
    away: Away | None = None
    packs: ModelPacks
    pack_source: HttpModelPacks
    rollout: Rollout | None = None
    rollout_trouble: AppError | None = None


def secret_store(options: Options) -> keys.SecretStore:
    """Where the machine's secret lies. AppError: keys.passphrase_needed, keys.passphrase_new; see app.security.secret_stores."""
    folder = options.paths.secrets
    if options.passphrase is not None:
        return PassphraseSecretStore(folder, options.passphrase)
    if options.file_secrets:
        return keys.FileSecretStore(folder)
    return keys.store_of(options.paths.data, folder, options.start_passphrase)


def fresh_store(options: Options) -> keys.SecretStore:
    """Where it will lie once the recovery code has opened the desk here. AppError: keys.passphrase_new, keys.passphrase_short."""
    folder = options.paths.secrets
    return keys.FileSecretStore(folder) if options.file_secrets else keys.new_store(folder, options.start_passphrase)


def incidents_of(options: Options) -> Incidents:
    """Where this desk's incidents are written."""
    return Incidents(options.paths.crashes, SystemClock().now)


def open_desk(options: Options, stack: ExitStack) -> Store:
    """Keys, database, vault, sync; no Qt. AppError when the store can't be opened."""
    paths = options.paths
    paths.data.mkdir(parents=True, exist_ok=True)
    backup.check_interrupted(paths)
    opened = keys.open_keys(paths.data, secret_store(options))
    reserve = Reserve(paths.data)
    reserve.look()
    engine = open_store(paths.database, opened.database)
    stack.callback(engine.dispose)
    clock, uow = SystemClock(), unit_of_work_factory(engine, reserve)
    vault = FileVault(paths.vault, opened.vault, make_room=reserve.give_up)
    desk = Desk(uow=uow, clock=clock, ids=new_id, vault=vault, room=reserve.enough)
    signing = desk_key.load_or_create(paths.desk_key, opened.identity)
    rollout, trouble = read_or_trouble(options.rollout_file)
    ca_file = options.ca_file or keep_authority(rollout, paths.authority)
    away = options.passphrase is not None
    sync = (AwaySync if away else HttpSync)(
        uow=uow,
        vault=vault,
        clock=clock,
        room=reserve.enough,
        key=signing,
        ca_file=ca_file,
        unit_code=rollout.unit_code if rollout is not None else "",
    )
    examination = Examination(
        paths=paths,
        desk=desk,
        engine=engine,
        key=opened.database,
        key_store=opened.store_name,
        cameras=Cameras(stand_ins=options.stand_ins),
        scanners=system_scanners(),
        signer=DeskSigner(signing),
    )
    packs = ModelPacks(desk, pack.Shelf(paths.models), signing_keys)
    return Store(
        options=options,
        desk=desk,
        accounts=Accounts(desk, Argon2Hasher()),
        sync=sync,
        packages=UsbPackages(desk, signing),
        examination=examination,
        incidents=incidents_of(options),
        updates=HttpUpdates(
            uow=uow,
            clock=clock,
            key=signing,
            versions=paths.versions,
            running=VERSION,
            ca_file=ca_file,
            refused=launcher.Versions(paths.data, VERSION).refused,
        ),
        seals=AuditSeals(desk, DeskSigner(signing)),
        trip_files=DeskTripFiles(desk, signing),
        away=Away(desk, LaptopFiles(desk)) if away else None,
        packs=packs,
        pack_source=HttpModelPacks(
            packs, uow=uow, clock=clock, key=signing, folder=paths.models_fetched, ca_file=ca_file
        ),
        rollout=rollout,
        rollout_trouble=trouble,
    )
