"""Lets a process or an instance rest, and go on: what fell due meanwhile is taken up, nothing is lost."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from django.db import IntegrityError, transaction

from engine import wake
from engine.errors import (
    InstanceBusy,
    InstanceEnded,
    InstanceNotSuspended,
    InstanceSuspended,
    ProcessNotSuspended,
    ProcessSuspended,
)
from engine.locked import RUNNING, SUSPENDED, LockedInstance
from engine.models import ProcessInstance, Suspension, Wait
from engine.rearming import rearm
from engine.resting import hold_jobs, is_leased, lock_process, of_process, release_jobs


def suspend_instance(locked: LockedInstance, *, reason: str, actor: str, now: datetime) -> Suspension:
    """Let a locked instance rest: no task of it can be completed, no timer or job of it begins.

    Legal deadlines run on. InstanceEnded, InstanceSuspended, InstanceBusy while a job of it is being done.
    """
    if locked.status == SUSPENDED:
        raise InstanceSuspended
    if locked.status != RUNNING:
        raise InstanceEnded
    if is_leased(locked.id):
        raise InstanceBusy
    hold_jobs(locked.id)
    ProcessInstance.objects.filter(pk=locked.id).update(status=SUSPENDED)
    return Suspension.objects.create(instance_id=locked.id, reason=reason, by=actor, at=now)


def resume_instance(locked: LockedInstance, *, actor: str, now: datetime) -> None:
    """Let a locked instance go on; what is due by now is taken up at once. InstanceNotSuspended."""
    if locked.status != SUSPENDED:
        raise InstanceNotSuspended
    ProcessInstance.objects.filter(pk=locked.id).update(status=RUNNING)
    standing = Suspension.objects.filter(instance=locked.id, resumed_at=None)
    standing.update(resumed_at=now, resumed_by=actor)
    release_jobs(locked.id)
    # A deadline that was extended or stopped meanwhile has not moved what rested.
    rearm(replace(locked, status=RUNNING), now=now)
    transaction.on_commit(wake.workers, robust=True)


def suspend_process(process: str, *, reason: str, actor: str, now: datetime) -> Suspension:
    """Let no new instance of a process start, whatever would start it; ProcessSuspended.

    Starts under way are waited for, so that whoever looks afterwards finds all there are.
    """
    lock_process(process)
    try:
        with transaction.atomic():
            return Suspension.objects.create(process=process, reason=reason, by=actor, at=now)
    except IntegrityError:
        raise ProcessSuspended(process=process) from None


def resume_process(process: str, *, actor: str, now: datetime) -> None:
    """Let instances of a process start again, also those that would have meanwhile; ProcessNotSuspended.

    A step of another instance that would start one goes on as well, unless that instance rests.
    """
    lock_process(process)
    standing = Suspension.objects.filter(process=process, resumed_at=None)
    if not standing.update(resumed_at=now, resumed_by=actor):
        raise ProcessNotSuspended(process=process)
    held = Wait.objects.filter(status=Wait.Status.HELD, correlation_key=of_process(process))
    held.exclude(instance__status=SUSPENDED).update(status=Wait.Status.DUE, correlation_key="")
    transaction.on_commit(wake.workers, robust=True)
