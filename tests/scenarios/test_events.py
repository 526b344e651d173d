"""Coverage of what happens by itself: messages, signals, conditions, errors, races and several instances."""

from __future__ import annotations

import json

import pytest

from engine import catalog, handlers
from engine.handlers import BpmnError
from tests.core.diagrams import (
    awaits,
    chain,
    each,
    end,
    exclusive,
    failed,
    files,
    first_of,
    once,
    recalled,
    service,
    start,
    timer,
    user,
)
from tests.plugins.scenario_walks import Scenario, walk
from tests.plugins.scenarios import Coverage, rolled_back
from tests.scenarios.recorded import assert_recorded_walks_alike

pytestmark = pytest.mark.django_db

HEAD = {"group": "institution_head@${organisation}"}
FORM = {"x-title": {"lv": "Forma", "en": "Form"}, "type": "object", "properties": {}}
FAILS = {"type": "boolean", "title": "Neizdosies?", "x-en": {"title": "Will it fail?"}}
SIGNED = [{"task": "sign", "by": "ilze.piemere"}] * 2
LOOKED = [*SIGNED, {"task": "look", "by": "ilze.piemere", "answers": {"fails": False}}]
WALKS = {
    "told-and-answered": ("end", [*SIGNED, {"receive": "note"}, LOOKED[-1], {"receive": "answer"}]),
    "halted": ("end_halted", [*SIGNED, {"receive": "note", "gives": {"stop": True}}]),
    "signalled-and-failed": (
        "end_failed",
        [*SIGNED, {"task": "look", "by": "ilze.piemere", "answers": {"fails": True}}, {"receive": "all"}],
    ),
    "nobody-answers": ("end", [*LOOKED, {"fire": "late"}]),
}


def content() -> dict[str, bytes]:
    writes = '<camunda:property name="writes" value="stop"/></camunda:properties>'
    note = recalled("note", "look", interrupting=False).replace("</camunda:properties>", writes, 1)
    found = files(
        start(), each(user("sign", **HEAD), number="2"), user("look", form="look", **HEAD), note,
        once("halted", "look", "stop"), first_of("race"), awaits("answer"), awaits("all", signal=True),
        timer("late"), exclusive("met"), service("do", "scenarios.do"), failed("no", "do", "E"),
        end(), end("end_note"), end("end_halted"), end("end_failed"),
        chain("start", "sign", "look", "race", "answer", "met", "do", "end"), chain("note", "end_note"),
        chain("halted", "end_halted"), chain("race", "all", "met"), chain("race", "late", "met"),
        chain("no", "end_failed"),
        variables={"organisation": "int", "pick": "int", "stop": "bool", "fails": "bool"}, errors=("E",),
    )  # fmt: skip
    found["process.bpmn"] = found["process.bpmn"].replace(b"start:head", b"start:institution_head")
    look = {**FORM, "properties": {"fails": FAILS}, "x-variables": {"fails": "fails"}}
    return {
        **found,
        "forms/form.json": json.dumps(FORM).encode(),
        "forms/look.json": json.dumps(look).encode(),
    }


@pytest.fixture
def walked(seeded):
    before = dict(handlers._handlers)

    def do(context):
        if context.variables["fails"]:
            raise BpmnError("E")

    handlers.handler("scenarios.do", runs="job")(do)
    row = catalog.deploy(content())
    coverage = Coverage(catalog.definition(row.pk), content()["process.bpmn"].decode())
    for number, (name, (ends, steps)) in enumerate(WALKS.items()):
        told = {"name": name, "organisation": "Egļkalnu pamatskola", "by": "ilze.piemere", "ends": ends}
        with rolled_back():
            coverage.walked[name] = walk(Scenario("process", number, {**told, "step": steps}))
            made = assert_recorded_walks_alike(coverage.walked[name].case)
            print(made.text)
    yield coverage
    handlers._handlers.clear()
    handlers._handlers.update(before)
    catalog.forget()


def test_each_way_counts_and_what_is_left_out_is_missing(walked):
    assert walked.missing() == []
    assert walked.times()["note"] == 2

    without = Coverage(walked.definition, walked.xml, {**walked.walked})
    del without.walked["halted"]
    assert without.missing() == ["halted_end_halted", "halted"]
    assert without.percent < 100

    without.walked.clear()
    assert set(without.missing()) == set(walked.times())
