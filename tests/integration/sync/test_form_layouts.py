"""The center sends another layout of the form: new paper is printed with it, paper that is still out is read with its own."""

import json
import random
from typing import Any

import numpy as np
import pytest
from PIL import Image

from app import resources
from app.domain.ids import UnitId
from app.domain.scan import ScanDoubt
from app.errors import AppError
from app.forms.layouts import Layouts
from app.forms.papers import PdfPapers
from app.forms.scan import SharedReader
from app.forms.template import Template
from app.services.stored_settings import load_templates
from app.sync.apply import apply_page
from center.__main__ import main as center_main
from center.database import make_engine
from center.roster import changes_after
from protocol.messages import Change
from tests.builders.desk import RealDesk, real_desk
from tests.builders.papers import Marks, case_id, form_facts, handle

SHIPPED = json.loads(resources.path("forms", "confirmation-1.json").read_text("utf-8"))
ANOTHER = {
    **SHIPPED,
    "version": "7",
    "title": "资格认证确认表（新）",
    "title_box": [17, 17, 140, 22],
    "qr": [160, 15, 32, 32],
}


@pytest.fixture
def desk(tmp_path):  # type: ignore[no-untyped-def]
    made = real_desk(tmp_path)
    yield made
    made.engine.dispose()


def send(desk: RealDesk, *layouts: dict[str, Any]) -> Layouts:
    changes = [
        Change(number=n, kind="form_template", body={"id": "confirmation", "template": layout})
        for n, layout in enumerate(layouts, 1)
    ]
    with desk.uow() as store:
        apply_page(store, changes, len(changes), UnitId("u"))
        store.commit()

    def sent() -> list[dict[str, Any]]:
        with desk.uow() as store:
            return load_templates(store.settings)

    return Layouts(sent)


def page(template: Template) -> np.ndarray:  # type: ignore[type-arg]
    papers = PdfPapers(template)
    width, height, data = papers.preview(papers.form(form_facts(case_id=case_id(7))), page=0, width_px=1654)
    return handle(np.frombuffer(data, np.uint8).reshape(height, width, 3), template, Marks(), random.Random(1))


def png(picture: np.ndarray, tmp_path: Any) -> bytes:  # type: ignore[type-arg]
    Image.fromarray(picture).save(tmp_path / "page.png")
    return bytes((tmp_path / "page.png").read_bytes())


def test_new_paper_has_the_new_layout_and_old_paper_is_still_read(desk: RealDesk, tmp_path: Any) -> None:
    layouts = send(desk, ANOTHER)
    assert [one.version for one in layouts.all()] == ["1", "7"]
    assert layouts.newest().title == "资格认证确认表（新）"
    reader = SharedReader(layouts.all)
    for template in layouts.all():
        (reading,) = reader.read_file(png(page(template), tmp_path), name="扫描.png")
        assert (reading.case_id, reading.template, reading.spots) == (case_id(7), template.version, ())
        assert reader.altered(reading.picture_jpeg, form_facts(case_id=case_id(7)), template=reading.template) == ()


def test_without_the_old_layout_old_paper_is_told_and_not_guessed(desk: RealDesk, tmp_path: Any) -> None:
    layouts = send(desk, ANOTHER)
    reader = SharedReader(lambda: [layouts.newest()])
    (reading,) = reader.read_file(png(page(layouts.all()[0]), tmp_path), name="扫描.png")
    assert [spot.doubt for spot in reading.spots] == [ScanDoubt.OTHER_TEMPLATE]


def test_a_layout_that_cannot_be_read_is_left_out_and_forms_go_on(
    desk: RealDesk, caplog: pytest.LogCaptureFixture
) -> None:
    layouts = send(desk, ANOTHER, {**ANOTHER, "version": "8", "zones": {}})
    assert layouts.newest().version == "7"
    assert "left out" in caplog.text
    caplog.clear()


def test_the_layout_that_was_sent_last_is_the_newest_also_when_it_is_an_old_one(desk: RealDesk) -> None:
    layouts = send(desk, ANOTHER, {**ANOTHER, "version": "8"}, ANOTHER)
    assert [one.version for one in layouts.all()] == ["1", "8", "7"]


def test_a_change_without_a_layout_is_refused_with_nothing_written(desk: RealDesk) -> None:
    with desk.uow() as store, pytest.raises(AppError, match=r"sync\.answer_unreadable"):
        apply_page(store, [Change(number=1, kind="form_template", body={"id": "x"})], 1, UnitId("u"))
    with desk.uow() as store:
        assert load_templates(store.settings) == []


def test_the_center_sends_a_layout_from_the_command_line(tmp_path: Any, capsys: pytest.CaptureFixture[str]) -> None:
    database = f"sqlite:///{tmp_path}/center.db"
    for unit in ("u", "v"):
        assert center_main(["--database", database, "unit", unit, f"单位{unit}", unit.upper()]) == 0
    file = tmp_path / "layout.json"
    file.write_text(json.dumps(ANOTHER), "utf-8")
    assert center_main(["--database", database, "form-layout", str(file)]) == 0
    assert "2 个单位" in capsys.readouterr().out
    engine = make_engine(database)
    with engine.connect() as connection:
        changes, _cursor, _more = changes_after(connection, "v", 0, 100)
    engine.dispose()
    assert changes[-1].body["template"] == ANOTHER
    file.write_text("{}", "utf-8")
    assert center_main(["--database", database, "form-layout", str(file)]) == 1
    assert "没有发送" in capsys.readouterr().err
