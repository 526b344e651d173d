"""Decision tables that are refused: where, the exact words in both languages, and that advice is given."""

from __future__ import annotations

from time import thread_time

import pytest

from engine.core.errors import DiagramRefused
from engine.core.parser import parse
from tests.core.diagrams import chain, decide, diagram, end, findings, process, start, table, user

VARIABLES = {
    "kind": "str",
    "age": "int",
    "day": "date",
    "ok": "bool",
    "role": "str",
    "total": "int",
    "names": "list",
}
KIND = [("kind", "string")]
AGE = [("age", "integer")]


def asked(dmn, how="", variable="role", **kinds):
    return process(
        start(), decide("ask", "t", variable, how), user("go"), end(), chain("start", "ask", "go", "end"),
        variables={**VARIABLES, **kinds}, tables=dmn,
    )  # fmt: skip


def one(cell, inputs=AGE, result='"a"', policy="UNIQUE", **more):
    return asked(table("t", inputs, ["role"], [[cell, result]], policy, **more))


def written(old, new):
    """A plain table with a part of its file written in another way."""
    plain = table("t", KIND, ["role"], [["-", '"a"']]).decode()
    assert old in plain
    return asked(plain.replace(old, new).encode())


def typed(limits):
    """A plain table whose column has a type of the file."""
    kind = f'<itemDefinition name="tKind"><typeRef>string</typeRef>{limits}</itemDefinition>'
    plain = table("t", [("kind", "tKind")], ["role"], [["-", '"a"']]).decode()
    return asked(plain.replace("<decision ", f"{kind}<decision ").encode())


CELL = "Table `t`, rule 1, column `age`: "
SUNA = "Tabula `t`, 1. noteikums, kolonna `age`: "
EMPTY = (
    "Table `t`, rule 1, column `out`: the result is empty, but every result is listed or combined.",
    "Tabula `t`, 1. noteikums, kolonna `out`: rezultāts ir tukšs, bet katru rezultātu uzskaita vai apvieno.",
)
REFUSED = {
    "a broken cell": (
        one("1..5"),
        CELL + "`1..5` is no test or value that can be read.",
        SUNA + "`1..5` nav saprotams nosacījums vai vērtība.",
    ),
    "a cell of code": (
        one("__import__('os')"),
        CELL + "`__import__('os')` is no test or value that can be read.",
        SUNA + "`__import__('os')` nav saprotams nosacījums vai vērtība.",
    ),
    "text among numbers": (
        one('"a"'),
        CELL + '`"a"` is no value of the type int.',
        SUNA + '`"a"` nav vērtība ar tipu int.',
    ),
    "a cell that names a variable": (
        one("> limit"),
        CELL + "`> limit` names a variable or a function; a cell holds values only.",
        SUNA + "`> limit` min mainīgo vai funkciju; šūnā ir tikai vērtības.",
    ),
    "an interval turned round": (
        one("[5..1]"),
        CELL + "the interval in `[5..1]` holds nothing.",
        SUNA + "intervālā `[5..1]` nav nevienas vērtības.",
    ),
    "a number without end": (
        one("9" * 30),
        CELL + f"a number in `{'9' * 30}` is too long.",
        SUNA + f"skaitlis `{'9' * 30}` ir pārāk garš.",
    ),
    "a day that is none": (
        one('date("2026-02-30")', [("day", "date")]),
        'Table `t`, rule 1, column `day`: `date("2026-02-30")` names a day that does not exist.',
        'Tabula `t`, 1. noteikums, kolonna `day`: `date("2026-02-30")` norāda dienu, kuras nav.',
    ),
    "a time": (
        one('> date and time("2026-02-01T00:00:00")', [("day", "date")]),
        'Table `t`, rule 1, column `day`: `> date and time("2026-02-01T00:00:00")` is a time or a duration; '
        "tables decide by days.",
        'Tabula `t`, 1. noteikums, kolonna `day`: `> date and time("2026-02-01T00:00:00")` ir laiks vai '
        'ilgums; '
        "tabulas nosaka pēc dienām.",
    ),
    "text in an order": (
        one('< "b"', KIND),
        'Table `t`, rule 1, column `kind`: `< "b"` orders values of the type str, which have no order.',
        'Tabula `t`, 1. noteikums, kolonna `kind`: `< "b"` kārto vērtības ar tipu str, kurām nav secības.',
    ),
    "an escape that says nothing": (
        one(r'"a\q"', KIND),
        r'Table `t`, rule 1, column `kind`: `"a\q"` has a backslash that says nothing, or a character '
        r'that no '
        "text may have.",
        r'Tabula `t`, 1. noteikums, kolonna `kind`: `"a\q"` ir neko nenozīmējoša atpakaļsvītra vai zīme, '
        r'kuras '
        "tekstā nedrīkst būt.",
    ),
    "a cell of 5,000 characters": (
        one("1," * 2500),
        CELL + f"the cell is too long: `{('1,' * 40)}`.",
        SUNA + f"šūna ir pārāk gara: `{('1,' * 40)}`.",
    ),
    "a cell too few": (
        asked(table("t", [*KIND, *AGE], ["role"], [["-", '"a"']])),
        "Table `t`: rule 1 does not have one cell for each column.",
        "Tabula `t`: 1. noteikumam nav pa vienai šūnai katrā kolonnā.",
    ),
    "allowed values that cannot be read": (
        asked(table("t", KIND, ["role"], [["-", '"a"']], allowed={"kind": "a, b"})),
        "Table `t`, heading of the column `kind`: `a, b` names a variable or a function; a cell holds "
        "values only.",
        "Tabula `t`, kolonnas `kind` galva: `a, b` min mainīgo vai funkciju; šūnā ir tikai vērtības.",
    ),
    "an input of a list": (
        one("-", [("names", "string")]),
        "Table `t`: the input `names` is written as str, but its expression is list.",
        "Tabula `t`: ievades `names` tips ir str, bet izteiksmes tips ir list.",
    ),
    "an input that says nothing": (
        written("<text>kind</text>", "<text></text>"),
        "Table `t`: the input `1` says nothing that could be compared.",
        "Tabula `t`: ievade `1` nenorāda, ko salīdzināt.",
    ),
    "an input nobody declares": (
        one("-", [("nobody", "string")]),
        "Table `t`: the expression of the input `nobody` is refused: written nobody; undeclared nobody.",
        "Tabula `t`: ievades `nobody` izteiksme nav pieņemama: written nobody; undeclared nobody.",
    ),
    "a result of another type": (
        one("-", result="5"),
        "Table `t`, rule 1, column `role`: `5` is no value of the type str.",
        "Tabula `t`, 1. noteikums, kolonna `role`: `5` nav vērtība ar tipu str.",
    ),
    "a result that would run for ever": (
        one("-", result="9**9**9"),
        "Table `t`, rule 1, column `role`: the result `9**9**9` is refused: written 9**9**9; because Pow "
        "is not "
        "allowed.",
        "Tabula `t`, 1. noteikums, kolonna `role`: rezultāts `9**9**9` nav pieņemams: written 9**9**9; "
        "because "
        "Pow is not allowed.",
    ),
    "a result that is not listed": (
        one("-", results={"role": '"b","c"'}),
        'Table `t`, rule 1, column `role`: the result `"a"` is not among the output values.',
        'Tabula `t`, 1. noteikums, kolonna `role`: rezultāta `"a"` nav izvades vērtību sarakstā.',
    ),
    "a priority without a list": (
        one("-", policy="PRIORITY"),
        "The table `t` orders its results, but no output lists its values: role.",
        "Tabula `t` kārto rezultātus, bet nevienai izvadei nav uzskaitītas vērtības: role.",
    ),
    "an order of what may not come out": (
        one("-", policy="PRIORITY", results={"role": 'not("b","c")'}),
        "The table `t` orders its results, but no output lists its values: role.",
        "Tabula `t` kārto rezultātus, bet nevienai izvadei nav uzskaitītas vērtības: role.",
    ),
    "a result that is not listed beside the one that orders": (
        asked(
            table("t", AGE, ["role", "total"], [["-", '"b"', "5"]], "PRIORITY",
                  results={"role": '"a","b"', "total": "not(5)"}),
            "singleResult",
            "",
        ),
        "Table `t`, rule 1, column `total`: the result `5` is not among the output values.",
        "Tabula `t`, 1. noteikums, kolonna `total`: rezultāta `5` nav izvades vērtību sarakstā.",
    ),
    "nothing in a list": (
        asked(table("t", AGE, ["out"], [["-", "null"]], "RULE ORDER"), "collectEntries", "names"),
        *EMPTY,
    ),
    "nothing in an ordered list": (
        asked(
            table("t", AGE, ["out"], [["-", ""]], "OUTPUT ORDER", results={"out": '"a"'}),
            "collectEntries",
            "names",
        ),
        *EMPTY,
    ),
    "nothing in a sum": (
        asked(table("t", AGE, ["out"], [["-", ""]], "COLLECT", aggregation="SUM"), "singleEntry", "total"),
        *EMPTY,
    ),
    "a default of a count that is no number": (
        asked(
            table("t", AGE, ["out"], [["-", '"a"']], "COLLECT", aggregation="COUNT", defaults={"out": '"a"'}),
            "singleEntry",
            "total",
        ),
        'Table `t`, heading of the column `out`: `"a"` is no value of the type int.',
        'Tabula `t`, kolonnas `out` galva: `"a"` nav vērtība ar tipu int.',
    ),
    "a priority that is computed": (
        one("-", result='kind + "x"', policy="PRIORITY", results={"role": '"b","c"'}),
        'Table `t`, rule 1, column `role`: the result `kind + "x"` has no place among the listed output '
        'values.',
        'Tabula `t`, 1. noteikums, kolonna `role`: rezultātam `kind + "x"` nav vietas izvades vērtību '
        'sarakstā.',
    ),
    "equal results wanted, others given": (
        asked(table("t", AGE, ["role"], [["< 5", '"a"'], ["< 3", '"b"']], "ANY")),
        "Rules of the table `t` match together and give different results: 1 (`t_r1`), 2 (`t_r2`), for "
        "example "
        "with age = 2.",
        "Tabulas `t` noteikumi atbilst reizē, bet rezultāti atšķiras: 1 (`t_r1`), 2 (`t_r2`), piemēram, "
        "ja age = 2.",
    ),
    "a default for one output of two": (
        asked(
            table("t", KIND, ["role", "total"], [["-", '"a"', "1"]], defaults={"total": "1"}),
            "singleResult",
            "",
        ),
        "Table `t`: the output `role` has no default, others have one.",
        "Tabula `t`: izvadei `role` nav noklusējuma vērtības, bet citām ir.",
    ),
    "two outputs of one name": (
        asked(table("t", AGE, ["role", "role"], [["-", '"a"', '"b"']]), "singleResult", ""),
        "Two outputs of the table `t` have the name `role`.",
        "Divām tabulas `t` izvadēm ir nosaukums `role`.",
    ),
    "an output without a name beside another": (
        asked(table("t", AGE, ["role", ""], [["-", '"a"', '"b"']]), "singleResult", ""),
        "Table `t`: the output `2` has no name, though the table has several.",
        "Tabula `t`: izvadei `2` nav nosaukuma, bet tabulai ir vairākas izvades.",
    ),
    "an unknown policy": (
        written('hitPolicy="UNIQUE"', 'hitPolicy="BEST"'),
        "The table `t` has the unknown hit policy `BEST`.",
        "Tabulai `t` ir nezināma trāpījumu politika `BEST`.",
    ),
    "a sum of texts": (
        one("-", policy="COLLECT", aggregation="SUM"),
        "Table `t`: the output `role` gives SUM, but it goes to a variable of the type str.",
        "Tabula `t`: izvade `role` dod SUM, bet mainīgā tips ir str.",
    ),
    "a sum beside UNIQUE": (
        one("-", aggregation="SUM"),
        "The table `t` cannot combine its results so: UNIQUE SUM.",
        "Tabula `t` nevar tā apvienot rezultātus: UNIQUE SUM.",
    ),
    "results that nobody combines": (
        one("-", policy="COLLECT"),
        "The table `t` collects results without combining them.",
        "Tabula `t` savāc rezultātus, bet tos neapvieno.",
    ),
    "another expression language": (
        written("<inputEntry>", '<inputEntry expressionLanguage="groovy">'),
        "The table `t` is written in the language `groovy`.",
        "Tabula `t` ir rakstīta valodā `groovy`.",
    ),
    **{
        f"another language of {part}": (
            asked(
                table("t", KIND, ["role"], [['"a"', '"a"']], allowed={"kind": '"a"'}, results={"role": '"a"'},
                      defaults={"role": '"a"'}).replace(
                    f"<{part}>".encode(), f'<{part} expressionLanguage="http://www.oracle.com/java">'.encode()
                )
            ),
            "The table `t` is written in the language `http://www.oracle.com/java`.",
            "Tabula `t` ir rakstīta valodā `http://www.oracle.com/java`.",
        )
        for part in ("inputValues", "outputValues", "defaultOutputEntry")
    },
    "another language of a type": (
        typed('<allowedValues expressionLanguage="java"><text>"a"</text></allowedValues>'),
        "The table `t` is written in the language `java`.",
        "Tabula `t` ir rakstīta valodā `java`.",
    ),
    "a type with two limits": (
        typed(
            '<allowedValues><text>"a"</text></allowedValues><typeConstraint><text>"b"</text></typeConstraint>'
        ),
        "The type `tKind` of the column `kind` in the table `t` limits its values in two ways.",
        "Tabulā `t` kolonnas `kind` tips `tKind` ierobežo vērtības divējādi.",
    ),
    "another decision": (
        written(
            "<decisionTable ",
            '<informationRequirement><requiredDecision '
            'href="#other"/></informationRequirement><decisionTable ',
        ),
        "The table `t` needs another decision: `other`.",
        "Tabulai `t` vajag citu lēmumu: `other`.",
    ),
    "a time of day as a type": (
        written('typeRef="string"', 'typeRef="dateTime"'),
        "The type `dateTime` of the column `kind` in the table `t` is unknown.",
        "Tabulā `t` kolonnas `kind` tips `dateTime` nav zināms.",
    ),
    "a property misspelt": (
        asked(
            table("t", KIND, ["role"], [["-", '"a"']], valid_from="2026-01-01").replace(
                b"valid_from", b"validFrom"
            )
        ),
        "Nobody reads the property `validFrom` here (table `t`).",
        "Īpašību `validFrom` te neviens nelasa (tabula `t`).",
    ),
    "two rules of one id": (
        asked(table("t", KIND, ["role"], [['"a"', '"a"'], ['"b"', '"b"']]).replace(b"t_r2", b"t_r1")),
        "Two rules of the table `t` have the id `t_r1`.",
        "Diviem tabulas `t` noteikumiem ir identifikators `t_r1`.",
    ),
    "no table in the decision": (
        asked(
            b'<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/"><decision id="t">'
            b"<literalExpression><text>1</text></literalExpression></decision></definitions>"
        ),
        "The decision `t` has no table.",
        "Lēmumam `t` nav tabulas.",
    ),
    "an empty table": (
        asked(table("t", KIND, ["role"], [])),
        "The table `t` has no input, no output or no rule.",
        "Tabulai `t` nav ievades, izvades vai neviena noteikuma.",
    ),
    "1,001 rules": (
        asked(table("t", AGE, ["role"], [[str(at), '"a"'] for at in range(1001)])),
        "The table `t` is too large: 1001 × 2 (rules × columns).",
        "Tabula `t` ir pārāk liela: 1001 × 2 (noteikumi × kolonnas).",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_it_is_refused_with_these_words_and_with_advice(case):
    definition, english, latvian = REFUSED[case]

    found = findings(definition)

    assert [(v.rule, v.element, v.name, v.message_en, v.message_lv) for v in found] == [
        ("P8", "ask", "ask", english, latvian)
    ]
    assert len(found[0].advice_en) > 15
    assert found[0].advice_lv != found[0].advice_en


def test_a_file_full_of_rules_is_refused_at_once():
    large = asked(
        table("t", AGE, ["role"], [["-", '"a"']]).replace(b"</rule>", b"</rule>" + b"<rule/>" * 40_000)
    )
    began = thread_time()

    (violation,) = findings(large)

    assert violation.message_en == "The table `t` is too large: 40001 × 2 (rules × columns)."
    assert large.decisions["t"].newest.rules == ()
    assert thread_time() - began < 1


def test_a_file_full_of_decisions_without_tables_is_refused_in_seconds():
    lone = b"".join(f'<decision id="d{at}"/>'.encode() for at in range(10_000))
    content = b'<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/">' + lone + b"</definitions>"
    full = process(start(), user("go"), end(), chain("start", "go", "end"), tables=content)
    began = thread_time()

    assert len(findings(full)) == 10_000
    assert thread_time() - began < 5


def test_a_table_of_1000_rules_and_20_columns_that_all_meet_is_judged_in_seconds():
    names = [f"o{at}" for at in range(19)]
    rows = [[f"> {-at}", *['"a"'] * 19] for at in range(1000)]
    agreeing = table("t", AGE, names, rows, "ANY")
    torn = table("t", AGE, names, [*rows[:-1], [*rows[-1][:-1], '"b"']], "ANY")
    began = thread_time()

    found = [
        findings(asked(dmn, "singleResult", "", **dict.fromkeys(names, "str"))) for dmn in (agreeing, torn)
    ]

    assert found[0] == ()
    assert len(found[1]) == 5
    assert found[1][0].message_en.endswith("1 (`t_r1`), 1000 (`t_r1000`), for example with age = 1.")
    assert thread_time() - began < 30


def test_a_table_that_only_a_handler_asks_is_judged_too():
    lone = process(start(), user("go"), end(), chain("start", "go", "end"), variables=VARIABLES,
                   tables=table("t", AGE, ["role"], [["5..1", '"a"']]))  # fmt: skip

    assert [(v.element, v.name, v.message_en) for v in findings(lone)] == [
        ("t", "", CELL + "`5..1` is no test or value that can be read.")
    ]


def test_results_that_nobody_combines_are_refused_where_only_a_handler_asks():
    lone = process(start(), user("go"), end(), chain("start", "go", "end"), variables=VARIABLES,
                   tables=table("t", AGE, ["x"], [["-", '"a"']], "COLLECT"))  # fmt: skip

    assert [(v.element, v.message_en) for v in findings(lone)] == [
        ("t", "The table `t` collects results without combining them.")
    ]


@pytest.mark.parametrize(("names", "kind"), [(["x", "x"], "the name `x`"), (["x", ""], "no name")])
def test_the_outputs_of_a_table_that_only_a_handler_asks_have_names_of_their_own(names, kind):
    lone = process(start(), user("go"), end(), chain("start", "go", "end"), variables=VARIABLES,
                   tables=table("t", AGE, names, [["-", '"a"', '"b"']]))  # fmt: skip

    (violation,) = findings(lone)

    assert (violation.rule, violation.element) == ("P8", "t")
    assert kind in violation.message_en


@pytest.mark.parametrize(
    ("content", "english", "latvian"),
    [
        (b"x" * 1_000_001, "The file is larger than 1 MB.", "Fails ir lielāks par 1 MB."),
        (
            b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>',
            "The file has a document type or entities.",
            "Failā ir dokumenta tips vai entītijas.",
        ),
        (b"<definitions", "The file is not well-formed XML.", "Fails nav derīgs XML."),
        (
            b'<definitions xmlns="http://example.lv/other"/>',
            "The file is not DMN 1.1 to 1.5.",
            "Fails nav DMN formātā (no 1.1. līdz 1.5. versijai).",
        ),
        (
            table("t", KIND, ["role"], [["-", '"a"']]).replace(b'<decision id="t"', b"<decision"),
            "The decision has no id.",
            "Lēmumam nav identifikatora.",
        ),
    ],
)
def test_a_file_that_is_no_dmn_is_refused_as_a_whole(content, english, latvian):
    files = {"p.bpmn": diagram(start(), end(), chain("start", "end")), "t.dmn": content}

    with pytest.raises(DiagramRefused) as refused:
        parse(files)

    (violation,) = refused.value.violations
    assert (violation.message_en, violation.message_lv) == (english, latvian)
