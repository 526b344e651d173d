"""The gate: each rule refuses what it must, by element, with advice in both languages."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.core.errors import DiagramRefused
from engine.core.machine import Machine
from engine.core.parser import parse
from engine.core.rules import check
from engine.core.rules.texts import TEXTS
from tests.core.diagrams import (
    HEAD,
    KNOWN,
    again,
    aside,
    broken,
    chain,
    diagram,
    each,
    end,
    escalate,
    escalated,
    exclusive,
    fail,
    failed,
    findings,
    flow,
    inclusive,
    late,
    node,
    parallel,
    process,
    receive,
    script,
    service,
    start,
    subprocess,
    timer,
    triggered,
    until,
    user,
)

BY_EVENT = 'triggeredByEvent="true"'
CYCLE = "<bpmn:timerEventDefinition><bpmn:timeCycle>R3/P1D</bpmn:timeCycle></bpmn:timerEventDefinition>"
STRAIGHT = chain("start", "x", "end")


def straight(element: str, **kwargs):
    return process(start(), element, end(), STRAIGHT, **kwargs)


@pytest.mark.parametrize(
    "kind",
    ["task", "callActivity", "sendTask", "receiveTask", "complexGateway", "transaction", "adHocSubProcess"],
)  # fmt: skip
def test_p1_elements_that_cannot_be_run_are_refused(kind):
    assert ("P1", "x") in broken(straight(node(kind, "x")))


@pytest.mark.parametrize(
    "element",
    [
        node("intermediateCatchEvent", "x", "<bpmn:messageEventDefinition/>"),
        node("intermediateCatchEvent", "x", "<bpmn:signalEventDefinition/>"),
        node("intermediateCatchEvent", "x", "<bpmn:linkEventDefinition/>"),
        node("intermediateThrowEvent", "x", "<bpmn:linkEventDefinition/>"),
        node("intermediateThrowEvent", "x", "<bpmn:compensateEventDefinition/>"),
        node("intermediateCatchEvent", "x"),
        node("intermediateCatchEvent", "x", CYCLE),
        node("scriptTask", "x", "<bpmn:standardLoopCharacteristics/>"),
        node("subProcess", "x", start("s") + end("e") + chain("s", "e"), attributes=BY_EVENT),
    ],
)  # fmt: skip
def test_p1_parts_that_cannot_be_run_are_refused(element):
    assert ("P1", "x") in broken(straight(element))


def test_p1_boundary_events_stand_where_they_can_be_run():
    definition = process(
        start(), script("x", "n = 1"), user("y"), end(), end("e2"), end("e3"),
        chain("start", "x", "y", "end"),
        late("l", "x"), failed("f", "y"), chain("l", "e2"), chain("f", "e3"), variables={"n": "int"},
    )  # fmt: skip
    assert [where for rule, where in broken(definition) if rule == "P1"] == ["l", "f"]


def test_p2_a_splitting_gateway_has_a_default_and_conditions():
    def choice(default: str, *conditions: str):
        return process(
            start(), exclusive("g", default), end("a"), end("b"), chain("start", "g"),
            flow("g", "a", conditions[0]), flow("g", "b", conditions[1]), variables={"ok": "bool"},
        )  # fmt: skip

    assert broken(choice("g_b", "ok", "")) == []
    assert broken(choice("", "ok", "not ok")) == [("P2", "g")]
    assert broken(choice("g_b", "", "")) == [("P2", "g_a")]
    assert broken(choice("g_b", "ok", "ok")) == [("P2", "g_b")]


def test_p3_expressions_are_checked_wherever_they_stand():
    definition = process(
        start(), user("a", group="head@${where}", escalate="boss@${nowhere}"), script("s", "n = 'text'"),
        exclusive("g", "g_e1"), end("e1"), end("e2"), chain("start", "a", "s", "g", "e1"),
        flow("g", "e2", "n"),
        variables={"n": "int"},
    )  # fmt: skip
    assert broken(definition) == [("P3", "g_e2"), ("P3", "a"), ("P3", "a"), ("P3", "s")]


def loop(*inside: str, path: tuple[str, ...]):
    return process(
        start(), *inside, exclusive("m"), exclusive("g", "g_end"), end(),
        chain("start", "m", *path, "g", "end"), flow("g", "m", "again"), variables={"again": "bool"},
    )  # fmt: skip


def test_p4_no_split_inside_a_loop():
    fork = (parallel("p"), user("a"), user("b"), parallel("j"), flow("p", "b"), flow("b", "j"))
    assert broken(loop(*fork, path=("p", "a", "j"))) == [("P4", "p")]
    inside = subprocess("s", start("s1"), end("e1"), *fork, chain("s1", "p", "a", "j", "e1"))
    assert broken(loop(inside, path=("s",))) == []
    reminder = (user("a"), late("r", "a", interrupting=False), end("e2"), chain("r", "e2"))
    assert broken(loop(*reminder, path=("a",))) == [("P4", "r")]
    interrupting = (user("a"), late("r", "a"), end("e2"), chain("r", "e2"))
    assert broken(loop(*interrupting, path=("a",))) == []


def test_p4_no_loop_beside_another_path():
    def beside(*around: str, path: tuple[str, ...]):
        return process(
            start(), parallel("p"), parallel("j"), user("b"), end(), *around,
            chain("start", "p", *path, "j", "end"), chain("p", "b", "j"), variables={"again": "bool"},
        )  # fmt: skip

    circle = (exclusive("m"), user("a"), exclusive("g", "g_j"), flow("g", "m", "again"))
    assert [rule for rule, _ in broken(beside(*circle, path=("m", "a", "g")))] == ["P4"]
    circle = (exclusive("m"), user("a"), exclusive("g", "g_e1"), flow("g", "m", "again"))
    inside = subprocess("s", start("s1"), end("e1"), *circle, chain("s1", "m", "a", "g", "e1"))
    assert broken(beside(inside, path=("s",))) == []


def test_p5_a_condition_that_may_hold_already_is_no_rest():
    assert broken(loop(until("s", "again"), path=("s",))) == [("P5", "g")]


def test_p5_every_loop_waits_for_someone():
    assert broken(loop(script("s", "again = not again"), path=("s",))) == [("P5", "g")]
    assert broken(loop(service("s"), path=("s",))) == [("P5", "g")]
    assert broken(loop(timer("s"), path=("s",))) == []
    inside = subprocess("s", start("s1"), user("u"), end("e1"), chain("s1", "u", "e1"))
    assert broken(loop(inside, path=("s",))) == []


def thrown_in_a_loop(*inside: str, caught_by: str = "", many: int = 0):
    """A loop around a subprocess that throws S before anybody is waited for; what catches it leads back."""
    pads = [f"p{number}" for number in range(many)]
    return process(
        start(), exclusive("m"), subprocess("s", *inside), caught_by, *map(user, pads), end(),
        exclusive("x", "x_end"), chain("start", "m", "s", *pads, "x", "end"), flow("x", "m", "again"),
        variables={"again": "bool"}, escalations=("S",),
    )  # fmt: skip


THROWS = (start("s1"), escalate("up"), user("u"), end("e1"), chain("s1", "up", "u", "e1"))


@pytest.mark.parametrize("many", [0, 15])
def test_p5_what_is_thrown_before_the_rest_and_takes_its_scope_away_is_no_rest(many):
    back = escalated("b", "s", "S") + flow("b", "m")
    assert broken(thrown_in_a_loop(*THROWS, caught_by=back, many=many)) == [("P5", "b")]
    deeper = (start("s0"), subprocess("inner", *THROWS), end("e0"), chain("s0", "inner", "e0"))
    assert broken(thrown_in_a_loop(*deeper, caught_by=back, many=many)) == [("P5", "b")]


def test_p5_an_event_subprocess_that_ends_its_scope_at_once_is_no_rest():
    def ending(*path: str, interrupting: bool = True):
        stops = triggered("b", escalation="S", interrupting=interrupting)
        return thrown_in_a_loop(
            *THROWS, aside("as", stops, *map(user, path), end("ae"), chain("b", *path, "ae"))
        )

    assert broken(ending()) == [("P5", "ae")]
    assert broken(ending("h")) == []
    rests = ending(interrupting=False)
    assert broken(rests) == []
    assert "u" in [wait.element for wait in Machine.start(rests, {"again": True}).waits()]


def test_p5_what_is_thrown_out_of_the_loop_leaves_it():
    out = escalated("b", "s", "S") + end("e2") + flow("b", "e2")
    assert broken(thrown_in_a_loop(*THROWS, caught_by=out)) == []
    wrong = (
        start("s1"),
        exclusive("y", "y_u"),
        fail("bad"),
        user("u"),
        end("e1"),
        chain("s1", "y", "u", "e1"),
    )
    either = process(
        start(), exclusive("m"), subprocess("s", *wrong, flow("y", "bad", "again")), failed("b", "s", "E"),
        exclusive("x", "x_end"), end(), end("e2"), chain("start", "m", "s", "x"), flow("x", "m", "again"),
        flow("x", "end"), flow("b", "e2"), variables={"again": "bool"}, errors=("E",),
    )  # fmt: skip
    assert broken(either) == []


@pytest.mark.parametrize(("number", "refused"), [("3", []), ("1", []), ("0", ["P5"]), ("n", ["P5"])])
def test_p5_several_instances_are_a_rest_when_there_is_one_at_least(number, refused):
    definition = process(
        start(), each(user("ask"), number=number), exclusive("m"), exclusive("g", "g_end"), end(),
        chain("start", "m", "ask", "g", "end"), flow("g", "m", "again"),
        variables={"again": "bool", "n": "int"},
    )  # fmt: skip
    assert [rule for rule, _ in broken(definition)] == refused


@pytest.mark.parametrize(
    ("first", "second", "after", "refused"),
    [
        ("n = 1", "k = 1", "total = n + k", []),
        ("n = 1", "n = 2", "total = n", [("P6", "a"), ("P6", "b")]),
        ("n = 1", "k = n", "total = n", [("P6", "a")]),
        ("n = 1", "k = 1", "n = 3", [("P6", "a")]),
    ],
)
def test_p6_parallel_paths_write_only_variables_of_their_own(first, second, after, refused):
    definition = process(
        start(), parallel("p"), script("a", first), script("b", second), parallel("j"), script("t", after),
        end(), chain("start", "p", "a", "j", "t", "end"), chain("p", "b", "j"),
        variables={"n": "int", "k": "int", "total": "int"},
    )  # fmt: skip
    assert broken(definition) == refused


@pytest.mark.parametrize(
    "rule",
    ["P1M", "P1Y", "PT5S", "P1DT2H", "2025-01-01", "workdays(n)", "due_days(5)", "deadline(x)", "R/P1D"],
)
def test_p7_timers_keep_the_grammar(rule):
    assert broken(straight(user("x", due=rule))) == [("P7", "x")]
    assert broken(straight(timer("x", rule))) == [("P7", "x")]
    assert broken(straight(user("x", remind=rule))) == [("P7", "x")]


@pytest.mark.parametrize("rule", ["deadline('misspelt')", '${deadline("misspelt")}'])
def test_p7_a_deadline_that_nobody_has_set_is_refused_with_advice(rule):
    for element in (user("x", due=rule), user("x", remind=rule), timer("x", rule)):
        (violation,) = findings(straight(element))
        assert (violation.rule, violation.element) == ("P7", "x")
        assert violation.message_lv == "Termiņš ar nosaukumu `misspelt` nav noteikts."
        assert violation.advice_lv.startswith("Rakstiet tāda termiņa nosaukumu")


@pytest.mark.parametrize("rule", ["half", "before(1)", "half before(2) workdays(3)", "none"])
def test_p7_reminders_also_count_back_from_the_due_date(rule):
    assert broken(straight(user("x", remind=rule))) == []


@pytest.mark.parametrize("rule", ["half", "before(1)", "none"])
def test_p7_a_due_date_does_not_count_from_itself(rule):
    assert broken(straight(user("x", due=rule))) == [("P7", "x")]


@pytest.mark.parametrize("rule", ["before(0)", "before", "none half", "halves"])
def test_p7_reminders_keep_their_grammar(rule):
    assert broken(straight(user("x", remind=rule))) == [("P7", "x")]


@pytest.mark.parametrize(
    "rule", ["P2W", "P30D", "PT2H", "PT30M", "${workdays(5)}", "deadline('decision')", '${deadline("x_1")}']
)
def test_p7_every_rule_of_the_grammar_is_taken(rule):
    assert broken(straight(user("x", due=rule, remind=f"workdays(3) {rule}"))) == []


def test_p10_large_diagrams_are_refused():
    keys = [f"s{at}" for at in range(299)]
    scripts = (script(key, "n = 1") for key in keys)
    path = chain("start", *keys, "end")
    definition = process(start(), *scripts, end(), path, variables={"n": "int"})
    assert broken(definition) == [("P10", "process")]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"no xml",
        b"<a>",
        "<a/>".encode("utf-16"),
        b"x" * 1_000_001,
        b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
        b"<a>" * 101 + b"</a>" * 101,
        b"<a>" * 5000 + b"</a>" * 5000,
        HEAD.encode() + b"</bpmn:definitions>",
        diagram(start(), flow("start", "nowhere")),
        diagram(start(), start()),
        diagram(start(), end(), subprocess("s", start("in")), chain("start", "in")),
    ],
)
def test_p10_what_cannot_be_read_is_refused_and_never_an_exception_of_a_library(content):
    with pytest.raises(DiagramRefused) as refusal:
        parse({"process.bpmn": content})
    assert refusal.value.violations[0].message_lv


def spelled(old, new):
    """A diagram with everything that is said by yes or no, one of them in another spelling."""
    content = diagram(
        start(), each(user("a"), number="2", sequential=True), again(user("b"), "ok", before=True, most=3),
        late("l", "a", interrupting=False), end("e"), end(), chain("start", "a", "b", "end"), chain("l", "e"),
        aside("s", triggered("t", interrupting=False), end("u"), chain("t", "u")), variables={"ok": "bool"},
    ).decode()  # fmt: skip
    assert old in content
    return {"process.bpmn": content.replace(old, new).encode()}


@pytest.mark.parametrize(
    ("name", "written", "same"),
    [
        ("cancelActivity", "false", "0"),
        ("isInterrupting", "false", "0"),
        ("isSequential", "true", "1"),
        ("testBefore", "true", " 1 "),
        ("triggeredByEvent", "true", "1"),
    ],
)
def test_p10_yes_and_no_are_read_in_each_spelling_of_xml_schema_and_nothing_else_is(name, written, same):
    old = f'{name}="{written}"'
    assert parse(spelled(old, f'{name}="{same}"')).elements == parse(spelled(old, old)).elements

    with pytest.raises(DiagramRefused) as refusal:
        parse(spelled(old, f'{name}="yes"'))

    (violation,) = refusal.value.violations
    assert (violation.rule, violation.message_en, violation.message_lv) == (
        "P10",
        f"The attribute `{name}` is `yes`, which is neither true nor false.",
        f"Atribūts `{name}` ir `yes`, kas nav ne true, ne false.",
    )


@pytest.mark.parametrize(("written", "refused"), [("true", True), ("1", True), ("0", False)])
def test_p1_a_receive_task_that_begins_a_process_is_refused_in_each_spelling(written, refused):
    begins = receive("x").replace("<bpmn:receiveTask ", f'<bpmn:receiveTask instantiate="{written}" ')
    found = broken(straight(begins, variables={"pick": "int"}))
    assert (("P1", "x") in found) is refused


@pytest.mark.parametrize(
    ("name", "kind"),
    [("len", "int"), ("typename", "str"), ("_x", "int"), ("x y", "int"), ("n", "float"), ("n", "object")],
)
def test_p11_variables_have_plain_names_and_known_types(name, kind):
    assert broken(straight(user("x"), variables={name: kind})) == [("P11", name)]


@pytest.mark.parametrize("key", ["Activity_0x1Y", "ask-all"])
def test_p11_what_is_counted_is_a_variable_so_the_id_of_the_element_is_its_name(key):
    definition = process(start(), each(user(key), number="3"), end(), chain("start", key, "end"))
    (one,) = findings(definition)
    assert (one.rule, one.element) == ("P11", key)
    assert f"Change the id `{key}`" in one.advice_en
    assert f"identifikatoru `{key}`" in one.advice_lv


def test_p12_every_element_leads_from_a_start_to_an_end():
    assert broken(process(start(), end(), user("x"), chain("start", "end"))) == [("P12", "x"), ("P12", "x")]
    assert broken(process(start(), user("x"), chain("start", "x"))) == [("P12", "process")]
    assert broken(process(start(), start("b"), end(), chain("start", "end"), chain("b", "end"))) == [
        ("P12", "process")
    ]
    both = process(start(), user("x"), end(), end("e2"), STRAIGHT, chain("x", "e2"))
    assert broken(both) == [("P12", "x")]


def test_p12_a_timer_whose_path_ends_in_a_parallel_branch_starves_the_join():
    definition = process(
        start(), parallel("p"), user("a"), user("b"), parallel("j"), end(), end("e2"), late("l", "a"),
        chain("start", "p", "a", "j", "end"), chain("p", "b", "j"), chain("l", "e2"),
    )  # fmt: skip
    assert broken(definition) == [("P12", "j")]


def test_p12_a_join_starves_in_a_subprocess_of_a_subprocess_though_an_event_could_take_it_away():
    inner = subprocess(
        "inner",
        start("is"), exclusive("g", "g_b"), user("a"), user("b"), parallel("j"), end("ie"),
        chain("is", "g", "b", "j", "ie"), flow("g", "a", "ok"), chain("a", "j"),
    )  # fmt: skip
    definition = process(
        start(), subprocess("outer", start("os"), inner, end("oe"), chain("os", "inner", "oe")),
        end(), end("e2"), late("l", "outer"), chain("start", "outer", "end"), chain("l", "e2"),
        variables={"ok": "bool"},
    )  # fmt: skip
    assert broken(definition) == [("P12", "j")]


def test_p12_a_join_that_only_one_path_can_reach_is_refused():
    definition = process(
        start(), exclusive("g", "g_b"), user("a"), user("b"), parallel("j"), end(),
        chain("start", "g", "b", "j", "end"), flow("g", "a", "ok"), chain("a", "j"), variables={"ok": "bool"},
    )  # fmt: skip
    assert broken(definition) == [("P12", "j")]


def test_p12_parallel_paths_do_not_meet_without_a_join():
    definition = process(
        start(), parallel("p"), user("a"), user("b"), exclusive("m"), user("c"), end(),
        chain("start", "p", "a", "m", "c", "end"), chain("p", "b", "m"),
    )  # fmt: skip
    assert [rule for rule, _ in broken(definition)] == ["P12"]


def choosing_some(*inside: str):
    """An inclusive split of two paths that meet in `j`, and a default flow that is taken instead of them."""
    return process(
        start(), inclusive("s", "s_n"), user("a"), inclusive("j"), exclusive("m"),
        user("after"), end(), *inside, chain("start", "s"), flow("s", "a", "one"),
        flow("s", "b", "two"), chain("s", "n", "m"), chain("a", "j", "m", "after", "end"), flow("b", "j"),
        variables={"one": "bool", "two": "bool", "r": "int", "k": "int"},
    )  # fmt: skip


def test_p12_the_default_of_an_inclusive_gateway_is_taken_alone():
    definition = choosing_some(user("b"), user("n"))
    assert broken(definition) == []
    for one, two, waiting in ((False, False, ["n"]), (True, False, ["a"]), (True, True, ["a", "b"])):
        machine = Machine.start(definition, {"one": one, "two": two})
        assert sorted(wait.element for wait in machine.waits()) == waiting
        for wait in machine.waits():
            machine.complete(wait.id)
        assert [wait.element for wait in machine.waits()] == ["after"]


def test_p12_the_others_of_an_inclusive_gateway_run_beside_each_other():
    definition = process(
        start(), inclusive("s", "s_n"), user("a"), user("b"), user("n"), exclusive("m"), user("after"), end(),
        chain("start", "s"), flow("s", "a", "one"), flow("s", "b", "two"), chain("s", "n", "m"),
        chain("a", "m", "after", "end"), flow("b", "m"), variables={"one": "bool", "two": "bool"},
    )  # fmt: skip
    assert [rule for rule, _ in broken(definition)] == ["P12"]


def test_p6_the_default_of_an_inclusive_gateway_writes_what_the_others_write_instead():
    writes = choosing_some(script("b", "r = 1"), script("n", "r = 2"))
    assert broken(writes) == []
    after = choosing_some(script("b", "r = 1"), script("n", "k = r"))
    assert broken(after) == []


def test_p4_one_condition_and_a_default_are_no_split():
    definition = process(
        start(), exclusive("into"), user("u"), inclusive("s", "s_end"), end(),
        chain("start", "into", "u", "s", "end"), flow("s", "into", "more"), variables={"more": "bool"},
    )  # fmt: skip
    assert broken(definition) == []
    machine = Machine.start(definition, {"more": False})
    machine.complete(machine.waits()[0].id, {"more": True})
    machine.complete(machine.waits()[0].id, {"more": False})
    assert machine.ended


@pytest.mark.parametrize("code", ["E", ""])
def test_p12_an_error_is_caught_by_one_event_of_a_place(code):
    def caught(first: str, second: str):
        return process(
            start(), service("x"), end(), end("e1"), end("e2"), STRAIGHT, failed("f1", "x", first),
            failed("f2", "x", second), chain("f1", "e1"), chain("f2", "e2"), errors=("E", "F"),
        )  # fmt: skip

    (one,) = findings(caught(code, code))
    assert (one.rule, one.element) == ("P12", "f2")
    assert "`f1`" in one.message_en
    assert "`f1`" in one.message_lv
    assert broken(caught(code, "F")) == broken(caught("F", code)) == []


@pytest.mark.parametrize("interrupting", [True, False])
def test_p12_an_escalation_begins_one_event_subprocess_of_a_scope(interrupting):
    def handled(key: str, code: str):
        begins = triggered(f"b{key}", by="escalation", escalation=code, interrupting=interrupting)
        return aside(key, begins, user(f"u{key}"), end(f"e{key}"), chain(f"b{key}", f"u{key}", f"e{key}"))

    def thrown(*codes: str):
        asides = [handled(f"a{at}", code) for at, code in enumerate(codes)]
        return process(start(), escalate("x"), end(), STRAIGHT, *asides, escalations=("S", "T"))

    assert broken(thrown("S", "S")) == [("P12", "ba1")]
    assert broken(thrown("S", "T", "")) == []


def test_p13_every_topic_has_a_handler():
    assert broken(straight(service("x", "unknown"))) == [("P13", "x")]
    assert broken(straight(node("serviceTask", "x"))) == [("P13", "x")]


def test_p14_those_who_must_differ_are_other_user_tasks():
    assert broken(straight(user("x", differs_from="x"))) == [("P14", "x")]
    assert broken(straight(user("x", differs_from="start"))) == [("P14", "x")]


def test_p15_a_user_task_has_a_form_someone_and_a_time():
    assert broken(straight(user("x", form="other"))) == [("P15", "x")]
    assert broken(straight(user("x", group=""))) == [("P15", "x")]
    assert broken(straight(user("x", group="", assignee="${who}"), variables={"who": "str"})) == []
    assert broken(straight(user("x", due=""))) == [("P15", "x")]
    assert check(straight(user("x", form="other")), replace(KNOWN, forms=["other"])) == ()


def test_p16_names_and_milestones_are_given_in_both_languages():
    assert broken(straight(user("x", name__en=""))) == [("P16", "x")]
    assert broken(straight(user("x", milestone__lv="Iesniegts"))) == [("P16", "x")]
    assert broken(straight(user("x", milestone__lv="Iesniegts", milestone__en="Submitted"))) == []


def test_a_form_in_the_folder_counts():
    files = {
        "process.bpmn": diagram(start(), user("x", form="own"), end(), STRAIGHT),
        "forms/own.json": b"{}",
    }
    assert check(parse(files), replace(KNOWN, forms=())) == ()


def with_form(form: str, **variables: str):
    content = diagram(start(), user("x", form="own"), end(), STRAIGHT, variables=variables)
    return parse({"process.bpmn": content, "forms/own.json": form.encode()})


def test_p3_what_a_form_gives_is_declared_with_the_type_of_its_field():
    form = (
        '{"properties": {"yes": {"type": "boolean"}, "word": {"type": "string"}}, "x-variables": {"%s": "n"}}'
    )
    assert broken(with_form(form % "yes", n="bool")) == []
    assert broken(with_form(form % "word", n="str")) == []
    assert broken(with_form(form % "yes", n="str")) == [("P3", "own")]
    assert broken(with_form(form % "word", n="list")) == [("P3", "own")]
    assert broken(with_form(form % "yes")) == [("P3", "own")]
    assert broken(with_form(form % "other", n="str")) == [("P3", "own")]


def test_p6_a_form_in_a_parallel_path_gives_variables_of_its_own():
    content = diagram(
        start(), parallel("p"), user("a", form="own"), user("b", form="own"), parallel("j"), end(),
        chain("start", "p", "a", "j", "end"), chain("p", "b", "j"), variables={"n": "bool"},
    )  # fmt: skip
    form = b'{"properties": {"yes": {"type": "boolean"}}, "x-variables": {"yes": "n"}}'
    assert broken(parse({"p.bpmn": content, "forms/own.json": form})) == [("P6", "a"), ("P6", "b")]


@pytest.mark.parametrize("form", ["", "[]", "{", '{"properties": []}', '{"x-variables": 1}', "[" * 100_000])
def test_p15_a_form_that_is_no_schema_is_refused(form):
    with pytest.raises(DiagramRefused):
        with_form(form)


def test_every_finding_speaks_both_languages_and_says_what_to_draw():
    for text in TEXTS.values():
        assert all(text)
        assert "{detail}" not in text.advice_en + text.advice_lv


def test_the_digest_covers_diagram_tables_and_forms_in_any_order():
    files = {
        "a.bpmn": diagram(start(), end(), chain("start", "end")),
        "forms/x.json": b"{}",
        "handlers.py": b"1",
    }
    digest = parse(files).digest
    assert parse(dict(reversed(files.items()))).digest == digest
    assert parse(files | {"handlers.py": b"2"}).digest == digest
    assert parse(files | {"forms/x.json": b"{ }"}).digest != digest
