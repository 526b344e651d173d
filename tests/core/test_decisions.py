"""Decision tables: our own hit policies, the cells, and which rule fired."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from engine.core.decisions import unary_test
from engine.core.errors import (
    ExpressionFailed,
    ExpressionInvalid,
    InputNotAllowed,
    NoRuleMatched,
    NoVersionValid,
    OutputNotAllowed,
    RulesDisagree,
    SeveralRulesMatched,
)
from engine.core.machine import DecisionMade, Machine
from engine.core.rules import cautions, check
from tests.core.diagrams import KNOWN, broken, chain, decide, end, findings, process, start, table, user

VARIABLES = {"kind": "str", "age": "int", "role": "str", "price": "decimal", "ok": "bool",
             "names": "list", "age_sum": "int", "missing": "str"}  # fmt: skip


def definition(rules, policy="UNIQUE", inputs=None, outputs=None, how="singleResult", variable="", **more):
    dmn = table(
        "roles",
        inputs or [("kind", "string"), ("age", "integer")],
        outputs or ["role"],
        rules,
        policy,
        **more,
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
    digest = machine.decisions()[0].digest
    assert machine.decisions() == (
        DecisionMade(
            element="ask",
            decision="roles",
            rule_ids=("roles_r2",),
            digest=digest,
            rule_numbers=(2,),
            inputs=(("kind", "school"), ("age", 44)),
            outputs=(("role", "teacher"),),
        ),
    )


def test_one_output_may_go_to_the_result_variable():
    one = definition(WHOLE, how="singleEntry", variable="role", outputs=["anything"])
    assert broken(one) == []
    assert Machine.start(one, {"kind": "club", "age": 1}).variables["role"] == "guest"


def test_several_outputs_go_to_the_variables_of_their_names():
    two = definition(
        [['"school"', '"pupil"', "price * 2"], ['not("school")', '"guest"', "0"]],
        inputs=[("kind", "string")], outputs=["role", "price"],
    )  # fmt: skip
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
    ("rules", "example"),
    [
        (WHOLE[:2], "kind = …, age = 17"),
        (
            [['"school"', "< 18", '"a"'], ['"school"', "> 18", '"b"'], ['not("school")', "-", '"c"']],
            'kind = "school", age = 18',
        ),
        ([["-", "[1..5]", '"a"'], ["-", "> 5", '"b"']], "kind = …, age = 0"),
    ],
)
def test_a_gap_is_told_by_an_example_and_refuses_nothing(rules, example):
    gappy = definition(rules)
    assert broken(gappy) == []
    assert [(one.rule, one.element, one.message_en) for one in cautions(gappy)] == [
        (
            "P8",
            "ask",
            f"No rule of the table `roles` matches, for example with {example}; the case would stop there.",
        )
    ]
    assert f"piemēram, ja {example}; lieta tur apstātos." in cautions(gappy)[0].message_lv


def test_an_input_that_can_have_no_value_leaves_no_gap():
    rules = [['"a"', "-", '"x"'], ["-", "-", '"y"']]
    assert cautions(definition(rules, "FIRST", allowed={"age": "]1..2["})) == ()


def test_a_missing_value_is_a_gap_where_the_allowed_values_write_it():
    gappy = definition([['"a"', "-", '"x"']], allowed={"kind": '"a", null'})
    (told,) = cautions(gappy)
    assert "for example with kind = null, age = 0;" in told.message_en


@pytest.mark.parametrize("limit", ["99999999999999999999.5", "9223372036854775807.5"])
def test_a_rule_up_to_more_than_any_whole_number_decides(limit):
    high = definition([["-", f"< {limit}", '"x"']])
    assert (broken(high), cautions(high)) == ([], ())
    beyond = definition([["-", "-", '"y"'], ["-", f"> {limit}", '"x"']])
    assert [one.message_en for one in findings(beyond)] == [
        "Rule 2 of the table `roles` can never decide: `roles_r2`."
    ]


def test_a_default_closes_every_gap():
    closed = definition(WHOLE[:2], defaults={"role": '"guest"'})
    assert (broken(closed), cautions(closed)) == ([], ())
    machine = Machine.start(closed, {"kind": "club", "age": 6})
    assert machine.variables["role"] == "guest"
    assert machine.decisions()[0].rule_ids == ()


@pytest.mark.parametrize(
    ("rules", "message"),
    [
        (
            [*WHOLE, ["-", "[17..18]", '"x"']],
            "Several rules of the table `roles` match: 1 (`roles_r1`), 4 (`roles_r4`), "
            'for example with kind = "school", age = 17.',
        ),
        (
            [["-", "<= 5", '"a"'], ["-", ">= 5", '"b"']],
            "Several rules of the table `roles` match: 1 (`roles_r1`), 2 (`roles_r2`), "
            "for example with kind = …, age = 5.",
        ),
    ],
)
def test_an_overlap_of_unique_rules_is_refused_with_an_example(rules, message):
    found = findings(definition(rules))
    assert {(one.rule, one.element) for one in found} == {("P8", "ask")}
    assert found[0].message_en == message


def test_equal_priority_with_different_results_is_refused():
    rules = [["-", "-", '"boss"', "1"], ['"school"', "-", '"boss"', "2"], ['"club"', "-", '"guest"', "1"]]
    torn = definition(rules[:2], "PRIORITY", outputs=["role", "price"], results={"role": '"boss", "guest"'})
    assert [(one.rule, one.element, one.message_en) for one in findings(torn)] == [
        (
            "P8",
            "ask",
            "Rules of the table `roles` match together with the same priority and different results: "
            '1 (`roles_r1`), 2 (`roles_r2`), for example with kind = "school", age = 0.',
        )
    ]
    hidden = definition(
        rules[::2], "PRIORITY", outputs=["role", "price"], results={"role": '"boss", "guest"'}
    )
    assert [one.message_en for one in findings(hidden)] == [
        "Rule 2 of the table `roles` can never decide: `roles_r2`."
    ]


def test_a_table_whose_gaps_cannot_be_looked_for_is_told(monkeypatch):
    monkeypatch.setattr("engine.core.decisions.coverage.MOST_LOOKS", 1)
    tangled = definition([["-", "< 5", '"a"'], ['"x"', "-", '"b"']], "FIRST")
    assert broken(tangled) == []
    assert [one.message_en for one in cautions(tangled)] == [
        "The rules of the table `roles` lie so much across one another that its gaps could not be looked for."
    ]


PRIORITIES = {"role": '"boss", "guest"'}


@pytest.mark.parametrize(
    ("policy", "rules", "result"),
    [
        ("ANY", [["-", "-", '"guest"'], ['"school"', "-", '"guest"']], "guest"),
        ("PRIORITY", [["-", "-", '"guest"'], ['"school"', "-", '"boss"']], "boss"),
    ],
)
def test_a_process_takes_what_the_policy_chooses(policy, rules, result):
    chosen = definition(rules, policy, results=PRIORITIES)
    assert broken(chosen) == []
    assert Machine.start(chosen, {"kind": "school", "age": 1}).variables["role"] == result


@pytest.mark.parametrize(
    ("policy", "wanted", "fired"),
    [("RULE ORDER", ["guest", "boss"], (1, 2)), ("OUTPUT ORDER", ["boss", "guest"], (2, 1))],
)
def test_an_ordering_policy_gives_a_list_of_texts(policy, wanted, fired):
    rules = [["-", "-", '"guest"'], ['"school"', "-", '"boss"']]
    listed = definition(rules, policy, outputs=["role"], how="collectEntries", variable="names",
                        results=PRIORITIES)  # fmt: skip
    assert broken(listed) == []
    machine = Machine.start(listed, {"kind": "school", "age": 1})
    assert machine.variables["names"] == wanted
    assert machine.decisions()[0].rule_numbers == fired


@pytest.mark.parametrize(
    ("aggregation", "variable", "wanted"),
    [
        ("SUM", "age_sum", 12),
        ("MIN", "age_sum", 5),
        ("MAX", "price", Decimal(7)),
        ("COUNT", "age_sum", 2),
        ("SUM", "price", Decimal(12)),
    ],
)
def test_a_collecting_table_gives_a_number_of_the_type_of_its_variable(aggregation, variable, wanted):
    rules = [["-", "-", "5"], ['"school"', "-", "7"]]
    summed = definition(rules, "COLLECT", aggregation=aggregation, how="singleEntry", variable=variable)
    assert broken(summed) == []
    met = Machine.start(summed, {"kind": "school", "age": 1}).variables[variable]
    assert (met, type(met)) == (wanted, type(wanted))


def test_a_count_has_a_number_as_its_default_whatever_it_counts():
    texts = table("t", [("kind", "string")], ["role"], [['"school"', '"a"']], "COLLECT", aggregation="COUNT",
                  results={"role": '"a", "b"'}, defaults={"role": "0"})  # fmt: skip
    counted = process(
        start(), decide("ask", "t", "age_sum", "singleEntry"), user("go"), end(),
        chain("start", "ask", "go", "end"), variables=VARIABLES,
        tables=texts.replace(b'name="role"', b'name="role" typeRef="string"'),
    )  # fmt: skip
    assert broken(counted) == []
    assert [Machine.start(counted, {"kind": kind}).variables["age_sum"] for kind in ("school", "club")] == [
        1,
        0,
    ]


def test_a_list_of_what_is_missing_is_an_error():
    listed = definition([["-", "-", "role"]], "RULE ORDER", how="collectEntries", variable="names")
    assert broken(listed) == []
    with pytest.raises(ExpressionFailed):
        Machine.start(listed, {"kind": "school"})


def test_a_sum_beyond_all_numbers_is_an_error():
    rules = [["-", "-", "9223372036854775807"], ['"school"', "-", "1"]]
    summed = definition(rules, "COLLECT", aggregation="SUM", how="singleEntry", variable="age_sum")
    with pytest.raises(ExpressionFailed):
        Machine.start(summed, {"kind": "school", "age": 1})


@pytest.mark.parametrize(
    ("second", "wanted"),
    [("0.000000001", Decimal("1234567890123456789.000000001")), ("0.0000000001", None)],
)
def test_a_sum_is_exact_to_28_digits_and_beyond_an_error(second, wanted):
    rules = [["-", "-", "1234567890123456789.0"], ['"school"', "-", second]]
    summed = definition(rules, "COLLECT", aggregation="SUM", how="singleEntry", variable="price")
    if wanted is None:
        with pytest.raises(ExpressionFailed):
            Machine.start(summed, {"kind": "school", "age": 1})
    else:
        assert Machine.start(summed, {"kind": "school", "age": 1}).variables["price"] == wanted


LISTED = {"policy": "RULE ORDER", "how": "collectEntries", "variable": "names"}


@pytest.mark.parametrize(
    ("error", "rules", "more"),
    [
        (RulesDisagree, [["-", "-", "role"], ['"school"', "-", '"b"']], {"policy": "ANY"}),
        (InputNotAllowed, WHOLE, {"allowed": {"kind": '"club"'}}),
        (OutputNotAllowed, [["-", "-", "role"]], {"results": {"role": '"boss"'}}),
        (NoVersionValid, WHOLE, {"valid_from": "2026-09-01"}),
        (ExpressionFailed, [["-", "-", "kind + missing"]], {}),
        (ExpressionFailed, [["-", "-", "missing"]], LISTED),
    ],
)
def test_what_shows_only_at_run_time_stops_the_step_and_names_the_decision(error, rules, more):
    stopping = definition(rules, **more)
    with pytest.raises(error) as met:
        Machine.start(stopping, {"kind": "school", "age": 20, "role": "a"}, date(2026, 8, 31))
    assert met.value.details["decision"] == "roles"


def versions(*begins):
    return [
        table("roles", [("kind", "string")], ["role"], [["-", f'"{word}"']], valid_from=begin)
        for word, begin in begins
    ]


def dated(*begins, property_on=""):
    asking = decide("ask", "roles", how="singleResult")
    if property_on:
        asking = asking.replace(
            'value="ask"/>', f'value="ask"/><camunda:property name="valid_on" value="{property_on}"/>'
        )
    return process(
        start(), asking, user("go"), end(), chain("start", "ask", "go", "end"),
        variables={**VARIABLES, "asked_on": "date"}, tables=versions(*begins),
    )  # fmt: skip


BEGINS = (("new", "2026-09-01"), ("old", ""), ("next", "2027-01-01"))


@pytest.mark.parametrize(
    ("day", "word"),
    [
        (date(2026, 8, 31), "old"),
        (date(2026, 9, 1), "new"),
        (date(2026, 12, 31), "new"),
        (date(2027, 1, 1), "next"),
    ],
)
def test_the_day_chooses_the_version_and_its_digest_is_kept(day, word):
    chosen = dated(*BEGINS)
    assert broken(chosen) == []
    machine = Machine.start(chosen, {"kind": "x"}, day)
    assert machine.variables["role"] == word
    digests = {table.rules[0].outputs[0]: table.digest for table in chosen.decisions["roles"].versions}
    assert machine.decisions()[0].digest == digests[f'"{word}"']
    assert len(set(digests.values())) == 3


def test_a_date_of_the_case_chooses_the_version_where_the_diagram_says_so():
    chosen = dated(*BEGINS, property_on="asked_on")
    assert broken(chosen) == []
    variables = {"kind": "x", "asked_on": date(2026, 1, 1)}
    assert Machine.start(chosen, variables, date(2027, 5, 5)).variables["role"] == "old"
    with pytest.raises(NoVersionValid):
        Machine.start(chosen, {"kind": "x"}, date(2027, 5, 5))


@pytest.mark.parametrize(
    ("begins", "property_on", "message"),
    [
        (BEGINS[:1] * 2, "", "Two versions of `roles` begin on the same day: 2026-09-01."),
        ((BEGINS[1], BEGINS[1]), "", "Two versions of `roles` begin on the same day: -."),
        (BEGINS[2:], "", "No version of `roles` is valid today; the first begins on 2027-01-01."),
        ((("a", "2026-W36-2"),), "", "The table `roles` is valid from `2026-W36-2`, which is no day."),
        ((("a", "1 September"),), "", "The table `roles` is valid from `1 September`, which is no day."),
        (BEGINS, "kind", "`kind` is no date by which a version could be chosen."),
        (BEGINS[1:2], "asked_on", "`valid_on` chooses between versions, but `roles` has only one."),
    ],
)
def test_versions_that_leave_a_day_without_one_or_with_two_are_refused(begins, property_on, message):
    found = check(dated(*begins, property_on=property_on), replace(KNOWN, today=date(2026, 12, 1)))
    assert [(one.rule, one.element, one.message_en) for one in found] == [("P8", "ask", message)]
    assert found[0].message_lv != message


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
        ("null", "int", None, 1),
        ("not(null)", "int", 1, None),
        ("null, < 0", "int", None, 0),
        ("!= 3", "int", 4, 3),
        ("= 3", "int", 3, 4),
        ("(1..3)", "int", 2, 3),
        ("]1..3[", "decimal", Decimal("1.5"), Decimal(1)),
        (".5, -1.25", "decimal", Decimal("-1.25"), Decimal(-1)),
        ('"a \\"b\\" \\u0101"', "str", 'a "b" ā', "a"),
        ('not("x,y", "z")', "str", "x", "x,y"),
        ("false", "bool", False, True),
        ('@"2026-09-01"', "date", date(2026, 9, 1), date(2026, 9, 2)),
        ('[date("2026-01-01")..date("2026-12-31")]', "date", date(2026, 12, 31), date(2027, 1, 1)),
    ],
)
def test_a_cell_matches_what_it_says(cell, kind, yes, no):
    test = unary_test(cell, kind)
    assert test.matches(yes)
    assert no is ... or not test.matches(no)


def test_dates_are_compared_as_dates():
    test = unary_test('>= date("2025-09-01")', "date")
    assert test.matches(date(2025, 9, 1))
    assert not test.matches(date(2025, 8, 31))


@pytest.mark.parametrize(
    "cell", ["__import__('os')", '"a', "1..5", "> > 1", "not(" * 9999, "1," * 999, 'date("2025-02-30")', "x"]
)
def test_a_cell_that_is_none_is_refused(cell):
    with pytest.raises(ExpressionInvalid):
        unary_test(cell, "date" if "date" in cell else "int")
