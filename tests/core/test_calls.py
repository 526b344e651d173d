"""Call activities: another process inside this one, with variables, forms and tables of its own."""

from __future__ import annotations

import pytest

from engine.core.errors import DiagramRefused, WrongType
from engine.core.machine import Machine
from tests.core.diagrams import again as repeat
from tests.core.diagrams import (
    begins,
    broken,
    call,
    chain,
    decide,
    each,
    end,
    failed,
    files,
    flow,
    late,
    parse,
    process,
    script,
    service,
    start,
    table,
    user,
)
from tests.core.test_machine import again, at, elements

OURS = {"school": "str", "schools": "list", "agreed": "bool", "n": "int", "more": "bool", "said": "str"}
THEIRS = {"school": "str", "answer": "bool", "n": "int", "said": "str"}


def asking(*more: str, **defined) -> dict[str, bytes]:
    """A process that asks a school and looks at what it says."""
    parts = [
        start("s"),
        user("ask", group="head@${school}", form="answers"),
        script("note", "said = 'n' + str(n)"),
        end("e"),
        chain("s", "ask", "note", "e"),
        *more,
    ]
    form = b'{"type": "object", "properties": {"yes": {"type": "boolean"}}, "x-variables": {"yes": "answer"}}'
    return {**files(*parts, variables=THEIRS, key="asking", **defined), "forms/answers.json": form}


def calling(element: str = "", *more: str, called: dict[str, bytes] | None = None, **defined):
    element = element or call(
        "x", "asking", give={"school": "school", "n": "n + 1"}, take={"answer": "agreed"}
    )
    parts = [start(), element, user("after"), end(), chain("start", "x", "after", "end"), *more]
    return process(*parts, variables=OURS, calls={"asking": called or asking()}, errors=("E",), **defined)


def test_the_called_process_runs_inside_with_its_own_variables_and_gives_back_what_is_taken():
    definition = calling()
    assert broken(definition) == []
    machine = again(definition, Machine.start(definition, {"school": "7", "n": 1, "said": "ours"}))
    (wait,) = machine.waits()
    assert (wait.element, wait.group, wait.form_key) == ("x/ask", "head@7", "asking/answers")
    assert machine.variables_at(wait.id) == {"school": "7", "n": 2}

    machine.complete(wait.id, {"answer": True})
    machine = again(definition, machine)
    assert elements(machine) == ["after"]
    assert machine.variables == {"school": "7", "n": 1, "said": "ours", "agreed": True}


def test_what_its_task_may_write_is_what_it_declares():
    definition = calling()
    machine = Machine.start(definition, {"school": "7", "n": 1})
    with pytest.raises(Exception, match="declare"):
        machine.complete(at(machine, "x/ask"), {"agreed": True})
    machine = Machine.start(definition, {"school": "7", "n": 1})
    with pytest.raises(WrongType):
        machine.complete(at(machine, "x/ask"), {"answer": 3})


def test_it_is_called_for_each_of_a_list():
    element = call("x", "asking", give={"school": "school"}, yes="answer")
    definition = calling(each(element, of="schools", item="school", until="x_yes >= 2"))
    assert broken(definition) == []
    machine = again(definition, Machine.start(definition, {"schools": ["1", "2", "3"]}))
    assert [wait.group for wait in machine.waits()] == ["head@1", "head@2", "head@3"]
    for answer in (False, True):
        machine.complete(machine.waits()[0].id, {"answer": answer})
        machine = again(definition, machine)
    machine.complete(machine.waits()[0].id, {"answer": True})
    machine = again(definition, machine)
    assert elements(machine) == ["after"]
    assert (machine.variables["x_done"], machine.variables["x_yes"]) == (3, 2)


def test_it_is_called_again_while_a_condition_holds():
    element = call("x", "asking", give={"school": "school"}, take={"answer": "more"})
    definition = calling(repeat(element, "more"))
    assert broken(definition) == []
    machine = again(definition, Machine.start(definition, {"school": "1"}))
    for answer in (True, False):
        assert elements(machine) == ["x/ask"]
        machine.complete(at(machine, "x/ask"), {"answer": answer})
        machine = again(definition, machine)
    assert elements(machine) == ["after"]


def test_events_on_the_call_take_it_away_and_catch_its_errors():
    more = late("late", "x") + end("e1") + flow("late", "e1")
    more += failed("wrong", "x", "E") + user("repair") + end("e2") + chain("wrong", "repair", "e2")
    called = {
        **asking(),
        **files(
            start("s"),
            service("post", "later"),
            user("ask"),
            end("e"),
            chain("s", "post", "ask", "e"),
            variables=THEIRS,
            key="asking",
        ),
    }
    definition = calling("", more, called=called)
    assert broken(definition) == []
    machine = again(definition, Machine.start(definition, {"school": "1", "n": 0}))
    machine.fire(at(machine, "late"))
    assert again(definition, machine).ended
    machine = Machine.start(definition, {"school": "1", "n": 0})
    machine.throw(at(machine, "x/post"), "E")
    assert elements(again(definition, machine)) == ["repair"]


def test_a_called_process_calls_another_and_brings_its_tables():
    inner = files(
        start("s"),
        decide("sort", "kinds"),
        user("look", group="officer@${n}"),
        end("e"),
        chain("s", "sort", "look", "e"),
        variables={"n": "int"},
        key="sorting",
        tables=table("kinds", [("n", "integer")], ["n"], [["< 10", "1"], [">= 10", "2"]]),
    )
    middle = files(
        start("s"),
        call("deep", "sorting", give={"n": "n * 5"}),
        end("e"),
        chain("s", "deep", "e"),
        variables={"n": "int"},
        key="asking",
    )
    definition = process(
        start(),
        call("x", "asking", give={"n": "n"}),
        user("after"),
        end(),
        chain("start", "x", "after", "end"),
        variables=OURS,
        calls={"asking": middle, "sorting": inner},
    )
    assert broken(definition) == []
    machine = again(definition, Machine.start(definition, {"n": 3}))
    (wait,) = machine.waits()
    assert (wait.element, wait.group) == ("x/deep/look", "officer@2")
    machine.complete(wait.id)
    assert elements(again(definition, machine)) == ["after"]
    assert machine.variables["n"] == 3


def test_paths_beside_the_call_are_not_bound_by_its_names():
    definition = calling()
    machine = Machine.start(definition, {"school": "1", "n": 0})
    machine.complete(at(machine, "x/ask"), {"answer": True})
    machine.complete(at(machine, "after"), {"said": "ours"})
    assert machine.variables["said"] == "ours"


@pytest.mark.parametrize(
    ("element", "rule"),
    [
        (call("x", "nobody"), "P1"),
        (call("x", ""), "P1"),
        (call("x", "asking", give={"unknown": "n"}), "P3"),
        (call("x", "asking", give={"n": "school"}), "P3"),
        (call("x", "asking", give={"n": "unknown"}), "P3"),
        (call("x", "asking", take={"n": "agreed"}), "P3"),
        (call("x", "asking", take={"unknown": "agreed"}), "P3"),
        (each(call("x", "asking", take={"n": "n"}), number="2"), "P3"),
        (
            call("x", "asking").replace(
                "calledElement", 'camunda:calledElementBinding="latest" calledElement"'.strip('"')
            ),
            "P1",
        ),
        (call("x", "asking", give={"n": "n"}).replace("<camunda:in ", '<camunda:in variables="all" '), "P1"),
    ],
)
def test_calls_that_are_refused(element, rule):
    assert (rule, "x") in broken(calling(element))


def test_a_process_that_only_a_message_begins_cannot_be_called():
    called = files(
        begins("s"),
        user("ask"),
        end("e"),
        chain("s", "ask", "e"),
        variables=THEIRS,
        key="asking",
        people=False,
    )
    assert ("P1", "x") in broken(calling(called=called))


def test_a_process_that_calls_itself_is_refused():
    itself = files(start(), call("x", "process"), end(), chain("start", "x", "end"), variables=OURS)
    with pytest.raises(DiagramRefused):
        parse({**itself, **{f"calls/process/{name}": content for name, content in itself.items()}})
