"""A repair is seen before, then done as one ordinary step: rows follow, incidents go, history tells it."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from engine import clock, jobs
from engine.core.errors import ExpressionFailed, JoinWouldStarve
from engine.core.repairing import Move, SetVariables, Skip
from engine.errors import InstanceEnded, KeyReused, StaleVersion
from engine.invariants import invariants
from engine.models import Completion, Incident, ProcessInstance, RepairMade, Task, Wait
from engine.services import (
    cancel_instance,
    lock_instance,
    preview_cancel,
    preview_repair,
    repair_instance,
    retry_incident,
)
from tests.engine import diagrams as d
from tests.engine.conftest import begin, complete
from tests.engine.test_stuck import script

pytestmark = pytest.mark.django_db


def repaired(step, change, **more):
    with transaction.atomic():
        locked = lock_instance(step.instance.id)
        return repair_instance(locked, change, actor="una", now=clock.now(), **more)


def seen(step, change):
    return preview_repair(ProcessInstance.objects.get(pk=step.instance.id), change, now=clock.now())


def wait_of(step, element):
    task = Task.objects.filter(instance=step.instance.id, element=element, status="open").first()
    row = task or Wait.objects.get(instance=step.instance.id, element=element, status__in=Wait.OPEN)
    return row.wait_id


@pytest.fixture
def failing(deploy, fake):
    """A job that divides by a number of the case, then a task."""
    handler = fake("test.divide", repeat="by_hand", then=lambda context: {"k": 12 // context.variables["n"]})
    files = d.sequence("failing", d.service("divide", "test.divide"), d.user("after"), n="int", k="int")
    step = begin(deploy(files), n=0)
    jobs.run_due("test", until_empty=True)
    return step, handler


def test_a_variable_is_set_and_the_retry_passes(failing):
    step, handler = failing
    incident = Incident.objects.get()

    assert retry_incident(incident, actor="una").passed is False
    repaired(step, SetVariables({"n": 4}))
    assert Incident.objects.get().resolved_at is None

    assert retry_incident(incident, actor="una").passed is True
    assert [call.variables["n"] for call in handler.calls] == [0, 0, 4]
    incident.refresh_from_db()
    assert (incident.resolved_by, incident.wait.status, incident.attempts) == ("una", "done", 2)
    assert Task.objects.get(status="open").element == "after"
    assert invariants() == []


def test_each_retry_that_fails_again_counts(failing):
    incident = Incident.objects.get()
    for _ in range(3):
        assert retry_incident(incident, actor="una").passed is False
    incident.refresh_from_db()
    assert (incident.attempts, incident.resolved_at) == (4, None)


def test_a_skip_closes_the_job_and_its_incident_and_history_tells_what_changed(failing):
    step, _ = failing
    change = Skip(wait_of(step, "divide"), {"k": 3})

    preview = seen(step, change)
    result = repaired(step, change)

    assert [wait.element for wait in preview.closes] == ["divide"]
    assert [wait.element for wait in preview.opens] == ["after"]
    assert (preview.variables, preview.calls, preview.ends) == ((("k", None, 3),), (), False)
    assert (Wait.objects.get(kind="job", element="divide").status, result.incidents) == (
        "cancelled", (Incident.objects.get().pk,),
    )  # fmt: skip
    completion = Completion.objects.get(pk=result.completion_id)
    assert (completion.kind, completion.element, completion.actor, completion.version) == (
        "repair", "divide", "una", 2,
    )  # fmt: skip
    made = RepairMade.objects.get()
    assert (made.action, made.element, made.target, made.variables, made.completion) == (
        "skip", "divide", "", [["k", ["none", None], ["int", 3]]], completion,
    )  # fmt: skip
    assert invariants() == []


def test_what_was_repaired_is_not_rewritten(failing):
    repaired(failing[0], SetVariables({"n": 4}))
    with pytest.raises(IntegrityError), transaction.atomic():
        RepairMade.objects.update(variables=[])


@pytest.fixture
def two(deploy):
    """Two tasks one after the other; the first has a timer on it."""
    parts = (d.start(), d.user("first"), d.timer("late", "first", "P3D"), d.user("second"), d.end())
    files = d.process("two", *parts, d.end("other"), d.flows("start first second end", "late other"), n="int")
    return begin(deploy(files), n=1)


def test_a_moved_token_closes_and_opens_what_the_preview_said(two):
    change = Move(wait_of(two, "first"), "second")

    preview = seen(two, change)
    before = list(Task.objects.values())
    assert list(Task.objects.values()) == before
    result = repaired(two, change)

    assert sorted(wait.element for wait in preview.closes) == ["first", "late"]
    assert [wait.element for wait in preview.opens] == ["second"]
    assert [(one.task.element, one.how) for one in result.closed] == [("first", "cancelled")]
    assert [task.element for task in result.opened] == ["second"]
    assert Wait.objects.get(element="late", kind="timer").status == "cancelled"
    assert RepairMade.objects.get().target == "second"
    assert invariants() == []
    complete(two, "second")
    assert ProcessInstance.objects.get(pk=two.instance.id).status == "completed"


def test_a_move_to_the_end_ends_the_instance(two):
    assert seen(two, Move(wait_of(two, "first"), "end")).ends
    assert repaired(two, Move(wait_of(two, "first"), "end")).ended
    with pytest.raises(InstanceEnded):
        repaired(two, SetVariables({"n": 3}))
    with pytest.raises(InstanceEnded):
        seen(two, SetVariables({"n": 3}))
    assert invariants() == []


def test_a_handler_that_would_be_called_is_told_and_not_called(deploy, fake):
    handler = fake("test.write", runs="in_step", answer={"n": 5})
    files = d.sequence("telling", d.user("ask"), d.service("write", "test.write"), d.user("after"), n="int")
    step = begin(deploy(files))
    change = Skip(wait_of(step, "ask"), {})

    preview = seen(step, change)

    assert [wait.topic for wait in preview.calls] == ["test.write"]
    assert handler.calls == []
    assert [task.element for task in repaired(step, change).opened] == ["after"]
    assert len(handler.calls) == 1


def test_what_is_refused_changes_nothing(deploy):
    files = d.sequence("dividing", d.user("ask"), script("s", "k = 1 / n"), n="int", k="decimal")
    step = begin(deploy(files), n=0)
    before = ProcessInstance.objects.values().get(pk=step.instance.id)

    for act in (seen, repaired):
        with pytest.raises(ExpressionFailed):
            act(step, Skip(wait_of(step, "ask"), {}))

    assert ProcessInstance.objects.values().get(pk=step.instance.id) == before
    assert not RepairMade.objects.exists()
    repaired(step, SetVariables({"n": 2}))
    assert repaired(step, Skip(wait_of(step, "ask"), {})).ended


def test_an_instance_that_has_moved_since_is_not_repaired(two):
    version = ProcessInstance.objects.get(pk=two.instance.id).version
    repaired(two, SetVariables({"n": 3}), version=version)
    with pytest.raises(StaleVersion):
        repaired(two, SetVariables({"n": 4}), version=version)


def test_the_same_key_repairs_once(two):
    repaired(two, SetVariables({"n": 3}), idempotency_key="batch:1")
    with pytest.raises(KeyReused):
        repaired(two, SetVariables({"n": 4}), idempotency_key="batch:1")


def test_into_one_of_two_paths_that_wait_for_each_other_is_refused(deploy):
    parts = (
        d.start(), d.user("before"), d.parallel("fork"), d.user("left"), d.user("right"), d.parallel("join"),
        d.end(), d.flows("start before fork left join end", "fork right join"),
    )  # fmt: skip
    step = begin(deploy(d.process("beside", *parts)))
    with pytest.raises(JoinWouldStarve):
        seen(step, Move(wait_of(step, "before"), "left"))


def test_an_open_task_and_an_awaited_message_follow_the_variables(deploy):
    parts = (
        d.start(), d.user("ask", group="clerk@${place}"),
        d.awaits("word", "said", "ask", correlation_key="${number}"),
        d.end(), d.end("other"), d.flows("start ask end", "word other"),
    )  # fmt: skip
    files = d.process("following", *parts, messages=("said",), place="int", number="str")
    step = begin(deploy(files), place=1, number="A")
    Task.objects.update(assignee="anna")

    repaired(step, SetVariables({"place": 2, "number": "B"}))

    task, subscribed = Task.objects.get(), Wait.objects.get(kind="subscription")
    assert (task.group, task.assignee, subscribed.correlation_key) == ("clerk@2", "", "B")
    assert invariants() == []


def test_a_preview_of_the_end_tells_all_that_falls_away(two):
    preview = preview_cancel(ProcessInstance.objects.get(pk=two.instance.id))
    assert (sorted(wait.element for wait in preview.closes), preview.ends) == (["first", "late"], True)
    with transaction.atomic():
        cancel_instance(lock_instance(two.instance.id), actor="una", reason="x", now=clock.now())
    with pytest.raises(InstanceEnded):
        preview_cancel(ProcessInstance.objects.get(pk=two.instance.id))
