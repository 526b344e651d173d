"""Lets a case or a process rest, and go on: by an administrator, with a reason. Legal deadlines run on."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from accounts.actors import Actor
from cases import audit, permissions
from cases.audit.chain import keyed_hash
from cases.batch_kinds import batch_kind
from cases.errors import NotAllowed
from cases.models import Batch, BatchItem
from engine import catalog
from engine import services as engine
from engine.locked import LIVE, RUNNING, SUSPENDED
from engine.models import ProcessInstance, Suspension
from engine.services import lock_instance

from .acting import Begun, act, begin
from .batches import Target, Wanted, ask_batch, checked_reason
from .locking import case_of_instance, lock_case

SUSPEND: Final = "suspension"
RESUME: Final = "resumption"


def suspend_case(case_public_id: UUID | str, *, user: Actor, reason: str) -> None:
    """Let a case rest. NotFound, NotAllowed, FormInvalid, CaseNotOpen, CaseSuspended, Busy."""
    with act(user, "case.suspend", f"case:{case_public_id}"):
        held = lock_case(case_public_id, user)
        _require(Begun(held.now, held.scope))
        why = checked_reason(reason)
        engine.suspend_instance(held.locked, reason=why, actor=user.name, now=held.now)
        fields = {"reason": keyed_hash(why), "channel": user.channel}
        audit.record(held.case, user, "case.suspended", f"case:{held.case.public_id}", fields, held.now)


def resume_case(case_public_id: UUID | str, *, user: Actor) -> None:
    """Let a case that rests go on. NotFound, NotAllowed, Refused."""
    with act(user, "case.resume", f"case:{case_public_id}"):
        held = lock_case(case_public_id, user)
        _require(Begun(held.now, held.scope))
        engine.resume_instance(held.locked, actor=user.name, now=held.now)
        fields = {"channel": user.channel}
        audit.record(held.case, user, "case.resumed", f"case:{held.case.public_id}", fields, held.now)


def suspend_process(process: str, *, user: Actor, reason: str, with_running: bool) -> Batch | None:
    """Let nothing new of a process start, and with `with_running` what runs rest, too: then the batch of it.

    NotFound, NotAllowed, FormInvalid, ProcessResting.
    """
    with act(user, "process.suspend", f"process:{process}"):
        begun = begin(user)
        _require(begun)
        key = catalog.current(process).key
        why = checked_reason(reason)
        standing = engine.suspend_process(key, reason=why, actor=user.name, now=begun.now)
        fields = {"reason": keyed_hash(why), "with_running": with_running}
        audit.record_act(user, "process.suspended", f"process:{key}", fields)
        running = ProcessInstance.objects.filter(definition__key=key, status=RUNNING).order_by("id")
        targets = [Target(one) for one in running.values_list("pk", flat=True)] if with_running else []
        if not targets:
            return None
        wanted = Wanted(SUSPEND, why, key, {"suspension": standing.pk})
        return ask_batch(wanted, targets, user=user, begun=begun)


def resume_process(process: str, *, user: Actor) -> Batch | None:
    """Let a process start again, and what rested with it go on: then the batch of it.

    What was put to rest by itself goes on resting. NotFound, NotAllowed, Refused.
    """
    with act(user, "process.resume", f"process:{process}"):
        begun = begin(user)
        _require(begun)
        key = catalog.current(process).key
        standing = Suspension.objects.filter(process=key, resumed_at=None).first()
        engine.resume_process(key, actor=user.name, now=begun.now)
        audit.record_act(user, "process.resumed", f"process:{key}", {})
        if standing is None:
            return None
        rested = BatchItem.objects.filter(
            batch__kind=SUSPEND,
            batch__arguments__suspension=standing.pk,
            status=BatchItem.Status.DONE,
            instance__status=SUSPENDED,
        )
        waiting = Batch.objects.filter(kind=SUSPEND, arguments__suspension=standing.pk, ended_at=None)
        waiting.update(cancelled_at=begun.now, ended_at=begun.now)
        targets = [Target(one) for one in rested.order_by("position").values_list("instance_id", flat=True)]
        if not targets:
            return None
        wanted = Wanted(RESUME, standing.reason, key, {"suspension": standing.pk})
        return ask_batch(wanted, targets, user=user, begun=begun)


@batch_kind(SUSPEND, title=("Lietu apturēšana", "Letting cases rest"))
def suspend_one(batch: Batch, item: BatchItem, actor: Actor) -> None:
    """One case comes to rest with its process."""
    _one(item, actor, "case.suspended", batch)


@batch_kind(RESUME, title=("Lietu atsākšana", "Letting cases go on"))
def resume_one(batch: Batch, item: BatchItem, actor: Actor) -> None:
    """One case goes on with its process."""
    _one(item, actor, "case.resumed", batch)


def _one(item: BatchItem, actor: Actor, action: str, batch: Batch) -> None:
    rests = action == "case.suspended"
    with act(actor, action, f"instance:{item.instance_id}"):
        begun = begin(actor)
        _require(begun)
        locked = lock_instance(item.instance_id or 0)
        if locked.status == (SUSPENDED if rests else RUNNING):
            return
        if rests:
            engine.suspend_instance(locked, reason=batch.reason, actor=actor.name, now=begun.now)
        elif locked.status in LIVE:
            engine.resume_instance(locked, actor=actor.name, now=begun.now)
        case = case_of_instance(locked.id)
        if case is not None:
            fields = {"batch": str(batch.public_id)}
            audit.record(case, actor, action, f"case:{case.public_id}", fields, begun.now)


def _require(begun: Begun) -> None:
    against = permissions.against_running_batches(begun.scope)
    if against is not None:
        raise NotAllowed(against)
