"""Accounts: who gets in, who is kept out and for how long, who may do what."""

from datetime import timedelta

import pytest

from app.domain.ids import OperatorId
from app.domain.operator import Role
from app.errors import AppError
from app.services.accounts import FREE_FAILURES, LONGEST_LOCK_MINUTES, Accounts, lock_minutes
from tests.builders.desk import RealDesk
from tests.unit.services.conftest import PASSWORD, People


def refused(accounts: Accounts, login: str = "jingban", password: str = "wrong") -> AppError:
    with pytest.raises(AppError) as caught:
        accounts.log_in(login=login, password=password)
    return caught.value


def test_the_right_password_lets_in_and_is_audited(accounts: Accounts, people: People, desk: RealDesk) -> None:
    assert accounts.log_in(login=" jingban ", password=PASSWORD).id == people.clerk.id
    with desk.uow() as store:
        assert "account.logged_in" in [entry.action for _, entry in store.audit.entries(limit=99)]


def test_wrong_passwords_count_down_and_then_lock_for_growing_times(
    accounts: Accounts, people: People, desk: RealDesk
) -> None:
    for left in range(FREE_FAILURES - 1, 0, -1):
        error = refused(accounts)
        assert (error.code, error.params["remaining"]) == ("account.wrong", left)
    assert refused(accounts).code == "account.locked"
    assert refused(accounts, password=PASSWORD).params["minutes"] == 1
    desk.clock.move(timedelta(minutes=1))
    assert refused(accounts).params["minutes"] == 2
    desk.clock.move(timedelta(minutes=2))
    assert accounts.log_in(login="jingban", password=PASSWORD).failures == 0


def test_lock_outs_double_up_to_an_hour() -> None:
    assert [lock_minutes(n) for n in (0, 4, 5, 6, 7, 60)] == [0, 0, 1, 2, 4, LONGEST_LOCK_MINUTES]


def test_an_unknown_login_is_told_like_a_wrong_password(accounts: Accounts, people: People) -> None:
    assert refused(accounts, login="nobody").code == "account.wrong"


def test_a_disabled_account_stays_out_until_it_is_enabled(accounts: Accounts, people: People) -> None:
    accounts.set_active(by=people.admin.id, operator_id=people.clerk.id, active=False)
    assert refused(accounts, password=PASSWORD).code == "account.disabled"
    accounts.set_active(by=people.admin.id, operator_id=people.clerk.id, active=True)
    assert accounts.log_in(login="jingban", password=PASSWORD).active


def test_the_second_person_is_another_one_and_no_clerk(accounts: Accounts, people: People) -> None:
    stood_by = accounts.second_person(login="fuhe", password=PASSWORD, other_than=people.clerk.id)
    assert stood_by.id == people.reviewer.id
    for login, other, code in (
        ("fuhe", people.reviewer.id, "account.same_person"),
        ("jingban", people.reviewer.id, "account.not_allowed"),
    ):
        with pytest.raises(AppError) as caught:
            accounts.second_person(login=login, password=PASSWORD, other_than=other)
        assert caught.value.code == code
    with pytest.raises(AppError) as caught:
        accounts.second_person(login="fuhe", password="wrong", other_than=people.clerk.id)
    assert caught.value.code == "account.wrong"


@pytest.mark.parametrize("password", ["", "1234567", "11111111", "12121212"])
def test_a_weak_password_is_refused(accounts: Accounts, people: People, password: str) -> None:
    with pytest.raises(AppError) as caught:
        accounts.set_password(by=people.clerk.id, operator_id=people.clerk.id, password=password)
    assert caught.value.code == "account.weak"


def test_only_an_administrator_makes_accounts_and_sets_others_passwords(accounts: Accounts, people: People) -> None:
    def create(by: OperatorId | None, login: str = "new", name: str = "新人") -> str:
        with pytest.raises(AppError) as caught:
            accounts.create(by=by, login=login, name=name, role=Role.CLERK, password=PASSWORD)
        return caught.value.code

    assert create(people.clerk.id) == create(None) == create(OperatorId("?")) == "account.not_allowed"
    assert create(people.admin.id, login="fuhe") == "account.login_taken"
    assert create(people.admin.id, login=" ") == create(people.admin.id, name=" ") == "account.name_missing"
    with pytest.raises(AppError, match="not_allowed"):
        accounts.set_password(by=people.clerk.id, operator_id=people.admin.id, password=PASSWORD)
    with pytest.raises(AppError, match="unknown"):
        accounts.set_password(by=people.admin.id, operator_id=OperatorId("?"), password=PASSWORD)


def test_a_new_password_ends_a_lock_out(accounts: Accounts, people: People) -> None:
    for _ in range(FREE_FAILURES):
        refused(accounts)
    accounts.set_password(by=people.admin.id, operator_id=people.clerk.id, password="Yue-lu-2026")
    assert accounts.log_in(login="jingban", password="Yue-lu-2026").locked_until is None


def test_nobody_disables_themselves(accounts: Accounts, people: People) -> None:
    with pytest.raises(AppError, match="same_person"):
        accounts.set_active(by=people.admin.id, operator_id=people.admin.id, active=False)
    assert {operator.login for operator in accounts.all()} == {"admin", "fuhe", "jingban"}


def test_every_try_leaves_a_line_also_while_locked_or_disabled_or_as_the_wrong_second_person(
    accounts: Accounts, people: People, desk: RealDesk
) -> None:
    for _ in range(FREE_FAILURES + 1):
        refused(accounts)
    accounts.set_active(by=people.admin.id, operator_id=people.reviewer.id, active=False)
    assert refused(accounts, login="fuhe", password=PASSWORD).code == "account.disabled"
    accounts.set_active(by=people.admin.id, operator_id=people.reviewer.id, active=True)
    with pytest.raises(AppError, match=r"account\.same_person"):
        accounts.second_person(login="fuhe", password=PASSWORD, other_than=people.reviewer.id)
    with desk.uow() as store:
        lines = [(entry.action, entry.details) for _, entry in store.audit.entries(limit=99)]
    assert [action for action, _details in lines].count("account.failed") == FREE_FAILURES
    for line in (("kept_out", "locked"), ("kept_out", "disabled"), ("second_refused", "same_person")):
        assert (f"account.{line[0]}", line[1]) in lines
