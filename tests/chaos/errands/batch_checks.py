"""What must hold of acts on many: every item has one end, which tells what happened, and it happened once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from cases import campaigns
from cases.models import AuditEntry, Batch, BatchItem, BulkAction, BulkItem, Case
from cases.services import incidents, migrating, repairs, suspending
from engine.models import Completion, Incident
from tests.chaos.errands.record import Record

COUNTED = ("waiting", "done", "failed", "refused", "not_run")
# The audit rows by which the items of these kinds are seen.
SEEN_BY = {
    migrating.KIND: "case.migrated",
    migrating.UNDO: "case.migrated",
    suspending.SUSPEND: "case.suspended",
    suspending.RESUME: "case.resumed",
}
Status = BatchItem.Status


def batch_problems(record: Record) -> Iterator[str]:
    """One sentence for everything that does not hold."""
    for batch in Batch.objects.order_by("id"):
        items = list(batch.items.select_related("instance").order_by("position"))
        yield from _ended(batch, items)
        yield from _counts(batch, items, record.batches.get(str(batch.public_id)))
        if batch.kind == campaigns.KIND:
            yield from _campaign(batch, items)
        elif batch.kind in SEEN_BY:
            yield from _audited(batch, items)
        elif batch.kind == repairs.KIND:
            yield from _repaired(batch, items)
        elif batch.kind == incidents.RETRY:
            yield from _retried(batch, items)
    for bulk in BulkAction.objects.order_by("id"):
        yield from _decided(bulk)


def _ended(batch: Batch, items: Iterable[BatchItem]) -> Iterator[str]:
    if batch.state not in (Batch.State.ENDED, Batch.State.CANCELLED):
        yield f"{_name(batch)} is {batch.state}"
    for item in items:
        if item.status == Status.WAITING or (item.status == Status.NOT_RUN and batch.cancelled_at is None):
            yield f"{_name(batch)}: item {item.position} is {item.status}"


def _counts(batch: Batch, items: Iterable[BatchItem], told: Mapping[str, Any] | None) -> Iterator[str]:
    """What the product said of a batch that had ended is what its rows say."""
    if told is None:
        return
    rows = Counter(str(item.status) for item in items)
    said = {name: told[name] for name in COUNTED}
    there = {name: rows[name] for name in COUNTED}
    if said != there or told["total"] != rows.total():
        yield f"{_name(batch)} told {said}, and its rows are {there}"


def _campaign(batch: Batch, items: Iterable[BatchItem]) -> Iterator[str]:
    """An institution whose item is done has one case of the campaign, and that is the item's."""
    found: dict[int, list[int]] = {}
    started = Case.objects.filter(start_key=campaigns.key_of(batch.public_id))
    for organisation, instance in started.values_list("organisation", "instance"):
        found.setdefault(organisation, []).append(instance)
    for item in items:
        wanted = [item.instance_id] if item.status == Status.DONE else []
        if (cases := found.pop(int(item.key), [])) != wanted:
            yield f"{_name(batch)}: institution {item.key} is {item.status} and has {len(cases)} cases"
    for organisation in found:
        yield f"{_name(batch)}: institution {organisation} has a case and no item"


def _audited(batch: Batch, items: Iterable[BatchItem]) -> Iterator[str]:
    """What is done was done at most once, what is not done never; what a move keeps for its undoing is there.

    A case that stood already where it should be is done without a step.
    """
    cases = dict(Case.objects.filter(instance__batch_items__batch=batch).values_list("instance", "pk"))
    entries = AuditEntry.objects.filter(action=SEEN_BY[batch.kind], fields__batch=str(batch.public_id))
    times = Counter(entries.values_list("chain", flat=True))
    for item in items:
        seen = times.pop(f"case:{cases.get(item.instance_id or 0)}", 0)
        moved = batch.kind == migrating.KIND and (item.before is not None) != (seen == 1)
        if seen > int(item.status == Status.DONE) or moved:
            yield f"{_name(batch)}: item {item.position} is {item.status} and was done {seen} times"
    for chain in times:
        yield f"{_name(batch)}: {chain} was changed and has no item"


def _repaired(batch: Batch, items: Iterable[BatchItem]) -> Iterator[str]:
    for item in items:
        key = f"batch:{batch.public_id}:{item.pk}"
        times = Completion.objects.filter(instance=item.instance_id, idempotency_key=key).count()
        if times != int(item.status == Status.DONE):
            yield f"{_name(batch)}: item {item.position} is {item.status} and was done {times} times"


def _retried(batch: Batch, items: Iterable[BatchItem]) -> Iterator[str]:
    """What is done is resolved, and what the batch resolved is done."""
    for item in items:
        incident = Incident.objects.get(public_id=item.key)
        by = incident.resolved_at is not None and incident.resolved_by == batch.asked_by.username
        here = by and batch.started_at <= incident.resolved_at <= batch.ended_at
        if (item.status == Status.DONE and incident.resolved_at is None) or (
            here and item.status != Status.DONE
        ):
            state = "open" if incident.resolved_at is None else "resolved"
            yield f"{_name(batch)}: item {item.position} is {item.status} and its incident is {state}"


def _decided(bulk: BulkAction) -> Iterator[str]:
    """Each task that is told as done was decided once under the key of its item; no other was."""
    name = f"bulk {bulk.pk}"
    if bulk.ended_at is None:
        yield f"{name} has not ended"
    keys = Counter(
        Completion.objects.filter(
            kind="task", idempotency_key__startswith=f"bulk:{bulk.public_id}:"
        ).values_list("task", flat=True)
    )
    for item in bulk.items.order_by("position"):
        if item.status not in (BulkItem.Status.DONE, BulkItem.Status.REFUSED):
            yield f"{name}: item {item.position} is {item.status}"
        if (times := keys.pop(item.task_id, 0)) != int(item.status == BulkItem.Status.DONE):
            yield f"{name}: item {item.position} is {item.status} and was decided {times} times"
    for task in keys:
        yield f"{name}: task {task} was decided and has no item"


def _name(batch: Batch) -> str:
    return f"batch {batch.pk} ({batch.kind})"
