"""The ledger equation: each way of breaking it is named."""

from __future__ import annotations

from hashlib import sha256
from threading import Thread

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from engine import clock, invariants
from engine.models import Completion, Incident, ProcessInstance, Task, Wait
from tests.plugins.database import as_owner

from . import diagrams as d
from .conftest import begin, complete

pytestmark = pytest.mark.django_db


@pytest.fixture
def instance(deploy):
    files = d.process(
        "timed",
        *(d.start(), d.user("ask", remind="P1D"), d.user("then"), d.end()),
        *(d.timer("late", "ask", "P5D"), d.end("end2")),
        d.flows("start ask then end", "late end2"),
    )
    return begin(deploy(files))


def past_the_guards(table, change):
    """Change rows as only who owns the table can: its triggers keep everybody else from it."""
    with as_owner() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(f"UPDATE {table} SET {change}")
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def test_all_is_well_after_steps(instance, capsys):
    complete(instance, "ask")
    call_command("check_invariants")
    assert capsys.readouterr().out == "Everything holds.\n"


def test_a_lost_completion_is_named(instance):
    Completion.objects.all().delete()
    assert invariants.invariants() == [f"instance {instance.instance.id}: version 1, but 0 completions"]


def test_a_lost_task_row_is_named(instance):
    Wait.objects.exclude(task=None).delete()
    Task.objects.all().delete()
    (told,) = invariants.invariants()
    assert told.startswith(f"instance {instance.instance.id}: open tasks are [], but its state says ['")


def test_a_lost_timer_is_named(instance):
    Wait.objects.filter(kind="timer").delete()
    (told,) = invariants.invariants()
    assert told.startswith(f"instance {instance.instance.id}: open jobs and timers are []")


def test_a_status_that_the_state_does_not_know_is_named(instance):
    past_the_guards("engine_processinstance", "status = 'completed'")
    told = invariants.invariants()
    assert told[0] == f"instance {instance.instance.id}: is completed, but its state says otherwise"


def test_a_task_completed_without_a_step_is_named(instance):
    complete(instance, "ask")
    key = instance.opened[0].id
    past_the_guards("engine_completion", "task_id = NULL")
    assert invariants.invariants() == [f"task {key}: completed, but with 0 completions"]


def test_a_state_that_cannot_be_read_is_named(instance):
    ProcessInstance.objects.update(state=b"x", state_sha256=sha256(b"x").digest())
    (told,) = invariants.invariants()
    assert told.startswith(f"instance {instance.instance.id}: ")


def test_a_reminder_of_a_closed_task_is_named(instance):
    complete(instance, "ask")
    past_the_guards("engine_wait", "status = 'due' WHERE task_id IS NOT NULL")
    key = Wait.objects.exclude(task=None).get().pk
    assert invariants.invariants() == [f"job {key}: reminds of a task that is closed"]


def test_an_incident_without_its_row_and_a_row_without_its_incident_are_named(instance, capsys):
    wait = Wait.objects.get(kind="timer")
    Wait.objects.filter(pk=wait.pk).update(status="incident")
    assert invariants.invariants() == [f"job {wait.pk}: is an incident without an open incident"]

    Wait.objects.filter(pk=wait.pk).update(status="due")
    complete(instance, "ask")
    Incident.objects.create(wait=wait, cause="handler_failed", attempts=8, opened_at=instance.now)
    with pytest.raises(CommandError):
        call_command("check_invariants")
    assert capsys.readouterr().out == f"job {wait.pk}: is cancelled with an open incident\n"


def test_a_lost_and_a_doubled_completion_do_not_make_up_for_each_other(deploy):
    ask = deploy(d.sequence("asked", d.user("ask"), d.user("then")))
    lost, doubled = begin(ask), begin(ask)
    complete(lost, "ask")
    Completion.objects.get(instance=lost.instance.id, version=2).delete()
    step = Completion.objects.get(instance=doubled.instance.id)
    step.pk, step.version = None, 2
    step.save()

    assert [told for told in invariants.invariants() if told.startswith("instance")] == [
        f"instance {lost.instance.id}: version 2, but 1 completions",
        f"instance {doubled.instance.id}: version 1, but 2 completions",
    ]


def test_a_thousand_instances_take_no_more_statements_than_one(deploy, monkeypatch):
    ask = deploy(d.sequence("asked", d.user("ask")))

    def statements():
        with CaptureQueriesContext(connection) as queries:
            assert invariants.invariants() == []
        return len(queries)

    begin(ask)
    statements()  # reads the diagram once per process
    for_one = statements()
    for _ in range(6):
        begin(ask)
    assert statements() == for_one
    monkeypatch.setattr(invariants, "BATCH", 3)
    assert statements() == for_one + 2
    assert ProcessInstance.objects.count() == 7


@pytest.mark.django_db(transaction=True)
def test_what_moves_meanwhile_is_not_taken_for_damage(deploy):
    step = begin(deploy(d.sequence("asked", d.user("ask"), d.user("then"))))
    seen = []

    def move():
        try:
            complete(step, "ask")
        finally:
            connections.close_all()

    with clock.one_instant():
        assert invariants.invariants() == []
        other = Thread(target=move)
        other.start()
        other.join()
        seen += [invariants.invariants(), ProcessInstance.objects.get().version]

    assert seen == [[], 1]
    assert ProcessInstance.objects.get().version == 2
    assert invariants.all_invariants() == []


def test_others_add_what_must_hold_above(monkeypatch):
    monkeypatch.setattr(invariants, "_others", [])
    invariants.add_invariants(lambda: ["chain 3: broken"])
    assert invariants.all_invariants() == ["chain 3: broken"]
