"""Lets a case or a process rest, and go on: by an administrator, with a reason. Legal deadlines run on."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import BigIntegerField, QuerySet
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from cases import audit, permissions
from cases.audit.chain import keyed_hash
from cases.batch_kinds import batch_kind
from cases.errors import CaseSuspended, NotAllowed, Refused
from cases.models import Batch, BatchItem
from engine import catalog
from engine import services as engine
from engine.locked import RUNNING, SUSPENDED
from engine.models import ProcessInstance, Suspension
from engine.resting import share_process
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

    What has not gone on yet since the process rested before then goes on resting.
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
        if not with_running:
            return None
        _leave_the_rest(RESUME, key, begun.now)
        running = ProcessInstance.objects.filter(definition__key=key, status=RUNNING).order_by("id")
        targets = [Target(one) for one in running.values_list("pk", flat=True)]
        if not targets:
            return None
        wanted = Wanted(SUSPEND, why, key, {"suspension": standing.pk})
        return ask_batch(wanted, targets, user=user, begun=begun)


def resume_process(process: str, *, user: Actor) -> Batch | None:
    """Let a process start again, and what rests because of it go on, since whenever: then the batch of it.

    What was put to rest by itself goes on resting. NotFound, NotAllowed, Refused.
    """
    with act(user, "process.resume", f"process:{process}"):
        begun = begin(user)
        _require(begun)
        key = catalog.current(process).key
        standing = Suspension.objects.filter(process=key, resumed_at=None).first()
        # Whoever puts a case to rest with the process at this moment is waited for, and nobody does after it.
        engine.resume_process(key, actor=user.name, now=begun.now)
        audit.record_act(user, "process.resumed", f"process:{key}", {})
        _leave_the_rest(SUSPEND, key, begun.now)
        resting = _resting_with(key).order_by("batch", "position")
        targets = [Target(one) for one in resting.values_list("instance", flat=True)]
        if standing is None or not targets:
            return None
        wanted = Wanted(RESUME, standing.reason, key, {"suspension": standing.pk})
        return ask_batch(wanted, targets, user=user, begun=begun)


def _leave_the_rest(kind: str, process: str, now: datetime) -> None:
    """What has had no turn yet does not come to rest, or go on, with the process any more."""
    going = Batch.objects.filter(kind=kind, process_key=process, ended_at=None)
    waiting = BatchItem.objects.filter(batch__in=going, status=BatchItem.Status.WAITING)
    waiting.update(status=BatchItem.Status.NOT_RUN, at=now)
    going.update(cancelled_at=now, ended_at=now)


def _resting_with(process: str) -> QuerySet[BatchItem]:
    """What put each to rest that rests because of the process and of nothing else, told as done or not."""
    standing = Suspension.objects.filter(resumed_at=None, process="").values("pk")
    put_by = Cast(KeyTextTransform("suspension", "before"), BigIntegerField())
    items = BatchItem.objects.filter(batch__kind=SUSPEND, batch__process_key=process)
    return items.alias(put_by=put_by).filter(instance__status=SUSPENDED, put_by__in=standing)


@batch_kind(SUSPEND, title=("Lietu apturēšana", "Letting cases rest"))
def suspend_one(batch: Batch, item: BatchItem, actor: Actor) -> None:
    """One case comes to rest with its process, unless that has gone on; the item keeps which rest it is."""
    with act(actor, "case.suspended", f"instance:{item.instance_id}"):
        begun = begin(actor)
        _require(begun)
        locked = lock_instance(item.instance_id or 0)
        _must_rest(batch)
        if locked.status == SUSPENDED:
            return
        standing = engine.suspend_instance(locked, reason=batch.reason, actor=actor.name, now=begun.now)
        item.before = {"suspension": standing.pk}
        item.save(update_fields=["before"])
        _record(locked.id, batch, actor, begun, "case.suspended")


def _must_rest(batch: Batch) -> None:
    """Refused if the process rests no more; until the end of the transaction it does."""
    standing = Suspension.objects.select_for_update(no_key=True).filter(pk=batch.arguments["suspension"])
    if not standing.filter(resumed_at=None).exists():
        raise Refused("goes_on", _("The process goes on already."))


@batch_kind(RESUME, title=("Lietu atsākšana", "Letting cases go on"))
def resume_one(batch: Batch, item: BatchItem, actor: Actor) -> None:
    """One case goes on with its process, unless that rests again, or the case for a reason of its own."""
    with act(actor, "case.resumed", f"instance:{item.instance_id}"):
        begun = begin(actor)
        _require(begun)
        share_process(batch.process_key)
        _must_go_on(batch)
        locked = lock_instance(item.instance_id or 0)
        if locked.status != SUSPENDED:
            return
        if not _resting_with(batch.process_key).filter(instance=locked.id).exists():
            raise CaseSuspended
        engine.resume_instance(locked, actor=actor.name, now=begun.now)
        _record(locked.id, batch, actor, begun, "case.resumed")


def _must_go_on(batch: Batch) -> None:
    """Refused if the batch is over: the process rests again with what ran, or a person cancelled it."""
    if not Batch.objects.filter(pk=batch.pk, ended_at=None).exists():
        raise Refused("batch_state", _("This was cancelled already."))


def _record(instance_id: int, batch: Batch, actor: Actor, begun: Begun, action: str) -> None:
    case = case_of_instance(instance_id)
    if case is not None:
        fields = {"batch": str(batch.public_id)}
        audit.record(case, actor, action, f"case:{case.public_id}", fields, begun.now)


def _require(begun: Begun) -> None:
    against = permissions.against_running_batches(begun.scope)
    if against is not None:
        raise NotAllowed(against)
