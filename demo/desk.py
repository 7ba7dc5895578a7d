"""The desk's side of the set-up: accounts, enrolment, the first pull. Knows nothing of how the center is run."""

from contextlib import ExitStack

from app.bootstrap import Options, Store, open_desk
from demo.accounts import ACCOUNTS, PASSWORD


def set_up(options: Options, *, address: str, code: str) -> int:
    """A fresh desk enrolled at the center; how many roster items came. RuntimeError when the first sync fails."""
    with ExitStack() as stack:
        store = open_desk(options, stack)
        _accounts(store)
        store.sync.enrol(base_url=address, code=code)
        report = store.sync.run()
    if report.error:
        raise RuntimeError(f"the first sync failed: {report.error} {report.detail}")
    return report.pulled


def _accounts(store: Store) -> None:
    by = None
    for login, name, role in ACCOUNTS:
        made = store.accounts.create(by=by, login=login, name=name, role=role, password=PASSWORD)
        by = by or made.id
