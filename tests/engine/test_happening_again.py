"""An event that does not interrupt happens for each message and signal, once each, in its rows too."""

from __future__ import annotations

from collections import Counter
from functools import partial

import pytest
from django.db import transaction

from engine import clock, jobs
from engine.checks import invariants
from engine.errors import EngineError, TaskNotOpen
from engine.models import Completion, Message, ProcessInstance, Task, Wait
from engine.services import broadcast_signal, correlate_message
from tests.core import diagrams as core
from tests.plugins.at_once import at_once

from . import diagrams as d
from .conftest import begin, complete, run
from .ungated import put

pytestmark = pytest.mark.django_db


def noting(deploy, kind: str = "message"):
    """A task, then one during which each note about the case opens a task of its own."""
    keyed = {"correlation_key": "case-${no}", "writes": "said"} if kind == "message" else {}
    return deploy(
        d.process(
            "noting",
            *(d.start(), d.user("ask"), d.user("work"), d.user("after"), d.end()),
            *(d.awaits("noted", "note", "work", kind=kind, interrupting=False, **keyed), d.user("read")),
            *(d.end("end2"), d.flows("start ask work after end", "noted read end2")),
            no="int", said="int", **{f"{kind}s": ("note",)},
        )
    )  # fmt: skip


def send(number: int, key: str = "case-1") -> None:
    with transaction.atomic():
        correlate_message(
            "note", key=key, message_id=f"m-{number}", variables={"said": number}, now=clock.now()
        )


def broadcast(number: int, name: str = "note") -> None:
    with transaction.atomic():
        broadcast_signal(name, message_id=f"s-{number}", variables={}, now=clock.now())


def open_tasks(step) -> Counter[str]:
    rows = Task.objects.filter(instance=step.instance.id, status="open")
    return Counter(rows.values_list("element", flat=True))


def happened(step) -> list[tuple[str, str]]:
    rows = Completion.objects.filter(instance=step.instance.id, kind="event")
    return list(rows.order_by("version").values_list("kind", "element"))


def test_each_message_opens_a_task_and_closes_a_wait_of_its_own(deploy):
    step = begin(noting(deploy), no=1)
    complete(step, "ask")
    for number in range(3):
        send(number)
        send(number)
        run()

    assert open_tasks(step) == {"work": 1, "read": 3}
    waits = Wait.objects.filter(instance=step.instance.id, kind="subscription").order_by("id")
    first = waits[0].wait_id
    assert [(w.status, w.topic, w.correlation_key, w.arguments) for w in waits] == [
        ("done", "message:note", "case-1", {}),
        *[("done", "message:note", "case-1", {"first": first})] * 2,
        ("waiting", "message:note", "case-1", {"first": first}),
    ]
    assert len({w.wait_id for w in waits}) == 4
    assert happened(step) == [("event", "noted")] * 3
    assert {m.receiver_id for m in Message.objects.all()} == {step.instance.id}
    assert invariants() == []


def test_messages_that_came_before_the_step_are_each_delivered(deploy):
    step = begin(noting(deploy), no=1)
    complete(step, "ask")
    for number in range(4):
        send(number)

    run()

    assert open_tasks(step) == {"work": 1, "read": 4}
    assert not Message.objects.filter(delivered_at=None).exists()
    assert invariants() == []


def test_messages_kept_before_the_activity_opened_are_delivered_one_after_another(deploy):
    step = begin(noting(deploy), no=1)
    for number in range(4):
        send(number)
    send(9, key="case-2")
    run()
    assert open_tasks(step) == {"ask": 1}

    complete(step, "ask")
    run()

    assert open_tasks(step) == {"work": 1, "read": 4}
    assert [m.message_id for m in Message.objects.filter(delivered_at=None)] == ["m-9"]
    taken = Message.objects.exclude(delivered_at=None).order_by("delivered_at", "id")
    assert [m.message_id for m in taken] == [f"m-{number}" for number in range(4)]


def test_a_second_kept_message_reaches_a_wait_that_the_first_one_opens(deploy):
    awaits = [d.awaits(key, "note", correlation_key="case-${no}") for key in ("one", "two")]
    files = d.sequence("twice", d.user("ask"), *awaits, d.user("after"), messages=("note",), no="int")
    step = begin(deploy(files), no=1)
    send(1)
    send(2)
    run()

    complete(step, "ask")
    run()

    assert open_tasks(step) == {"after": 1}
    assert not Message.objects.filter(delivered_at=None).exists()


def test_a_message_after_its_activity_is_kept_and_a_signal_is_not(deploy):
    step = begin(noting(deploy), no=1)
    complete(step, "ask")
    send(1)
    run()
    complete(step, "work")
    send(2)
    run()

    assert open_tasks(step) == {"after": 1, "read": 1}
    assert [m.message_id for m in Message.objects.filter(delivered_at=None)] == ["m-2"]
    statuses = Wait.objects.filter(instance=step.instance.id, kind="subscription").order_by("id")
    assert [w.status for w in statuses] == ["done", "cancelled"]


def test_signals_sent_before_one_is_delivered_all_happen(deploy):
    step = begin(noting(deploy, "signal"), no=1)
    complete(step, "ask")
    for number in range(3):
        broadcast(number)

    # All are spread to the same wait before the first of them is delivered.
    for _ in range(3):
        jobs.run(jobs.lease("w"))
    assert happened(step) == []
    run()

    assert open_tasks(step) == {"work": 1, "read": 3}
    assert happened(step) == [("event", "noted")] * 3
    assert invariants() == []


def test_a_signal_spread_before_its_activity_ended_is_over_with_it(deploy):
    step = begin(noting(deploy, "signal"), no=1)
    complete(step, "ask")
    broadcast(1)
    broadcast(2)
    for _ in range(2):
        jobs.run(jobs.lease("w"))
    jobs.run(jobs.lease("w"))
    assert open_tasks(step) == {"work": 1, "read": 1}
    complete(step, "work")

    run()

    assert open_tasks(step) == {"after": 1, "read": 1}
    assert Wait.objects.filter(topic="engine.deliver").exclude(status="done").count() == 0


def test_each_instance_of_a_subprocess_hears_each_signal_for_itself():
    inside = core.subprocess(
        "inside", core.start("s"), core.user("work"), core.end("e"), core.chain("s", "work", "e"),
        core.recalled("noted", "work", interrupting=False, signal=True), core.user("read"),
        core.end("e2"), core.chain("noted", "read", "e2"),
    )  # fmt: skip
    files = core.files(
        core.start(), core.each(inside, number="2"), core.end(), core.chain("start", "inside", "end")
    )
    step = begin(put(files))
    broadcast(1, "B")
    broadcast(2, "B")
    broadcast(3, "B")

    run()

    assert open_tasks(step) == {"work": 2, "read": 6}
    for number in range(4, 7):
        broadcast(number, "B")
    for _ in range(3):
        jobs.run(jobs.lease("w"))
    complete(step, "work")
    run()

    assert open_tasks(step) == {"work": 1, "read": 9}
    waits = Wait.objects.filter(instance=step.instance.id, kind="subscription")
    first = Counter((w.arguments.get("first", w.wait_id), w.status) for w in waits)
    assert sorted((status, count) for (_, status), count in first.items()) == [
        ("cancelled", 1),
        ("done", 3),
        ("done", 6),
        ("waiting", 1),
    ]
    assert invariants() == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("kind", ["message", "signal"])
def test_workers_at_once_let_each_happen_exactly_once(deploy, kind):
    definition = noting(deploy, kind)
    steps = [begin(definition, no=number) for number in range(3)]
    for step in steps:
        complete(step, "ask")
    news = range(6)

    def sending(number: int) -> None:
        if kind == "signal":
            broadcast(number)
        else:
            send(number, key=f"case-{number % 3}")

    at_once(*(partial(sending, number // 2) for number in range(12)), expected=EngineError)
    at_once(*(partial(jobs.run_due, name, until_empty=True) for name in ("one", "two", "three")))
    run()

    each = 6 if kind == "signal" else 2
    assert Message.objects.count() == len(news)
    assert [open_tasks(step) for step in steps] == [{"work": 1, "read": each}] * 3
    assert [len(happened(step)) for step in steps] == [each] * 3
    assert invariants() == []


@pytest.mark.django_db(transaction=True)
def test_a_message_and_the_end_of_its_activity_at_once_lose_nothing(deploy):
    definition = noting(deploy)
    steps = [begin(definition, no=number) for number in range(6)]
    for number, step in enumerate(steps):
        complete(step, "ask")
        for again in range(2):
            send(10 * number + again, key=f"case-{number}")

    at_once(
        lambda: jobs.run_due("one", until_empty=True),
        lambda: [complete(step, "work") for step in steps],
        lambda: jobs.run_due("two", until_empty=True),
        expected=(EngineError, TaskNotOpen),
    )
    run()

    for step in steps:
        taken = Message.objects.filter(receiver=step.instance.id, delivered_at__isnull=False).count()
        assert open_tasks(step) == Counter({"after": 1, "read": taken})
        assert len(happened(step)) == taken
    assert Message.objects.count() == 12
    assert set(ProcessInstance.objects.values_list("status", flat=True)) == {"running"}
    assert invariants() == []
