"""Log-in and unlocking."""

from collections.abc import Callable
from typing import Protocol

from app.domain.operator import Operator
from app.errors import AppError
from app.services.accounts import Accounts
from app.services.ports import TaskRunner
from app.ui.error_text import words


class LoginView(Protocol):
    """What the presenter asks of the view."""

    def show_trouble(self, text: str) -> None: ...
    def show_busy(self, busy: bool) -> None: ...
    def clear_password(self) -> None: ...


class LoginPresenter:
    """Checks account and password; afterwards calls ``entered`` with the operator."""

    def __init__(
        self, *, view: LoginView, accounts: Accounts, tasks: TaskRunner, entered: Callable[[Operator], None]
    ) -> None:
        self._view = view
        self._accounts = accounts
        self._tasks = tasks
        self._entered = entered

    def log_in(self, login: str, password: str) -> None:
        """Try."""
        if not login.strip() or not password:
            self._view.show_trouble("请输入账号和密码。")
            return
        self._view.show_busy(True)
        self._tasks.database(lambda: self._accounts.log_in(login=login, password=password), self._done, self._failed)

    def _done(self, operator: Operator) -> None:
        self._view.show_busy(False)
        self._view.show_trouble("")
        self._view.clear_password()
        self._entered(operator)

    def _failed(self, error: Exception) -> None:
        self._view.show_busy(False)
        self._view.clear_password()
        if not isinstance(error, AppError):
            raise error
        self._view.show_trouble(words(error))
