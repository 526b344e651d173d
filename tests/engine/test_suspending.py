"""What rests: no task completes, no timer fires, no job runs, no instance starts; all is taken up later."""

from __future__ import annotations

import pytest
from django.db import transaction

from engine import clock, jobs
from engine.errors import (
    EngineError,
    InstanceBusy,
    InstanceNotSuspended,
    InstanceSuspended,
    ProcessNotSuspended,
    ProcessSuspended,
)
from engine.invariants import invariants
from engine.models import Incident, Message, ProcessInstance, Task, Wait
from engine.services import (
    broadcast_signal,
    cancel_instance,
    correlate_message,
    lock_instance,
    resume_instance,
    resume_process,
    retry_incident,
    suspend_instance,
    suspend_process,
)

from . import diagrams as d
from .conftest import begin, complete, later

pytestmark = pytest.mark.django_db


def suspend(step) -> None:
    with transaction.atomic():
        locked = lock_instance(step.instance.id)
        suspend_instance(locked, reason="Pārbaude", actor="admin", now=clock.now())


def resume(step) -> None:
    with transaction.atomic():
        resume_instance(lock_instance(step.instance.id), actor="admin", now=clock.now())


def status(step) -> str:
    return ProcessInstance.objects.get(pk=step.instance.id).status


def run() -> None:
    jobs.run_due("test", until_empty=True)


def test_no_task_of_it_can_be_completed_until_it_goes_on(deploy):
    step = begin(deploy(d.sequence("case", d.user("task"))))
    suspend(step)

    with pytest.raises(InstanceSuspended):
        complete(step, "task")
    assert Task.objects.get().status == "open"
    assert invariants() == []

    resume(step)
    complete(step, "task")
    assert status(step) == "completed"


def test_a_timer_that_falls_due_meanwhile_fires_when_it_goes_on(deploy):
    step = begin(deploy(d.sequence("case", d.pause("pause", "P1D"))))
    suspend(step)
    later(days=2)
    run()
    assert (status(step), Wait.objects.get().status) == ("suspended", "held")
    assert jobs.lease("worker") is None

    resume(step)
    run()

    assert status(step) == "completed"
    assert invariants() == []


def test_a_job_rests_and_its_handler_is_not_called(deploy, fake):
    work = fake("work")
    step = begin(deploy(d.sequence("case", d.service("work", "work"))))
    suspend(step)
    run()
    assert work.calls == []

    resume(step)
    run()

    assert len(work.calls) == 1
    assert status(step) == "completed"


def test_while_a_job_is_being_done_it_cannot_be_put_to_rest(deploy, fake):
    fake("work")
    step = begin(deploy(d.sequence("case", d.service("work", "work"))))
    jobs.lease("worker")

    with pytest.raises(InstanceBusy):
        suspend(step)

    assert status(step) == "running"


def test_a_message_for_it_is_kept_and_taken_when_it_goes_on(deploy):
    parts = d.awaits("mail", "post", correlation_key="${who}")
    step = begin(deploy(d.sequence("case", parts, messages=("post",), who="str")), who="k")
    suspend(step)
    correlate_message("post", key="k", message_id="m", variables={}, now=clock.now())
    run()
    assert Message.objects.get().delivered_at is None
    assert Incident.objects.count() == 0

    resume(step)
    run()

    assert status(step) == "completed"


def test_a_signal_reaches_it_when_it_goes_on(deploy):
    step = begin(deploy(d.sequence("case", d.awaits("news", "news", kind="signal"), signals=("news",))))
    suspend(step)
    broadcast_signal("news", message_id="s", variables={}, now=clock.now())
    run()
    assert status(step) == "suspended"

    resume(step)
    run()

    assert status(step) == "completed"


def test_its_incident_cannot_be_tried_again_before_it_goes_on(deploy, fake):
    work = fake("work", repeat="by_hand", raises=RuntimeError("broken"))
    step = begin(deploy(d.sequence("case", d.service("work", "work"))))
    run()
    suspend(step)

    with pytest.raises(InstanceSuspended):
        retry_incident(Incident.objects.get(), actor="admin")

    assert len(work.calls) == 1


def test_it_can_be_ended_while_it_rests_and_nothing_is_left(deploy):
    step = begin(deploy(d.sequence("case", d.user("task"), d.pause("pause", "P1D"))))
    suspend(step)

    with transaction.atomic():
        cancel_instance(lock_instance(step.instance.id), actor="admin", reason="x", now=clock.now())

    assert (status(step), Wait.objects.filter(status__in=Wait.OPEN).count()) == ("cancelled", 0)
    assert invariants() == []


def test_twice_to_rest_or_to_go_on_is_refused(deploy):
    step = begin(deploy(d.sequence("case", d.user("task"))))
    with pytest.raises(InstanceNotSuspended):
        resume(step)
    suspend(step)
    with pytest.raises(InstanceSuspended):
        suspend(step)


def test_a_process_that_rests_starts_nothing_and_what_runs_goes_on(deploy):
    definition = deploy(d.sequence("case", d.user("task")))
    step = begin(definition)
    suspend_process("case", reason="Pārbaude", actor="admin", now=clock.now())

    with pytest.raises(ProcessSuspended):
        begin(definition)
    with pytest.raises(ProcessSuspended):
        suspend_process("case", reason="Vēlreiz", actor="admin", now=clock.now())
    complete(step, "task")

    assert status(step) == "completed"
    with transaction.atomic():
        resume_process("case", actor="admin", now=clock.now())
    begin(definition)
    with pytest.raises(ProcessNotSuspended), transaction.atomic():
        resume_process("case", actor="admin", now=clock.now())


def test_a_start_by_message_waits_for_its_process(deploy):
    files = d.process(
        "case",
        d.begins("begin", "post"),
        d.user("task"),
        d.end(),
        d.flows("begin task end"),
        messages=("post",),
        people=False,
    )
    deploy(files)
    suspend_process("case", reason="Pārbaude", actor="admin", now=clock.now())
    correlate_message("post", key="k", message_id="m", variables={}, now=clock.now())
    run()
    assert ProcessInstance.objects.count() == 0
    assert Incident.objects.count() == 0

    with transaction.atomic():
        resume_process("case", actor="admin", now=clock.now())
    run()

    assert ProcessInstance.objects.count() == 1


def stopped_delivery() -> Incident:
    """A message that nobody could take for what it brings, mended since."""
    correlate_message("post", key="k", message_id="m", variables={"many": "x"}, now=clock.now())
    for _ in range(jobs.MOST_ATTEMPTS):
        run()
        later(hours=2)
    Message.objects.update(variables={"many": 3})
    return Incident.objects.get(resolved_at=None)


def refused_and_as_it_was(incident: Incident, error: type[EngineError]) -> None:
    for _ in range(2):
        with pytest.raises(error):
            retry_incident(incident, actor="admin")
    stands = Incident.objects.select_related("wait").get(pk=incident.pk)
    assert (stands.resolved_at, stands.attempts) == (None, incident.attempts)
    assert (stands.wait.status, stands.wait.lease_until) == ("incident", None)


def test_a_delivery_tried_again_while_its_receiver_rests_is_refused_and_stays_as_it_was(deploy):
    parts = d.awaits("mail", "post", correlation_key="${who}", writes="many")
    step = begin(deploy(d.sequence("case", parts, messages=("post",), who="str", many="int")), who="k")
    incident = stopped_delivery()
    suspend(step)

    refused_and_as_it_was(incident, InstanceSuspended)

    resume(step)
    assert retry_incident(incident, actor="admin").passed
    assert status(step) == "completed"


def test_a_delivery_tried_again_while_what_it_starts_rests_is_refused_and_stays_as_it_was(deploy):
    files = d.process(
        "case",
        d.begins("begin", "post", writes="many"),
        d.user("task"),
        d.end(),
        d.flows("begin task end"),
        messages=("post",),
        people=False,
        many="int",
    )
    deploy(files)
    incident = stopped_delivery()
    suspend_process("case", reason="Pārbaude", actor="admin", now=clock.now())

    refused_and_as_it_was(incident, ProcessSuspended)

    with transaction.atomic():
        resume_process("case", actor="admin", now=clock.now())
    assert retry_incident(incident, actor="admin").passed
    assert ProcessInstance.objects.count() == 1


def test_a_step_that_starts_a_process_that_rests_goes_on_with_it(deploy, fake):
    other = deploy(d.sequence("other", d.user("task")))
    fake("work", then=lambda _context: begin(other) and None)
    step = begin(deploy(d.sequence("case", d.service("work", "work"))))
    suspend_process("other", reason="Pārbaude", actor="admin", now=clock.now())
    run()
    assert (status(step), Wait.objects.get(topic="work").status) == ("running", "held")

    with transaction.atomic():
        resume_process("other", actor="admin", now=clock.now())
    run()

    assert status(step) == "completed"
    assert invariants() == []


def test_a_step_that_rests_with_its_case_too_does_not_go_on_with_the_process_that_it_starts(deploy, fake):
    other = deploy(d.sequence("other", d.user("task")))
    work = fake("work", then=lambda _context: begin(other) and None)
    step = begin(deploy(d.sequence("case", d.service("work", "work"))))
    suspend_process("other", reason="Pārbaude", actor="admin", now=clock.now())
    run()
    suspend(step)

    with transaction.atomic():
        resume_process("other", actor="admin", now=clock.now())
    run()
    assert (status(step), len(work.calls)) == ("suspended", 1)

    resume(step)
    run()
    assert status(step) == "completed"
