"""Accounts: log-in with growing lock-out, the second person of an override, creating and changing accounts."""

from dataclasses import dataclass, replace
from datetime import timedelta

from app.domain.ids import OperatorId
from app.domain.operator import Operator, Role
from app.errors import AppError
from app.services.context import Desk
from app.services.ports import AuditEntry, PasswordHasher, UnitOfWork

FREE_FAILURES = 5
"""Wrong passwords in a row before the first lock-out."""
FIRST_LOCK_MINUTES = 1
"""Length of the first lock-out; each further wrong password doubles it."""
LONGEST_LOCK_MINUTES = 60
SHORTEST_PASSWORD = 8


def lock_minutes(failures: int) -> int:
    """Minutes of lock-out after so many failures in a row; 0 while none."""
    if failures < FREE_FAILURES:
        return 0
    return int(min(FIRST_LOCK_MINUTES * 2 ** (failures - FREE_FAILURES), LONGEST_LOCK_MINUTES))


@dataclass(frozen=True, slots=True)
class Accounts:
    """Use cases about operators."""

    desk: Desk
    hasher: PasswordHasher

    def log_in(self, *, login: str, password: str) -> Operator:
        """The operator, or AppError account.wrong / account.locked / account.disabled. Every try is audited."""
        with self.desk.uow() as store:
            try:
                operator = self._check(store, login, password)
            except AppError:
                store.commit()  # the failure count and the audit line stay
                raise
            self._audit(store, operator.id, "account.logged_in", operator.id)
            store.commit()
            return operator

    def second_person(self, *, login: str, password: str, other_than: OperatorId) -> Operator:
        """A reviewer or administrator other than the clerk; AppError account.same_person / account.not_allowed too."""
        with self.desk.uow() as store:
            try:
                operator = self._check(store, login, password)
            except AppError:
                store.commit()
                raise
            refused = (
                "same_person" if operator.id == other_than else "not_allowed" if operator.role is Role.CLERK else ""
            )
            action = "account.second_refused" if refused else "account.second_person"
            self._audit(store, operator.id, action, other_than, refused)
            store.commit()
            if refused:
                raise AppError(f"account.{refused}")
            return operator

    def _check(self, store: UnitOfWork, login: str, password: str) -> Operator:
        now = self.desk.clock.now()
        operator = store.operators.by_login(login.strip())
        if operator is None:
            self._audit(store, None, "account.unknown_login", "")
            raise AppError("account.wrong", remaining=FREE_FAILURES)
        if not operator.active:
            self._audit(store, operator.id, "account.kept_out", operator.id, "disabled")
            raise AppError("account.disabled")
        if operator.locked_until is not None and now < operator.locked_until:
            self._audit(store, operator.id, "account.kept_out", operator.id, "locked")
            left = (operator.locked_until - now).total_seconds()
            raise AppError("account.locked", minutes=max(1, int(left // 60) + (left % 60 > 0)))
        if not self.hasher.verify(store.operators.password_hash(operator.id), password):
            self._failed(store, operator)
        fresh = replace(operator, failures=0, locked_until=None)
        if fresh != operator:
            store.operators.save(fresh)
        return fresh

    def _failed(self, store: UnitOfWork, operator: Operator) -> None:
        failures = operator.failures + 1
        minutes = lock_minutes(failures)
        until = self.desk.clock.now() + timedelta(minutes=minutes) if minutes else None
        store.operators.save(replace(operator, failures=failures, locked_until=until))
        self._audit(store, operator.id, "account.failed", operator.id, str(failures))
        if minutes:
            raise AppError("account.locked", minutes=minutes)
        raise AppError("account.wrong", remaining=FREE_FAILURES - failures)

    def create(self, *, by: OperatorId | None, login: str, name: str, role: Role, password: str) -> Operator:
        """A new account; ``by`` None only for the very first. AppError account.login_taken / account.weak / account.not_allowed."""
        check_password(password)
        password_hash = self.hasher.hash(password)
        with self.desk.uow() as store:
            self._require_admin(store, by)
            if not login.strip() or not name.strip():
                raise AppError("account.name_missing")
            if store.operators.by_login(login.strip()) is not None:
                raise AppError("account.login_taken")
            operator = Operator(id=OperatorId(self.desk.ids()), login=login.strip(), name=name.strip(), role=role)
            store.operators.save(operator, password_hash)
            self._audit(store, by, "account.created", operator.id, role.value)
            store.commit()
            return operator

    def set_password(self, *, by: OperatorId, operator_id: OperatorId, password: str) -> None:
        """Own password, or any as administrator; ends a lock-out."""
        check_password(password)
        password_hash = self.hasher.hash(password)
        with self.desk.uow() as store:
            if by != operator_id:
                self._require_admin(store, by)
            operator = self._known(store, operator_id)
            store.operators.save(replace(operator, failures=0, locked_until=None), password_hash)
            self._audit(store, by, "account.password_set", operator_id)
            store.commit()

    def set_active(self, *, by: OperatorId, operator_id: OperatorId, active: bool) -> None:
        """Disable or enable; nobody disables themselves, so that one administrator always remains."""
        with self.desk.uow() as store:
            self._require_admin(store, by)
            if by == operator_id:
                raise AppError("account.same_person")
            operator = self._known(store, operator_id)
            store.operators.save(replace(operator, active=active))
            self._audit(store, by, "account.enabled" if active else "account.disabled", operator_id)
            store.commit()

    def all(self) -> tuple[Operator, ...]:
        """Every account, by name."""
        with self.desk.uow() as store:
            return tuple(sorted(store.operators.all(), key=lambda o: (o.name, o.login)))

    def _known(self, store: UnitOfWork, operator_id: OperatorId) -> Operator:
        operator = store.operators.get(operator_id)
        if operator is None:
            raise AppError("account.unknown")
        return operator

    def _require_admin(self, store: UnitOfWork, by: OperatorId | None) -> None:
        if by is None:
            if store.operators.all():
                raise AppError("account.not_allowed")
            return
        operator = store.operators.get(by)
        if operator is None or not operator.administers:
            raise AppError("account.not_allowed")

    def _audit(self, store: UnitOfWork, by: OperatorId | None, action: str, subject: str, details: str = "") -> None:
        entry = AuditEntry(at=self.desk.clock.now(), operator_id=by, action=action, subject=subject, details=details)
        store.audit.append(entry)


def check_password(password: str) -> None:
    """At least eight characters, not all the same kind of digit run; AppError account.weak."""
    if len(password) < SHORTEST_PASSWORD or len(set(password)) < 4:
        raise AppError("account.weak", least=SHORTEST_PASSWORD)
