"""Take-along packages at the desk: out to a folder or stick under a passphrase, back from it, each wholly or not at all."""

import errno
import hashlib
import logging
import os
import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pydantic import ValidationError

from app.domain.home_visit import TakenCase, Trip
from app.domain.ids import OperatorId, Sha256, TripId
from app.errors import AppError
from app.services.codec import CodecError, from_json, to_json
from app.services.context import Desk
from app.services.home_visits import MOST_PEOPLE, SHORTEST_PASSPHRASE, Order, Packed
from app.services.ports import AuditEntry, DeskIdentity
from app.services.stored_settings import load_identity
from app.services.trip_check import Checker
from app.services.trip_contents import TripLoad, TripResult, collect_load, digest
from app.services.trip_return import BroughtBack, Returning
from protocol import take_along
from protocol.packages import MANIFEST, Direction, Fault, PackageError, PackageReader, PackageWriter
from protocol.signing import key_id, public_text, to_text
from protocol.take_along import LOAD, RESULT, LoadManifest, ResultManifest

_log = logging.getLogger(__name__)


def file_hash(file: BinaryIO) -> str:
    """SHA-256 of the whole file; it stands at its beginning afterwards."""
    file.seek(0)
    found = hashlib.sha256()
    while chunk := file.read(1 << 20):
        found.update(chunk)
    file.seek(0)
    return found.hexdigest()


def write_whole(path: Path, write: Callable[[BinaryIO], None], settle: Callable[[], None]) -> int:
    """Let ``write`` fill a file beside ``path``, ``settle`` what must be known of it, then put it there; its size.

    Nothing is left of what did not succeed.

    AppError: package.folder_missing, package.stick_full, package.not_written, trip.too_large.
    """
    if not path.parent.is_dir():
        raise AppError("package.folder_missing")
    part = path.with_name(f".{path.name}.part")
    try:
        with part.open("wb") as file:
            write(file)
            file.flush()
            os.fsync(file.fileno())
        settle()
        part.replace(path)
        return path.stat().st_size
    except PackageError as error:
        raise AppError(f"trip.{error.fault}") from error
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
        raise AppError("package.stick_full" if full else "package.not_written") from error
    finally:
        try:
            part.unlink(missing_ok=True)
        except OSError:
            _log.warning("a half package was left on the stick")


class DeskTripFiles:
    """Implements app.services.home_visits.TripFiles; one at a time."""

    def __init__(self, desk: Desk, key: Ed25519PrivateKey) -> None:
        self._desk, self._key = desk, key
        self._flight = threading.Lock()

    def new_passphrase(self) -> str:
        """See the port."""
        return take_along.new_passphrase()

    # ---------------------------------------------------------------- out

    def pack(self, order: Order, *, operator_id: OperatorId) -> Packed:
        """See the port. The trip is known before its file is there, so no file exists whose return this desk would not know."""
        self._check(order)
        with self._flight:
            with self._desk.uow() as store:
                load = collect_load(store, order.people)
            now, trip_key, secret = self._desk.clock.now(), Ed25519PrivateKey.generate(), secrets.token_bytes(32)
            trip = Trip(
                id=TripId(self._desk.ids()),
                made_at=now,
                operator_id=operator_id,
                expires_on=order.expires_on,
                people=tuple(one.id for one in load.retirees),
                public_key=public_text(trip_key),
                secret=secret.hex(),
                cases=tuple(TakenCase(id=case.id, digest=digest(case)) for case in load.cases),
            )
            packing = _Packing(self._desk, self._key, load, trip, trip_key, order.passphrase)
            path = order.folder / f"上门-{now:%Y%m%d-%H%M%S}-{len(trip.people)}人{take_along.SUFFIX}"
            size = write_whole(path, packing.write, lambda: self._remember(trip, operator_id))
        return Packed(path=path, trip=trip, size=size)

    def _check(self, order: Order) -> None:
        if not order.people:
            raise AppError("trip.nobody")
        if len(order.people) > MOST_PEOPLE:
            raise AppError("trip.too_many", most=MOST_PEOPLE)
        plain = take_along.normalised(order.passphrase)
        if len(plain) < SHORTEST_PASSPHRASE or len(set(plain)) < SHORTEST_PASSPHRASE // 2:
            raise AppError("trip.passphrase", least=SHORTEST_PASSPHRASE)
        with self._desk.uow() as store:
            days = self._desk.policy(store).take_along_days
        if not 0 <= (order.expires_on - self._desk.clock.today()).days <= days:
            raise AppError("trip.expiry", days=days)

    def _remember(self, trip: Trip, by: OperatorId) -> None:
        with self._desk.uow() as store:
            store.trips.save(trip)
            store.audit.append(
                AuditEntry(
                    at=trip.made_at,
                    operator_id=by,
                    action="trip.packed",
                    subject=trip.id,
                    details=str(len(trip.people)),
                )
            )
            store.commit()

    # ---------------------------------------------------------------- back

    def take_back(self, path: Path, *, operator_id: OperatorId) -> BroughtBack:
        """See the port. Verified to its last byte, blobs into the vault, then everything in one transaction."""
        with self._flight:
            try:
                with path.open("rb") as file:
                    return self._take_back(file, operator_id)
            except PackageError as error:
                raise AppError(f"trip.{error.fault}") from error
            except OSError as error:
                raise AppError("package.unreadable") from error

    def _take_back(self, file: BinaryIO, by: OperatorId) -> BroughtBack:
        sha256 = file_hash(file)
        reader = PackageReader(file)
        trip, identity = self._trip_of(reader)
        code = take_along.shown(take_along.confirmation(bytes.fromhex(trip.secret), sha256))
        if any(one.sha256 == sha256 for one in trip.returned):
            raise AppError("trip.twice", digits=code)
        reader.check_signature(trip.public_key)
        result, blobs = self._read(reader, trip, identity)
        known = frozenset(sha for sha in result.blobs() if self._desk.vault.has(sha))
        now = self._desk.clock.now()
        with self._desk.uow() as store:
            Checker(store=store, trip=trip, result=result, blobs=blobs, known_blobs=known, now=now).check()
        for name, data in reader.members(self._key):
            if name.startswith("blobs/"):
                self._desk.vault.put(data, media_type="application/octet-stream")
        with self._desk.uow() as store:
            fresh = store.trips.get(trip.id) or trip
            brought = Returning(store, fresh, by, now, sha256).put(result, code)
            store.commit()
        return brought

    def _trip_of(self, reader: PackageReader) -> tuple[Trip, DeskIdentity]:
        if reader.direction is not Direction.FROM_LAPTOP:
            raise PackageError(Fault.WRONG_DIRECTION)
        if reader.header.receiver_key != key_id(public_text(self._key)):
            raise PackageError(Fault.WRONG_RECEIVER)
        with self._desk.uow() as store:
            trip, identity = store.trips.get(TripId(reader.header.sender)), load_identity(store.settings)
        if trip is None or reader.header.sender_key != key_id(trip.public_key):
            raise PackageError(Fault.UNKNOWN_SENDER)
        if identity is None:
            raise AppError("sync.not_enrolled")
        if trip.lost_at is not None:
            raise AppError("trip.lost")
        return trip, identity

    def _read(self, reader: PackageReader, trip: Trip, identity: DeskIdentity) -> tuple[TripResult, frozenset[Sha256]]:
        manifest: ResultManifest | None = None
        result: TripResult | None = None
        blobs = set[Sha256]()
        for name, data in reader.members(self._key):
            digest_ = hashlib.sha256(data).hexdigest()
            if name == MANIFEST:
                manifest = _manifest(data)
            elif name == RESULT and manifest is not None and digest_ == manifest.result:
                result = _result(data)
            elif name == f"blobs/{digest_}":
                blobs.add(Sha256(digest_))
            else:
                raise PackageError(Fault.DAMAGED)
        if manifest is None or result is None or manifest.trip != trip.id or manifest.blobs != len(blobs):
            raise PackageError(Fault.DAMAGED)
        if manifest.unit_id != identity.unit_id:
            raise PackageError(Fault.WRONG_UNIT)
        return result, frozenset(blobs)


def _manifest(data: bytes) -> ResultManifest:
    try:
        return ResultManifest.model_validate_json(data)
    except ValidationError as error:
        raise PackageError(Fault.DAMAGED) from error


def _result(data: bytes) -> TripResult:
    """What this program can't read was written by a newer one, or by nobody's."""
    try:
        return from_json(TripResult, data.decode("utf-8"))
    except (CodecError, UnicodeDecodeError, RecursionError) as error:
        raise PackageError(Fault.UNKNOWN_KIND) from error


@dataclass(frozen=True, slots=True)
class _Packing:
    """One file out."""

    desk: Desk
    key: Ed25519PrivateKey
    load: TripLoad
    trip: Trip
    trip_key: Ed25519PrivateKey
    passphrase: str

    def write(self, file: BinaryIO) -> None:
        receiver = take_along.passphrase_key(self.passphrase, self.trip.id)
        writer = PackageWriter(
            file,
            package_id=self.trip.id,
            direction=Direction.TO_LAPTOP,
            sender=self.load.identity.desk_id,
            key=self.key,
            receiver=public_text(receiver),
        )
        load = to_json(self.load).encode("utf-8")
        manifest = LoadManifest(
            trip=self.trip.id,
            unit_id=self.load.identity.unit_id,
            desk_id=self.load.identity.desk_id,
            made_at=self.trip.made_at,
            expires_on=self.trip.expires_on,
            desk_key=public_text(self.key),
            trip_key=to_text(self.trip_key.private_bytes_raw()),
            secret=self.trip.secret,
            load=hashlib.sha256(load).hexdigest(),
        )
        writer.add(MANIFEST, manifest.model_dump_json().encode("utf-8"))
        writer.add(LOAD, load)
        for sha in self.load.photos():
            if self.desk.vault.has(sha):  # a photo that is still to come by sync: that person gets the form
                writer.add(f"photos/{sha}", self.desk.vault.get(sha))
        writer.close()
