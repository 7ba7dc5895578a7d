"""Settings: accounts, enrolment, camera choice, about."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Protocol

from app.domain.operator import Operator, Role
from app.services.accounts import Accounts
from app.services.ports import CameraDevice, SyncEngine, TaskRunner
from app.services.sync_status import SyncFigures, SyncStatus
from app.ui.ports import Say
from app.ui.session import Session


@dataclass(frozen=True, slots=True)
class SettingsState:
    """Attributes: operators: every account; may_manage: the clerk is an administrator; figures: identity; cameras, the chosen one."""

    operators: tuple[Operator, ...]
    may_manage: bool
    figures: SyncFigures | None
    cameras: tuple[CameraDevice, ...]
    camera: str


class SettingsView(Protocol):
    """What the presenter asks of the view."""

    def show_state(self, state: SettingsState) -> None: ...


class SettingsPresenter:
    """Reads and changes; every change is audited by the services."""

    def __init__(
        self,
        *,
        view: SettingsView,
        accounts: Accounts,
        status: SyncStatus,
        engine: SyncEngine,
        session: Session,
        tasks: TaskRunner,
        say: Say,
        enrolled: Callable[[], None],
    ) -> None:
        self._view = view
        self._accounts = accounts
        self._status = status
        self._engine = engine
        self._session = session
        self._tasks = tasks
        self._say = say
        self._enrolled = enrolled
        self._state = SettingsState((), False, None, (), "")

    def refresh(self) -> None:
        """Read again."""

        def work() -> tuple[tuple[Operator, ...], SyncFigures]:
            return self._accounts.all(), self._status.figures()

        self._tasks.database(work, self._loaded, self._say.error)

    def on_cameras(self, cameras: tuple[CameraDevice, ...], chosen: str) -> None:
        """The list of cameras."""
        self._change(cameras=cameras, camera=chosen)

    def create(self, *, login: str, name: str, role: Role, password: str) -> None:
        """A new account."""
        by = self._session.operator_id
        self._tasks.database(
            lambda: self._accounts.create(by=by, login=login, name=name, role=role, password=password),
            lambda _made: self._changed("账号已建立。"),
            self._say.error,
        )

    def set_active(self, operator: Operator, active: bool) -> None:
        """Enable or disable."""
        by = self._session.operator_id
        self._tasks.database(
            lambda: self._accounts.set_active(by=by, operator_id=operator.id, active=active),
            lambda _none: self._changed("账号已启用。" if active else "账号已停用。"),
            self._say.error,
        )

    def set_password(self, operator: Operator, password: str) -> None:
        """A new password."""
        by = self._session.operator_id
        self._tasks.database(
            lambda: self._accounts.set_password(by=by, operator_id=operator.id, password=password),
            lambda _none: self._changed("密码已改。"),
            self._say.error,
        )

    def enrol(self, *, address: str, code: str) -> None:
        """Register this desk with the center; both may be pasted with blanks around them."""
        address, code = address.strip(), code.strip()
        self._tasks.io(
            lambda: self._engine.enrol(base_url=address, code=code),
            lambda _desk: self._after_enrol(),
            self._say.error,
        )

    def _after_enrol(self) -> None:
        self._changed("已登记到省中心。")
        self._enrolled()

    def _changed(self, words: str) -> None:
        self._say.notice(words)
        self.refresh()

    def _loaded(self, read: tuple[tuple[Operator, ...], SyncFigures]) -> None:
        operator = self._session.operator
        may = operator is not None and operator.role is Role.ADMIN
        self._change(operators=read[0], figures=read[1], may_manage=may)

    def _change(self, **values: Any) -> None:
        self._state = replace(self._state, **values)
        self._view.show_state(self._state)
