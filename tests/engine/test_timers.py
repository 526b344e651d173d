"""Timers: when they are armed, that they go before people, and that each fires once."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.db import transaction

from engine import clock, due, jobs
from engine.checks import invariants
from engine.core.waits import Duration
from engine.errors import TaskNotOpen
from engine.models import Completion, Incident, ProcessInstance, Task, Wait
from engine.services import complete_task, lock_instance

from . import diagrams as d
from .conftest import begin, complete, later

pytestmark = pytest.mark.django_db


def with_timer(deploy, *, interrupting=True, rule="P5D"):
    return deploy(
        d.process(
            "timed",
            *(d.start(), d.user("ask"), d.timer("late", "ask", rule, interrupting=interrupting)),
            *(d.end(), d.user("chase"), d.end("end2")),
            d.flows("start ask end", "late chase end2"),
        )
    )


def opened():
    return sorted(Task.objects.filter(status="open").values_list("element", flat=True))


def test_a_timer_is_armed_with_its_host_and_goes_with_it(deploy):
    step = begin(with_timer(deploy))
    armed = Wait.objects.get()
    assert (armed.kind, armed.element, armed.status) == ("timer", "late", "due")
    assert armed.due_at == due.resolve(Duration(days=5), instance_id=0, start=step.now)

    complete(step, "ask")

    assert Wait.objects.get().status == "cancelled"
    assert invariants() == []


def test_an_interrupting_timer_takes_the_task_away(deploy):
    begin(with_timer(deploy))
    later(days=6)

    assert jobs.run_due("w", until_empty=True) == 1

    assert opened() == ["chase"]
    assert Task.objects.get(element="ask").status == "cancelled"
    assert Wait.objects.get().status == "done"
    last = Completion.objects.order_by("version").last()
    assert (last.kind, last.element, last.actor) == ("timer", "late", "system")
    assert invariants() == []


def test_a_timer_that_does_not_interrupt_leaves_the_task(deploy):
    begin(with_timer(deploy, interrupting=False))
    later(days=6)

    assert jobs.run_due("w", until_empty=True) == 1

    assert opened() == ["ask", "chase"]
    assert invariants() == []


def test_a_pause_in_the_process_ends_when_it_is_due(deploy):
    begin(deploy(d.sequence("paused", d.pause("rest", "PT2H"), d.user("ask"))))
    assert opened() == []

    later(hours=2)
    jobs.run_due("w", until_empty=True)

    assert opened() == ["ask"]


def test_a_late_person_does_not_beat_a_due_timer(deploy):
    step = begin(with_timer(deploy))
    later(days=6)

    with pytest.raises(TaskNotOpen):
        complete(step, "ask")

    assert opened() == ["ask"]  # undone with the refusal; the worker fires it
    jobs.run_due("w", until_empty=True)
    assert opened() == ["chase"]
    assert invariants() == []


def test_a_due_timer_that_does_not_interrupt_fires_before_the_completion(deploy):
    step = begin(with_timer(deploy, interrupting=False))
    later(days=6)

    done = complete(step, "ask")

    kinds = list(Completion.objects.order_by("version").values_list("kind", flat=True))
    assert kinds == ["start", "timer", "task"]
    assert (done.instance.version, opened()) == (3, ["chase"])
    assert Wait.objects.get().status == "done"
    assert jobs.run_due("w", until_empty=True) == 0
    assert invariants() == []


def test_a_due_timer_goes_before_the_result_of_a_job(deploy, fake):
    handler = fake("work")
    files = d.process(
        "slow",
        *(d.start(), d.service("work", "work"), d.timer("late", "work", "PT1H"), d.end()),
        *(d.user("chase"), d.end("end2")),
        d.flows("start work end", "late chase end2"),
    )
    begin(deploy(files))
    handler.then = lambda _: later(hours=2)

    jobs.run_due("w", 1)

    assert opened() == ["chase"]
    assert sorted(Wait.objects.values_list("element", "status")) == [("late", "done"), ("work", "cancelled")]
    assert invariants() == []


def test_a_timer_whose_step_fails_is_tried_again_and_then_is_an_incident(deploy, fake):
    handler = fake("work", runs="in_step", raises=RuntimeError())
    files = d.sequence("paused", d.pause("rest", "PT2H"), d.service("work", "work"))
    begin(deploy(files))
    for _ in range(8):
        later(hours=2)
        jobs.run_due("w", until_empty=True)

    assert len(handler.calls) == 8
    assert Incident.objects.get().element == "rest"
    assert ProcessInstance.objects.get().version == 1
    assert invariants() == []


def test_timers_that_the_caller_found_due_are_fired_without_asking_again(deploy):
    step = begin(with_timer(deploy, interrupting=False))
    later(days=6)
    with transaction.atomic():
        locked = lock_instance(step.instance.id)
        timer = Wait.objects.get()
        locked = replace(locked, tasks=step.opened, due_timers=(timer.wait_id,))
        complete_task(locked, step.opened[0].id, variables={}, actor="clerk", now=clock.now())

    assert Completion.objects.filter(kind="timer").count() == 1
