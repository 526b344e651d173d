"""A process that calls another keeps it as it was when it was deployed, and so do its instances."""

from __future__ import annotations

import pytest
from django.db import transaction

from engine import catalog, clock, expected, queries
from engine.core.errors import DiagramRefused
from engine.core.machine import Machine
from engine.errors import OnlyCalled
from engine.models import Incident, Message, ProcessDefinition, ProcessInstance, Task
from engine.services import correlate_message
from engine.services.together import open_instances

from . import diagrams as d
from .conftest import begin, complete, later, run

pytestmark = pytest.mark.django_db


def call(process: str, take: str = "") -> str:
    given = '<camunda:in source="pick" target="pick"/>'
    taken = f'<camunda:out source="{take}" target="{take}"/>' if take else ""
    inside = d.properties().replace("</extensionElements>", f"{given}{taken}</extensionElements>")
    return f'<callActivity id="asked" name="Jautā" calledElement="{process}">{inside}</callActivity>'


def called(*parts: str, **more: str) -> dict[str, bytes]:
    return d.sequence("asking", *(parts or (d.user("ask"),)), **{"pick": "int", **more})


def caller(take: str = "") -> dict[str, bytes]:
    return d.sequence(
        "outer", call("asking", take), d.user("after"), pick="int", **({take: "int"} if take else {})
    )


def open_tasks(step) -> list[tuple[str, str]]:
    tasks = Task.objects.filter(instance=step.instance.id, status="open")
    return list(tasks.values_list("element", "form_key"))


def test_a_running_instance_keeps_what_was_called_when_it_began():
    catalog.deploy(called())
    first = catalog.deploy(caller())
    running = begin(first, pick=1)
    later(hours=1)

    catalog.deploy(called(d.user("first"), d.user("ask")))
    second = catalog.current("outer")
    assert (first.version, second.version) == (1, 2)
    fresh = begin(second, pick=1)

    assert open_tasks(running) == [("asked/ask", "asking/form")]
    assert open_tasks(fresh) == [("asked/first", "asking/form")]
    assert catalog.form_of(first, "asking/form") == {"x-title": {"lv": "Forma", "en": "Form"}}
    complete(running, "asked/ask")
    assert open_tasks(running) == [("after", "form")]
    complete(running, "after")


def test_its_diagram_shows_that_the_call_is_under_way():
    catalog.deploy(called())
    running = begin(catalog.deploy(caller()), pick=1)
    assert "callActivity" in catalog.diagram_of(catalog.current("outer"))
    assert queries.marks(running.instance.id).now == ("asked",)
    complete(running, "asked/ask")
    marks = queries.marks(running.instance.id)
    assert (marks.now, "asked" in marks.done) == (("after",), True)
    assert set(marks.flows) == {"start_asked", "asked_after"}


def test_a_call_of_what_is_not_deployed_is_refused():
    with pytest.raises(DiagramRefused) as refused:
        catalog.deploy(caller())
    assert [(one.rule, one.element) for one in refused.value.violations] == [("P1", "asked")]


def test_a_new_version_that_no_longer_fits_those_who_call_it_is_refused_whole():
    catalog.deploy(called(result="int"))
    catalog.deploy(caller(take="result"))
    later(hours=1)
    with pytest.raises(DiagramRefused) as refused:
        catalog.deploy(called())
    assert ("P3", "asked") in [(one.rule, one.element) for one in refused.value.violations]
    assert ProcessDefinition.objects.count() == 2


def test_deploying_the_same_again_makes_no_version():
    for _ in range(2):
        catalog.deploy(called())
        catalog.deploy(caller())
    assert ProcessDefinition.objects.count() == 2


def test_a_folder_that_is_called_is_deployed_before_those_that_call_it(tmp_path):
    for key, files in (("asking", called()), ("a_caller", caller())):
        folder = tmp_path / key
        (folder / "forms").mkdir(parents=True)
        for name, content in files.items():
            (folder / name).write_bytes(content)
    (tmp_path / "a_caller" / "outer.bpmn").write_bytes(caller()["outer.bpmn"])
    assert [row.key for row in catalog.deploy_all(tmp_path)] == ["asking", "outer"]


def test_a_process_that_calls_back_is_refused():
    catalog.deploy(called())
    catalog.deploy(caller())
    with pytest.raises(DiagramRefused):
        catalog.deploy(d.sequence("asking", call("outer"), d.user("ask"), pick="int"))


def hearing(**declared: str) -> dict[str, bytes]:
    """Another process waits inside for the message `answered` with its own variables."""
    names = " ".join(declared)
    heard = d.awaits("heard", "answered", correlation_key="for-${pick}", writes=names)
    return called(heard, d.user("ask"), messages=("answered",), **declared)


def send(message_id: str = "m", **variables) -> None:
    checked = expected.check("message", "answered", variables)
    with transaction.atomic():
        correlate_message(
            checked.name, key="for-1", message_id=message_id, variables=variables, now=clock.now()
        )
    run()


def test_a_message_brings_variables_of_the_called_process_that_waits_for_it():
    catalog.deploy(hearing(allowed="bool", until="date"))
    running = begin(catalog.deploy(caller()), pick=1)

    send(allowed="true", until="2027-01-31")

    assert open_tasks(running) == [("asked/ask", "asking/form")]
    assert not Incident.objects.exists()
    assert Message.objects.get().receiver_id == running.instance.id
    row = ProcessInstance.objects.get(pk=running.instance.id)
    machine = Machine.load(catalog.definition(row.definition_id), bytes(row.state))
    (wait,) = machine.waits()
    seen = machine.variables_at(wait.id)
    assert (seen["allowed"], seen["until"].isoformat()) == (True, "2027-01-31")
    assert machine.variables == {"pick": 1}


def test_what_is_declared_differently_outside_is_read_as_declared_inside():
    catalog.deploy(hearing(take="int"))
    running = begin(catalog.deploy(caller()), pick=1)
    outer = d.sequence("outer", call("asking"), d.user("after"), pick="int", take="date")
    later(hours=1)
    second = begin(catalog.deploy(outer), pick=1)

    send("first", take="7")
    send("second", take="8")

    assert expected.expected("message")[0].variables == {"take": frozenset({"int"})}
    assert [open_tasks(one) for one in (running, second)] == [[("asked/ask", "asking/form")]] * 2
    assert not Incident.objects.exists()


def failing(*codes: str) -> dict[str, bytes]:
    """Another process throws errors to whoever calls it when `pick` says so."""
    names = [f"bad_{code}" for code in codes]
    ends = [d.end(name, f'<errorEventDefinition errorRef="error_{name[4:]}"/>') for name in names]
    chosen = {f"which_{name}": f"pick == {at}" for at, name in enumerate(names)}
    return d.process(
        "asking", d.start(), d.user("ask"), d.choice("which", "which_end"), *ends, d.end(),
        d.flows("start ask which end", *(f"which {name}" for name in names), **chosen),
        codes=codes, leaves=codes, people=False, pick="int",
    )  # fmt: skip


def catching(code: str) -> dict[str, bytes]:
    return d.process(
        "outer", d.start(), call("asking"), d.user("after"), d.error("wrong", "asked", code), d.user("redo"),
        d.end(), d.end("undone"), d.flows("start asked after end", "wrong redo undone"),
        codes=(code,), pick="int",
    )  # fmt: skip


def test_an_error_of_the_called_process_comes_to_its_caller():
    catalog.deploy(failing("NO"))
    outer = catalog.deploy(catching("NO"))
    first, second = begin(outer, pick=0), begin(outer, pick=1)
    for running in (first, second):
        complete(running, "asked/ask")
    assert [open_tasks(one) for one in (first, second)] == [[("redo", "form")], [("after", "form")]]
    assert not Incident.objects.exists()


def test_what_leaves_errors_to_its_caller_is_not_started_by_itself():
    alone = catalog.deploy(failing("NO"))
    with pytest.raises(OnlyCalled), transaction.atomic():
        begin(alone, pick=0)
    with pytest.raises(OnlyCalled), transaction.atomic():
        open_instances(alone, ["A-1"], now=clock.now())
    assert not ProcessInstance.objects.exists()


def test_a_new_version_with_an_error_that_its_callers_do_not_catch_is_refused_whole():
    catalog.deploy(failing("NO"))
    catalog.deploy(catching("NO"))
    later(hours=1)
    with pytest.raises(DiagramRefused) as refused:
        catalog.deploy(failing("NO", "LATE"))
    assert [(one.rule, one.element) for one in refused.value.violations] == [("P1", "asked")]
    assert ProcessDefinition.objects.count() == 2
