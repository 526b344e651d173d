"""Messages reach one instance by name and key, before or after it waits; signals reach all that wait."""

from __future__ import annotations

import threading

import pytest
from django.db import connection, transaction

from engine import catalog, clock, jobs
from engine.checks import invariants
from engine.core.machine import Machine
from engine.errors import MessageIdReused
from engine.models import Completion, Incident, Message, ProcessInstance, Task, Wait
from engine.services import (
    broadcast_signal,
    cancel_instance,
    correlate_message,
    lock_instance,
    retry_incident,
)

from . import diagrams as d
from .conftest import begin, complete, later

pytestmark = pytest.mark.django_db


def waiting_for_permit(deploy):
    """Ask, then wait for the answer to one permit, then a task."""
    return deploy(
        d.sequence(
            "permit",
            d.user("ask"),
            d.awaits("answer", "answered", correlation_key="permit-${permit}", writes="allowed until"),
            d.user("after"),
            messages=("answered",),
            permit="int",
            allowed="bool",
            until="date",
            other="str",
        )
    )


def send(key: str, message_id: str = "m-1", name: str = "answered", **variables):
    with transaction.atomic():
        return correlate_message(name, key=key, message_id=message_id, variables=variables, now=clock.now())


def run() -> int:
    return jobs.run_due("w", until_empty=True)


def open_elements(step) -> list[str]:
    return list(
        Task.objects.filter(instance=step.instance.id, status="open").values_list("element", flat=True)
    )


def variables_of(step) -> dict:
    row = ProcessInstance.objects.get(pk=step.instance.id)
    return Machine.load(catalog.definition(row.definition_id), bytes(row.state)).variables


def test_a_message_reaches_the_one_instance_that_waits_for_its_key(deploy):
    definition = waiting_for_permit(deploy)
    one, other = begin(definition, permit=1), begin(definition, permit=2)
    complete(one, "ask")
    complete(other, "ask")
    armed = Wait.objects.filter(kind="subscription").order_by("id")
    assert [(w.topic, w.correlation_key, w.status) for w in armed] == [
        ("message:answered", "permit-1", "waiting"),
        ("message:answered", "permit-2", "waiting"),
    ]

    send("permit-2", allowed=True, until="2027-01-31", other="not taken")
    run()

    assert open_elements(one) == []
    assert open_elements(other) == ["after"]
    kept = variables_of(other)
    assert (kept["allowed"], kept["until"].isoformat(), kept.get("other")) == (True, "2027-01-31", None)
    message = Message.objects.get()
    assert (message.receiver_id, message.delivered_at is None) == (other.instance.id, False)
    last = Completion.objects.filter(instance=other.instance.id).latest("version")
    assert (last.kind, last.element, last.actor) == ("event", "answer", "system")
    assert invariants() == []


def test_a_message_that_comes_first_is_kept_until_somebody_waits(deploy):
    step = begin(waiting_for_permit(deploy), permit=1)
    send("permit-1", allowed=False)
    run()
    assert Message.objects.get().delivered_at is None

    complete(step, "ask")
    run()

    assert open_elements(step) == ["after"]
    assert Message.objects.get().receiver_id == step.instance.id


def test_two_messages_for_one_key_are_taken_in_order_one_by_each_wait(deploy):
    definition = waiting_for_permit(deploy)
    send("permit-1", "m-1", allowed=True)
    send("permit-1", "m-2", allowed=False)
    steps = [begin(definition, permit=1) for _ in range(2)]

    for step in steps:
        complete(step, "ask")
        run()

    assert [variables_of(step)["allowed"] for step in steps] == [True, False]
    assert [m.receiver_id for m in Message.objects.order_by("id")] == [s.instance.id for s in steps]


def test_the_same_message_twice_is_one_and_another_under_its_id_is_refused(deploy):
    step = begin(waiting_for_permit(deploy), permit=1)
    complete(step, "ask")

    first, again = send("permit-1", allowed=True), send("permit-1", allowed=True)
    with pytest.raises(MessageIdReused):
        send("permit-1", allowed=False)
    run()

    assert first.pk == again.pk
    assert Message.objects.count() == 1
    assert variables_of(step)["allowed"] is True


def test_a_message_that_nobody_takes_becomes_an_incident_and_may_be_tried_again(deploy):
    definition = waiting_for_permit(deploy)
    send("permit-1", allowed=True)
    run()
    later(days=8)

    run()

    incident = Incident.objects.get()
    assert (incident.cause, incident.resolved_at) == ("message_unclaimed", None)
    step = begin(definition, permit=1)
    complete(step, "ask")
    run()
    assert open_elements(step) == [], "its time is over: only a person lets it go on"
    retry_incident(incident, actor="clerk")
    assert open_elements(step) == ["after"]
    assert Incident.objects.get().resolved_at is not None


def test_a_message_at_a_task_takes_the_task_away_and_goes_with_it(deploy):
    definition = deploy(
        d.process(
            "recall",
            *(d.start(), d.user("work"), d.awaits("recalled", "recall", "work", correlation_key="${no}")),
            *(d.end(), d.user("clear"), d.end("end2"), d.flows("start work end", "recalled clear end2")),
            messages=("recall",),
            no="int",
        )
    )
    recalled, finished = begin(definition, no=7), begin(definition, no=8)
    complete(finished, "work")
    assert not Wait.objects.filter(instance=finished.instance.id, status="waiting").exists()

    send("7", name="recall")
    run()

    assert open_elements(recalled) == ["clear"]
    assert Task.objects.get(instance=recalled.instance.id, element="work").status == "cancelled"
    assert invariants() == []


def test_one_process_sends_and_another_receives_with_what_the_message_carries(deploy):
    receiver = begin(waiting_for_permit(deploy), permit=5)
    complete(receiver, "ask")
    sender = deploy(
        d.sequence(
            "ministry",
            d.user("decide"),
            d.throws("tell", "answered", correlation_key="permit-${permit}", carries="allowed"),
            messages=("answered",),
            permit="int",
            allowed="bool",
        )
    )

    deciding = begin(sender, permit=5)
    complete(deciding, "decide", allowed=True)
    run()

    assert open_elements(receiver) == ["after"]
    message = Message.objects.get()
    assert (message.sender_id, message.receiver_id) == (deciding.instance.id, receiver.instance.id)
    assert variables_of(receiver)["allowed"] is True


def test_a_step_that_is_undone_sends_nothing(deploy, fake):
    fake("fails", runs="in_step", raises=RuntimeError("undone"))
    definition = deploy(
        d.sequence(
            "ministry",
            d.user("decide"),
            d.throws("tell", "answered", correlation_key="${permit}"),
            d.service("work", "fails"),
            messages=("answered",),
            permit="int",
        )
    )
    step = begin(definition, permit=5)

    with pytest.raises(RuntimeError, match="undone"):
        complete(step, "decide")

    assert Message.objects.count() == 0
    assert Wait.objects.filter(topic="engine.deliver").count() == 0


def test_a_signal_reaches_all_that_wait_and_nobody_else(deploy):
    definition = deploy(
        d.sequence(
            "season", d.user("ask"), d.awaits("opened", "season", kind="signal"), d.user("after"),
            signals=("season",),
        )
    )  # fmt: skip
    waiting = [begin(definition) for _ in range(3)]
    late = begin(definition)
    for step in waiting:
        complete(step, "ask")

    with transaction.atomic():
        broadcast_signal("season", message_id="s-1", variables={}, now=clock.now())
    run()
    complete(late, "ask")
    run()

    assert [open_elements(step) for step in waiting] == [["after"]] * 3
    assert open_elements(late) == []


def test_a_cancelled_instance_waits_for_nothing(deploy):
    step = begin(waiting_for_permit(deploy), permit=1)
    complete(step, "ask")
    with transaction.atomic():
        cancel_instance(lock_instance(step.instance.id), actor="clerk", reason="x", now=clock.now())

    send("permit-1")
    run()

    assert Message.objects.get().delivered_at is None
    assert Wait.objects.get(kind="subscription").status == "cancelled"


def test_a_message_with_a_value_of_another_type_waits_as_an_incident_and_moves_nothing(deploy):
    step = begin(waiting_for_permit(deploy), permit=1)
    complete(step, "ask")

    send("permit-1", allowed="perhaps")
    run()

    incident = Incident.objects.get()
    assert incident.cause == "process_stopped"
    assert Message.objects.get().delivered_at is None
    assert ProcessInstance.objects.get(pk=step.instance.id).version == 2


@pytest.mark.django_db(transaction=True)
def test_sending_and_beginning_to_wait_at_once_always_meet(deploy):
    definition = waiting_for_permit(deploy)
    steps = [begin(definition, permit=number) for number in range(12)]
    together = threading.Barrier(2)

    def sending() -> None:
        try:
            for number in range(12):
                together.wait(30)
                send(f"permit-{number}", f"m-{number}", allowed=True)
        finally:
            connection.close()

    thread = threading.Thread(target=sending)
    thread.start()
    for step in steps:
        together.wait(30)
        complete(step, "ask")
    thread.join(30)
    run()

    assert [open_elements(step) for step in steps] == [["after"]] * 12
    assert Message.objects.filter(delivered_at=None).count() == 0
    assert invariants() == []
