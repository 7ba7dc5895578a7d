"""What must always hold, whatever the dates (hypothesis)."""

from datetime import date, timedelta

from hypothesis import given, strategies as st

from app.domain.benefit import MonthState, lapses, outlook, payment_calendar
from app.domain.calendar import Month, add_months
from app.domain.certification import CenterState, Certification
from app.domain.cycle import deadline_after, deadlines, effective
from app.domain.policy import Policy
from app.domain.rhythm import batch_month, is_working_day, submission_aim, submission_due
from tests.builders.people import certified, retiree

days = st.dates(date(2022, 4, 1), date(2036, 12, 31))
states = st.sampled_from(CenterState)


@st.composite
def histories(draw: st.DrawFn, largest: int = 6) -> list[Certification]:
    drawn = draw(st.lists(st.tuples(days, states), max_size=largest))
    return [certified(on, number=i, center=center) for i, (on, center) in enumerate(drawn)]


first_payments = st.one_of(st.none(), st.dates(date(1990, 1, 1), date(2030, 1, 1)))


@given(histories(), days, states, first_payments)
def test_a_further_certification_never_moves_a_deadline_back(
    history: list[Certification], on: date, center: CenterState, paid: date | None
) -> None:
    person = retiree(first_paid_on=paid)
    before = deadlines(person, history)
    after = deadlines(person, [*history, certified(on, number=99, center=center)])
    for was, now in ((before.confirmed, after.confirmed), (before.with_provisional, after.with_provisional)):
        assert was is None or (now is not None and now >= was)


@given(histories(), st.randoms(use_true_random=False), first_payments)
def test_the_order_of_arrival_never_matters(history: list[Certification], random: object, paid: date | None) -> None:
    shuffled = list(history)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    person = retiree(first_paid_on=paid)
    assert deadlines(person, shuffled) == deadlines(person, history)
    assert effective(shuffled) == effective(history)
    assert lapses(person, shuffled) == lapses(person, history)


@given(days, days)
def test_back_pay_and_the_unpaid_months_are_the_same_set(deadline: date, on: date) -> None:
    result = outlook(deadline, on)
    if result.first_unpaid is None:
        assert result.back_pay == ()
        assert result.resumes is None
        assert on <= Month.of(deadline).last_day()
    else:
        assert result.resumes is not None
        assert result.back_pay == tuple(result.first_unpaid.until(result.resumes.plus(-1)))
        assert result.resumes == Month.of(on).plus(1)


@given(histories(), first_payments)
def test_no_month_is_both_paid_and_suspended_and_what_is_paid_back_was_unpaid(
    history: list[Certification], paid: date | None
) -> None:
    person = retiree(first_paid_on=paid)
    first, last = Month(2022, 1), Month(2038, 12)
    rows = payment_calendar(person, history, first=first, last=last)
    assert [row.month for row in rows] == list(first.until(last))
    back = {month for lapse in lapses(person, history) for month in lapse.outlook.back_pay}
    begun = first if paid is None else Month.of(paid)
    assert {row.month for row in rows if row.state is MonthState.BACK_PAID} == {
        m for m in back if first <= m <= last and m >= begun
    }
    for row in rows:
        assert (row.state is MonthState.BACK_PAID) == (row.paid_in is not None)
        assert row.articles


@given(days, st.integers(-600, 600))
def test_adding_months_lands_in_the_right_month_and_never_on_a_later_day(day: date, months: int) -> None:
    moved = add_months(day, months)
    assert Month.of(moved) == Month.of(day).plus(months)
    assert moved.day <= day.day
    assert moved.day == day.day or moved == Month.of(moved).last_day()


@given(days, days)
def test_a_later_start_never_has_an_earlier_deadline(one: date, other: date) -> None:
    early, late = sorted((one, other))
    assert deadline_after(early) <= deadline_after(late)


@given(days, st.sets(days, max_size=20), st.sets(days, max_size=5))
def test_the_aim_is_a_working_day_not_after_the_due_day(day: date, holidays: set[date], made_up: set[date]) -> None:
    month = Month.of(day)
    aim = submission_aim(month, Policy(holidays=tuple(holidays), made_up_days=tuple(made_up)))
    assert is_working_day(aim, holidays, made_up)
    assert aim <= submission_due(month)
    between = (aim + timedelta(days=n) for n in range(1, (submission_due(month) - aim).days + 1))
    assert not any(is_working_day(later, holidays, made_up) for later in between)


@given(days)
def test_a_confirmation_goes_with_this_months_batch_or_the_next(day: date) -> None:
    assert batch_month(day) in (Month.of(day), Month.of(day).plus(1))
    assert (batch_month(day) == Month.of(day)) == (day <= submission_due(Month.of(day)))
