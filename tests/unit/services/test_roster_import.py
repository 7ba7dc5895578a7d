"""The import of a roster: columns guessed, rows judged, everything or nothing written, taken back field by field."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from app.domain.retiree import Residence, Sex
from app.errors import AppError
from app.services.roster_file import Fault, Field, Headed, RowProblem, Sheet, as_date, guess_columns, headed, read_row
from app.services.roster_import import ImportPlan, RosterImport, RowKind
from app.services.roster_photos import Picture, RosterPhotos
from app.services.stored_settings import LAST_IMPORT
from tests.builders.desk import RealDesk
from tests.builders.office import Office, office
from tests.builders.people import id_number

HEAD = ("姓名", "身份证号码", "个人编号", "联系电话", "家庭住址")
NEW_ID = id_number(date(1948, 2, 29), serial=77)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Office]:
    made = office(tmp_path)
    yield made
    made.real.engine.dispose()


def table(*rows: tuple[str, ...], head: tuple[str, ...] = HEAD) -> Headed:
    return headed(Sheet(name="名册.xlsx", rows=((1, head), *((n, r) for n, r in enumerate(rows, 2)))))


def first(real: RealDesk) -> tuple[str, ...]:
    with real.uow() as store:
        person = sorted(store.retirees.all(), key=lambda p: p.personnel_number)[0]
    return (person.name, person.id_number, person.personnel_number, person.phone, person.address)


def take(desk: Office, *rows: tuple[str, ...]) -> ImportPlan:
    made = table(*rows)
    importer = RosterImport(desk.real.desk)
    plan = importer.preview(made, made.guess)
    importer.apply(made, made.guess, plan, operator_id=desk.clerk.id)
    return plan


def roster(desk: Office) -> dict[str, object]:
    with desk.real.uow() as store:
        return {p.id_number: p for p in store.retirees.all()}


# ---------------------------------------------------------------- columns


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("姓 名", Field.NAME), ("公民身份号码", Field.ID_NUMBER), ("身份证号（18位）", Field.ID_NUMBER),
        ("证件号码*", Field.ID_NUMBER), ("本人联系电话", Field.PHONE), ("现家庭住址", Field.ADDRESS),
        ("退休时间", Field.RETIRED_ON), ("社会保障卡号", Field.CARD_NUMBER), ("性别：", Field.SEX),
    ],
)  # fmt: skip
def test_a_heading_is_understood(heading: str, field: Field) -> None:
    assert guess_columns(["序号", heading]) == {field: 1}


def test_titles_above_the_headings_are_passed_over() -> None:
    sheet = Sheet(
        name="a", rows=((1, ("2026年退休人员花名册",)), (3, ("单位：演示中心", "")), (4, HEAD), (5, ("王芳",)))
    )
    found = headed(sheet)
    assert found.headings == HEAD
    assert [number for number, _c in found.rows] == [5]
    assert set(found.guess) == {
        Field.NAME, Field.ID_NUMBER, Field.PERSONNEL_NUMBER, Field.PHONE, Field.ADDRESS,
    }  # fmt: skip


def test_columns_without_known_headings_keep_a_name_to_choose_them_by() -> None:
    found = headed(Sheet(name="a", rows=((1, ("甲", "")), (2, ("王芳", "1", "2")))))
    assert (found.headings, found.guess) == (("甲", "第 2 列", "第 3 列"), {})


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2015-01-31", date(2015, 1, 31)), ("2015/1/3", date(2015, 1, 3)), ("2015年1月", date(2015, 1, 1)),
        ("2015.10", date(2015, 10, 1)), ("201510", date(2015, 10, 1)), ("20151031", date(2015, 10, 31)),
        ("２０１５年１月２日", date(2015, 1, 2)), ("2015-02-30", None), ("15年1月", None), ("明天", None), ("0001-01-01", None),
    ],
)  # fmt: skip
def test_dates_are_read_as_people_write_them(text: str, day: date | None) -> None:
    assert as_date(text) == day


# ---------------------------------------------------------------- rows


@pytest.mark.parametrize(
    ("cells", "fault"),
    [
        (("", NEW_ID), Fault(RowProblem.NAME_MISSING)),
        (("王芳", ""), Fault(RowProblem.ID_EMPTY)),
        (("王芳", "4.30102E+17"), Fault(RowProblem.ID_ROUNDED)),
        (("王芳", "43010219500307001"), Fault(RowProblem.ID_LENGTH, "43010219500307001")),
        (("王芳", "430102195013070012"), Fault(RowProblem.ID_BIRTH_DATE, "430102195013070012")),
        (("王芳", "990102195003070012"), Fault(RowProblem.ID_CHECK_DIGIT, "990102195003070012")),
        (("王芳", "190102195003070012"), Fault(RowProblem.ID_REGION, "190102195003070012")),
        (("王" * 201, NEW_ID), Fault(RowProblem.TOO_LONG, "name")),
    ],
)
def test_a_bad_row_says_what_is_wrong(cells: tuple[str, str], fault: Fault) -> None:
    assert read_row(7, cells, {Field.NAME: 0, Field.ID_NUMBER: 1}).faults == (fault,)


@pytest.mark.parametrize(
    ("field", "text", "problem"),
    [
        (Field.SEX, "？", RowProblem.SEX),
        (Field.RESIDENCE, "火星", RowProblem.RESIDENCE),
        (Field.KIND, "辞职", RowProblem.KIND),
        (Field.RETIRED_ON, "很久以前", RowProblem.DATE),
    ],
)
def test_a_cell_that_nobody_understands_is_a_fault(field: Field, text: str, problem: RowProblem) -> None:
    read = read_row(2, ("王芳", NEW_ID, text), {Field.NAME: 0, Field.ID_NUMBER: 1, field: 2})
    assert [f.problem for f in read.faults] == [problem]


def test_new_changed_and_unchanged_are_told_apart_and_nothing_is_written(desk: Office) -> None:
    known = first(desk.real)
    made = table(known, ("新来的", NEW_ID, "N1", "", ""))
    before = roster(desk)
    plan = RosterImport(desk.real.desk).preview(made, made.guess)
    assert [row.kind for row in plan.rows] == [RowKind.UNCHANGED, RowKind.NEW]
    assert plan.absent == 59
    changed = table((*known[:3], "0731-1", ""))
    (row,) = RosterImport(desk.real.desk).preview(changed, changed.guess).rows
    assert [(c.field, c.old, c.new) for c in row.changes] == [(Field.PHONE, known[3], "0731-1")], (
        "an empty cell says nothing"
    )
    assert roster(desk) == before


def test_a_corrected_id_number_is_found_by_the_personnel_number(desk: Office) -> None:
    known = first(desk.real)
    (row,) = take(desk, (known[0], NEW_ID, *known[2:])).rows
    assert [(c.field, c.new) for c in row.changes] == [(Field.ID_NUMBER, NEW_ID)]
    assert len(roster(desk)) == 60


def test_doubles_and_mixed_up_people_are_faults(desk: Office) -> None:
    with desk.real.uow() as store:
        one, two = list(store.retirees.all())[:2]
    mixed = (one.name, one.id_number, two.personnel_number, "", "")
    made = table(mixed, ("甲", NEW_ID, "", "", ""), ("乙", NEW_ID, "", "", ""))
    plan = RosterImport(desk.real.desk).preview(made, made.guess)
    assert [row.faults for row in plan.rows] == [
        (Fault(RowProblem.TWO_PEOPLE, two.name),),
        (Fault(RowProblem.DOUBLE, "4"),),
        (Fault(RowProblem.DOUBLE, "3"),),
    ]
    assert plan.empty


# ---------------------------------------------------------------- writing and taking back


def test_what_was_seen_is_written_with_one_audit_line(desk: Office) -> None:
    known = first(desk.real)
    take(desk, (*known[:3], "0731-1", ""), ("新来的", NEW_ID, "N1", "139", ""), ("坏的", "1", "", "", ""))
    people = roster(desk)
    fresh = people[NEW_ID]
    assert (fresh.name, fresh.birth_date, fresh.sex) == ("新来的", date(1948, 2, 29), Sex.FEMALE)  # type: ignore[attr-defined]
    assert fresh.residence is Residence.LOCAL  # type: ignore[attr-defined]
    assert people[known[1]].phone == "0731-1"  # type: ignore[attr-defined]
    assert len(people) == 61
    with desk.real.uow() as store:
        ((_n, entry),) = store.audit.entries(limit=1)
    assert (entry.action, entry.details) == ("roster.imported", "new=1 changed=1")
    assert "新来的" not in f"{entry}"


def test_undo_brings_everything_back(desk: Office) -> None:
    known, before = first(desk.real), roster(desk)
    take(desk, (*known[:3], "0731-1", "新地址"), ("新来的", NEW_ID, "N1", "", ""))
    importer = RosterImport(desk.real.desk)
    undone = importer.undo(operator_id=desk.clerk.id)
    assert (undone.removed, undone.restored, undone.kept) == (1, 1, 0)
    assert roster(desk) == before
    assert importer.last() is None
    with pytest.raises(AppError, match=r"import\.none"):
        importer.undo(operator_id=desk.clerk.id)


def test_imports_are_taken_back_one_after_the_other_the_last_first(desk: Office) -> None:
    known, before = first(desk.real), roster(desk)
    take(desk, (*known[:3], "0731-1", ""))
    between = roster(desk)
    take(desk, (*known[:3], "0731-2", ""))
    importer = RosterImport(desk.real.desk)
    importer.undo(operator_id=desk.clerk.id)
    assert roster(desk) == between
    assert importer.last() is not None
    importer.undo(operator_id=desk.clerk.id)
    assert roster(desk) == before
    assert importer.last() is None


def test_an_import_kept_by_an_earlier_program_can_still_be_taken_back(desk: Office) -> None:
    known, before = first(desk.real), roster(desk)
    take(desk, (*known[:3], "0731-1", ""))
    with desk.real.uow() as store:
        (mark,) = json.loads(store.settings.get(LAST_IMPORT) or "")
        store.settings.set(LAST_IMPORT, json.dumps(mark))
        store.commit()
    RosterImport(desk.real.desk).undo(operator_id=desk.clerk.id)
    assert roster(desk) == before


def test_undo_leaves_alone_what_has_changed_since(desk: Office) -> None:
    known = first(desk.real)
    take(desk, (*known[:3], "0731-1", "新地址"), ("新来的", NEW_ID, "N1", "", ""))
    with desk.real.uow() as store:
        person = next(p for p in store.retirees.all() if p.id_number == known[1])
        fresh = next(p for p in store.retirees.all() if p.id_number == NEW_ID)
        store.retirees.upsert([replace(person, phone="0731-2"), replace(fresh, photo="0" * 64)])
        store.commit()
    undone = RosterImport(desk.real.desk).undo(operator_id=desk.clerk.id)
    after = roster(desk)[known[1]]
    assert (undone.removed, undone.restored, undone.kept) == (0, 1, 2)
    assert (after.phone, after.address) == ("0731-2", known[4])  # type: ignore[attr-defined]


def test_a_roster_that_changed_after_the_preview_is_not_written_over(desk: Office) -> None:
    known, importer = first(desk.real), RosterImport(desk.real.desk)
    made = table((*known[:3], "0731-1", ""))
    plan = importer.preview(made, made.guess)
    with desk.real.uow() as store:
        person = next(p for p in store.retirees.all() if p.id_number == known[1])
        store.retirees.upsert([replace(person, phone="0731-9")])
        store.commit()
    with pytest.raises(AppError, match=r"import\.roster_changed"):
        importer.apply(made, made.guess, plan, operator_id=desk.clerk.id)
    assert roster(desk)[known[1]].phone == "0731-9"  # type: ignore[attr-defined]


def test_a_death_survives_the_import(desk: Office) -> None:
    with desk.real.uow() as store:
        dead = next(p for p in store.retirees.all() if p.died_on is not None)
    take(desk, (dead.name, dead.id_number, dead.personnel_number, "0731-5", ""))
    assert roster(desk)[dead.id_number].died_on == dead.died_on  # type: ignore[attr-defined]


# ---------------------------------------------------------------- photos


def anew(data: bytes) -> Picture | None:
    return {b"good": Picture(b"made of good", 358, 441), b"tiny": Picture(b"", 40, 50)}.get(data)


def test_pictures_are_matched_by_their_names_checked_and_taken_back(desk: Office, tmp_path: Path) -> None:
    folder = tmp_path / "photos"
    folder.mkdir()
    with desk.real.uow() as store:
        bare = next(p for p in store.retirees.all() if p.photo is None)
        other = next(p for p in store.retirees.all() if p.photo is not None)
    for name, data in ((f"{bare.id_number.lower()}.JPG", b"good"), (f"{other.id_number}.png", b"tiny"),
                       (f"{NEW_ID}.jpg", b"good"), ("合影.jpg", b"bad"), ("说明.txt", b"x"),
                       (f"{bare.id_number}.png", b"good")):  # fmt: skip
        (folder / name).write_bytes(data)
    photos = RosterPhotos(desk.real.desk, anew)
    plan = photos.preview(folder)
    kinds = [(row.kind, row.faults[0].problem if row.faults else None) for row in plan.rows]
    assert sorted(kinds, key=str) == sorted(
        [
            (RowKind.CHANGED, None),
            (RowKind.FAULTY, RowProblem.DOUBLE),
            (RowKind.FAULTY, RowProblem.PHOTO_SMALL),
            (RowKind.FAULTY, RowProblem.PHOTO_NOBODY),
            (RowKind.FAULTY, RowProblem.PHOTO_NOBODY),
        ],
        key=str,
    )
    photos.apply(folder, plan, operator_id=desk.clerk.id)
    kept = roster(desk)[bare.id_number].photo  # type: ignore[attr-defined]
    assert desk.real.vault.get(kept) == b"made of good"
    assert photos.preview(folder).empty
    RosterImport(desk.real.desk).undo(operator_id=desk.clerk.id)
    assert roster(desk)[bare.id_number].photo is None  # type: ignore[attr-defined]


def test_a_picture_swapped_after_the_preview_is_not_taken(desk: Office, tmp_path: Path) -> None:
    with desk.real.uow() as store:
        bare = next(p for p in store.retirees.all() if p.photo is None)
    folder = tmp_path / "photos"
    folder.mkdir()
    file = folder / f"{bare.id_number}.jpg"
    file.write_bytes(b"good")
    photos = RosterPhotos(desk.real.desk, anew)
    plan = photos.preview(folder)
    file.write_bytes(b"other")
    with pytest.raises(AppError, match=r"import\.files_changed"):
        photos.apply(folder, plan, operator_id=desk.clerk.id)
    assert roster(desk)[bare.id_number].photo is None  # type: ignore[attr-defined]
    file.unlink()
    with pytest.raises(AppError, match=r"import\.no_photos"):
        photos.preview(folder)


def test_somebody_whose_number_codes_no_sex_needs_the_column(desk: Office) -> None:
    body = "AUT111150030712"[:14]
    values = [int(c) if c.isdigit() else ord(c) - 55 for c in body]
    number = body + str(sum(v * (7, 3, 1)[i % 3] for i, v in enumerate(values)) % 10)
    made = table(("安娜", number, "", "", ""))
    (row,) = RosterImport(desk.real.desk).preview(made, made.guess).rows
    assert [f.problem for f in row.faults] == [RowProblem.SEX_UNKNOWN]
