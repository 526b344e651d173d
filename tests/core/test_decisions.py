"""Decision tables: our own hit policies, the cells, and which rule fired."""

from __future__ import annotations

import pytest

from engine.core.decisions import unary_test
from engine.core.errors import ExpressionInvalid, NoRuleMatched, SeveralRulesMatched
from engine.core.machine import DecisionMade, Machine
from tests.core.diagrams import broken, chain, decide, end, process, start, table, user

VARIABLES = {"kind": "str", "age": "int", "role": "str", "price": "decimal", "ok": "bool"}


def definition(rules, policy="UNIQUE", inputs=None, outputs=None, how="singleResult", variable=""):
    dmn = table(
        "roles", inputs or [("kind", "string"), ("age", "integer")], outputs or ["role"], rules, policy
    )
    return process(
        start(), decide("ask", "roles", variable, how), user("go"), end(), chain("start", "ask", "go", "end"),
        variables=VARIABLES, tables=dmn,
    )  # fmt: skip


WHOLE = [
    ['"school"', "< 18", '"pupil"'],
    ['"school"', ">= 18", '"teacher"'],
    ['not("school")', "-", '"guest"'],
]


def test_the_rule_that_fired_is_told():
    machine = Machine.start(definition(WHOLE), {"kind": "school", "age": 44})
    assert machine.variables["role"] == "teacher"
    assert machine.decisions() == (DecisionMade("ask", "roles", ("roles_r2",)),)


def test_one_output_may_go_to_the_result_variable():
    one = definition(WHOLE, how="singleEntry", variable="role", outputs=["anything"])
    assert broken(one) == []
    assert Machine.start(one, {"kind": "club", "age": 1}).variables["role"] == "guest"


def test_several_outputs_go_to_the_variables_of_their_names():
    two = definition(
        [['"school"', '"pupil"', "price * 2"], ['not("school")', '"guest"', "0"]],
        inputs=[("kind", "string")], outputs=["role", "price"],
    )  # fmt: skip
    from decimal import Decimal

    machine = Machine.start(two, {"kind": "school", "price": Decimal("1.5")})
    assert machine.variables["role"] == "pupil"
    assert machine.variables["price"] == Decimal("3.0")


def test_unique_refuses_two_rules_and_first_takes_the_first():
    rules = [['"school"', "-", '"one"'], ["-", "> 5", '"two"'], ["-", "-", '"rest"']]
    with pytest.raises(SeveralRulesMatched):
        Machine.start(definition(rules), {"kind": "school", "age": 6})
    assert Machine.start(definition(rules, "FIRST"), {"kind": "school", "age": 6}).variables["role"] == "one"


def test_no_rule_is_an_error_and_not_a_silence():
    with pytest.raises(NoRuleMatched):
        Machine.start(definition(WHOLE[:2]), {"kind": "club", "age": 6})


def test_the_gate_accepts_a_table_without_gaps_and_overlaps():
    assert broken(definition(WHOLE)) == []


@pytest.mark.parametrize(
    "rules",
    [
        WHOLE[:2],
        [['"school"', "< 18", '"a"'], ['"school"', "> 18", '"b"'], ['not("school")', "-", '"c"']],
        [["-", "[1..5]", '"a"'], ["-", "> 5", '"b"']],
        [*WHOLE, ["-", "[17..18]", '"x"']],
        [["-", "<= 5", '"a"'], ["-", ">= 5", '"b"']],
    ],
)
def test_gaps_and_overlaps_are_found_by_the_gate(rules):
    assert broken(definition(rules)) == [("P8", "ask")]


@pytest.mark.parametrize("policy", ["COLLECT", "PRIORITY", "RULE ORDER", "OUTPUT ORDER", "ANY"])
def test_hit_policies_that_we_do_not_evaluate_are_refused(policy):
    assert broken(definition(WHOLE, policy)) == [("P8", "ask")]


@pytest.mark.parametrize(
    ("rules", "outputs"),
    [
        ([["-", "-", "5"]], ["role"]),
        ([["-", "-", '"a"']], ["unknown"]),
        ([["-", '"a"', '"a"']], ["role"]),
        ([["-", "a + b", '"a"']], ["role"]),
        ([["-", '"a"']], ["role"]),
    ],
)
def test_cells_of_the_wrong_type_and_unknown_outputs_are_refused(rules, outputs):
    assert broken(definition(rules, outputs=outputs)) == [("P8", "ask")]


def test_a_decision_that_is_nowhere_is_refused():
    lost = process(start(), decide("ask", "roles"), end(), chain("start", "ask", "end"))
    assert broken(lost) == [("P8", "ask")]


@pytest.mark.parametrize(
    ("cell", "kind", "yes", "no"),
    [
        ("-", "int", 5, ...),
        ("1, 3, [5..7)", "int", 6, 7),
        ("]5..7]", "int", 7, 5),
        ("not(1, 2)", "int", 3, 2),
        ('"a, b", "c"', "str", "a, b", "b"),
        ("true", "bool", True, False),
        (">= 1", "int", 1, None),
    ],
)
def test_a_cell_matches_what_it_says(cell, kind, yes, no):
    test = unary_test(cell, kind)
    assert test(yes)
    assert no is ... or not test(no)


def test_dates_are_compared_as_dates():
    from datetime import date

    test = unary_test('>= date("2025-09-01")', "date")
    assert test(date(2025, 9, 1))
    assert not test(date(2025, 8, 31))


@pytest.mark.parametrize(
    "cell", ["__import__('os')", '"a', "1..5", "> > 1", "not(" * 9999, "1," * 999, 'date("2025-02-30")', "x"]
)
def test_a_cell_that_is_none_is_refused(cell):
    with pytest.raises(ExpressionInvalid):
        unary_test(cell, "date" if "date" in cell else "int")
