"""The laptop's side of a home visit: reading the package, writing the file that goes back."""

import hashlib
import threading
from datetime import timedelta
from pathlib import Path
from typing import BinaryIO

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pydantic import ValidationError

from app.domain.ids import OperatorId, Sha256
from app.errors import AppError
from app.services.away import LOAD as LOADED, RETURNED, Returned, begin, load_of, work_hash
from app.services.away_limits import AwayTrip, trip_of
from app.services.codec import CodecError, from_json, to_json
from app.services.context import Desk
from app.services.ports import AuditEntry, Clock
from app.services.trip_contents import TripLoad, TripResult, collect_result
from app.sync.trip_files import file_hash, write_whole
from protocol import take_along
from protocol.packages import MANIFEST, Direction, Fault, PackageError, PackageReader, PackageWriter
from protocol.signing import from_text, key_id, public_text
from protocol.take_along import LOAD, RESULT, LoadManifest, ResultManifest

CLOCK_BEHIND = timedelta(hours=12)
"""A laptop's clock that stands this long before the packing is wrong."""


def package_id(path: Path) -> str:
    """The id of a take-along package, from its head; nothing is decrypted. AppError: package.unreadable, trip.<fault>."""
    with _opened(path) as file:
        try:
            return _reader(file).header.id
        except PackageError as error:
            raise AppError(f"trip.{error.fault}") from error


def check_package(path: Path, passphrase: str, clock: Clock) -> None:
    """Look through a package without writing anything. AppError as for ``load_package``."""
    with _opened(path) as file:
        try:
            reader = _reader(file)
            _verified(reader, take_along.passphrase_key(passphrase, reader.header.id), clock)
        except PackageError as error:
            raise AppError(f"trip.{error.fault}") from error
        except OSError as error:
            raise AppError("package.unreadable") from error


def load_package(desk: Desk, path: Path, passphrase: str) -> None:
    """Put a package into the laptop's empty store: photos into the vault, then everything in one transaction.

    AppError: away.passphrase, away.expired, away.clock, package.unreadable, trip.<fault>.
    """
    with _opened(path) as file:
        try:
            reader = _reader(file)
            key = take_along.passphrase_key(passphrase, reader.header.id)
            trip, load = _verified(reader, key, desk.clock)
            for name, data in reader.members(key):
                if name.startswith("photos/"):
                    desk.vault.put(data, media_type="image/jpeg")
        except PackageError as error:
            raise AppError(f"trip.{error.fault}") from error
        except OSError as error:
            raise AppError("package.unreadable") from error
    with desk.uow() as store:
        if store.settings.get(LOADED) is None:
            begin(store, trip, load)
            store.commit()


def _opened(path: Path) -> BinaryIO:
    try:
        return path.open("rb")
    except OSError as error:
        raise AppError("package.unreadable") from error


def _reader(file: BinaryIO) -> PackageReader:
    reader = PackageReader(file)
    if reader.direction is not Direction.TO_LAPTOP:
        raise PackageError(Fault.WRONG_DIRECTION)
    return reader


def _verified(reader: PackageReader, key: Ed25519PrivateKey, clock: Clock) -> tuple[AwayTrip, TripLoad]:
    """The contents, every byte of the file checked."""
    if reader.header.receiver_key != key_id(public_text(key)):
        raise AppError("away.passphrase")
    manifest: LoadManifest | None = None
    load: TripLoad | None = None
    for name, data in reader.members(key):
        digest = hashlib.sha256(data).hexdigest()
        if name == MANIFEST:
            manifest = _manifest(data)
            if reader.header.sender_key != key_id(manifest.desk_key) or manifest.trip != reader.header.id:
                raise PackageError(Fault.DAMAGED)
            _check_days(manifest, clock)
        elif name == LOAD and manifest is not None and digest == manifest.load:
            load = _load(data)
        elif name != f"photos/{digest}":
            raise PackageError(Fault.DAMAGED)
    if manifest is None or load is None:
        raise PackageError(Fault.DAMAGED)
    reader.check_signature(manifest.desk_key)
    trip = AwayTrip(
        id=manifest.trip,
        unit_id=manifest.unit_id,
        made_at=manifest.made_at.astimezone(clock.now().tzinfo),
        expires_on=manifest.expires_on,
        desk_key=manifest.desk_key,
        trip_key=manifest.trip_key,
        secret=manifest.secret,
    )
    return trip, load


def _check_days(manifest: LoadManifest, clock: Clock) -> None:
    last = manifest.expires_on
    if clock.today() > last:
        raise AppError("away.expired", day=f"{last.month}月{last.day}日")
    if clock.now() < manifest.made_at - CLOCK_BEHIND:
        raise AppError("away.clock")


def _manifest(data: bytes) -> LoadManifest:
    try:
        return LoadManifest.model_validate_json(data)
    except ValidationError as error:
        raise PackageError(Fault.DAMAGED) from error


def _load(data: bytes) -> TripLoad:
    try:
        return from_json(TripLoad, data.decode("utf-8"))
    except (CodecError, UnicodeDecodeError, RecursionError) as error:
        raise PackageError(Fault.UNKNOWN_KIND) from error


class LaptopFiles:
    """Implements app.services.away.AwayFiles; one at a time."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._flight = threading.Lock()

    def bring_back(self, folder: Path, *, operator_id: OperatorId) -> Path:
        """See the port. The file holds everything so far, so only the newest one matters."""
        with self._flight:
            now = self._desk.clock.now()
            with self._desk.uow() as store:
                trip, load = trip_of(store.settings), load_of(store.settings)
                if trip is None or load is None:
                    raise AppError("away.not_loaded")
                store.audit.append(
                    AuditEntry(at=now, operator_id=operator_id, action="trip.sent_back", subject=trip.id)
                )
                result = collect_result(store, load)
                store.commit()
            path = folder / f"带回-{now:%Y%m%d-%H%M%S}{take_along.RESULT_SUFFIX}"
            write_whole(path, lambda file: self._write(file, trip, result), lambda: None)
            self._remember(path, result)
        return path

    def _write(self, file: BinaryIO, trip: AwayTrip, result: TripResult) -> None:
        key = Ed25519PrivateKey.from_private_bytes(from_text(trip.trip_key))
        writer = PackageWriter(
            file,
            package_id=self._desk.ids(),
            direction=Direction.FROM_LAPTOP,
            sender=trip.id,
            key=key,
            receiver=trip.desk_key,
        )
        content = to_json(result).encode("utf-8")
        here = sorted(sha for sha in result.blobs() if self._desk.vault.has(sha))
        manifest = ResultManifest(
            trip=trip.id,
            unit_id=trip.unit_id,
            made_at=self._desk.clock.now(),
            result=hashlib.sha256(content).hexdigest(),
            blobs=len(here),
        )
        writer.add(MANIFEST, manifest.model_dump_json().encode("utf-8"))
        writer.add(RESULT, content)
        for sha in here:
            writer.add(f"blobs/{sha}", self._desk.vault.get(Sha256(sha)))
        writer.close()

    def _remember(self, path: Path, result: TripResult) -> None:
        with path.open("rb") as file:
            returned = Returned(sha256=file_hash(file), work=work_hash(result))
        with self._desk.uow() as store:
            store.settings.set(RETURNED, to_json(returned))
            store.commit()

    def confirmation(self, secret: str, file_sha256: str) -> str:
        """See the port."""
        return take_along.confirmation(bytes.fromhex(secret), file_sha256)

    def digits(self, typed: str) -> str:
        """See the port."""
        return take_along.typed_code(typed)
