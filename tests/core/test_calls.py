"""Call activities: another process inside this one, with variables, forms and tables of its own."""

from __future__ import annotations

import pytest

from engine.core.errors import DiagramRefused, ErrorNotCaught, WrongType
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
    escalate,
    escalated,
    exclusive,
    fail,
    failed,
    files,
    findings,
    flow,
    late,
    parallel,
    parse,
    process,
    script,
    service,
    start,
    subprocess,
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


DECIDES = {"school": "str", "agreed": "bool"}


def deciding(*more: str, throws=None, key: str = "asking", **defined) -> dict[str, bytes]:
    """A process that ends in an error `E` when the school says no."""
    parts = [
        start("s"), user("ask"), exclusive("x", "x_e"), fail("bad"), end("e"),
        chain("s", "ask", "x"), flow("x", "bad", "not agreed"), flow("x", "e"), *more,
    ]  # fmt: skip
    thrown = {"E": "error"} if throws is None else throws
    given = {"errors": ("E",), "people": False, "throws": thrown, "variables": DECIDES, **defined}
    return files(*parts, key=key, **given)


def on_the_way(*more: str, called=None, element: str = "", **defined):
    element = element or call("c", "asking")
    parts = [start(), element, user("after"), end(), chain("start", "c", "after", "end"), *more]
    named = {"errors": ("E", "F"), "escalations": ("S",), **defined}
    return process(*parts, calls={"asking": called or deciding()}, **named)


def caught(code: str = "E") -> str:
    return failed("wrong", "c", code) + user("redo") + end("e2") + chain("wrong", "redo", "e2")


def test_a_called_process_ends_in_an_error_that_its_caller_catches():
    assert broken(parse(deciding())) == []
    for more in (caught(), caught("")):
        definition = on_the_way(more)
        assert broken(definition) == []
        for agreed, next_one in ((True, "after"), (False, "redo")):
            machine = again(definition, Machine.start(definition, {}))
            machine.complete(at(machine, "c/ask"), {"agreed": agreed})
            machine = again(definition, machine)
            assert elements(machine) == [next_one]
            machine.complete(at(machine, next_one))
            assert machine.ended


def test_what_a_called_process_throws_is_caught_by_its_caller_or_that_one_by_its_own():
    assert broken(parse(deciding(throws={}))) == [("P1", "bad")]
    assert broken(parse(deciding(throws={"E": "escalation"}))) == [("P1", "bad")]
    for more in ("", caught("F")):
        assert broken(on_the_way(more)) == [("P1", "c")]
    (violation,) = findings(on_the_way())
    assert violation.message_en == "Nobody catches the error `E` that the called process `asking` throws."
    assert broken(on_the_way(throws={"E": "error"}, people=False)) == []
    around = subprocess("c", start("i"), call("inner", "asking"), end("o"), chain("i", "inner", "o"))
    assert broken(on_the_way(caught(), element=around)) == []


def test_an_error_goes_through_the_calls_between():
    middle = files(
        start(), call("m", "deep"), end(), chain("start", "m", "end"), throws={"E": "error"}, people=False,
        key="asking", calls={"deep": deciding(key="deep")},
    )  # fmt: skip
    called = {name: content for name, content in middle.items() if not name.startswith("calls/")}
    parts = [
        start(),
        call("c", "asking"),
        user("after"),
        end(),
        chain("start", "c", "after", "end"),
        caught(),
    ]
    calls = {"asking": called, "deep": deciding(key="deep")}
    assert broken(parse(middle)) == []
    definition = process(*parts, errors=("E",), calls=calls)
    assert broken(definition) == []
    machine = again(definition, Machine.start(definition, {}))
    machine.complete(at(machine, "c/m/ask"), {"agreed": False})
    assert elements(again(definition, machine)) == ["redo"]


def test_who_leaves_something_to_a_caller_does_not_begin_by_itself():
    assert broken(parse(deciding(people=True))) == [("P1", "asking")]
    by_message = begins("told") + flow("told", "ask")
    assert ("P1", "asking") in broken(parse(deciding(by_message)))
    for thrown in ({"E": "error", "": "error"}, {"E": "error", "F": "signal"}):
        assert broken(parse(deciding(throws=thrown))) == [("P1", "asking")]
    machine = Machine.start(parse(deciding()), {})
    with pytest.raises(ErrorNotCaught):
        machine.complete(at(machine, "ask"), {"agreed": False})


def test_an_error_for_the_caller_ends_what_runs_beside_it():
    called = files(
        start("s"), parallel("two"), user("ask", writes="agreed"), exclusive("x", "x_both"),
        fail("bad"), user("write"), parallel("both"), end("e"), chain("s", "two", "ask", "x"),
        flow("x", "bad", "not agreed"), chain("x", "both", "e"), chain("two", "write", "both"),
        key="asking", errors=("E",), people=False, throws={"E": "error"}, variables=DECIDES,
    )  # fmt: skip
    assert broken(parse(called)) == []
    definition = on_the_way(caught(), called=called)
    assert broken(definition) == []
    machine = again(definition, Machine.start(definition, {}))
    assert elements(machine) == ["c/ask", "c/write"]
    machine.complete(at(machine, "c/ask"), {"agreed": False})
    machine = again(definition, machine)
    assert elements(machine) == ["redo"]


@pytest.mark.parametrize("interrupting", [True, False])
def test_a_called_process_escalates_to_its_caller(interrupting):
    called = files(
        start("s"), escalate("up"), user("ask"), escalate("more"), end("e"),
        chain("s", "up", "ask", "more", "e"), key="asking", escalations=("S",), people=False,
        throws={"S": "escalation"},
    )  # fmt: skip
    assert broken(parse(called)) == []
    assert broken(on_the_way(called=called)) == [("P1", "c")]
    look = escalated("told", "c", "S", interrupting=interrupting) + user("look") + end("e2")
    definition = on_the_way(look, chain("told", "look", "e2"), called=called)
    assert broken(definition) == []
    machine = again(definition, Machine.start(definition, {}))
    assert sorted(elements(machine)) == (["look"] if interrupting else ["c/ask", "look"])
    if not interrupting:
        machine.complete(at(machine, "c/ask"))
        machine = again(definition, machine)
        assert sorted(elements(machine)) == ["after", "look", "look"]
