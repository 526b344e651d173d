"""What the items of one bulk act share: what the actor may and the checked answers; never a lock or a row."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from accounts.scope import Scope
from cases import forms
from cases.forms import Form, FormContext

# A right that ends while a bulk act is under way is noticed after so many seconds at the latest.
SECONDS: Final = 1.0


_seconds = time.monotonic


@dataclass(slots=True)
class Shared:
    """What was read and checked for the first item, as long as it is fresh."""

    read_at: float = field(default_factory=lambda: _seconds())
    scope: Scope | None = None
    checked: dict[tuple[str, date], tuple[Mapping[str, Any], Mapping[str, Any]]] = field(default_factory=dict)


_current: ContextVar[Shared | None] = ContextVar("shared", default=None)


@contextmanager
def between_items() -> Iterator[None]:
    """While open, the steps of this thread share what they may share."""
    token = _current.set(Shared())
    try:
        yield
    finally:
        _current.reset(token)


def renewed() -> bool:
    """Forget what the actor may once that is older than `SECONDS`; whether it was."""
    shared, now = _current.get(), _seconds()
    if shared is None or now - shared.read_at < SECONDS:
        return False
    shared.read_at, shared.scope = now, None
    return True


def known_scope(actor: str) -> Scope | None:
    """What this actor reaches, if an earlier item has read it."""
    shared = _current.get()
    scope = shared.scope if shared is not None else None
    return scope if scope is not None and scope.actor.name == actor else None


def keep_scope(scope: Scope) -> Scope:
    """Let the items that follow find the scope."""
    shared = _current.get()
    if shared is not None:
        shared.scope = scope
    return scope


def check(form: Form, answers: Mapping[str, Any], context: FormContext) -> Mapping[str, Any]:
    """As `forms.check`; the same answers to a form that looks at no case are checked once for all items."""
    shared = _current.get()
    if shared is None or not forms.is_same_for_all(form):
        return forms.check(form, answers, context=context)
    key = (form.digest, context.today)
    before = shared.checked.get(key)
    if before is not None and before[0] == answers:
        return before[1]
    checked = forms.check(form, answers, context=context)
    shared.checked[key] = (dict(answers), checked)
    return checked
