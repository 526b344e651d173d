"""Repairs of a process: seen before, done with a reason, and confirmed by another where a token moves."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from accounts.scope import Scope
from cases import permissions, steps
from cases.audit.chain import Entry, keyed_hash
from cases.errors import CaseNotOpen, NotAllowed, Refused
from cases.models import Batch, Case
from cases.queries.detail import visible_case
from cases.steps import CaseStep
from engine import services as engine
from engine.core.errors import CoreError, StateUnstorable
from engine.core.repairing import Change, Move, SetVariables, Skip
from engine.core.values import decoded
from engine.errors import InstanceEnded, StaleVersion
from engine.models import ProcessInstance, RepairMade
from engine.services import LockedInstance, Preview

from .acting import Begun, act
from .batches import Target, Wanted, ask_batch, checked_reason
from .locking import LockedCase, lock_case
from .writing import end_step

KIND: Final = "repair"
# What PostgreSQL takes into no text: a zero byte, half of a pair of surrogates.
UNSTORABLE: Final = re.compile("[\x00\ud800-\udfff]")


class Action(StrEnum):
    """What can be done to an instance."""

    SET = "set"
    SKIP = "skip"
    MOVE = "move"
    CANCEL = "cancel"


@dataclass(frozen=True, slots=True)
class Asked:
    """A repair as it is asked for: at which wait, to which element, with which values as JSON or text.

    Values are of variables that the wait sees, without one of those of the process; None takes one away.
    """

    action: Action
    wait: str = ""
    target: str = ""
    values: Mapping[str, Any] | None = None

    @classmethod
    def kept(cls, told: Mapping[str, Any]) -> Asked:
        """What was asked for, from what `told` gave."""
        return cls(Action(told["action"]), told["wait"], told["target"], told["values"])

    def told(self) -> dict[str, Any]:
        """As it is kept until somebody confirms it."""
        return {"action": self.action, "wait": self.wait, "target": self.target, "values": self.values or {}}


def preview(case: Case, asked: Asked, *, now: datetime) -> Preview:
    """What the repair would do to a case as it stands; CaseNotOpen, Refused with the words of why not."""
    instance = ProcessInstance.objects.get(pk=case.instance_id)
    with in_plain_words():
        if asked.action == Action.CANCEL:
            return engine.preview_cancel(instance)
        return engine.preview_repair(instance, change_of(asked, instance), now=now)


def needs_another(asked: Asked, found: Preview) -> bool:
    """Whether another person must confirm it: whatever moves a token."""
    return asked.action != Action.SET or found.moves


def repair_case(
    case_public_id: UUID | str, asked: Asked, *, user: Actor, reason: str, version: int | None = None
) -> Batch | None:
    """Repair the instance of a case now, or ask for what another administrator must confirm: then its batch.

    `version` is the instance's that was seen. NotFound, NotAllowed, FormInvalid for the reason, CaseNotOpen,
    Refused, Busy.
    """
    with act(user, "case.repair", f"case:{case_public_id}"):
        held = _locked(case_public_id, user)
        why = checked_reason(reason)
        if version is not None and held.locked.version != version:
            raise has_moved()
        found = preview(held.case, asked, now=held.now)
        if needs_another(asked, found):
            return _ask(held, asked, user, why)
        _carry_out(held, asked, user, {"reason": why})
        return None


def carry_out(
    case_public_id: UUID | str,
    asked: Asked,
    *,
    user: Actor,
    version: int,
    key: str,
    of: Mapping[str, Any],
    is_confirmed: bool,
) -> None:
    """Do what was asked for earlier, once for the key; `of` goes into the audit. As repair_case.

    What moves a token is refused unless somebody else has confirmed it.
    """
    with act(user, "case.repair", f"case:{case_public_id}"):
        held = _locked(case_public_id, user)
        if held.locked.version != version:
            raise has_moved()
        if not is_confirmed and needs_another(asked, preview(held.case, asked, now=held.now)):
            raise Refused("moves", _("This would move the case on, so another person must confirm it."))
        _carry_out(held, asked, user, of, key)


def seen_by_administrator(scope: Scope, case_public_id: UUID | str) -> Case:
    """The case for who may repair it; NotFound, NotAllowed."""
    case = visible_case(scope, case_public_id)
    _require(scope)
    return case


def has_moved() -> Refused:
    """What was seen is not how the case stands any more."""
    return Refused("moved", _("The case has moved on since you looked at it. Look at it again."))


@contextmanager
def in_plain_words() -> Iterator[None]:
    """What the process refuses, as a refusal whose words people read."""
    try:
        yield
    except InstanceEnded:
        raise CaseNotOpen from None
    except StaleVersion:
        raise has_moved() from None
    except CoreError as error:
        raise Refused(type(error).__name__.lower(), _(type(error).words())) from error


def change_of(asked: Asked, at: ProcessInstance | LockedInstance) -> Change:
    """What the core is to do, values as the diagram declares them that the wait stands in.

    WaitNotFound, WrongType, UndeclaredVariable, and StateUnstorable for text without a form.
    """
    if asked.action == Action.MOVE:
        return Move(asked.wait, asked.target)
    declared = {one.name: one.type for one in engine.seen_at(at, asked.wait).variables}
    values = decoded(declared, asked.values or {})
    if any(not _is_storable(value) for value in values.values()):
        raise StateUnstorable
    return SetVariables(values, asked.wait) if asked.action == Action.SET else Skip(asked.wait, values)


def _is_storable(value: Any) -> bool:
    """Whether the database takes the text that the value is or has."""
    texts = value if isinstance(value, list) else [value]
    return not any(isinstance(text, str) and UNSTORABLE.search(text) for text in texts)


def _locked(case_public_id: UUID | str, user: Actor) -> LockedCase:
    held = lock_case(case_public_id, user)
    _require(held.scope)
    if held.case.status in (Case.Status.CLOSED, Case.Status.WITHDRAWN):
        raise CaseNotOpen
    return held


def _require(scope: Scope) -> None:
    against = permissions.against_running_batches(scope)
    if against is not None:
        raise NotAllowed(against)


def _ask(held: LockedCase, asked: Asked, user: Actor, reason: str) -> Batch:
    arguments = {
        "action": str(asked.action),
        "element": "" if asked.action == Action.CANCEL else engine.seen_at(held.locked, asked.wait).element,
        "target": asked.target,
        "variables": sorted(asked.values or ()),
    }
    wanted = Wanted(KIND, reason, held.case.process_key, arguments, needs_confirming=True)
    target = Target(held.locked.id, told={**asked.told(), "version": held.locked.version})
    return ask_batch(wanted, [target], user=user, begun=Begun(held.now, held.scope))


def _carry_out(held: LockedCase, asked: Asked, user: Actor, of: Mapping[str, Any], key: str = "") -> None:
    details = {"action": str(asked.action), "target": asked.target, **of}
    is_end = asked.action == Action.CANCEL
    step = CaseStep(held.case, user, held.now, "cancel" if is_end else "repair", details=details)
    with steps.under_way(step), in_plain_words():
        if is_end:
            engine.cancel_instance(held.locked, actor=user.name, reason="repair", now=held.now)
        else:
            change = change_of(asked, held.locked)
            result = engine.repair_instance(
                held.locked, change, actor=user.name, now=held.now, idempotency_key=key
            )
            _tell_variables(step, result.completion_id)
    end_step(step)


def _tell_variables(step: CaseStep, completion_id: int) -> None:
    """In the audit: which variables became something else, with keyed hashes of what was and what is."""
    changed = RepairMade.objects.values_list("variables", flat=True).get(completion=completion_id)
    hashes = {name: [keyed_hash(was), keyed_hash(now_is)] for name, was, now_is in changed}
    if hashes:
        about = f"case:{step.case.public_id}"
        fields = {"variables": hashes}
        step.entries.append(Entry("case.variables", step.user.name, step.now, about, fields))
