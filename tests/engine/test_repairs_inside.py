"""Repairs inside one of several and in a called process: whose variables, what is told, what rows follow."""

from __future__ import annotations

import pytest
from django.db import transaction

from engine import catalog, clock, jobs
from engine.core.errors import TargetInMany, UndeclaredVariable, WaitNotFound, WrongType
from engine.core.repairing import Move, SetVariables, Skip
from engine.invariants import invariants
from engine.models import Incident, ProcessInstance, RepairMade, Task, Wait
from engine.services import lock_instance, preview_repair, repair_instance, retry_incident, seen_at
from tests.engine import inside
from tests.engine.conftest import begin, complete, complete_by_id

pytestmark = pytest.mark.django_db
TOPIC = "test.divide"


def share(context):
    return {"share": 12 // (context.variables.get("by") or 0)}


def repaired(step, change):
    with transaction.atomic():
        return repair_instance(lock_instance(step.instance.id), change, actor="una", now=clock.now())


def instance_of(step):
    return ProcessInstance.objects.get(pk=step.instance.id)


def known(step, wait):
    return {one.name: one.value for one in seen_at(instance_of(step), wait).variables}


@pytest.fixture
def each(deploy, fake):
    """Each of three has said by how many; the division of the second has failed."""
    fake(TOPIC, repeat="by_hand", then=share)
    step = begin(deploy(inside.asked_of_each(TOPIC)), schools=inside.SCHOOLS)
    for task, by in zip(Task.objects.order_by("id"), (3, 0, 4), strict=True):
        complete_by_id(step.instance.id, task.pk, by=by)
    jobs.run_due("test", until_empty=True)
    return step


@pytest.fixture
def called(deploy, fake):
    """The division of a called process has failed."""
    fake(TOPIC, repeat="by_hand", then=share)
    for files in inside.called_division(TOPIC):
        definition = catalog.deploy(files)
    step = begin(definition, number=0)
    jobs.run_due("test", until_empty=True)
    return step


def failed() -> Wait:
    wait = Incident.objects.get(resolved_at=None).wait
    assert wait is not None
    return wait


def test_what_the_failing_one_of_several_saw_is_its_own(each):
    seen = seen_at(instance_of(each), failed().wait_id)
    assert [(one.element, one.number, one.key) for one in seen.around] == [("asked", 2, "b")]
    assert {one.name: (one.value, one.scope) for one in seen.variables if one.value is not None} == {
        "by": (0, "asked"), "school": ("b", "asked"), "schools": (inside.SCHOOLS, ""),
        "asked_done": (0, ""), "asked_yes": (0, ""),
    }  # fmt: skip


def test_a_value_is_set_for_one_of_several_alone_and_its_retry_passes(each):
    change = SetVariables({"by": 6, "total": 9}, failed().wait_id)
    preview = preview_repair(instance_of(each), change, now=clock.now())
    assert preview.variables == (("asked#2/by", 0, 6), ("total", None, 9))
    assert not preview.moves

    repaired(each, change)

    made = RepairMade.objects.get()
    assert (made.element, made.variables) == (
        "divide", [["asked#2/by", ["int", 0], ["int", 6]], ["total", ["none", None], ["int", 9]]],
    )  # fmt: skip
    assert retry_incident(Incident.objects.get(), actor="una").passed is True
    shares = [
        known(each, task.wait_id)["share"] for task in Task.objects.filter(element="look").order_by("id")
    ]
    assert sorted(shares) == [2, 3, 4]
    assert invariants() == []


def test_one_of_several_is_skipped_with_what_it_should_have_written(each):
    repaired(each, Skip(failed().wait_id, {"share": 5}))
    assert RepairMade.objects.get().variables == [["asked#2/share", ["none", None], ["int", 5]]]
    looks = Task.objects.filter(element="look", status="open")
    assert sorted(known(each, task.wait_id)["share"] for task in looks) == [3, 4, 5]
    assert Incident.objects.get().resolved_at is not None
    assert invariants() == []


def test_one_of_several_is_moved_within_itself_and_the_others_stay(each):
    before = set(Task.objects.filter(element="look", status="open").values_list("pk", flat=True))
    repaired(each, Move(failed().wait_id, "ask"))
    ask = Task.objects.get(element="ask", status="open")
    assert set(Task.objects.filter(element="look", status="open").values_list("pk", flat=True)) == before
    assert known(each, ask.wait_id)["school"] == "b"
    complete_by_id(each.instance.id, ask.pk, by=2)
    jobs.run_due("test", until_empty=True)
    for task in Task.objects.filter(element="look", status="open"):
        complete_by_id(each.instance.id, task.pk)
    assert Task.objects.get(status="open").element == "after"
    with pytest.raises(TargetInMany):
        repaired(each, Move(Task.objects.get(status="open").wait_id, "look"))
    assert invariants() == []


def test_the_values_of_a_called_process_are_its_own(called):
    wait = failed()
    assert wait.element == "asked/divide"
    assert known(called, wait.wait_id) == {"by": 0, "share": None, "organisation": None}

    change = SetVariables({"by": 4}, wait.wait_id)
    assert preview_repair(instance_of(called), change, now=clock.now()).variables == (("asked/by", 0, 4),)
    repaired(called, change)
    assert retry_incident(Incident.objects.get(), actor="una").passed is True
    complete(called, "asked/look")
    assert known(called, "")["result"] == 3
    assert invariants() == []


@pytest.mark.parametrize(
    ("values", "refusal"), [({"result": 1}, UndeclaredVariable), ({"share": "many"}, WrongType)]
)
def test_what_a_called_process_does_not_declare_is_refused_and_changes_nothing(called, values, refusal):
    before = ProcessInstance.objects.values().get(pk=called.instance.id)
    for change in (Skip(failed().wait_id, values), SetVariables(values, failed().wait_id)):
        with pytest.raises(refusal):
            repaired(called, change)
    assert ProcessInstance.objects.values().get(pk=called.instance.id) == before
    assert not RepairMade.objects.exists()


def test_what_is_written_by_a_skip_that_ends_the_called_process_is_told(called):
    repaired(called, Skip(failed().wait_id, {"share": 7}))
    look = Task.objects.get(status="open")
    repaired(called, Skip(look.wait_id, {"share": 8}))
    last = RepairMade.objects.order_by("id").last()
    assert last is not None
    assert last.variables == [["asked/share", ["int", 7], ["int", 8]], ["result", ["none", None], ["int", 8]]]
    with pytest.raises(WaitNotFound):
        seen_at(instance_of(called), look.wait_id)
    assert invariants() == []


def test_in_a_called_process_a_step_goes_back_and_forth(called):
    repaired(called, Move(failed().wait_id, "asked/look"))
    assert Task.objects.get(status="open").element == "asked/look"
    repaired(called, Move(Task.objects.get(status="open").wait_id, "after"))
    assert Task.objects.get(status="open").element == "after"
    assert invariants() == []
