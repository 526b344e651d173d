"""What the database itself refuses."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from engine.checks import invariants
from engine.models import Completion, ProcessInstance, Task, Wait

from . import diagrams as d
from .conftest import begin, complete, complete_by_id

pytestmark = pytest.mark.django_db


@pytest.fixture
def ended(deploy):
    files = d.process(
        "timed",
        *(d.start(), d.user("ask"), d.timer("late", "ask", "P5D"), d.end(), d.end("end2")),
        d.flows("start ask end", "late end2"),
    )
    step = begin(deploy(files))
    complete(step, "ask")
    return step


@pytest.mark.parametrize(
    ("model", "change"),
    [
        (ProcessInstance, {"version": 1}),
        (ProcessInstance, {"status": "running"}),
        (Task, {"status": "open"}),
        (Wait, {"status": "due"}),
        (Completion, {"actor": "somebody"}),
    ],
)
def test_history_is_not_turned_back(ended, model, change):
    before = list(model.objects.values())

    with pytest.raises(IntegrityError), transaction.atomic():
        model.objects.update(**change)

    assert list(model.objects.values()) == before


def test_one_task_opens_for_each_of_a_list_and_the_process_goes_on_when_enough_agreed(deploy):
    many = (
        '<multiInstanceLoopCharacteristics camunda:collection="signers" camunda:elementVariable="signer">'
        "<completionCondition>sign_yes &gt;= 2</completionCondition></multiInstanceLoopCharacteristics>"
    )
    sign = d.user("sign", group="", assignee="${signer}", yes="agreed").replace(
        "</userTask>", f"{many}</userTask>"
    )
    definition = deploy(
        d.sequence("signing", sign, d.user("after"), signers="list", signer="str", agreed="bool")
    )

    step = begin(definition, signers=["anna", "juris", "zane"])
    tasks = Task.objects.filter(element="sign").order_by("id")
    assert [(task.assignee, task.status) for task in tasks] == [
        ("anna", "open"),
        ("juris", "open"),
        ("zane", "open"),
    ]
    for task in (tasks[1], tasks[0]):
        complete_by_id(step.instance.id, task.pk, agreed=True)

    assert [task.status for task in tasks.all()] == ["completed", "completed", "cancelled"]
    assert Task.objects.get(element="after").status == "open"
    assert invariants() == []
