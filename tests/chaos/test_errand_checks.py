"""The checks of the errands find what was lost, doubled or told wrongly; a check that cannot fail is none."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from cases import campaigns
from cases.models import AuditEntry, Batch, BatchItem, BulkAction, BulkItem, Case
from cases.services import incidents, migrating, repairs, suspending
from engine.invariants import all_invariants
from engine.models import Completion, Incident, Message, RepairMade, Suspension, Wait
from tests.chaos.errands.checks import problems
from tests.chaos.errands.walked import Walked, walk
from tests.chaos.test_checks import again, past_the_guards
from tests.plugins.database import as_owner


@pytest.fixture
def walked(db: None, tmp_path: Path) -> Walked:
    return walk(tmp_path)


def found(walked: Walked) -> list[str]:
    return list(problems(walked.record))


def errand(message_id: str) -> int:
    """The process instance that a message reached or started."""
    key = Message.objects.get(message_id=message_id).receiver_id
    assert key is not None
    return key


def item_of(kind: str) -> BatchItem:
    return BatchItem.objects.filter(batch__kind=kind, status="done").order_by("id")[0]


def test_errands_of_every_kind_that_went_well_have_no_problem(walked: Walked) -> None:
    assert found(walked) == []

    assert all_invariants() == []
    kinds = Batch.objects.order_by("id").values_list("kind", flat=True)
    assert list(kinds) == [
        campaigns.KIND,
        migrating.KIND,
        migrating.UNDO,
        suspending.SUSPEND,
        suspending.RESUME,
        repairs.KIND,
        repairs.KIND,
        incidents.RETRY,
    ]
    assert Case.objects.filter(process_key="errand", status="closed").count() == 7
    assert set(BatchItem.objects.values_list("status", flat=True)) == {"done"}
    assert BulkItem.objects.filter(status="done").count() == 4


def test_a_message_that_is_lost_or_unknown_or_another_is_found(walked: Walked) -> None:
    sent = walked.sent.pop("answered-2")
    walked.sent |= {"asked-9": sent, "asked-1": sent}

    assert found(walked) == [
        "message answered-2 is there, and nobody knows of it",
        f"message asked-1 was accepted as {sent['id']} and is another",
        "message asked-9 was accepted and is not there",
    ]


def test_a_message_that_nobody_got_is_found(walked: Walked) -> None:
    one = errand("answered-1")
    Message.objects.filter(message_id="answered-1").update(delivered_at=None)

    assert found(walked) == [
        "message answered-1 was delivered to nobody",
        f"errand {one} was asked for as ['errand-1'] and answered as []",
    ]


def test_an_answer_that_went_to_another_errand_is_found(walked: Walked) -> None:
    one, two = errand("asked-1"), errand("asked-2")
    Message.objects.filter(message_id="answered-1").update(receiver=two)

    assert found(walked) == [
        f"errand {one} was asked for as ['errand-1'] and answered as []",
        f"errand {two} was asked for as ['errand-2'] and answered as ['errand-1', 'errand-2']",
    ]


def test_an_errand_that_two_messages_started_is_found(walked: Walked) -> None:
    one, two = errand("asked-1"), errand("asked-2")
    Message.objects.filter(message_id="asked-2").update(receiver=one)

    told = found(walked)

    assert f"errand {one} began at asked, and was asked for by 2 messages" in told
    assert f"errand {two} began at asked, and was asked for by 0 messages" in told


def test_a_signal_whose_delivery_is_lost_or_not_done_is_found(walked: Walked) -> None:
    bell = Message.objects.filter(name="errand.bell").order_by("id")[0]
    drill = Message.objects.get(name="errand.drill")
    Wait.objects.filter(natural_key__startswith=f"signal:{bell.pk}:").order_by("id")[0].delete()
    past_the_guards("engine_wait", f"status = 'cancelled' WHERE natural_key LIKE 'engine.start:{drill.pk}:%'")

    assert sorted(found(walked)) == [
        f"signal {bell.message_id} reached 2 and became 1 jobs",
        f"signal {drill.message_id}: of its jobs 1 are not done",
    ]


def test_an_errand_that_a_signal_or_the_calendar_did_not_start_or_started_twice_is_found(
    walked: Walked,
) -> None:
    past_the_guards("engine_completion", "element = 'hour_1' WHERE element = 'drilled'")

    assert found(walked) == [
        "1 signals were to start an errand, and 0 began by one",
        "hour_1 has come 1 times, and 2 errands began by it",
    ]


@pytest.mark.parametrize("element", ["answered", "rung", "stamp"])
def test_a_step_that_is_lost_or_doubled_is_found(walked: Walked, element: str) -> None:
    one = errand("asked-1")
    step = Completion.objects.get(instance=one, element=element)
    again(step, version=99)
    (doubled,) = found(walked)
    Completion.objects.filter(instance=one, element=element).delete()
    (lost,) = found(walked)

    assert doubled.startswith(f"errand {one} began at asked and its steps are")
    assert f"{element}': 2" in doubled
    assert element not in lost.partition("steps are")[2]


def test_a_stamp_that_was_skipped_and_done_or_skipped_twice_is_found(walked: Walked) -> None:
    skip = RepairMade.objects.get(action="skip")
    one = errand("asked-1")
    stamped = Completion.objects.get(instance=one, element="stamp")
    again(stamped, instance_id=skip.completion.instance_id, version=98)
    step = again(Completion.objects.get(pk=skip.completion_id), version=99, idempotency_key="")
    again(skip, completion_id=step.pk)

    two = step.instance_id
    assert found(walked) == [
        f"errand {two} began at asked and its steps are "
        "{'event answered': 1, 'event rung': 1, 'job stamp': 1}",
        f"errand {two}: its stamp was skipped 2 times",
    ]


def test_an_errand_that_is_open_or_has_no_case_is_found(walked: Walked) -> None:
    one, two = errand("asked-1"), errand("asked-2")
    past_the_guards("engine_processinstance", f"status = 'running' WHERE id = {one}")
    Case.objects.filter(instance=two).update(process_key="other")

    assert found(walked) == [f"errand {one} is running", f"errand {two} is the process of 0 cases"]


def test_what_rests_still_is_found(walked: Walked) -> None:
    standing = Suspension.objects.exclude(instance=None).order_by("id")[0]
    Suspension.objects.filter(pk=standing.pk).update(resumed_at=None)
    Suspension.objects.filter(process="errand").update(resumed_at=None)
    job = Wait.objects.filter(topic="errand.stamp").order_by("id")[0]
    past_the_guards("engine_wait", f"status = 'held' WHERE id = {job.pk}")
    with as_owner():
        entry = AuditEntry.objects.filter(action="case.resumed").order_by("id")[0]
        entry.delete()

    assert found(walked) == [
        "errand rests",
        f"errand {standing.instance_id} rests",
        f"job {job.pk} (errand.stamp) rests",
        f"{entry.chain} came to rest 1 times and went on 0 times",
    ]


def test_an_institution_whose_case_is_lost_or_not_told_is_found(walked: Walked) -> None:
    item = item_of(campaigns.KIND)
    case = Case.objects.get(instance=item.instance_id)
    name = f"batch {item.batch_id} (campaign)"
    BatchItem.objects.filter(pk=item.pk).update(status="failed")
    not_told = found(walked)
    BatchItem.objects.filter(pk=item.pk).update(status="done")
    Case.objects.filter(pk=case.pk).update(start_key="")
    lost = found(walked)
    Case.objects.filter(pk=case.pk).update(start_key=campaigns.key_of(item.batch.public_id))
    item.delete()

    assert not_told == [f"{name}: institution {item.key} is failed and has 1 cases"]
    assert lost == [f"{name}: institution {item.key} is done and has 0 cases"]
    assert found(walked) == [f"{name}: institution {case.organisation_id} has a case and no item"]


def test_an_item_without_an_end_a_batch_without_one_and_wrong_counts_are_found(walked: Walked) -> None:
    item = item_of(repairs.KIND)
    name = f"batch {item.batch_id} (repair)"
    record = walked.record
    BatchItem.objects.filter(pk=item.pk).update(status="waiting")
    Batch.objects.filter(pk=item.batch_id).update(ended_at=None)

    assert list(problems(record)) == [
        f"{name} is running",
        f"{name}: item 0 is waiting",
        f"{name} told {{'waiting': 0, 'done': 1, 'failed': 0, 'refused': 0, 'not_run': 0}}, and its rows are "
        "{'waiting': 1, 'done': 0, 'failed': 0, 'refused': 0, 'not_run': 0}",
        f"{name}: item 0 is waiting and was done 1 times",
    ]


def test_an_item_that_had_no_turn_in_a_batch_that_went_on_to_its_end_is_found(walked: Walked) -> None:
    item = item_of(incidents.RETRY)
    BatchItem.objects.filter(pk=item.pk).update(status="not_run")

    assert f"batch {item.batch_id} (retry): item 0 is not_run" in found(walked)


def test_a_decision_that_is_lost_or_that_nobody_was_told_of_is_found(walked: Walked) -> None:
    bulk = BulkAction.objects.get()
    first, second, third, last = bulk.items.order_by("position")
    past_the_guards("engine_completion", f"idempotency_key = '' WHERE task_id = {first.task_id}")
    BulkItem.objects.filter(pk=second.pk).update(status="refused")
    BulkItem.objects.filter(pk=third.pk).update(status="waiting")
    BulkAction.objects.update(ended_at=None)
    last.delete()

    name = f"bulk {bulk.pk}"
    assert found(walked) == [
        f"{name} has not ended",
        f"{name}: item 0 is done and was decided 0 times",
        f"{name}: item 1 is refused and was decided 1 times",
        f"{name}: item 2 is waiting",
        f"{name}: item 2 is waiting and was decided 1 times",
        f"{name}: task {last.task_id} was decided and has no item",
    ]


@pytest.mark.parametrize(
    "kind", [migrating.KIND, migrating.UNDO, suspending.SUSPEND, suspending.RESUME, repairs.KIND]
)
def test_an_item_that_was_done_and_is_told_as_refused_is_found(walked: Walked, kind: str) -> None:
    item = item_of(kind)
    BatchItem.objects.filter(pk=item.pk).update(status="refused")

    name = f"batch {item.batch_id} ({kind})"
    assert found(walked) == [f"{name}: item {item.position} is refused and was done 1 times"]


def test_a_move_that_is_told_as_done_and_left_no_trace_is_found(walked: Walked) -> None:
    item = item_of(migrating.KIND)
    case = Case.objects.get(instance=item.instance_id)
    with as_owner():
        AuditEntry.objects.get(
            chain=f"case:{case.pk}", action="case.migrated", fields__batch=str(item.batch.public_id)
        ).delete()

    name = f"batch {item.batch_id} (migration)"
    assert found(walked) == [f"{name}: item {item.position} is done and was done 0 times"]


def test_a_case_that_was_moved_and_has_no_item_is_found(walked: Walked) -> None:
    item = item_of(migrating.UNDO)
    case = Case.objects.get(instance=item.instance_id)
    item.delete()

    name = f"batch {item.batch_id} (migration_undo)"
    assert found(walked) == [f"{name}: case:{case.pk} was changed and has no item"]


def test_a_retry_that_is_told_as_what_it_was_not_is_found(walked: Walked) -> None:
    item = item_of(incidents.RETRY)
    BatchItem.objects.filter(pk=item.pk).update(status="refused")
    refused = found(walked)
    BatchItem.objects.filter(pk=item.pk).update(status="done")
    Incident.objects.filter(public_id=item.key).update(resolved_at=None)

    name = f"batch {item.batch_id} (retry)"
    assert refused == [f"{name}: item 0 is refused and its incident is resolved"]
    assert found(walked) == [f"{name}: item 0 is done and its incident is open"]


def test_a_batch_that_the_product_told_of_otherwise_is_found(walked: Walked) -> None:
    record = walked.record
    key = str(Batch.objects.get(kind=incidents.RETRY).public_id)
    told = {**record.batches[key], "total": 2}

    (said,) = problems(replace(record, batches={**record.batches, key: told}))

    assert "(retry) told" in said
