"""Faults of the library that ran or read what it must not: each shown not to happen here."""

from __future__ import annotations

import logging
import subprocess
import sys
from pathlib import Path

import lxml.etree
import pytest

from engine.core.errors import (
    BudgetExceeded,
    DiagramRefused,
    ExpressionInvalid,
    NoRuleMatched,
    SeveralRulesMatched,
)
from engine.core.machine import Machine
from engine.core.parser import parse
from engine.core.specification import net_of
from tests.core.diagrams import (
    APPROVAL_VALUES,
    approval,
    broken,
    chain,
    decide,
    diagram,
    end,
    exclusive,
    flow,
    node,
    process,
    script,
    start,
    table,
    user,
)
from tests.core.test_machine import again, at

ROOT = Path(__file__).parents[2]


def straight(element: str, tables: bytes | tuple[()] = (), **variables: str):
    path = chain("start", "x", "end")
    return process(start(), element, end(), path, variables=variables, tables=tables)


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
