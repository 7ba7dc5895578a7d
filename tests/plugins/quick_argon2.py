"""Passwords cost next to nothing to hash in tests: hundreds of them sign somebody in. What they cost in earnest has its own tests."""

from collections.abc import Iterator
from functools import partial

import pytest
from argon2 import PasswordHasher

from app.security import passwords
from center.operator import accounts

QUICK = {"time_cost": 1, "memory_cost": 64, "parallelism": 1}


@pytest.fixture(scope="session", autouse=True)
def quick_argon2_everywhere() -> Iterator[None]:
    """In this process only."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_Argon2", partial(PasswordHasher, **QUICK))
        patch.setattr(accounts, "_hasher", PasswordHasher(**QUICK))
        yield
