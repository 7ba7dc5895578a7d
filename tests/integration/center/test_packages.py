"""Packages by USB stick from end to end: a real desk, the real center over both databases, and a folder between them."""

import errno
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.domain.certification import CenterState
from app.domain.ids import Sha256, UnitId
from app.services.ports import DeskIdentity
from app.services.stored_settings import load_identity, save_identity
from app.sync import packages_out
from app.sync.apply import apply_page, cursor_of
from center import decisions, packages, registry, roster
from center.__main__ import main
from center.storage import open_storage
from protocol.canonical import sha256_hex
from tests.builders.packages import PHOTO, SCAN, UNIT, Stick, person, refused, stick
from tests.integration.center.conftest import Center

STRANGER = Ed25519PrivateKey.from_private_bytes(b"s" * 32)


@pytest.fixture
def usb(center: Center, tmp_path: Path) -> Iterator[Stick]:
    made = stick(center.engine, tmp_path)
    yield made
    made.real.engine.dispose()


# ---------------------------------------------------------------- there and back


def test_the_roster_photos_receipts_and_scans_travel_by_stick_alone(usb: Stick) -> None:
    taken, answer = usb.answer(usb.export())
    assert (taken.records, taken.changes, taken.photos) == (0, 5, 1)
    got = usb.usb.take(answer)
    assert (got.changes, got.photos, got.accepted, got.more) == (5, 1, 0, False)
    assert usb.real.vault.get(Sha256(sha256_hex(PHOTO))) == PHOTO
    face, form = usb.put(1), usb.put(2, attachments=[SCAN])
    out = usb.usb.export(usb.folder)
    assert (out.records, out.attachments, out.left, out.size) == (2, 1, 0, out.path.stat().st_size)
    taken, answer = usb.answer(out.path)
    assert (taken.accepted, taken.refused, taken.attachments) == (2, 0, 1)
    assert usb.whole_files() == [sha256_hex(SCAN)]
    got = usb.usb.take(answer)
    assert (got.accepted, got.refused, got.waiting, got.photos) == (2, 0, 0, 0)
    with usb.real.uow() as store:
        receipts = [json.loads(store.outbox.get(record).receipt or "")["number"] for record in (face, form)]  # type: ignore[union-attr]
        assert all(number.startswith("S1-") for number in receipts)
        assert store.outbox.missing_attachments() == []
        kept = store.certifications.get(face)
        assert kept is not None
        assert kept.center is CenterState.ACCEPTED
        assert cursor_of(store) == 7


def test_what_the_center_decided_comes_back_with_the_next_stick(usb: Stick) -> None:
    form = usb.put(1, attachments=[SCAN])
    usb.usb.take(usb.answer(usb.export())[1])
    with usb.engine.begin() as connection:
        decisions.decide_form(connection, form, accepted=False, reason="章不清楚", who="test")
    usb.usb.take(usb.answer(usb.export())[1])
    with usb.real.uow() as store:
        known = store.certifications.get(form)
    assert known is not None
    assert (known.center, known.center_reason) == (CenterState.REJECTED, "章不清楚")


def test_the_same_records_in_two_packages_count_once_and_bring_the_same_receipts(usb: Stick) -> None:
    usb.put(1, attachments=[SCAN])
    first, second = usb.export(), usb.export()
    one, lost = usb.answer(first)
    lost.unlink()
    two, answer = usb.answer(second)
    assert (one.accepted, two.accepted, two.duplicates, two.attachments) == (1, 0, 1, 1)
    assert [a.receipt for a in one.answers] == [a.receipt for a in two.answers]
    assert usb.usb.take(answer).waiting == 0
    assert len(usb.center_state()["records"]) == 1


def test_an_answer_overtaken_by_a_later_one_brings_nothing_old_over_the_new(usb: Stick) -> None:
    usb.put(1)
    early = usb.answer(usb.export())[1]
    with usb.engine.begin() as connection:
        roster.put_retirees(connection, UNIT, [person(1, phone="0731-2")], who="test")
    usb.usb.take(usb.answer(usb.export())[1])
    got = usb.usb.take(early)
    assert (got.changes, got.accepted) == (0, 0)
    with usb.real.uow() as store:
        assert [r.phone for r in store.retirees.all() if r.id == "p-1"] == ["0731-2"]
        assert cursor_of(store) == 7


def test_a_record_that_the_center_rejects_waits_for_the_clerk_and_travels_no_more(usb: Stick) -> None:
    bad, good = usb.put(1, retiree="nobody"), usb.put(2)
    taken, answer = usb.answer(usb.export())
    assert (taken.accepted, taken.refused) == (1, 1)
    got = usb.usb.take(answer)
    assert (got.accepted, got.refused, got.waiting) == (1, 1, 0)
    with usb.real.uow() as store:
        record = store.outbox.get(bad)
        assert record is not None
        assert json.loads(record.refusal)["code"] == "retiree_unknown"
        assert store.outbox.get(good).receipt is not None  # type: ignore[union-attr]
    assert usb.usb.export(usb.folder).records == 0


def test_a_kind_the_center_does_not_know_is_refused_by_name_and_the_others_go_in(usb: Stick) -> None:
    usb.put(1, kind="horoscope")
    usb.put(2)
    taken, _answer = usb.answer(usb.export())
    assert [a.code for a in taken.answers] == ["unknown_kind", ""]


def test_a_center_that_rotates_its_key_is_understood_and_the_old_key_ends(usb: Stick) -> None:
    usb.put(1)
    old = usb.export()
    with usb.engine.begin() as connection:
        registry.rotate_key(connection, who="test")
    got = usb.usb.take(usb.answer(old)[1])
    assert got.accepted == 1
    with usb.engine.begin() as connection:
        first = registry.key_by_id(connection, registry.key_set(connection)[0].key_id)
    assert refused(lambda: usb.usb.take(usb.forged_answer([], key=first))) == "package.retired_key"
    usb.put(2)
    assert usb.usb.take(usb.answer(usb.export())[1]).accepted == 1


def test_a_scan_too_large_for_the_stick_waits_and_the_records_go(usb: Stick, monkeypatch: pytest.MonkeyPatch) -> None:
    usb.put(1, attachments=[SCAN])
    monkeypatch.setattr("protocol.packages.LARGEST_MEMBER_BYTES", len(SCAN) - 1)
    out = usb.usb.export(usb.folder)
    assert (out.records, out.attachments, out.left) == (1, 0, 1)
    monkeypatch.undo()
    assert usb.usb.take(usb.answer(out.path)[1]).accepted == 1
    assert usb.answer(usb.export())[0].attachments == 1


def test_a_kill_between_two_pages_is_made_good_by_the_same_file(usb: Stick, monkeypatch: pytest.MonkeyPatch) -> None:
    usb.put(1)
    monkeypatch.setattr(packages, "PAGE", 2)
    answer = usb.answer(usb.export())[1]
    calls = iter(range(3))

    def killed(*arguments: Any) -> None:
        if next(calls) == 2:
            raise KeyboardInterrupt
        apply_page(*arguments)

    monkeypatch.setattr("app.sync.packages_in.apply_page", killed)
    with pytest.raises(KeyboardInterrupt):
        usb.usb.take(answer)
    with usb.real.uow() as store:
        assert cursor_of(store) == 4
    monkeypatch.undo()
    got = usb.usb.take(answer)
    assert (got.changes, got.waiting) == (2, 0)
    with usb.real.uow() as store:
        assert (store.retirees.count(), cursor_of(store)) == (5, 6)


# ---------------------------------------------------------------- the stick itself


def test_a_full_stick_is_said_and_the_half_file_removed(usb: Stick, monkeypatch: pytest.MonkeyPatch) -> None:
    usb.put(1, attachments=[SCAN])
    writer = packages_out.PackageWriter

    class Full(writer):  # type: ignore[misc, valid-type]
        def add(self, name: str, data: bytes) -> None:
            if name.startswith("attachments/"):
                raise OSError(errno.ENOSPC, "no space left on device")
            super().add(name, data)

    monkeypatch.setattr(packages_out, "PackageWriter", Full)
    before = usb.desk_state()
    assert refused(lambda: usb.usb.export(usb.folder)) == "package.stick_full"
    assert list(usb.folder.iterdir()) == []
    assert usb.desk_state() == before


def test_a_stick_that_is_gone_and_a_desk_that_knows_no_center_are_said(usb: Stick) -> None:
    assert refused(lambda: usb.usb.export(usb.folder / "gone")) == "package.folder_missing"
    assert refused(lambda: usb.usb.take(usb.folder / "gone")) == "package.unreadable"
    with usb.real.uow() as store:
        store.settings.set("center.keys", "[]")
        store.commit()
    assert refused(lambda: usb.usb.export(usb.folder)) == "package.no_center_key"


def test_a_desk_that_moved_to_another_unit_takes_no_answer_of_the_old_one(usb: Stick) -> None:
    answer = usb.answer(usb.export())[1]
    with usb.real.uow() as store:
        identity = load_identity(store.settings)
        assert isinstance(identity, DeskIdentity)
        save_identity(store.settings, DeskIdentity(**{**vars_of(identity), "unit_id": UnitId("other")}))
        store.commit()
    assert refused(lambda: usb.usb.take(answer)) == "package.wrong_unit"


def vars_of(identity: DeskIdentity) -> dict[str, Any]:
    return {name: getattr(identity, name) for name in DeskIdentity.__dataclass_fields__}


def test_an_answer_that_can_not_be_written_leaves_the_center_as_it_was(usb: Stick) -> None:
    usb.put(1)
    package, before = usb.export(), usb.center_state()
    out = usb.folder / "missing" / "answer"
    assert (
        refused(lambda: packages.take(usb.engine, package, out=out, files=open_storage(usb.folder / "files")))
        == "package_file"
    )
    assert usb.center_state() == before
    assert usb.answer(package)[0].accepted == 1


def test_the_command_line_says_what_came_and_why_it_refuses(
    tmp_path: Path, center: Center, usb: Stick, capsys: pytest.CaptureFixture[str]
) -> None:
    usb.put(1)
    package, out = usb.export(), tmp_path / "answer.certpkg"
    url = center.engine.url.render_as_string(hide_password=False)
    command = ["--database", url, "package-import", str(package), "--out", str(out), "--files", str(tmp_path / "f")]
    assert main(command) == 0
    assert "收到 1 条记录（接受 1" in capsys.readouterr().out
    assert usb.usb.take(out).accepted == 1
    assert main(command) == 1
    assert "已经导入过" in capsys.readouterr().err
