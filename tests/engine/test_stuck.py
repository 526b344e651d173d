"""A person's step that the process cannot take is undone, and leaves one incident until it passes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import IntegrityError, transaction

from engine import causes, clock
from engine.core.errors import CoreError, ErrorNotCaught, ExpressionFailed, NoRuleMatched, TooDeep, TooLarge
from engine.errors import (
    IncidentOfPerson,
    IncidentResolved,
    RuleUnresolved,
    StateDamaged,
    StepTooLong,
    TaskNotOpen,
)
from engine.handlers import BpmnError
from engine.invariants import invariants
from engine.models import Completion, Incident, ProcessInstance, Task
from engine.services import cancel_instance, lock_instance, open_incident_of_step, retry_incident
from tests.core.diagrams import table
from tests.engine import diagrams as d
from tests.engine.conftest import begin, complete

pytestmark = pytest.mark.django_db


def script(key: str, text: str) -> str:
    return f'<scriptTask id="{key}" name="Skripts">{d.properties()}<script>{text}</script></scriptTask>'


@contextmanager
def refused(kind: type[Exception]) -> Iterator[None]:
    """The step is refused, and its incident written after it, as whoever calls the engine does."""
    with pytest.raises(kind) as caught:
        yield
    open_incident_of_step(caught.value)


@pytest.fixture
def dividing(deploy):
    """A task whose step divides by what the person enters."""
    files = d.sequence("dividing", d.user("ask"), script("s", "k = 1 / n"), n="int", k="decimal")
    return begin(deploy(files))


def test_an_expression_that_fails_leaves_one_incident_however_often_it_is_tried(dividing):
    for _ in range(3):
        with refused(ExpressionFailed):
            complete(dividing, "ask", n=0)

    incident = Incident.objects.get()
    assert (incident.instance_id, incident.element, incident.cause, incident.attempts, incident.wait) == (
        dividing.instance.id, "ask", "step_undone", 3, None,
    )  # fmt: skip
    assert incident.task == Task.objects.get(status="open")
    assert "ExpressionFailed" in incident.detail
    assert causes.words(incident.cause, incident.detail) == (
        "Cilvēka darbība ir atsaukta, jo process no tās nevarēja turpināties. "
        "Izteiksmei ar šīm vērtībām nav rezultāta."
    )
    assert Completion.objects.filter(instance=dividing.instance.id).count() == 1
    assert invariants() == []


def test_it_is_resolved_by_the_step_that_passes(dividing):
    with refused(ExpressionFailed):
        complete(dividing, "ask", n=0)

    complete(dividing, "ask", actor="anna", n=2)

    incident = Incident.objects.get()
    assert (incident.resolved_by, incident.resolved_at) == ("anna", Task.objects.get().closed_at)


def test_it_is_resolved_when_its_case_is_ended(dividing):
    with refused(ExpressionFailed):
        complete(dividing, "ask", n=0)

    with transaction.atomic():
        locked = lock_instance(dividing.instance.id)
        cancel_instance(locked, actor="chief", reason="withdrawn", now=clock.now())

    assert Incident.objects.get().resolved_by == "chief"


def test_a_step_refused_after_it_had_passed_once_opens_another(deploy):
    step = begin(
        deploy(
            d.process(
                "rounds",
                d.start(),
                d.user("ask"),
                script("s", "k = 1 / n"),
                d.choice("more", "more_end"),
                d.end(),
                d.flows("start ask s more end", "more ask", more_ask="n > 5"),
                n="int",
                k="decimal",
            )
        )
    )
    for n in (0, 9, 0):
        try:
            complete(step, "ask", n=n)
        except ExpressionFailed as error:
            open_incident_of_step(error)

    assert list(Incident.objects.order_by("id").values_list("resolved_by", "attempts")) == [
        ("clerk", 1),
        ("", 1),
    ]


def test_nobody_can_take_the_step_again_in_place_of_the_person(dividing):
    with refused(ExpressionFailed):
        complete(dividing, "ask", n=0)
    incident = Incident.objects.get()

    with pytest.raises(IncidentOfPerson):
        retry_incident(incident, actor="una")

    assert Incident.objects.get().resolved_at is None
    complete(dividing, "ask", n=1)
    with pytest.raises(IncidentResolved):
        retry_incident(incident, actor="una")


def asked(deploy, fake):
    files = d.sequence(
        "asked", d.user("ask"),
        '<businessRuleTask id="rule" name="Lēmums" camunda:decisionRef="t" camunda:resultVariable="k">'
        f"{d.properties()}</businessRuleTask>",
        n="int", k="int",
    )  # fmt: skip
    files["t.dmn"] = table("t", [("n", "integer")], ["k"], [["<= 5", "1"], ["> 5", "2"]])
    return begin(deploy(files)), NoRuleMatched, "step_undone"


def too_many(deploy, fake):
    fake("work", runs="job")
    step = begin(deploy(d.sequence("many", d.user("ask"), *(d.service(f"s{n}", "work") for n in range(21)))))
    fake("work", runs="in_step")
    return step, StepTooLong, "step_undone"


def uncaught(deploy, fake):
    fake("work", runs="in_step", raises=BpmnError("NO"))
    return (
        begin(deploy(d.sequence("uncaught", d.user("ask"), d.service("s", "work")))),
        ErrorNotCaught,
        "error_not_caught",
    )


def unresolved(deploy, fake):
    files = d.sequence("late", d.user("ask"), d.user("next", due="deadline('unheard')"))
    return begin(deploy(files)), RuleUnresolved, "step_undone"


def damaged(deploy, fake):
    step = begin(deploy(d.sequence("damaged", d.user("ask"))))
    ProcessInstance.objects.filter(pk=step.instance.id).update(state=b"damaged")
    return step, StateDamaged, "state_damaged"


@pytest.mark.parametrize("make", [asked, too_many, uncaught, unresolved, damaged])
def test_every_fault_of_the_process_is_kept_with_its_cause(deploy, fake, make):
    step, error, cause = make(deploy, fake)

    for _ in range(2):
        with refused(error):
            complete(step, "ask")

    incident = Incident.objects.get()
    assert (incident.element, incident.cause, incident.attempts) == ("ask", cause, 2)
    assert incident.detail.startswith(error.__name__)


def test_a_state_too_deep_to_be_stored_is_kept_too(deploy, monkeypatch):
    step = begin(deploy(d.sequence("deep", d.user("ask"), d.user("next"))))
    monkeypatch.setattr("engine.core.machine.DEEPEST", 0)
    with refused(TooDeep):
        complete(step, "ask")

    assert Incident.objects.get().detail.startswith("TooDeep")
    assert Completion.objects.count() == 1


def test_a_step_after_which_the_state_could_not_be_read_is_undone(deploy, monkeypatch):
    both = [d.parallel("split"), *(d.user(key) for key in "abc"), d.parallel("join")]
    paths = d.flows("start ask split a join end", "split b join", "split c join")
    step = begin(deploy(d.process("large", d.start(), d.user("ask"), *both, d.end(), paths)))
    monkeypatch.setattr("engine.core.rows.MOST_TOKENS", 2)
    with refused(TooLarge):
        complete(step, "ask")

    incident = Incident.objects.get()
    assert (incident.cause, incident.detail.startswith("TooLarge (tokens: ")) == ("step_undone", True)
    assert Completion.objects.count() == 1
    monkeypatch.undo()
    assert len(complete(step, "ask").opened) == 3


def test_a_damaged_instance_can_still_be_ended(deploy, fake):
    step, _, _ = damaged(deploy, fake)
    with refused(StateDamaged):
        complete(step, "ask")

    with transaction.atomic():
        ended = cancel_instance(
            lock_instance(step.instance.id), actor="chief", reason="damaged", now=clock.now()
        )

    assert (ended.instance.status, ended.variables) == ("cancelled", {})
    assert Incident.objects.get().resolved_by == "chief"


def test_a_start_that_fails_leaves_an_incident_until_the_process_starts(deploy):
    definition = deploy(d.sequence("starts", script("s", "k = 1 / n"), d.user("ask"), n="int", k="decimal"))
    other = deploy(d.sequence("other", d.user("ask")))
    for _ in range(2):
        with refused(ExpressionFailed):
            begin(definition, n=0)
    begin(other)

    incident = Incident.objects.get(resolved_at=None)
    assert (incident.process, incident.instance, incident.task, incident.attempts) == (
        "starts",
        None,
        None,
        2,
    )
    assert ProcessInstance.objects.count() == 1

    begin(definition, n=1)

    assert Incident.objects.get().resolved_by == "system"


def test_an_open_incident_of_a_closed_task_is_named(dividing):
    with refused(ExpressionFailed):
        complete(dividing, "ask", n=0)
    complete(dividing, "ask", n=1)
    Incident.objects.update(resolved_at=None)

    assert invariants() == [f"task {Task.objects.get().pk}: is closed with an open incident"]


def test_what_is_refused_for_another_reason_leaves_nothing(dividing):
    complete(dividing, "ask", n=1)
    with pytest.raises(TaskNotOpen) as caught:
        complete(dividing, "ask", n=1)

    assert open_incident_of_step(caught.value) is None
    assert open_incident_of_step(CoreError()) is None
    assert Incident.objects.count() == 0


def test_the_table_itself_keeps_one_open_incident_of_a_step(dividing):
    with refused(ExpressionFailed):
        complete(dividing, "ask", n=0)
    first = Incident.objects.values("instance_id", "element", "cause", "task_id").get()

    with pytest.raises(IntegrityError, match="incident_of_step_once"), transaction.atomic():
        Incident.objects.create(**first, attempts=1, opened_at=clock.now())
