"""SMS texts and mail-merge addresses for the list as shown."""

from collections.abc import Callable, Sequence
from typing import Protocol

from app.domain.follow_up import FollowUpWay
from app.domain.papers import UnitFacts
from app.errors import AppError
from app.services import messages
from app.services.follow_ups import FollowUps
from app.services.lists import ListRow
from app.services.messages import Addressee, Messages
from app.services.paper_facts import PaperFacts
from app.services.ports import Papers, TaskRunner
from app.ui import text
from app.ui.error_text import words
from app.ui.ports import Printing, Say
from app.ui.screens.lists.letters import log_everybody
from app.ui.session import Session

HEADINGS = ("手机号", "姓名", "短信内容")
ADDRESS_HEADINGS = ("姓名", "称呼", "地址", "认证截止日期", "认证情况", "单位", "单位电话")


class MessageDialog(Protocol):
    """What the presenter asks of its dialog."""

    def ask(self, template: str, count: str) -> None:
        """Bring it up with the template and how many it is for."""
        ...

    def show_sample(self, sample: str, trouble: str) -> None: ...
    def copy(self, words: str) -> None: ...


class MessagePresenter:
    """``rows`` gives the list as shown, the chosen person first."""

    def __init__(
        self,
        *,
        dialog: MessageDialog,
        kept: Messages,
        facts: PaperFacts,
        papers: Papers,
        printing: Printing,
        rows: Callable[[], Sequence[ListRow]],
        follow_ups: FollowUps,
        session: Session,
        tasks: TaskRunner,
        say: Say,
        contacted: Callable[[], None],
    ) -> None:
        self._dialog, self._kept, self._facts, self._papers = dialog, kept, facts, papers
        self._printing, self._rows, self._tasks, self._say = printing, rows, tasks, say
        self._follow_ups, self._session, self._contacted = follow_ups, session, contacted
        self._people: tuple[Addressee, ...] = ()
        self._reached: tuple[ListRow, ...] = ()

    def open(self) -> None:
        """The dialog."""
        if not self._rows():
            self._say.notice("名单是空的，没有人可发短信。")
            return
        self._tasks.database(lambda: (self._facts.unit(), self._kept.template()), self._ready, self._say.error)

    def typed(self, template: str) -> None:
        """What the first person would read."""
        try:
            sample = messages.text_for(template, self._people[0])
        except AppError as error:
            self._dialog.show_sample("", words(error))
            return
        self._dialog.show_sample(sample, f"{len(sample)} 字，按 {messages.parts(sample)} 条计费")

    def copy(self, template: str) -> None:
        """The first person's text."""
        self._dialog.copy(messages.text_for(template, self._people[0]))
        self._remember(template)
        self._say.notice(f"{self._people[0].name}的短信已复制。")

    def save(self, template: str, *, as_csv: bool, log: bool = False) -> None:
        """Everybody's, as a file for a mass-SMS tool; ``log``: and note the text with each who is in it."""
        people = self._people

        def work() -> bytes:
            lines = messages.rows(template, people)
            if not lines:
                raise AppError("sms.nobody")
            if as_csv:
                return messages.as_csv(HEADINGS, lines)
            return self._papers.workbook("短信", HEADINGS, lines)

        name, kinds = ("sms.csv", "CSV (*.csv)") if as_csv else ("sms.xlsx", "Excel 表格 (*.xlsx)")
        self._remember(template)
        self._tasks.io(work, lambda data: self._saved(data, name, kinds, log=log), self._say.error)

    def save_addresses(self) -> None:
        """For mail merge: everybody who has an address."""
        found = [row for row in self._rows() if row.row.retiree.address]
        if not found:
            self._say.notice("名单里没有人登记了地址。")
            return

        def work() -> bytes:
            unit = self._facts.unit()
            return self._papers.workbook("地址", ADDRESS_HEADINGS, [_address(row, unit) for row in found])

        kinds = "Excel 表格 (*.xlsx)"

        def made(data: bytes) -> None:
            self._save(data, "addresses.xlsx", kinds)

        self._tasks.io(work, made, self._say.error)

    # ------------------------------------------------------------------ parts

    def _ready(self, read: tuple[UnitFacts, str]) -> None:
        unit, template = read
        rows = tuple(self._rows())
        self._people = tuple(_addressee(row, unit) for row in rows)
        self._reached = tuple(row for row in rows if messages.mobile(row.row.retiree.phone))
        reachable = sum(bool(messages.mobile(one.phone)) for one in self._people)
        missing = len(self._people) - reachable
        count = f"名单 {len(self._people)} 人" + (f"，其中 {missing} 人没有手机号，不在文件里" if missing else "")
        self._dialog.ask(template, count)

    def _remember(self, template: str) -> None:
        by = self._session.operator_id
        self._tasks.database(
            lambda: self._kept.set_template(template, operator_id=by), lambda _none: None, self._say.error
        )

    def _saved(self, data: bytes, name: str, kinds: str, *, log: bool) -> None:
        if self._save(data, name, kinds) and log:
            log_everybody(
                self._reached,
                FollowUpWay.TEXT_MESSAGE,
                follow_ups=self._follow_ups,
                session=self._session,
                tasks=self._tasks,
                say=self._say,
                contacted=self._contacted,
            )

    def _save(self, data: bytes, name: str, kinds: str) -> bool:
        try:
            saved = self._printing.save_file(data, suggested_name=name, kinds=kinds)
        except Exception as error:  # noqa: BLE001 - said, whatever it is
            self._say.error(error)
            return False
        if saved:
            self._say.notice("文件已存好。")
        return saved


def _addressee(row: ListRow, unit: UnitFacts) -> Addressee:
    person, standing = row.row.retiree, row.row.standing
    values = {
        "姓名": person.name,
        "情况": text.standing_sentence(standing),
        "截止日期": text.day(standing.deadlines.with_provisional),
        "单位": unit.name,
        "电话": unit.phone,
    }
    return Addressee(name=person.name, phone=person.phone, values=values)


def _address(row: ListRow, unit: UnitFacts) -> tuple[str, ...]:
    person, standing = row.row.retiree, row.row.standing
    return (
        person.name,
        f"{person.name}同志",
        person.address,
        text.day(standing.deadlines.with_provisional),
        text.standing_sentence(standing),
        unit.name,
        unit.phone,
    )
