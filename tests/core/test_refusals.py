"""A gallery of refused diagrams: each finding names rule, element and name, and says what to draw instead."""

from __future__ import annotations

import pytest

from engine.core.definition import Definition
from engine.core.parser import parse
from tests.core.diagrams import (
    aside,
    begins,
    begins_at,
    chain,
    decide,
    diagram,
    end,
    exclusive,
    failed,
    findings,
    flow,
    late,
    node,
    parallel,
    process,
    recalled,
    script,
    service,
    start,
    subprocess,
    table,
    tell,
    timer,
    triggered,
    user,
)

STRAIGHT = chain("start", "x", "end")


def straight(element: str, **kwargs) -> Definition:
    return process(start(), element, end(), STRAIGHT, **kwargs)


def begun(*starts: str) -> Definition:
    return process(*starts, user("x"), end(), STRAIGHT, variables={"n": "int"}, people=False)


def hosted(host: str, event: str, **kwargs) -> Definition:
    return process(start(), host, event, end(), end("e2"), STRAIGHT, chain("b", "e2"), **kwargs)


def beside(first: str, second: str, **variables: str) -> Definition:
    """Two paths of a parallel split, each one element: `a` and `b`."""
    return process(
        start(), parallel("p"), first, second, parallel("j"), end(),
        chain("start", "p", "a", "j", "end"), chain("p", "b", "j"), variables=variables,
    )  # fmt: skip


def circle(*inside: str, path: tuple[str, ...]) -> Definition:
    return process(
        start(), exclusive("m"), *inside, exclusive("g", "g_end"), end(),
        chain("start", "m", *path, "g", "end"), flow("g", "m", "again"), variables={"again": "bool"},
    )  # fmt: skip


def choosing(default: str, yes: str, no: str = "") -> Definition:
    return process(
        start(), exclusive("g", default), end("yes"), end("no"), chain("start", "g"),
        flow("g", "yes", yes), flow("g", "no", no), variables={"ok": "bool", "n": "int"},
    )  # fmt: skip


def filled(form: str, element: str = "", **variables: str) -> Definition:
    content = diagram(start(), element or user("x", form="own"), end(), STRAIGHT, variables=variables)
    return parse({"process.bpmn": content, "forms/own.json": form.encode()})


def decided(
    rules: list[list[str]], how: str = "singleEntry", policy: str = "UNIQUE", **attributes: str
) -> Definition:
    rows = table("t", [("kind", "string")], ["role"], rules, policy)
    element = decide("x", "t", attributes.get("variable", "role"), how)
    after = user("after", group=attributes["group"]) if "group" in attributes else script("after", "n = 1")
    return process(
        start(), element, after, end(), chain("start", "x", "after", "end"),
        variables={"kind": "str", "role": "str", "where": "int", "n": "int"}, tables=rows,
    )  # fmt: skip


LISTENER = (
    '<bpmn:userTask id="x" name="x" xmlns:camunda="http://camunda.org/schema/1.0/bpmn">'
    '<bpmn:extensionElements><camunda:taskListener event="create"/></bpmn:extensionElements></bpmn:userTask>'
)
BY_EVENT = 'triggeredByEvent="true"'
GOES_ON = 'cancelActivity="false"'
MESSAGE = "<bpmn:messageEventDefinition/>"
TIMES = (
    "<bpmn:timerEventDefinition><bpmn:timeDuration>P1D</bpmn:timeDuration>"
    "<bpmn:timeCycle>R3/P1D</bpmn:timeCycle></bpmn:timerEventDefinition>"
)
MANY = [f"s{number}" for number in range(205)]
STEPS = [f"s{number}" for number in range(21)]
WORDS = '{"properties": {"f": {"type": "%s"}}, "x-variables": {"f": "n"}}'

REFUSED = {
    "a call activity": (
        straight(node("callActivity", "x")),
        "P1", "x", "no process `-`", "a deployed process",
    ),
    "a complex gateway": (
        straight(node("complexGateway", "x")),
        "P1", "x", "complex", "inclusive, parallel",
    ),
    "a message without a name": (
        straight(node("intermediateCatchEvent", "x", MESSAGE)),
        "P1", "x", "message or signal", "Define it",
    ),
    "a message without a key": (
        straight(node("receiveTask", "x", attributes='messageRef="M"')),
        "P9", "x", "correlation key", "correlation_key",
    ),
    "a link": (
        straight(node("intermediateThrowEvent", "x", "<bpmn:linkEventDefinition/>")),
        "P1", "x", "Link and compensation", "sequence flow instead of a link",
    ),
    "a start after a while": (
        begun(begins_at("start", "P1D", "timeDuration")), "P1", "start", "`timeDuration`", "Remove it",
    ),
    "a start by two times": (
        begun(node("startEvent", "start", TIMES)), "P1", "start", "one timeCycle or timeDate", "Remove it",
    ),
    "a start every hour": (
        begun(begins_at("start", "R/2026-09-01/PT1H")), "P7", "start", "PT1H", "the shortest cycle is a day",
    ),
    "a start each day from nowhere": (
        begun(begins_at("start", "R/P1D")), "P7", "start", "R/P1D", "every workday 08:00",
    ),
    "a start on a day that never comes": (
        begun(begins_at("start", "every year 30 february")), "P7", "start", "30 february", "every year 1",
    ),
    "a start in another zone": (
        begun(begins_at("start", "2026-09-01T08:00Z", "timeDate")), "P7", "start", "08:00Z", "clock of Riga",
    ),
    "a start on a condition": (
        begun(node("startEvent", "start", "<bpmn:conditionalEventDefinition/>")),
        "P1", "start", "conditionalEventDefinition", "Remove it",
    ),
    "a start by a message with a key": (
        begun(begins("start", correlation_key="p-${n}")), "P9", "start", "p-${n}", "list in `writes`",
    ),
    "a start by a message that nobody named": (
        begun(node("startEvent", "start", MESSAGE)), "P1", "start", "message or signal", "Define it",
    ),
    "a start by a message that writes what is not declared": (
        begun(begins("start", writes="m")), "P3", "start", "m", "declared variables",
    ),
    "a start for people that writes": (
        begun(node("startEvent", "start", writes="n")), "P9", "start", "n", "the event that catches it",
    ),
    "a message start inside a subprocess": (
        straight(node("subProcess", "x", begins("s") + end("e") + chain("s", "e"))),
        "P1", "s", "messageEventDefinition", "Remove it",
    ),
    "two starts for people": (
        begun(start() + start("other") + chain("other", "x")),
        "P12", "process", "start event for people", "Give the others a message",
    ),
    "people who cannot start": (
        process(begins("start"), user("x"), end(), STRAIGHT),
        "P12", "process", "head", "without a definition",
    ),
    "two starts by one message": (
        begun(begins("start") + begins("other") + chain("other", "x")), "P9", "other", "`M`", "Keep one",
    ),
    "a cycle beside a duration": (
        straight(node("intermediateCatchEvent", "x", TIMES)), "P1", "x", "timeCycle", "a loop with a gateway",
    ),
    "a script several times": (
        straight(node("scriptTask", "x", "<bpmn:multiInstanceLoopCharacteristics/>")),
        "P1", "x", "multiInstance", "a loop with a gateway",
    ),
    "several instances of nothing": (
        straight(node("userTask", "x", "<bpmn:multiInstanceLoopCharacteristics/>")),
        "P3", "x", "Several instances", "a list as the collection",
    ),
    "an event subprocess in the flow": (
        straight(
            node("subProcess", "x", start("s") + end("e") + chain("s", "e"), attributes=BY_EVENT)
        ),
        "P1", "x", "event subprocess", "without flows",
    ),
    "an event subprocess that nothing begins": (
        process(start(), end(), chain("start", "end"), aside("x", start("s"), user("u"), end("e"),
                                                             chain("s", "u", "e"))),
        "P1", "s", "start event without a definition", "plain elements",
    ),
    "an event subprocess that goes on beside an error": (
        process(start(), end(), chain("start", "end"),
                aside("x", triggered("s", error="E", interrupting=False), end("e"), chain("s", "e")),
                errors=("E",)),
        "P1", "x", "event subprocess", "an error always interrupts",
    ),
    "a listener": (straight(LISTENER), "P1", "x", "camunda:taskListener", "Remove it"),
    "users in place of a group": (
        straight(node("userTask", "x", attributes='camunda:candidateUsers="anna"')),
        "P1", "x", "camunda:candidateUsers", "Remove it",
    ),
    "a class of another engine": (
        straight(node("serviceTask", "x", attributes='camunda:class="com.example.Run"')),
        "P1", "x", "camunda:class", "Remove it",
    ),
    "a property misspelt": (
        straight(user("x", differ_from="start")), "P1", "x", "differ_from", "name of a property of the guide",
    ),
    "a property of a task on a gateway": (
        straight(node("exclusiveGateway", "x", remind="P1D")),
        "P1", "x", "`remind`", "element that carries it",
    ),
    "a property twice": (
        straight(node("userTask", "x", "", remind="P1D", name__en="x").replace(
            "</camunda:properties>", '<camunda:property name="remind" value="P2D"/></camunda:properties>')),
        "P1", "x", "remind twice", "Remove it",
    ),
    "a flag that is neither": (straight(user("x", decides="jā")), "P1", "x", "decides = jā", "Write `true`"),
    "an error on a user task": (hosted(user("x"), failed("b", "x")), "P1", "b", "cannot stand on", "service"),
    "a timer on a script": (
        hosted(script("x", "n = 1"), late("b", "x"), variables={"n": "int"}),
        "P1", "b", "`scriptTask`", "Put timers on user tasks",
    ),
    "an error that does not interrupt": (
        hosted(service("x"), failed("b", "x").replace("attachedToRef", f"{GOES_ON} attachedToRef")),
        "P1", "b", "`serviceTask`", "an error always interrupts",
    ),
    "an error that is not defined": (
        hosted(service("x"), failed("b", "x", "nowhere")), "P1", "b", "nowhere", "Define it with its code",
    ),
    "no default": (choosing("", "ok", "not ok"), "P2", "g", "no default flow", "Mark one outgoing flow"),
    "a flow of another gateway for a default": (
        process(
            start(), exclusive("g", "h_yes"), exclusive("h"), end("yes"), end("no"), chain("start", "g", "h"),
            flow("h", "yes", "ok"), flow("h", "no"), variables={"ok": "bool"},
        ),
        "P2", "h", "no default flow", "Mark one outgoing flow",
    ),
    "a flow without a condition": (choosing("g_no", ""), "P2", "g_yes", "no condition", "but the default"),
    "a condition that is no question": (
        choosing("g_no", "n"),
        "P3", "g_yes", "met int", "declared variables",
    ),
    "a variable that is not declared": (
        straight(script("x", "m = 1")), "P3", "x", "undeclared m", "declared variables",
    ),
    "a group by yes or no": (
        straight(user("x", assignee="${ok}"), variables={"ok": "bool"}), "P3", "x", "met bool", "declared",
    ),
    "a whole number from a text": (
        filled(WORDS % "string", n="int"), "P3", "own", "f: n", "integer for int",
    ),
    "a day from a text": (filled(WORDS % "string", n="date"), "P3", "own", "f: n", "format date for date"),
    "a split in a loop": (
        circle(
            parallel("p"), user("a"), user("b"), parallel("j"), chain("p", "b", "j"), path=("p", "a", "j"),
        ),
        "P4", "p", "splits inside a loop", "embedded subprocess",
    ),
    "a reminder in a loop": (
        circle(user("a"), late("r", "a", interrupting=False), end("e2"), chain("r", "e2"), path=("a",)),
        "P4", "r", "splits inside a loop", "the due rule of a task",
    ),
    "a path that meets itself": (
        process(
            start(), user("x"), end(), STRAIGHT, recalled("b", "x", interrupting=False), parallel("p"),
            user("l"), user("r"), parallel("j"), end("e2"), chain("b", "p", "l", "j", "e2"),
            chain("p", "r", "j"), variables={"pick": "int"},
        ),
        "P4", "p", "`b`, which may happen several times", "an end of its own",
    ),
    "an event that lets itself happen again": (
        process(
            start(), user("x"), end(), STRAIGHT, recalled("b", "x", interrupting=False, signal=True),
            tell("t", signal=True), end("e2"), chain("b", "t", "e2"),
        ),
        "P5", "b", "for ever: t", "another name",
    ),
    "a loop that waits for nobody": (
        circle(script("s", "again = True"), path=("s",)),
        "P5", "g", "nobody", "user",
    ),
    "two paths that write the same": (
        beside(script("a", "n = 1"), script("b", "n = 2"), n="int"), "P6", "a", "`n`", "variables of its own",
    ),
    "a form that gives more than is listed": (
        filled(WORDS % "integer", user("x", form="own", writes="k"), n="int", k="int"),
        "P6", "x", "`n`", "List it in writes",
    ),
    "a month": (straight(timer("x", "P1M")), "P7", "x", "P1M", "PnW, PnD, PTnH"),
    "a timer of no time": (straight(timer("x", "PT0M")), "P7", "x", "PT0M", "PnW, PnD, PTnH"),
    "no table": (
        straight(decide("x", "nowhere", "n"), variables={"n": "int"}),
        "P8", "x", "`nowhere`", "its DMN file beside the diagram",
    ),
    "a policy that nobody evaluates": (
        decided([["-", '"head"']], policy="COLLECT"),
        "P8", "x", "without combining", "SUM, MIN, MAX or COUNT",
    ),
    "a result in a list": (
        decided([["-", '"head"']], how="resultList"), "P8", "x", "`resultList`", "singleEntry",
    ),
    "an overlap": (
        decided([['"a"', '"head"'], ["-", '"boss"']]), "P8", "x", 'kind = "a"', "exclude each other",
    ),
    "a rule behind another": (
        decided([["-", '"head"'], ['"a"', '"boss"']], policy="FIRST"), "P8", "x", "Rule 2", "Move it above",
    ),
    "a step of 205 scripts": (
        process(
            start(), *(script(key, "n = 1") for key in MANY), end(), chain("start", *MANY, "end"),
            variables={"n": "int"},
        ),
        "P10", "start", "207", "a user task or a timer between",
    ),
    "a word of Python": (
        straight(user("x"), variables={"len": "int"}),
        "P11", "len", "len: int", "lower case",
    ),
    "no way to an end": (
        process(start(), user("x"), exclusive("m"), user("y"), end(), chain("start", "m", "x", "m"),
                chain("y", "end")),
        "P12", "y", "cannot be reached", "Connect it",
    ),
    "two flows from a task": (
        process(start(), user("x"), end(), end("e2"), STRAIGHT, chain("x", "e2")),
        "P12", "x", "Only gateways", "an inclusive or a parallel gateway",
    ),
    "a join that starves": (
        process(
            start(), parallel("p"), user("a"), user("b"), parallel("j"), end(), end("e2"), late("l", "a"),
            chain("start", "p", "a", "j", "end"), chain("p", "b", "j"), chain("l", "e2"),
        ),
        "P12", "j", "stop here for ever", "terminate end event",
    ),
    "a meeting without a join": (
        process(
            start(), parallel("p"), user("a"), user("b"), exclusive("m"), user("c"), end(),
            chain("start", "p", "a", "m", "c", "end"), chain("p", "b", "m"),
        ),
        "P12", "m", "meet here without a join", "parallel or inclusive gateway",
    ),
    "no handler": (straight(service("x", "unknown")), "P13", "x", "`unknown`", "a handler of this process"),
    "a timer on what takes no time": (
        hosted(service("x"), late("b", "x")), "P13", "b", "never go off", "run as a job",
    ),
    "21 handlers in one step": (
        process(start(), *(service(key) for key in STEPS), end(), chain("start", *STEPS, "end")),
        "P13", "start", "21 service tasks", "run as a job",
    ),
    "nobody to differ from": (straight(user("x", differs_from="y")), "P14", "x", "`y`", "ids of user tasks"),
    "to differ from who comes later": (
        process(start(), user("x", differs_from="y"), user("y"), end(), chain("start", "x", "y", "end")),
        "P14", "x", "only after this task", "on the later task",
    ),
    "to differ beside each other, one way": (
        beside(user("a", differs_from="b"), user("b")), "P14", "a", "may be done after it", "on both tasks",
    ),
    "no form": (straight(user("x", form="other")), "P15", "x", "other", "beside the diagram"),
    "nobody": (straight(user("x", group="")), "P15", "x", "offered to nobody", "candidate group"),
    "no due date": (straight(user("x", due="")), "P15", "x", "no due rule", "Set the due date"),
    "a role misspelt": (straight(user("x", group="oficer@1")), "P15", "x", "`oficer`", "a role that exists"),
    "a role to warn misspelt": (
        straight(user("x", escalate="bos@${n}"), variables={"n": "int"}),
        "P15", "x", "`bos`", "role that exists",
    ),
    "a role without a place": (straight(user("x", group="officer")), "P15", "x", "`officer`", "one variable"),
    "two groups": (straight(user("x", group="officer@1, head@1")), "P15", "x", "head@1", "one role, @"),
    "a role misspelt in a table": (
        decided([["-", '"hed"']], group="${role}@${where}"), "P15", "x", "`hed`", "a role that exists",
    ),
    "a role that nobody gives": (
        straight(user("x", group="${r}@1"), variables={"r": "str"}),
        "P15", "x", "${r}@1", "written out in a table",
    ),
    "a name in one language": (straight(user("x", name__en="")), "P16", "x", "both languages", "name:en"),
    "a milestone in one language": (
        straight(user("x", milestone__lv="Iesniegts")),
        "P16", "x", "milestone", "milestone:lv and milestone:en",
    ),
}  # fmt: skip
NAMELESS = {"g_yes", "own", "len"}


@pytest.mark.parametrize("case", REFUSED)
def test_it_is_refused_by_rule_element_and_name_with_what_to_draw(case):
    definition, rule, element, message, advice = REFUSED[case]

    found = [one for one in findings(definition) if (one.rule, one.element) == (rule, element)]

    told = [one for one in found if message in one.message_en and advice in one.advice_en]
    assert told, [(one.message_en, one.advice_en) for one in found] or findings(definition)
    assert told[0].name == ("" if element in NAMELESS else element)
    assert told[0].message_lv != told[0].message_en
    assert told[0].advice_lv != told[0].advice_en


def test_roles_of_the_process_itself_are_checked():
    misspelt = diagram(start(), user("x"), end(), STRAIGHT).replace(b"start:head", b"start:hed")
    denied = diagram(start(), user("x"), end(), STRAIGHT).replace(
        b'start:head" value="true', b'start:head" value="no'
    )

    assert [(v.rule, v.element, v.name, v.message_en) for v in findings(parse({"p.bpmn": misspelt}))] == [
        ("P15", "process", "process", "There is no role `hed`.")
    ]
    assert [(v.rule, v.element) for v in findings(parse({"p.bpmn": denied}))] == [("P1", "process")]


@pytest.mark.parametrize(
    "definition",
    [
        straight(user("x", group="officer@${n}", escalate="boss"), variables={"n": "int"}),
        straight(user("x", group="officer@12")),
        decided(
            [['"a"', '"head"'], ['not("a")', '"boss" if n == 1 else "head"']], group="${role}@${where}",
        ),
        process(
            start(), service("s", writes="role"), user("x", group="${role}@${n}"), end(),
            chain("start", "s", "x", "end"), variables={"role": "str", "n": "int"},
        ),
        beside(user("a", differs_from="b"), user("b", differs_from="a")),
        hosted(service("x", "later"), late("b", "x")),
        process(
            start(), subprocess("s", start("s1"), user("a"), end("e1"), chain("s1", "a", "e1")),
            late("l", "s"), user("b", differs_from="a"), user("c", differs_from="a b"), end(), end("e2"),
            chain("start", "s", "b", "end"), chain("l", "c", "e2"),
        ),
    ],
)  # fmt: skip
def test_what_is_right_passes(definition):
    assert findings(definition) == ()
