"""The home screen: every number opens its list, and every line says what it means."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from app.domain.calendar import Month
from app.domain.confirmation import CaseState, FormCase, FormReason
from app.domain.ids import CaseId
from app.domain.standing import Severity, StandingKind
from app.services.home import Home, HomeFigures, HomeGroup
from app.services.month import MonthForms
from app.services.ports import OutboxCounts
from app.ui import home_text
from app.ui.screens.home.presenter import HomePresenter
from app.ui.screens.home.state import ELSEWHERE, HomeLine, HomeState
from tests.builders.office import Office


class View:
    """Keeps the newest state."""

    state: HomeState
    shown = 0

    def show_state(self, state: HomeState, now: datetime) -> None:
        self.state, self.now, self.shown = state, now, self.shown + 1


def presenter(desk: Office, view: View) -> HomePresenter:
    real = desk.real.desk
    return HomePresenter(
        view=view,
        home=Home(real),
        forms=MonthForms(real),
        clock=real.clock,
        tasks=desk.tasks,
        say=desk.ears,
        navigate=desk.ears,
    )


def test_home_opens_with_those_who_lose_money_next_month(desk: Office) -> None:
    view = View()
    presenter(desk, view).refresh()
    assert view.state.opened is HomeGroup.LOSES_NEXT_MONTH
    assert 0 < len(view.state.rows) == view.state.count
    assert view.state.figures.total == 60


def test_each_number_opens_as_many_as_it_counts(desk: Office) -> None:
    view = View()
    made = presenter(desk, view)
    made.refresh()
    for figure in view.state.figures.groups:
        made.open_list(figure.group)
        assert (view.state.opened, len(view.state.rows)) == (figure.group, figure.count)


def test_the_opened_list_stays_open_when_it_is_counted_again(desk: Office) -> None:
    view = View()
    made = presenter(desk, view)
    made.refresh()
    made.open_list(HomeGroup.DUE_30)
    made.refresh()
    assert view.state.opened is HomeGroup.DUE_30


def returned(desk: Office) -> FormCase:
    person = desk.person(StandingKind.NEAR)
    case = FormCase(
        id=CaseId("f-1"),
        retiree_id=person.id,
        reason=FormReason.NO_CARD,
        state=CaseState.RETURNED,
        return_reason="公章不清楚",
    )
    with desk.real.uow() as store:
        store.cases.save(case)
        store.cases.save(replace(case, id=CaseId("f-2"), state=CaseState.DRAFTED, return_reason=""))
        store.commit()
    return case


def test_forms_are_listed_with_what_each_lacks_and_returned_ones_with_the_centers_words(desk: Office) -> None:
    returned(desk)
    view = View()
    made = presenter(desk, view)
    made.refresh()
    made.open_list(HomeLine.RETURNED)
    assert [row.words for row in view.state.rows] == ["退回原因：公章不清楚"]
    made.open_list(HomeLine.FORMS)
    assert [row.words[:3] for row in view.state.rows] == ["还缺："]
    made.choose(view.state.rows[0].retiree_id)
    made.work_on()
    assert desk.ears.went == ["open forms", "open forms"]


@pytest.mark.parametrize(("line", "room"), ELSEWHERE.items())
def test_a_line_about_the_desk_opens_the_room_where_something_can_be_done(
    desk: Office, line: HomeLine, room: str
) -> None:
    view = View()
    made = presenter(desk, view)
    made.refresh()
    made.open_list(line)
    assert desk.ears.went == [f"open {room}"]
    assert view.shown == 1


def test_a_person_of_the_list_begins_a_visit_and_the_whole_list_is_worked_on_in_its_room(desk: Office) -> None:
    view = View()
    made = presenter(desk, view)
    made.work_on()
    assert desk.ears.went == []
    made.refresh()
    first = view.state.rows[0].retiree_id
    made.choose(first)
    made.work_on()
    for line in (HomeLine.UNREACHED, HomeLine.PLANNED):
        made.open_list(line)
        made.work_on()
    assert desk.ears.went == [f"visit {first}", "lists loses_next_month", "lists to_reach", "open plans"]


# ---------------------------------------------------------------------- words


def figures(desk: Office, **changes: object) -> HomeFigures:
    made = Home(desk.real.desk).figures()
    health = {key: value for key, value in changes.items() if hasattr(made.health, key)}
    others = {key: value for key, value in changes.items() if key not in health}
    return replace(made, health=replace(made.health, **health), **others)  # type: ignore[arg-type]


NOW = datetime.fromisoformat("2026-11-24T09:30:00+08:00")


@pytest.mark.parametrize(
    ("line", "changes", "severity", "said"),
    [
        (HomeLine.RETURNED, {"forms_returned": 2}, Severity.WARNING, "被退回确认表 2 张"),
        (HomeLine.RETURNED, {"forms_returned": 0}, Severity.GOOD, "没有被退回的确认表"),
        (HomeLine.FORMS, {"forms_open": 3}, Severity.NOTICE, "未报确认表 3 张，30 日前报"),
        (HomeLine.FORMS, {"forms_open": 3, "forms_aim": date(2026, 11, 27)}, Severity.WARNING, "未报确认表 3 张，27 日前报"),
        (HomeLine.UNREACHED, {"unreached": 5}, Severity.WARNING, "还没联系上 5 人"),
        (HomeLine.PLANNED, {"planned": 1}, Severity.WARNING, "今天要联系、接待或上门 1 人"),
        (HomeLine.NEAR_LIST, {"near_list": None}, Severity.NEUTRAL, "省中心还没有发名单"),
        (HomeLine.NEAR_LIST, {"near_list": (Month(2026, 11), 4)}, Severity.NOTICE, "省中心 11 月名单还剩 4 人"),
        (HomeLine.NEAR_LIST, {"near_list": (Month(2026, 11), 0)}, Severity.GOOD, "省中心 11 月名单都认证了"),
        (HomeLine.UNSENT, {"outbox": OutboxCounts(waiting=0, refused=0, oldest=None)}, Severity.GOOD, "全部已上报"),
        (HomeLine.UNSENT, {"outbox": OutboxCounts(waiting=3, refused=0, oldest=NOW)}, Severity.NOTICE, "待上报 3 条"),
        (HomeLine.UNSENT, {"outbox": OutboxCounts(waiting=3, refused=1, oldest=NOW)}, Severity.WARNING, "省中心退回 1 条，待上报 3 条"),
        (HomeLine.SYNC, {"last_sync": None}, Severity.WARNING, "还没有同步过"),
        (HomeLine.SYNC, {"last_sync": NOW, "sync_late": False}, Severity.GOOD, "今天 09:30 同步正常"),
        (HomeLine.SYNC, {"last_sync": NOW, "sync_error": "net.down"}, Severity.WARNING, "今天 09:30 同步没有成功"),
        (HomeLine.SYNC, {"last_sync": NOW - timedelta(days=2)}, Severity.WARNING, "11 月 22 日 09:30 以后没有同步"),
        (HomeLine.CLOCK, {"clock_off": False}, Severity.GOOD, "电脑时间准"),
        (HomeLine.CLOCK, {"clock_off": True, "clock_skew_s": -480.0}, Severity.WARNING, "电脑时间慢了 8 分钟，请改正"),
        (HomeLine.BACKUP, {}, Severity.WARNING, "还没有选备份的地方"),
        (HomeLine.BACKUP, {"backup_folder": "stick"}, Severity.WARNING, "还没有备份过"),
        (HomeLine.BACKUP, {"last_backup": NOW, "backup_late": False}, Severity.GOOD, "今天 09:30 备份正常"),
        (HomeLine.BACKUP, {"last_backup": NOW, "backup_late": True}, Severity.WARNING, "上次备份 今天 09:30，太久了"),
    ],
)  # fmt: skip
def test_a_line_says_what_is_and_how_bad_it_is(
    desk: Office, line: HomeLine, changes: dict[str, object], severity: Severity, said: str
) -> None:
    assert home_text.line(line, figures(desk, **changes), NOW) == (severity, said)
