"""Jobs that rest with their instance or their process: no worker finds them until those go on."""

from __future__ import annotations

from typing import Final

from django.db import transaction

from engine import sql
from engine.errors import InstanceSuspended, ProcessSuspended
from engine.leased import Job
from engine.models import ProcessInstance, Suspension, Wait

# A statement of its own before what it protects is read: a statement sees what was there as it began, not as
# it got the lock.
_LOCK_PROCESS: Final = "SELECT pg_advisory_xact_lock(hashtextextended(%(process)s, 1))"
_SHARE_PROCESS: Final = "SELECT pg_advisory_xact_lock_shared(hashtextextended(%(process)s, 1))"
# Whether a job of the instance is being done at this moment: leases live by the real clock of the database.
_IS_LEASED: Final = """
SELECT EXISTS (SELECT FROM engine_wait WHERE instance_id = %(instance)s::bigint AND status = 'due'
    AND lease_until > clock_timestamp()) AS leased
"""


def lock_process(process: str) -> None:
    """Comes first in a transaction that lets a process rest or go on; waits for all that share it."""
    sql.row(_LOCK_PROCESS, {"process": process})


def share_process(process: str) -> None:
    """Until the caller's transaction ends, the process neither comes to rest nor goes on."""
    sql.row(_SHARE_PROCESS, {"process": process})


def is_leased(instance_id: int) -> bool:
    """Whether a job or timer of a locked instance is being done by a worker."""
    row = sql.row(_IS_LEASED, {"instance": instance_id})
    return row is not None and bool(row["leased"])


def hold_jobs(instance_id: int) -> None:
    """Takes what an instance has due away from the workers."""
    due = Wait.objects.filter(instance=instance_id, status=Wait.Status.DUE)
    due.update(status=Wait.Status.HELD, leased_by="", lease_until=None)


def release_jobs(instance_id: int) -> None:
    """Gives what an instance has due back to the workers."""
    held = Wait.objects.filter(instance=instance_id, status=Wait.Status.HELD)
    held.update(status=Wait.Status.DUE)


def of_process(process: str) -> str:
    """Under which key a job rests that would start an instance of a process that rests."""
    return f"process:{process}"


@transaction.atomic
def rest(job: Job, rests: InstanceSuspended | ProcessSuspended) -> None:
    """Lets a leased job wait, its attempt not counted, until what it is for goes on."""
    values: dict[str, object]
    if isinstance(rests, InstanceSuspended):
        key = int(str(rests.details["instance_id"]))
        instance = ProcessInstance.objects.select_for_update().only("status").get(pk=key)
        is_resting = instance.status == ProcessInstance.Status.SUSPENDED
        values = {"instance_id": key}
    else:
        process = str(rests.details["process"])
        share_process(process)
        is_resting = Suspension.objects.filter(process=process, resumed_at=None).exists()
        values = {"correlation_key": of_process(process)}
    if is_resting:
        values["status"] = Wait.Status.HELD
    mine = Wait.objects.filter(pk=job.id, leased_by=job.leased_by, status=Wait.Status.DUE)
    mine.update(**values, leased_by="", lease_until=None, attempts=0)
