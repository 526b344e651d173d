"""The known faults of the library, by number: each shown not to happen here."""

from __future__ import annotations

import itertools
import logging
import subprocess
import sys
import threading
from datetime import date
from decimal import Decimal
from pathlib import Path
from random import Random

import lxml.etree
import pytest
import time_machine

from engine.core.errors import (
    BudgetExceeded,
    DiagramRefused,
    ErrorNotCaught,
    ExpressionFailed,
    ExpressionInvalid,
    MachineBroken,
    NoRuleMatched,
    SeveralRulesMatched,
    UndeclaredVariable,
    WaitNotFound,
    WrongType,
)
from engine.core.machine import Machine
from engine.core.parser import parse
from engine.core.specification import net_of
from engine.core.waits import Duration, TimerWait
from tests.core.diagrams import (
    APPROVAL_VALUES,
    approval,
    awaits,
    broken,
    chain,
    decide,
    diagram,
    end,
    exclusive,
    failed,
    flow,
    late,
    node,
    parallel,
    process,
    script,
    service,
    start,
    table,
    timer,
    user,
)
from tests.core.diagrams import subprocess as inside
from tests.core.random_processes import Blocks
from tests.core.test_machine import again, at, elements
from tests.core.test_many import signing
from tests.core.test_random import walk

ROOT = Path(__file__).parents[2]


def test_fault_1_every_variable_of_every_type_comes_back_as_it_was():
    kinds = {
        "str": "text",
        "int": "int",
        "bool": "bool",
        "date": "date",
        "decimal": "decimal",
        "list": "list",
    }
    declared = {
        f"{name}_{at}": kind for name, kind in zip(kinds.values(), kinds, strict=True) for at in range(20)
    }
    definition = process(
        start(), user("a"), user("b"), end(), chain("start", "a", "b", "end"), variables=declared
    )
    random = Random(1)
    for _ in range(50):
        values = {name: random_value(random, kind) for name, kind in declared.items()}
        machine = Machine.start(definition, values)
        for _ in range(3):
            before = machine.variables
            machine = again(definition, machine)
            for wait in machine.waits():
                seen = machine.variables_at(wait.id)
                assert {name: seen.get(name) for name in values} == values
                assert {name: type(seen.get(name)) for name in values} == {
                    n: type(v) for n, v in values.items()
                }
            assert machine.variables.items() >= {n: v for n, v in before.items() if v is not None}.items()


def straight(element: str, tables: bytes | tuple[()] = (), **variables: str):
    path = chain("start", "x", "end")
    return process(start(), element, end(), path, variables=variables, tables=tables)


def random_value(random: Random, kind: str):
    if random.random() < 0.1:
        return None
    return {
        "str": lambda: "".join(random.choice("aāčēģ\n\0'🙂\ud800") for _ in range(random.randint(0, 30))),
        "int": lambda: random.randint(-(2**63) + 1, 2**63 - 1),
        "bool": lambda: random.random() < 0.5,
        "date": lambda: date.fromordinal(random.randint(1, date.max.toordinal())),
        "decimal": lambda: Decimal(random.randint(-(10**12), 10**12)).scaleb(-random.randint(0, 6)),
        "list": lambda: [str(random.randint(0, 5)) for _ in range(random.randint(0, 9))],
    }[kind]()


def circle():
    return process(
        start(), exclusive("m"), user("a"), exclusive("g", "g_m"), end(), chain("start", "m", "a", "g", "m"),
        flow("g", "end", "done"), variables={"done": "bool", "rounds": "int"},
    )  # fmt: skip


def test_fault_2_a_loop_of_1200_rounds_loses_nothing_and_stays_as_small():
    definition = circle()
    machine = Machine.start(definition, {"rounds": 0})
    sizes = []
    for number in range(1, 1201):
        machine.complete(at(machine, "a"), {"rounds": number})
        sizes.append(len(machine.dump()))
        assert not machine.ended
        if number % 100 == 0:
            machine = again(definition, machine)
    assert max(sizes) - min(sizes) <= 8
    machine.complete(at(machine, "a"), {"done": True})
    assert machine.ended
    assert machine.variables == {"rounds": 1200, "done": True}


def test_fault_2_a_loop_while_another_token_waits_loses_nothing_either():
    definition = process(
        start(), parallel("p"), user("other"), exclusive("m"), user("a"), exclusive("g", "g_m"),
        parallel("j"),
        end(), chain("start", "p", "other", "j", "end"), chain("p", "m", "a", "g", "m"),
        flow("g", "j", "done"),
        variables={"done": "bool"},
    )  # fmt: skip
    assert [rule for rule, _ in broken(definition)] == ["P4"]
    machine = Machine.start(definition, {"done": False})
    for _ in range(1100):
        machine.complete(at(machine, "a"))
        machine.dump()
    assert sorted(elements(machine)) == ["a", "other"]
    assert len(machine._instance.tasks) == 3


def test_fault_2_the_variables_of_paths_that_ended_are_kept():
    definition = process(
        start(), parallel("p"), script("s", "n = 7"), end("e1"), user("b"), end(),
        chain("start", "p", "s", "e1"), chain("p", "b", "end"), variables={"n": "int"},
    )  # fmt: skip
    machine = again(definition, Machine.start(definition, {}))
    machine.complete(at(machine, "b"))
    assert again(definition, machine).variables == {"n": 7}


def test_fault_2_a_subprocess_that_was_taken_away_leaves_nothing_behind():
    definition = process(
        start(), inside("s", start("s1"), user("a"), end("e1"), chain("s1", "a", "e1")), late("l", "s"),
        user("b"), end(), chain("start", "s", "b", "end"), flow("l", "b"),
    )  # fmt: skip
    machine = Machine.start(definition, {})
    machine.fire(at(machine, "l"))
    assert machine._instance.subprocesses == {}
    assert elements(again(definition, machine)) == ["b"]


def test_fault_2_a_subprocess_that_has_ended_is_dropped_at_once_and_never_stored():
    definition = process(
        start(), inside("s", start("s1"), user("a"), end("e1"), chain("s1", "a", "e1")), user("b"), end(),
        chain("start", "s", "b", "end"),
    )  # fmt: skip
    machine = Machine.start(definition, {})
    orphans = dict(machine._instance.subprocesses)
    machine.complete(at(machine, "a"))
    assert machine._instance.subprocesses == {}
    state = machine.dump()
    machine._instance.subprocesses.update(orphans)
    assert machine.dump() == state
    assert elements(Machine.load(definition, state)) == ["b"]


def rounds_of_three():
    return process(
        start(), exclusive("m"), parallel("p"), user("a"), user("b"), user("c"), parallel("j"), user("look"),
        exclusive("g", "g_m"), end(), chain("start", "m", "p", "a", "j", "look", "g", "m"),
        chain("p", "b", "j"), chain("p", "c", "j"), flow("g", "end", "done"), variables={"done": "bool"},
    )  # fmt: skip


@pytest.mark.parametrize("stored", [True, False])
def test_faults_3_and_16_a_join_in_a_loop_fires_once_in_every_order(stored):
    definition = rounds_of_three()
    orders = [*itertools.permutations("abc")] * 9
    machine = Machine.start(definition, {})
    for order in [*orders, *reversed(orders)]:
        for key in order:
            assert "look" not in elements(machine)
            machine.complete(at(machine, key), {})
            machine = again(definition, machine) if stored else machine
        assert elements(machine) == ["look"]
        machine.complete(at(machine, "look"), {"done": False})
    assert sorted(elements(machine)) == ["a", "b", "c"]


def test_fault_4_lists_are_values_and_nobody_can_change_them_in_place():
    definition = process(start(), user("a"), end(), chain("start", "a", "end"), variables={"keys": "list"})
    keys = ["one"]
    machine = Machine.start(definition, {"keys": keys})
    keys.append("two")
    machine.variables["keys"].append("three")
    machine.variables_at(at(machine, "a"))["keys"].append("four")
    assert machine.variables == {"keys": ["one"]}


def test_fault_4_parallel_branches_cannot_reach_each_others_variables():
    definition = process(
        start(), parallel("p"), user("a", writes="n"), user("b", writes="k"), parallel("j"), end(),
        chain("start", "p", "a", "j", "end"), chain("p", "b", "j"), variables={"n": "int", "k": "int"},
    )  # fmt: skip
    assert broken(definition) == []
    both = diagram(
        start(), parallel("p"), user("a", writes="n"), user("b", writes="n"), parallel("j"), end(),
        chain("start", "p", "a", "j", "end"), chain("p", "b", "j"), variables={"n": "int"},
    )  # fmt: skip
    assert broken(parse({"p.bpmn": both})) == [("P6", "a"), ("P6", "b")]


@pytest.mark.parametrize("event", ["linkEventDefinition", "compensateEventDefinition"])
def test_fault_5_events_that_would_do_nothing_are_refused(event):
    thrown = node("intermediateThrowEvent", "x", f"<bpmn:{event}/>")
    assert ("P1", "x") in broken(process(start(), thrown, end(), chain("start", "x", "end")))


@pytest.mark.parametrize(
    ("policy", "rules", "grade", "outcome"),
    [
        ("UNIQUE", [["< 5", '"low"'], [">= 5", '"high"']], 4, ("low", ("t_r1",))),
        ("UNIQUE", [["< 5", '"low"'], ["< 9", '"high"']], 4, SeveralRulesMatched),
        ("UNIQUE", [["< 5", '"low"']], 7, NoRuleMatched),
        ("FIRST", [["< 5", '"low"'], ["< 9", '"high"']], 4, ("low", ("t_r1",))),
        ("FIRST", [["< 5", '"low"'], ["< 9", '"high"']], 7, ("high", ("t_r2",))),
        ("FIRST", [["< 5", '"low"']], None, NoRuleMatched),
    ],
)
def test_fault_6_hit_policies_differ_and_tell_which_rule_fired(policy, rules, grade, outcome):
    definition = process(
        start(), decide("x", "t", "word"), user("a"), end(), chain("start", "x", "a", "end"),
        variables={"grade": "int", "word": "str"},
        tables=table("t", [("grade", "integer")], ["word"], rules, policy),
    )  # fmt: skip
    if isinstance(outcome, tuple):
        machine = Machine.start(definition, {"grade": grade})
        assert (machine.variables["word"], machine.decisions()[0].rule_ids) == outcome
    else:
        with pytest.raises(outcome):
            Machine.start(definition, {"grade": grade})


@pytest.mark.parametrize("policy", ["ANY", "PRIORITY", "RULE ORDER", "OUTPUT ORDER", "COLLECT"])
def test_fault_6_a_policy_that_would_be_read_as_another_is_refused(policy):
    definition = process(
        start(), decide("x", "t", "word"), end(), chain("start", "x", "end"), variables={"word": "str"},
        tables=table("t", [], ["word"], [['"low"']], policy),
    )  # fmt: skip
    assert broken(definition) == [("P8", "x")]


def test_fault_7_a_service_task_is_a_wait_state_with_timers_and_errors_on_it():
    definition = process(
        start(), service("x"), late("l", "x"), failed("f", "x"), end(), end("e1"), end("e2"),
        chain("start", "x", "end"), chain("l", "e1"), chain("f", "e2"),
    )  # fmt: skip
    endings = {}
    for name, act in {
        "end": lambda m: m.complete(at(m, "x")),
        "e1": lambda m: m.fire(at(m, "l")),
        "e2": lambda m: m.throw(at(m, "x"), "ANY"),
    }.items():
        machine = again(definition, Machine.start(definition, {}))
        act(machine)
        endings[name] = (machine.ended, machine.passed()[-1].element)
    assert endings == {name: (True, name) for name in endings}


ATTACK = "__import__('os').system('true')"


@pytest.mark.parametrize(
    ("definition", "found"),
    [
        (straight(script("x", f"n = {ATTACK}"), n="int"), ("P3", "x")),
        (straight(user("x", assignee=f"${{{ATTACK}}}")), ("P3", "x")),
        (straight(user("x", group=f"head@${{{ATTACK}}}")), ("P3", "x")),
        (
            process(
                start(), exclusive("x", "x_end"), end(), end("e2"), chain("start", "x", "end"),
                flow("x", "e2", ATTACK),
            ),
            ("P3", "x_e2"),
        ),
        (
            straight(decide("x", "t", "n"), table("t", [(ATTACK, "integer")], ["n"], [["-", "1"]]), n="int"),
            ("P8", "x"),
        ),
        (
            straight(decide("x", "t", "n"), table("t", [("n", "integer")], ["n"], [["-", ATTACK]]), n="int"),
            ("P8", "x"),
        ),
        (
            straight(decide("x", "t", "n"), table("t", [("n", "integer")], ["n"], [[ATTACK, "1"]]), n="int"),
            ("P8", "x"),
        ),
    ],
)  # fmt: skip
def test_fault_8_scripts_conditions_groups_and_tables_are_never_python(definition, found):
    assert found in broken(definition)
    with pytest.raises(ExpressionInvalid):
        Machine.start(definition, {})


def test_fault_9_the_state_holds_nothing_of_the_definition():
    keys = [f"a_very_long_element_name_{at}" for at in range(200)]
    long = process(start(), *(user(key) for key in keys), end(), chain("start", *keys, "end"))
    state = Machine.start(long, {}).dump()
    assert len(state) < 40
    assert b"element" not in state


def test_fault_9_the_approval_case_needs_at_most_1500_bytes():
    for definition in (approval(), approval(inside_subprocess=True)):
        machine = Machine.start(definition, APPROVAL_VALUES)
        sizes = [len(machine.dump())]
        for element in ("submit", "approve", "decide"):
            machine = again(definition, machine)
            machine.complete(at(machine, element))
            sizes.append(len(machine.dump()))
        assert max(sizes) <= 1500


def test_fault_10_a_round_around_a_split_costs_the_same_however_many_there_were():
    definition = rounds_of_three()
    machine = Machine.start(definition, {})
    tokens, sizes = [], []
    for _ in range(300):
        for key in ("a", "b", "c", "look"):
            machine.complete(at(machine, key), {"done": False} if key == "look" else {})
            tokens.append(len(machine._instance.tasks))
            sizes.append(len(machine.dump()))
    assert max(tokens[4:8]) == max(tokens[-4:])
    assert max(sizes) - max(sizes[:4]) <= 12


@pytest.mark.parametrize("order", ["ab", "ba"])
def test_fault_12_a_join_undoes_nothing_that_a_branch_wrote(order):
    definition = process(
        start(), parallel("p"), user("a", writes="n keys"), user("b"), parallel("j"), user("look"), end(),
        chain("start", "p", "a", "j", "look", "end"), chain("p", "b", "j"),
        variables={"n": "int", "keys": "list"},
    )  # fmt: skip
    machine = Machine.start(definition, {"n": 1, "keys": ["x"]})
    for key in order:
        machine.complete(at(machine, key), {"n": 2, "keys": ["x", "x", "y"]} if key == "a" else {})
        machine = again(definition, machine)
    assert machine.variables == {"n": 2, "keys": ["x", "x", "y"]}


def test_fault_13_only_declared_typed_bounded_scalars_enter_the_engine():
    definition = process(
        start(), user("a"), exclusive("g", "g_e"), end("e"), end("f"), chain("start", "a", "g", "e"),
        flow("g", "f", "n > 9"), variables={"n": "int", "note": "str"},
    )  # fmt: skip
    machine = Machine.start(definition, {"n": 0})
    state = machine.dump()
    for name in ("typename", "len", "__class__", "answer"):
        with pytest.raises(UndeclaredVariable):
            machine.complete(at(machine, "a"), {name: "x"})
    for values in ({"n": "9"}, {"note": "x" * 200_000}, {"note": {"deep": 1}}, {"n": 10**30}):
        with pytest.raises(WrongType):
            machine.complete(at(machine, "a"), values)
    assert machine.dump() == state
    machine.complete(at(machine, "a"), {"n": 10})
    assert machine.passed()[-1].element == "f"


def test_fault_14_only_an_open_wait_state_can_be_completed():
    definition = approval()
    machine = Machine.start(definition, APPROVAL_VALUES)
    submit = at(machine, "submit")
    machine.complete(submit)
    open_ids = {wait.id for wait in machine.waits()}
    # Before the state is stored, the finished token is still there.
    assert machine._instance.token(int(submit)) is not None
    for key in (*map(str, range(30)), "", "x", "-1", "1.0", "²", "9" * 50):
        for act in (machine.complete, lambda key: machine.throw(key, "E"), machine.fire):
            if key not in open_ids:
                with pytest.raises(WaitNotFound):
                    act(key)
    with pytest.raises(WaitNotFound):
        machine.complete(at(machine, "approve_late"))
    with pytest.raises(WaitNotFound):
        machine.fire(at(machine, "approve"))
    fresh = Machine.start(definition, APPROVAL_VALUES)
    fresh.complete(at(fresh, "submit"))
    assert machine.dump() == fresh.dump()


def test_fault_15_a_step_that_fails_leaves_nothing_half_written():
    definition = process(
        start(), user("a"), script("s", "n = 1\nk = 1 / zero"), end(), chain("start", "a", "s", "end"),
        variables={"n": "int", "k": "decimal", "zero": "int"},
    )  # fmt: skip
    machine = Machine.start(definition, {"zero": 0})
    state = machine.dump()
    with pytest.raises(ExpressionFailed):
        machine.complete(at(machine, "a"))
    for act in (machine.dump, lambda: machine.complete("3"), lambda: machine.fire("3")):
        with pytest.raises(MachineBroken):
            act()
    assert Machine.load(definition, state).variables == {"zero": 0}


def test_faults_17_and_26_no_clock_moves_the_machine():
    definition = process(start(), timer("t", "PT1M"), end(), chain("start", "t", "end"))
    with time_machine.travel("2025-03-30T02:59:59+03:00") as traveller:
        machine = Machine.start(definition, {})
        traveller.shift(10 * 365 * 86400)
        machine = again(definition, machine)
        assert machine.waits() == (TimerWait(at(machine, "t"), "t", Duration(minutes=1)),)
        machine.fire(at(machine, "t"))
    assert machine.ended
    assert broken(process(start(), timer("t", "P1M"), end(), chain("start", "t", "end"))) == [("P7", "t")]


def test_fault_19_no_log_record_carries_a_value(caplog):
    caplog.set_level(logging.DEBUG)
    canary = "canary-7f3a"
    definition = approval()
    machine = Machine.start(definition, APPROVAL_VALUES | {"answer_00": canary})
    for element in ("submit", "approve", "decide"):
        machine = again(definition, machine)
        machine.complete(at(machine, element))
    assert all(canary not in str(record.__dict__) for record in caplog.records)


def test_fault_19_the_core_alone_keeps_the_library_quiet():
    """Whatever a program that uses the core has set up."""
    program = (
        "import logging; logging.basicConfig(level=logging.DEBUG); import engine.core.machine;"
        "print([logging.getLogger(f'spiff.{name}').getEffectiveLevel() for name in ('task', 'workflow')])"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("[30, 30]\n", "")


def test_fault_20_an_endless_loop_of_gateways_stops_at_the_budget():
    endless = process(
        start(), exclusive("m"), exclusive("g", "g_m"), end(), chain("start", "m", "g", "m"),
        flow("g", "end", "never"),
        variables={"never": "bool"},
    )  # fmt: skip
    assert broken(endless) == [("P5", "g")]
    with pytest.raises(BudgetExceeded):
        Machine.start(endless, {})


@pytest.mark.parametrize(("scripts", "fits"), [(198, True), (199, False)])
def test_fault_20_a_step_passes_at_most_200_elements(scripts, fits):
    keys = [f"s{number}" for number in range(scripts)]
    definition = process(
        start(),
        *(script(key, "n = 1") for key in keys),
        end(),
        chain("start", *keys, "end"),
        variables={"n": "int"},
    )
    if fits:
        assert Machine.start(definition, {}).ended
    else:
        with pytest.raises(BudgetExceeded):
            Machine.start(definition, {})


def test_fault_20_a_step_has_only_so_much_time(monkeypatch):
    monkeypatch.setattr("engine.core.machine.MOST_SECONDS", 0)
    with pytest.raises(BudgetExceeded):
        Machine.start(approval(), APPROVAL_VALUES)


def test_fault_20_there_is_no_power():
    with pytest.raises(ExpressionInvalid):
        net_of(
            process(
                start(), script("s", "n = 9**9**9"), end(), chain("start", "s", "end"), variables={"n": "int"}
            )
        )


def test_fault_21_a_diagram_cannot_read_files(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("canary")
    for kind in ("SYSTEM", "PUBLIC 'x'"):
        content = diagram(start(), script("s", "n = 1"), end(), chain("start", "s", "end"))
        asking = content.replace(b"n = 1", b"n = &x;")
        attack = f'<!DOCTYPE d [<!ENTITY x {kind} "file://{secret}">]>'.encode() + asking
        with pytest.raises(DiagramRefused) as refusal:
            parse({"p.bpmn": attack})
        (told,) = refusal.value.violations
        assert (told.rule, told.message_en) == ("P10", "The file has a document type or entities.")
    assert lxml.etree.LXML_VERSION[0] >= 6


def fingerprint(definition):
    net = net_of(definition)
    return [
        (n.name, tuple(n._inputs), tuple(n._outputs), [link.flow for link in n.links], n.manual, n.data)
        for n in net.nodes
    ]


def test_fault_22_a_thousand_runs_in_four_threads_change_nothing_that_they_share():
    definitions = [Blocks(seed).definition() for seed in range(10)]
    before = [fingerprint(definition) for definition in definitions]
    problems: list[BaseException] = []

    def run(number: int) -> None:
        try:
            for turn in range(25):
                for at_, definition in enumerate(definitions):
                    walk(definition, Random(f"{number} {turn} {at_}"))
        except BaseException as problem:  # noqa: BLE001
            problems.append(problem)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []
    assert [fingerprint(definition) for definition in definitions] == before


def test_fault_11_a_message_is_for_one_key_and_without_a_name_or_key_it_is_refused():
    nameless = node("intermediateCatchEvent", "x", "<bpmn:messageEventDefinition/>")
    assert ("P1", "x") in broken(process(start(), nameless, end(), chain("start", "x", "end")))
    keyed = process(start(), awaits("x"), end(), chain("start", "x", "end"), variables={"pick": "int"})
    keys = [Machine.start(keyed, {"pick": number}).waits()[0].key for number in (998, 999)]
    assert keys == ["key-998", "key-999"]


@pytest.mark.parametrize("sequential", [False, True])
def test_fault_23_several_instances_opened_here_are_finished_in_a_fresh_process(sequential):
    machine = Machine.start(signing(sequential=sequential), {"signers": ["a", "b"]})
    machine.complete(machine.waits()[0].id, {"agreed": True})
    program = (
        "import sys; from engine.core.machine import Machine; from tests.core.test_many import signing;"
        f"machine = Machine.load(signing(sequential={sequential}), bytes.fromhex(sys.argv[1]));"
        "machine.complete(machine.waits()[0].id, {'agreed': True});"
        "print([wait.element for wait in machine.waits()], machine.variables['sign_yes'])"
    )
    command = [sys.executable, "-c", program, machine.dump().hex()]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60, cwd=ROOT)
    assert done.stdout.strip() == "['after'] 2"


def test_fault_24_an_event_subprocess_is_refused():
    event = node("subProcess", "x", start("s") + end("e") + chain("s", "e"),
                 attributes='triggeredByEvent="true"')  # fmt: skip
    assert ("P1", "x") in broken(process(start(), event, end(), chain("start", "x", "end")))


def test_fault_25_an_error_fires_the_boundary_of_its_own_task_and_no_other():
    definition = process(
        start(), parallel("p"), service("a"), service("b"), parallel("j"), end(), failed("fa", "a", "NO"),
        failed("fb", "b", "NO"), user("ua"), user("ub"), exclusive("ma"), exclusive("mb"),
        chain("start", "p", "a", "ma", "j", "end"), chain("p", "b", "mb", "j"), chain("fa", "ua", "ma"),
        chain("fb", "ub", "mb"), errors=("NO",),
    )  # fmt: skip
    assert broken(definition) == []
    machine = again(definition, Machine.start(definition, {}))
    machine.throw(at(machine, "b"), "NO")
    assert sorted(elements(machine)) == ["a", "ub"]
    with pytest.raises(ErrorNotCaught):
        machine.throw(at(machine, "ub"), "NO")
