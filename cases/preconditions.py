"""What a caller expects of a case before it changes: the version that they saw, compared under the lock."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

from cases.errors import PreconditionFailed
from cases.models import Case

_expected: Final[ContextVar[int | None]] = ContextVar("expected_case_version", default=None)


@contextmanager
def expecting(version: int | None) -> Iterator[None]:
    """While open, a case of another version is not changed; none: whatever the version."""
    token = _expected.set(version)
    try:
        yield
    finally:
        _expected.reset(token)


def version_of(case: Case) -> int:
    """The version of a case: everything that changes it or one of its tasks adds to its chain."""
    return case.chain_length


def refuse_changed(case: Case) -> None:
    """PreconditionFailed if the locked case is not of the version that its reader expects."""
    expected = _expected.get()
    if expected is not None and expected != version_of(case):
        raise PreconditionFailed
