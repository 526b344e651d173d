"""Everybody at once, in real transactions: people, workers, timers."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
from django.db import connection, transaction

from engine import clock, jobs
from engine.checks import invariants
from engine.errors import EngineError, InstanceBusy, ProcessSuspended, TaskNotOpen
from engine.models import Completion, ProcessInstance, Task, Wait
from engine.services import cancel_instance, lock_instance, open_instances, suspend_process
from tests.plugins.at_once import at_once as together
from tests.plugins.at_once import meanwhile

from . import diagrams as d
from .conftest import begin, complete, complete_by_id, later

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts):
    """Run the acts in threads that start together; what each returned or the name of what it raised."""
    found = together(*acts, expected=EngineError)
    return [type(one).__name__ if isinstance(one, EngineError) else one for one in found]


def test_a_timer_fires_once_whoever_comes_first(deploy):
    files = d.process(
        "timed",
        *(d.start(), d.user("ask"), d.timer("late", "ask", "P5D", interrupting=False), d.end()),
        *(d.user("chase"), d.end("end2")),
        d.flows("start ask end", "late chase end2"),
    )
    definition = deploy(files)
    steps = [begin(definition) for _ in range(6)]
    later(days=6)

    at_once(
        lambda: jobs.run_due("one", until_empty=True),
        lambda: jobs.run_due("two", until_empty=True),
        lambda: [complete(step, "ask").instance.version for step in steps],
        lambda: jobs.run_due("three", until_empty=True),
    )

    fired = Completion.objects.filter(kind="timer").values_list("instance", flat=True)
    assert Counter(fired) == {step.instance.id: 1 for step in steps}
    assert Task.objects.filter(element="chase", status="open").count() == 6
    assert Task.objects.filter(element="ask", status="completed").count() == 6
    assert invariants() == []


def test_two_people_who_complete_parallel_tasks_both_count(deploy):
    files = d.process(
        "both",
        *(d.start(), d.parallel("split"), d.user("left"), d.user("right"), d.parallel("join"), d.end()),
        d.flows("start split left join end", "split right join"),
    )
    definition = deploy(files)
    for _ in range(8):
        step = begin(definition)
        left, right = step.opened
        at_once(
            partial(complete_by_id, step.instance.id, left.id, actor="ilze"),
            partial(complete_by_id, step.instance.id, right.id, actor="anna"),
        )

    assert {(row.status, row.version) for row in ProcessInstance.objects.all()} == {("completed", 3)}
    assert invariants() == []


def test_the_same_task_by_two_people_counts_once(deploy):
    definition = deploy(d.sequence("one", d.user("ask"), d.user("then")))
    for _ in range(8):
        step = begin(definition)
        key = step.opened[0].id
        told = at_once(
            partial(complete_by_id, step.instance.id, key, actor="ilze"),
            partial(complete_by_id, step.instance.id, key, actor="anna"),
        )
        assert sorted(getattr(one, "kind", one) for one in told) == ["TaskNotOpen", "task"]

    assert TaskNotOpen.__doc__
    assert {row.version for row in ProcessInstance.objects.all()} == {2}
    assert invariants() == []


def test_several_workers_run_each_job_once(deploy, fake):
    handler = fake("mail")
    for _ in range(30):
        jobs.enqueue("mail", now=clock.now())

    ran = at_once(*(lambda name=name: jobs.run_due(name, until_empty=True) for name in ("a", "b", "c", "d")))

    assert sum(ran) == 30
    assert len(handler.calls) == 30
    assert set(Wait.objects.values_list("status", "attempts")) == {("done", 1)}


def test_a_busy_instance_is_said_to_be_busy(deploy):
    step = begin(deploy(d.sequence("one", d.user("ask"))))

    with transaction.atomic():
        lock_instance(step.instance.id)

        def wait_for_it():
            with transaction.atomic():
                lock_instance(step.instance.id, timeout="100ms")

        (told,) = at_once(wait_for_it)

    assert told == InstanceBusy.__name__


def cancel(instance_id):
    with transaction.atomic():
        cancel_instance(lock_instance(instance_id), actor="ilze", reason="w", now=clock.now())


def test_a_job_and_a_cancellation_do_not_both_win(deploy, fake):
    fake("work")
    definition = deploy(d.sequence("worked", d.service("work", "work"), d.user("then")))
    for _ in range(6):
        step = begin(definition)
        at_once(partial(cancel, step.instance.id), partial(jobs.run_due, "w", until_empty=True))

    assert set(ProcessInstance.objects.values_list("status", flat=True)) == {"cancelled"}
    assert not Task.objects.filter(status="open").exists()
    assert invariants() == []


def test_a_committed_job_wakes_whoever_listens(deploy, fake):
    fake("mail")
    with connection.cursor() as cursor:
        cursor.execute("LISTEN viis_jobs")

    at_once(lambda: jobs.enqueue("mail", now=clock.now()))

    assert len(list(connection.connection.notifies(timeout=5, stop_after=1))) == 1
    with connection.cursor() as cursor:
        cursor.execute("UNLISTEN *")


def start_two(definition):
    with transaction.atomic():
        return open_instances(definition, ["A-1", "A-2"], now=clock.now())


def rest_and_count():
    """How many run that whoever lets the process rest finds."""
    with transaction.atomic():
        suspend_process("one", reason="Pārbaude", actor="admin", now=clock.now())
        return ProcessInstance.objects.filter(definition__key="one", status="running").count()


@pytest.mark.parametrize(("start", "many"), [(begin, 1), (start_two, 2)])
def test_a_start_under_way_is_found_by_whoever_lets_its_process_rest(deploy, start, many):
    definition = deploy(d.sequence("one", d.user("ask")))

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            start(definition)
            resting = meanwhile(pool, rest_and_count)

        assert resting.result() == many


@pytest.mark.parametrize("start", [begin, start_two])
def test_a_start_that_comes_as_its_process_is_put_to_rest_is_refused(deploy, start):
    definition = deploy(d.sequence("one", d.user("ask")))

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            assert rest_and_count() == 0
            starting = meanwhile(pool, lambda: start(definition))

        assert isinstance(starting.exception(), ProcessSuspended)
    assert not ProcessInstance.objects.exists()
