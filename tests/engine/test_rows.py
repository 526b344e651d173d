"""What the database itself refuses."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from engine.models import Completion, ProcessInstance, Task, Wait

from . import diagrams as d
from .conftest import begin, complete

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
