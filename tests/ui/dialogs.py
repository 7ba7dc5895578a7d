"""Every window of the program beside the main one, with the wordiest contents, by the name of its class."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from PySide6.QtWidgets import QWidget

from app import resources
from app.domain.certification import Channel
from app.domain.ids import RetireeId
from app.domain.standing import Severity, StandingKind
from app.errors import AppError
from app.services import manual, notice
from app.services.backups import BackupInfo, RestoreSteps
from app.services.clock_check import ClockCheck, ClockDoubt
from app.services.erasure import Wishes
from app.services.held_up import WhoseIsIt
from app.ui import help_text
from app.ui.clock_dialog import ClockDialog
from app.ui.first_run import FirstRun, FirstSteps
from app.ui.held_up_dialog import HeldUpDialog
from app.ui.help_window import HelpWindow
from app.ui.licences_dialog import LicencesDialog
from app.ui.restore_dialog import RestoreDialog
from app.ui.resume_dialog import ResumeDialog
from app.ui.screens.forms.page_dialog import PageDialog
from app.ui.screens.lists.contact_dialog import ContactDialog
from app.ui.screens.lists.letter_dialog import LettersDialog
from app.ui.screens.lists.letters import LetterCounts
from app.ui.screens.lists.message_dialog import SmsDialog
from app.ui.screens.person.correction_dialog import CorrectionDialog
from app.ui.screens.person.document_dialog import DocumentDialog
from app.ui.screens.person.privacy_dialog import PrivacyDialog
from app.ui.screens.person.report_dialog import ReportDialog
from app.ui.screens.settings.faces_card import DoubtfulPhoto, PhotosDialog
from app.ui.screens.visit.evidence_dialog import EvidenceDialog
from app.ui.screens.visit.review_panel import OverrideDialog
from app.ui.start_trouble import StartTrouble
from app.ui.take_along_dialog import KnownTrip, TakeAlongStart
from tests.builders.office import Office
from tests.fakes.held_up import look
from tests.ui.window import visit_states

LONGEST = "欧阳买买提·阿卜杜热合曼"
Make = Callable[[Office, QWidget], QWidget]


def _restore_steps() -> RestoreSteps:
    """Two backups on a stick of a long name."""
    folder = Path("/media/ABCD-EFGH/湖南省演示事务中心离退休人员管理服务处/资格认证备份")
    found = tuple(
        BackupInfo(
            path=folder / f"2026112{day}", made_at=datetime(2026, 11, 20 + day), certifications=12345, vault_files=23456
        )
        for day in (4, 3)
    )
    return RestoreSteps(places=lambda: (folder,), look=lambda _folder: found, restore=lambda _path, _tell: None)


def _restore(desk: Office, parent: QWidget) -> QWidget:
    return RestoreDialog(parent, _restore_steps(), desk.tasks)


def _first_run(desk: Office, _parent: QWidget) -> QWidget:
    steps = FirstSteps(
        create_admin=lambda *_a: None,
        enrol=lambda *_a: None,
        renew_code=lambda: "ABCDE-FGHJK-MNPQR-STVWX-Y2345",
        recovery_page=lambda _code: b"",
        restore=_restore_steps(),
        rollout_trouble=AppError("rollout.value", file="/etc/certdesk/rollout.toml", name="unit_code"),
    )
    made = FirstRun(steps, desk.tasks, desk.ears)
    made._failed(AppError("account.weak", least=8))
    return made


def _help(_desk: Office, parent: QWidget) -> QWidget:
    folder = resources.beside("docs") / "manual"
    rules = notice.parse(resources.path("notice", "2022-40.txt").read_text("utf-8"))
    made = HelpWindow(
        parent, manual=manual.parse((folder / "README.md").read_text("utf-8")), notice=rules, folder=folder
    )
    made.show_chapter(help_text.CHAPTER["home"])
    return made


def _sms(_desk: Office, parent: QWidget) -> QWidget:
    made = SmsDialog(parent)
    made._count.setText("60 人，其中 12 人没有手机号")
    made.show_sample(f"{LONGEST}您好！您的养老金待遇资格认证将于2026年12月24日到期。", "约 71 字，按 2 条计费")
    return made


def _report(desk: Office, parent: QWidget) -> QWidget:
    made = ReportDialog(parent, name=LONGEST, today=date(2026, 11, 24))
    made._problem.show_sentence(Severity.WARNING, "日期早于出生日期，请改正。")
    made._problem.show()
    return made


def _evidence(desk: Office, parent: QWidget) -> QWidget:
    return EvidenceDialog(parent, code="1124-7391", clip=cast(Any, SimpleNamespace()), tasks=desk.tasks, simulated=True)


def _held_up(desk: Office, parent: QWidget) -> QWidget:
    made = HeldUpDialog(parent, read=look(lambda _pixels: None), whose=WhoseIsIt(desk.real.desk), tasks=desk.tasks)
    made.show_trouble("摄像头被别的程序占用。请关掉微信、会议软件等，关掉后会自动再试。")
    return made


def _photos(_desk: Office, parent: QWidget) -> QWidget:
    words = "照片模糊，刷脸时可能认不出来，请老人到社保卡服务网点换一张新的"
    return PhotosDialog(parent, (DoubtfulPhoto(RetireeId("r"), LONGEST, "G80000685", words),) * 30)


def _resume(desk: Office, parent: QWidget) -> QWidget:
    return ResumeDialog(parent, visit_states(desk)["consent"].view)


def _clock(desk: Office, parent: QWidget) -> QWidget:
    now = desk.real.clock.now()
    doubt = ClockDoubt(now=now, last_record=now + timedelta(days=40), center=now + timedelta(days=41))
    made = ClockDialog(parent, doubt, ClockCheck(desk.real.desk, desk.accounts), desk.tasks)
    made._failed(AppError("account.wrong", remaining=3))
    return made


def _document(_desk: Office, parent: QWidget) -> QWidget:
    made = DocumentDialog(parent, title=f"资格认证确认表　{LONGEST}　2026年11月24日")
    made.show_picture(b"no picture")
    return made


def _correction(desk: Office, parent: QWidget) -> QWidget:
    retiree = desk.person(StandingKind.SAFE)
    with desk.real.uow() as store:
        certification = store.certifications.of_retiree(retiree.id)[0]
    form = replace(certification, channel=Channel.UNIT_CONFIRMED, signed_on=date(2026, 11, 20))
    return CorrectionDialog(parent, form, name=LONGEST, today=date(2026, 11, 24))


def _letters(_desk: Office, parent: QWidget) -> QWidget:
    made = LettersDialog(parent)
    made.ask(LetterCounts(2345, 678))
    made.show_progress(1234, 2345)
    return made


def _privacy(desk: Office, parent: QWidget) -> QWidget:
    made = PrivacyDialog(parent, LONGEST)
    made.show_wishes(
        Wishes(hold="纪检部门来函，案件调查期间留存全部资料", withdrawn_at=desk.real.clock.now()), may_hold=True
    )
    made.show_problem("这个人的资料正暂缓删除，请先解除。")
    return made


def _take_along(_desk: Office, _parent: QWidget) -> QWidget:
    known = KnownTrip(id="t", unit="湖南省演示事务中心离退休人员管理服务处", expires_on=date(2026, 12, 1))
    return TakeAlongStart(known=(known,), file=None, error=AppError("store.wrong_key_or_damaged"))


DIALOGS: dict[str, Make] = {
    "ClockDialog": _clock,
    "ContactDialog": lambda _desk, parent: ContactDialog(parent, LONGEST),
    "CorrectionDialog": _correction,
    "DocumentDialog": _document,
    "EvidenceDialog": _evidence,
    "FirstRun": _first_run,
    "HeldUpDialog": _held_up,
    "HelpWindow": _help,
    "LettersDialog": _letters,
    "LicencesDialog": lambda _desk, parent: LicencesDialog(parent),
    "OverrideDialog": lambda _desk, parent: OverrideDialog(parent),
    "PageDialog": lambda _desk, parent: PageDialog(parent, simulated=True),
    "PhotosDialog": _photos,
    "PrivacyDialog": _privacy,
    "ReportDialog": _report,
    "RestoreDialog": _restore,
    "ResumeDialog": _resume,
    "SmsDialog": _sms,
    "TakeAlongStart": _take_along,
    "StartTrouble": lambda _desk, _parent: StartTrouble(AppError("store.wrong_key_or_damaged")),
}
