"""Reporting a death from the person's page: what follows is shown first, and a wrong report can be taken back."""

from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import QDate
from PySide6.QtWidgets import QCheckBox, QComboBox, QDateEdit, QLabel, QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from app.domain.eligibility_report import ReportKind
from app.domain.standing import StandingKind
from app.services.eligibility import Draft, Eligibility
from app.ui.screens.person.report_dialog import ReportDialog
from app.ui.screens.person.reports import ReportsPresenter, ReportsTab
from tests.builders.office import Office
from tests.fakes.screens import FakePapers


@pytest.fixture
def presenter(desk: Office) -> ReportsPresenter:
    return ReportsPresenter(
        eligibility=Eligibility(desk.real.desk),
        papers=FakePapers(),
        printing=desk.ears,
        clock=desk.real.clock,
        session=desk.session,
        tasks=desk.tasks,
        say=desk.ears,
        changed=lambda: desk.recorded.append("changed"),
    )


@pytest.fixture
def dialog(qtbot: QtBot, desk: Office, presenter: ReportsPresenter) -> ReportDialog:
    retiree = desk.person(StandingKind.NEAR)
    made = ReportDialog(None, name=retiree.name, today=desk.real.clock.today())
    qtbot.addWidget(made)
    made.changed.connect(lambda draft: presenter.preview(made, retiree.id, draft))
    made.submitted.connect(lambda draft: presenter.report(made, retiree.id, draft))
    made.tell()
    made.show()
    return made


def choose(dialog: ReportDialog, kind: ReportKind) -> None:
    box = dialog.findChild(QComboBox, "report_kind")
    box.setCurrentIndex(box.findData(kind))
    box.activated.emit(box.currentIndex())


def set_day(dialog: ReportDialog, name: str, day: date) -> None:
    dialog.findChild(QDateEdit, name).setDate(QDate(day.year, day.month, day.day))


def said(dialog: ReportDialog) -> str:
    return dialog.findChild(QLabel, "report_consequences").text()


def test_what_follows_is_read_before_anything_is_written(desk: Office, dialog: ReportDialog) -> None:
    set_day(dialog, "report_day", date(2026, 8, 3))
    paid = dialog.findChild(QComboBox, "report_paid")
    paid.setCurrentIndex(2)
    paid.activated.emit(2)
    assert "发到 2026年8月" in said(dialog)
    assert "多发：2026年9月至2026年11月（3 个月），要全额退还" in said(dialog)  # the roster knows of November
    assert "四(四)" in said(dialog)
    assert Eligibility(desk.real.desk).of_retiree(desk.person(StandingKind.NEAR).id) == ()


def test_the_report_is_written_once_and_the_page_reads_anew(desk: Office, dialog: ReportDialog) -> None:
    retiree = desk.person(StandingKind.NEAR)
    set_day(dialog, "report_day", date(2026, 11, 2))
    dialog.findChild(QPushButton, "report_save").click()
    assert not dialog.isVisible()
    (made,) = Eligibility(desk.real.desk).of_retiree(retiree.id)
    assert (made.kind, made.on) == (ReportKind.DEATH, date(2026, 11, 2))
    assert desk.recorded == ["changed"]
    assert "已报告" in desk.ears.notices[-1]


def test_a_day_in_the_future_cannot_be_reported_and_the_words_stand_in_the_dialog(dialog: ReportDialog) -> None:
    set_day(dialog, "report_day", date(2027, 1, 1))
    assert not dialog.findChild(QPushButton, "report_save").isEnabled()
    assert said(dialog) == ""
    set_day(dialog, "report_day", date(2026, 11, 1))
    assert dialog.findChild(QPushButton, "report_save").isEnabled()


def test_custody_asks_for_its_paper_and_its_end(dialog: ReportDialog) -> None:
    choose(dialog, ReportKind.CUSTODY)
    assert not dialog.findChild(QPushButton, "report_save").isEnabled()
    dialog.findChild(QLineEdit, "report_document").setText("判决书")
    set_day(dialog, "report_day", date(2026, 9, 20))
    assert "按政策暂停：2026年9月至2026年11月（3 个月）" in said(dialog)
    ended = dialog.findChild(QCheckBox, "report_ended")
    assert not dialog.findChild(QDateEdit, "report_until").isVisible()
    ended.setChecked(True)
    set_day(dialog, "report_until", date(2026, 10, 5))
    assert "（2 个月）" in said(dialog)
    assert not dialog.findChild(QComboBox, "report_paid").isVisible()


def test_papers_are_added_and_an_unreadable_one_is_told(dialog: ReportDialog, tmp_path: Path) -> None:
    paper = tmp_path / "证明.jpg"
    paper.write_bytes(b"picture")
    dialog.take_file(paper)
    assert dialog.draft().papers == ((b"picture", "image/jpeg"),)
    dialog.take_file(tmp_path / "没有.pdf")
    assert not dialog.findChild(QPushButton, "report_save").isEnabled()
    assert len(dialog.draft().papers) == 1


def test_the_familys_notice_is_printed_and_a_wrong_report_taken_back(
    qtbot: QtBot, desk: Office, presenter: ReportsPresenter, monkeypatch: pytest.MonkeyPatch
) -> None:
    retiree = desk.person(StandingKind.NEAR)
    eligibility = Eligibility(desk.real.desk)
    made = eligibility.report(retiree.id, Draft(kind=ReportKind.DEATH, on=date(2026, 11, 2)), operator_id=desk.clerk.id)
    tab = ReportsTab()
    qtbot.addWidget(tab)
    tab.notice_asked.connect(presenter.print_notice)
    tab.withdraw_asked.connect(lambda report: presenter.withdraw(report, "报错了人"))
    tab.show_reports((made,))
    tab.findChild(QPushButton, "person_notice").click()
    assert desk.ears.printed == [f"notice {retiree.name} 0".encode()]
    tab.findChild(QPushButton, "person_withdraw").click()
    (kept,) = eligibility.of_retiree(retiree.id)
    assert not kept.stands
    tab.show_reports((kept,))
    assert not tab.findChild(QPushButton, "person_withdraw").isEnabled()
    tab.show_reports(())
    assert not tab.findChild(QPushButton, "person_notice").isEnabled()


def test_a_withdrawal_without_a_reason_is_refused(desk: Office, presenter: ReportsPresenter) -> None:
    retiree = desk.person(StandingKind.NEAR)
    made = Eligibility(desk.real.desk).report(
        retiree.id, Draft(kind=ReportKind.LOSS, on=date(2026, 11, 2)), operator_id=desk.clerk.id
    )
    presenter.withdraw(made, "  ")
    assert str(desk.ears.errors[-1]) == "report.reason_needed"
