"""Lets a case or a process rest, and go on: by an administrator, with a reason. Legal deadlines run on."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from cases import audit, permissions
from cases.audit.chain import keyed_hash
from cases.batch_kinds import batch_kind
from cases.errors import NotAllowed, Refused
from cases.models import Batch, BatchItem
from engine import catalog
from engine import services as engine
from engine.locked import RUNNING, SUSPENDED
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
        # Whoever puts a case to rest with the process at this moment is waited for, and nobody does after it.
        engine.resume_process(key, actor=user.name, now=begun.now)
        audit.record_act(user, "process.resumed", f"process:{key}", {})
        if standing is None:
            return None
        put_to_rest = Batch.objects.filter(kind=SUSPEND, arguments__suspension=standing.pk)
        _leave_the_rest(put_to_rest, begun.now)
        targets = [Target(one) for one in _resting_with(put_to_rest)]
        if not targets:
            return None
        wanted = Wanted(RESUME, standing.reason, key, {"suspension": standing.pk})
        return ask_batch(wanted, targets, user=user, begun=begun)


def _leave_the_rest(put_to_rest: QuerySet[Batch], now: datetime) -> None:
    """What has had no turn yet does not come to rest any more."""
    going = put_to_rest.filter(ended_at=None)
    waiting = BatchItem.objects.filter(batch__in=going, status=BatchItem.Status.WAITING)
    waiting.update(status=BatchItem.Status.NOT_RUN, at=now)
    going.update(cancelled_at=now, ended_at=now)


def _resting_with(put_to_rest: QuerySet[Batch]) -> Iterator[int]:
    """The instances that rest because of the process and of nothing else, told or not yet told as done."""
    items = BatchItem.objects.filter(batch__in=put_to_rest, instance__status=SUSPENDED).order_by("position")
    resting = set(Suspension.objects.filter(resumed_at=None).values_list("pk", flat=True))
    for instance_id, before in items.values_list("instance_id", "before"):
        if instance_id is not None and before is not None and before["suspension"] in resting:
            yield instance_id


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
    """One case goes on with its process."""
    with act(actor, "case.resumed", f"instance:{item.instance_id}"):
        begun = begin(actor)
        _require(begun)
        locked = lock_instance(item.instance_id or 0)
        if locked.status != SUSPENDED:
            return
        engine.resume_instance(locked, actor=actor.name, now=begun.now)
        _record(locked.id, batch, actor, begun, "case.resumed")


def _record(instance_id: int, batch: Batch, actor: Actor, begun: Begun, action: str) -> None:
    case = case_of_instance(instance_id)
    if case is not None:
        fields = {"batch": str(batch.public_id)}
        audit.record(case, actor, action, f"case:{case.public_id}", fields, begun.now)


def _require(begun: Begun) -> None:
    against = permissions.against_running_batches(begun.scope)
    if against is not None:
        raise NotAllowed(against)
