"""Processes that begin by a message or a signal: one instance for each, whatever happens."""

from __future__ import annotations

from functools import partial

import pytest
from django.db import transaction

from engine import catalog, clock, jobs
from engine.checks import invariants
from engine.core.errors import DiagramRefused
from engine.core.machine import Machine
from engine.errors import MessageStartTaken
from engine.models import Completion, Incident, Message, ProcessInstance, ProcessStart, Task
from engine.services import (
    broadcast_signal,
    cancel_instance,
    correlate_message,
    lock_instance,
    retry_incident,
)
from tests.plugins.at_once import at_once

from . import diagrams as d
from .conftest import begin, complete, complete_by_id, instances, later, run

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("weekdays")]


def permits(key: str = "permit", message: str = "applied", mark: str = "") -> dict[str, bytes]:
    """Begins by an application, waits for the answer to it, then a task."""
    return d.process(
        key,
        d.begins("applied", message, writes="permit until"),
        d.user("check", group=f"clerk@{mark or 1}"), d.end(), d.flows("applied check end"),
        messages=(message,), people=False, permit="int", until="date",
    )  # fmt: skip


def send(key: str = "", message_id: str = "m-1", name: str = "applied", **variables) -> Message:
    with transaction.atomic():
        return correlate_message(name, key=key, message_id=message_id, variables=variables, now=clock.now())


def broadcast(name: str, message_id: str = "s-1", **variables) -> Message:
    with transaction.atomic():
        return broadcast_signal(name, message_id=message_id, variables=variables, now=clock.now())


def variables_of(row: ProcessInstance) -> dict:
    return Machine.load(catalog.definition(row.definition_id), bytes(row.state)).variables


def finish(row: ProcessInstance) -> None:
    complete_by_id(row.pk, Task.objects.get(instance=row, status="open").pk)


def test_a_message_starts_one_instance_with_what_it_brings(deploy):
    version = deploy(permits())

    message = send("k-1", permit=7, until="2027-01-31", other="not taken")
    send("k-1", permit=7, until="2027-01-31", other="not taken")
    run()

    (row,) = instances("permit")
    assert (row.definition_id, row.status) == (version.pk, "running")
    kept = variables_of(row)
    assert (kept["permit"], kept["until"].isoformat(), "other" in kept) == (7, "2027-01-31", False)
    step = Completion.objects.get(instance=row)
    assert (step.kind, step.element, step.actor) == ("start", "applied", "system")
    message.refresh_from_db()
    assert (message.receiver_id, message.started, message.delivered_at is None) == (row.pk, True, False)
    assert invariants() == []


def test_who_waits_for_the_key_goes_before_the_start(deploy):
    deploy(permits())
    waiting = begin(
        deploy(
            d.sequence(
                "other", d.awaits("answer", "applied", correlation_key="k-${no}"), d.user("after"),
                messages=("applied",), no="int",
            )
        ),
        no=1,
    )  # fmt: skip

    send("k-1")
    send("k-2", "m-2")
    run()

    assert Message.objects.get(message_id="m-1").receiver_id == waiting.instance.id
    assert not Message.objects.get(message_id="m-1").started
    assert Message.objects.get(message_id="m-2").receiver_id == instances("permit").get().pk


def test_a_second_message_with_the_key_waits_until_the_first_instance_has_ended(deploy):
    deploy(permits())
    send("k-1", "m-1", permit=1)
    send("k-1", "m-2", permit=2)
    send("k-2", "m-3", permit=3)
    run()
    assert [variables_of(row)["permit"] for row in instances("permit")] == [1, 3]
    assert Message.objects.get(message_id="m-2").is_kept

    finish(instances("permit")[0])
    run()

    assert [variables_of(row)["permit"] for row in instances("permit")] == [1, 3, 2]
    assert not Message.objects.filter(delivered_at=None).exists()


def test_a_cancelled_instance_too_lets_the_next_message_start_one(deploy):
    deploy(permits())
    send("k-1", "m-1", permit=1)
    send("k-1", "m-2", permit=2)
    run()
    first = instances("permit").get()

    with transaction.atomic():
        cancel_instance(lock_instance(first.pk), actor="clerk", reason="x", now=clock.now())
    run()

    assert [(row.status, variables_of(row)["permit"]) for row in instances("permit")] == [
        ("cancelled", 1),
        ("running", 2),
    ]


def test_a_second_message_that_waits_too_long_is_an_incident_and_starts_when_tried_again(deploy):
    deploy(permits())
    send("k-1", "m-1", permit=1)
    send("k-1", "m-2", permit=2)
    run()
    later(days=8)
    run()

    incident = Incident.objects.get()
    assert (incident.cause, instances("permit").count()) == ("message_unclaimed", 1)
    assert retry_incident(incident, actor="clerk").passed is False
    finish(instances("permit").get())
    run()
    assert instances("permit").count() == 1, "its time is over: only a person lets it go on"
    assert retry_incident(Incident.objects.get(), actor="clerk").passed is True
    assert [variables_of(row)["permit"] for row in instances("permit")] == [1, 2]


def test_messages_without_a_key_start_one_instance_each(deploy):
    deploy(permits())

    for number in range(3):
        send("", f"m-{number}", permit=number)
    run()

    assert [variables_of(row)["permit"] for row in instances("permit")] == [0, 1, 2]


def test_an_instance_that_waits_again_takes_the_second_message_itself(deploy):
    deploy(
        d.process(
            "permit", d.begins("applied", "applied", writes="permit"), d.user("check"),
            d.awaits("more", "applied", correlation_key="k-${permit}"), d.user("again"), d.end(),
            d.flows("applied check more again end"), messages=("applied",), people=False, permit="int",
        )
    )  # fmt: skip
    send("k-1", "m-1", permit=1)
    send("k-1", "m-2", permit=1)
    run()

    finish(instances("permit").get())
    run()

    assert Task.objects.get(instance=instances("permit").get(), status="open").element == "again"
    assert Message.objects.get(message_id="m-2").started is False


def test_a_value_of_another_type_is_an_incident_that_starts_nothing_and_loses_nothing(deploy):
    deploy(permits())

    send("k-1", permit="many")
    run()

    incident = Incident.objects.get()
    assert (incident.cause, "permit" in incident.detail, "many" in incident.detail) == (
        "process_stopped", True, False,
    )  # fmt: skip
    assert instances("permit").count() == 0
    assert Message.objects.get().is_kept
    send("k-2", "m-2", permit=2)
    run()
    assert instances("permit").count() == 1, "others go on"


@pytest.mark.django_db(transaction=True)
def test_two_workers_and_the_same_messages_start_one_instance_for_each_key(deploy):
    deploy(permits())
    for number in range(12):
        send(f"k-{number // 2}", f"m-{number}", permit=number)
    at_once(*(partial(jobs.run_due, name, until_empty=True) for name in ("a", "b")))
    run()

    assert sorted(variables_of(row)["permit"] // 2 for row in instances("permit")) == list(range(6))
    assert Message.objects.filter(started=True).count() == 6
    assert Incident.objects.count() == 0


def test_a_signal_starts_one_of_each_process_and_reaches_all_that_wait(deploy):
    for key in ("north", "south"):
        deploy(
            d.process(
                key, d.begins("opened", "season", kind="signal", writes="no"), d.user("work"), d.end(),
                d.flows("opened work end"), signals=("season",), people=False, no="int",
            )
        )  # fmt: skip
    waiting = begin(
        deploy(
            d.sequence(
                "wait", d.awaits("opened", "season", kind="signal"), d.user("after"), signals=("season",)
            )
        )
    )

    broadcast("season", no=3)
    broadcast("season", no=3)
    run()

    assert [[variables_of(row)["no"] for row in instances(key)] for key in ("north", "south")] == [[3], [3]]
    assert Task.objects.get(instance=waiting.instance.id, status="open").element == "after"
    broadcast("season", "s-2")
    run()
    assert [instances(key).count() for key in ("north", "south")] == [2, 2]


def test_a_signal_that_cannot_start_one_process_starts_the_others(deploy):
    for key, kind in (("north", "int"), ("south", "str")):
        deploy(
            d.process(
                key, d.begins("opened", "season", kind="signal", writes="no"), d.user("work"), d.end(),
                d.flows("opened work end"), signals=("season",), people=False, no=kind,
            )
        )  # fmt: skip

    broadcast("season", no="many")
    run()

    assert (instances("north").count(), instances("south").count()) == (0, 1)
    assert Incident.objects.get().cause == "process_stopped"


def test_a_new_version_moves_the_start_and_disturbs_nobody(deploy):
    first = deploy(permits())
    send("k-1", "m-1", permit=1)
    run()
    second = deploy(permits(mark="2"))

    send("k-2", "m-2", permit=2)
    run()
    assert [row.definition_id for row in instances("permit")] == [first.pk, second.pk]
    assert [start.definition_id for start in ProcessStart.objects.all()] == [second.pk]
    assert [task.group for task in Task.objects.order_by("id")] == ["clerk@1", "clerk@2"]

    deploy(d.sequence("permit", d.user("check")))
    send("k-3", "m-3")
    run()
    assert ProcessStart.objects.count() == 0
    assert Message.objects.get(message_id="m-3").is_kept

    deploy(permits(mark="2"))
    assert [start.definition_id for start in ProcessStart.objects.all()] == [second.pk]


def test_a_message_that_starts_another_process_is_refused_at_deployment(deploy):
    deploy(permits())
    with pytest.raises(DiagramRefused) as refused:
        deploy(permits("licence"))
    assert [(one.rule, one.element) for one in refused.value.violations] == [("P9", "applied")]

    deploy(d.sequence("permit", d.user("check")))
    deploy(permits("licence"))
    with pytest.raises(MessageStartTaken):
        deploy(permits())
    assert [start.process_key for start in ProcessStart.objects.all()] == ["licence"]
    assert catalog.current("permit").version == 2


def test_people_start_a_process_that_has_other_ways_in_by_its_plain_start(deploy):
    version = deploy(
        d.process(
            "mixed", d.start(), d.begins("applied", "applied"), d.user("ask"), d.user("check"), d.end(),
            d.flows("start ask check end", "applied check"), messages=("applied",),
        )
    )  # fmt: skip

    step = begin(version)
    send("k-1")
    run()

    assert [task.element for task in Task.objects.order_by("id")] == ["ask", "check"]
    complete(step, "ask")
    assert Completion.objects.filter(instance=step.instance.id).order_by("version")[0].element == ""
