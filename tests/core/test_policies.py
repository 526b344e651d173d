"""Every hit policy against an evaluator that only counts: random small tables, whose seeds are printed."""

from __future__ import annotations

from itertools import product
from random import Random
from time import thread_time

import pytest

from engine.core.decisions import Coverage, TooManyLooks, compiled_table
from engine.core.errors import (
    CoreError,
    NoRuleMatched,
    RulesDisagree,
    SeveralRulesMatched,
)
from engine.core.tables import read_tables
from tests.core.diagrams import table

TABLES = 200
KINDS = ("a", "b", "c")
AGES = tuple(range(-1, 6))
POLICIES = (
    ("UNIQUE", ""),
    ("FIRST", ""),
    ("ANY", ""),
    ("PRIORITY", ""),
    ("RULE ORDER", ""),
    ("OUTPUT ORDER", ""),
    ("COLLECT", ""),
    ("COLLECT", "SUM"),
    ("COLLECT", "MIN"),
    ("COLLECT", "MAX"),
    ("COLLECT", "COUNT"),
)
ORDER = ("red", "amber", "green")


class RandomCell:
    """A cell with its words and, beside them, what it holds: nothing of it goes through the reader."""

    def __init__(self, random: Random, values: tuple[object, ...], ordered: bool) -> None:
        kind = random.choice(
            ("any", "any", "values", "not", "interval", "less") if ordered else ("any", "values", "not")
        )
        chosen = random.sample(values, random.randint(1, 2))
        written = ", ".join(f'"{value}"' if isinstance(value, str) else str(value) for value in chosen)
        low, high = sorted(random.sample(values, 2)) if ordered else (None, None)
        match kind:
            case "any":
                self.text, self.holds = "-", frozenset(values)
            case "values":
                self.text, self.holds = written, frozenset(chosen)
            case "not":
                self.text, self.holds = f"not({written})", frozenset(values) - frozenset(chosen)
            case "interval":
                left, right = random.choice("[]("), random.choice("])[")
                self.text = f"{left}{low}..{high}{right}"
                self.holds = frozenset(
                    v for v in values
                    if (v >= low if left == "[" else v > low) and (v <= high if right == "]" else v < high)
                )  # fmt: skip
            case "less":
                self.text, self.holds = f"< {high}", frozenset(v for v in values if v < high)


def made(seed: int, policy: str, aggregation: str):
    """A random table: as compiled, and as plain rows of sets and results."""
    random = Random(seed)
    texts = aggregation == "" and policy != "COLLECT"
    rows, plain = [], []
    for _ in range(random.randint(1, 5)):
        kind, age = RandomCell(random, KINDS, False), RandomCell(random, AGES, True)
        result = random.choice(ORDER) if texts else random.randint(-3, 3)
        rows.append([kind.text, age.text, f'"{result}"' if texts else str(result)])
        plain.append((kind.holds, age.holds, result))
    default = random.choice((None, "amber" if texts else 7))
    content = table(
        "t", [("kind", "string"), ("age", "integer")], ["out"], rows, policy, aggregation=aggregation,
        results={"out": ", ".join(f'"{value}"' for value in ORDER)} if texts else None,
        defaults=None if default is None else {"out": f'"{default}"' if texts else str(default)},
    )  # fmt: skip
    (written,) = read_tables("t.dmn", content)
    listed = policy in ("RULE ORDER", "OUTPUT ORDER")
    types = {"kind": "str", "age": "int", "out": "list" if listed else "str" if texts else "int"}
    if policy == "COLLECT" and not aggregation:
        types["out"] = "list"
    return written, types, plain, default


def expected(policy: str, aggregation: str, plain, default, kind: str, age: int):
    """The result by the words of the standard: an error class, or the value."""
    found = [result for kinds, ages, result in plain if kind in kinds and age in ages]
    many = policy in ("RULE ORDER", "OUTPUT ORDER")
    if not found:
        if default is not None:
            return [default] if many else default
        return 0 if aggregation == "COUNT" else NoRuleMatched
    match policy, aggregation:
        case "UNIQUE", _:
            return found[0] if len(found) == 1 else SeveralRulesMatched
        case "FIRST", _:
            return found[0]
        case "ANY", _:
            return found[0] if len(set(found)) == 1 else RulesDisagree
        case "PRIORITY", _:
            return sorted(found, key=ORDER.index)[0]
        case "RULE ORDER", _:
            return found
        case "OUTPUT ORDER", _:
            return sorted(found, key=ORDER.index)
        case _, "SUM":
            return sum(found)
        case _, "MIN":
            return min(found)
        case _, "MAX":
            return max(found)
    return len(found)


@pytest.mark.parametrize(("policy", "aggregation"), [one for one in POLICIES if one != ("COLLECT", "")])
def test_every_policy_decides_as_an_evaluator_that_only_counts(policy, aggregation):
    for seed in range(TABLES):
        written, types, plain, default = made(seed, policy, aggregation)
        compiled = compiled_table(written, types, {"out": "out"})

        for kind, age in product(KINDS, AGES):
            try:
                met = compiled.decide({"kind": kind, "age": age}).values["out"]
            except CoreError as error:
                met = type(error)

            wanted = expected(policy, aggregation, plain, default, kind, age)
            assert met == wanted, f"seed {seed}: {policy} {aggregation}, kind {kind}, age {age}"


def test_gaps_overlaps_and_dead_rules_are_those_that_trying_every_value_finds():
    gaps = overlapping = dead = 0
    for seed in range(300):
        written, types, plain, _ = made(seed, "FIRST", "")
        allowed = {"kind": '"a","b","c"', "age": "[-1..5]"}
        rows = [[*rule.tests, *rule.outputs] for rule in written.rules]
        content = table(
            "t", [("kind", "string"), ("age", "integer")], ["out"], rows, "FIRST", allowed=allowed
        )
        compiled = compiled_table(read_tables("t.dmn", content)[0], types, {"out": "out"})
        coverage = Coverage(compiled)

        inputs = list(product(KINDS, AGES))
        matching = {
            pair: [at for at, row in enumerate(plain) if pair[0] in row[0] and pair[1] in row[1]]
            for pair in inputs
        }
        open_pairs = [pair for pair, found in matching.items() if not found]
        pairs = {(a, b) for found in matching.values() for a in found for b in found if a < b}
        firsts = {found[0] for found in matching.values() if found}
        gap = coverage.gap()

        assert (gap is None) == (not open_pairs), f"seed {seed}"
        if gap is not None:
            gaps += 1
            told = coverage.example(gap)
            assert any(told == f'kind = "{kind}", age = {age}' for kind, age in open_pairs), (
                f"seed {seed}: {told}"
            )
        # Two cells that say anything also meet where a value is missing.
        met = {(a, b) for a, b, both in coverage.overlaps()}
        assert pairs <= met, f"seed {seed}"
        assert {pair for pair in met if _present(coverage, *pair)} == pairs, f"seed {seed}"
        overlapping += bool(pairs)
        for at, rule in enumerate(written.rules):
            if "-" not in rule.tests:
                dead += at not in firsts
                assert coverage.is_dead(at, range(at)) == (at not in firsts), f"seed {seed}, rule {at + 1}"
    assert min(gaps, overlapping, dead) > 10


def _present(coverage, first, second):
    """Whether two rules meet at values that are all present."""
    box = [a & b for a, b in zip(coverage.boxes[first], coverage.boxes[second], strict=True)]
    return all(
        bits & ~(1 << (len(column.values) - 1)) for bits, column in zip(box, coverage.columns, strict=True)
    )


def test_a_table_of_500_rules_and_6_inputs_is_judged_in_bounded_time_and_exactly():
    random = Random(7)
    rows = [[f"[{at * 2}..{at * 2 + 2})", '"a"', "-", "true", "-", f"< {at}"] for at in range(125)]
    rows = [row for first in rows for row in _split(first)]
    inputs = [("age", "integer"), ("kind", "string"), ("more", "integer"), ("ok", "boolean")]
    inputs += [("sum", "number"), ("n", "integer")]
    random.shuffle(rows)
    types = {
        "age": "int",
        "kind": "str",
        "more": "int",
        "ok": "bool",
        "sum": "decimal",
        "n": "int",
        "out": "str",
    }
    allowed = {"age": "[0..249]", "kind": '"a"', "ok": "true"}
    whole_table = table("t", inputs, ["out"], rows, allowed=allowed)
    holed_table = table("t", inputs, ["out"], rows[:300] + rows[301:], allowed=allowed)
    first_table = table("t", inputs, ["out"], _tangled(random), "FIRST")

    began = thread_time()
    covered, holed, tangled = (
        Coverage(compiled_table(read_tables("t.dmn", content)[0], types, {"out": "out"}))
        for content in (whole_table, holed_table, first_table)
    )

    assert len(rows) == 500
    assert list(covered.overlaps()) == []
    assert covered.gap() is None
    gap = holed.gap()
    assert holed.example(gap).startswith(f"age = {rows[300][0][1:].split('..')[0]}, ")
    assert tangled.gap() is not None
    assert any(tangled.is_dead(at, range(at)) for at in range(500))
    assert thread_time() - began < 20


def test_a_search_that_would_take_too_long_is_given_up(monkeypatch):
    rows = [[f"not({at})", f"not({at + 1})", '"x"'] for at in range(60)]
    content = table("t", [("a", "integer"), ("b", "integer")], ["out"], rows, "FIRST")
    types = {"a": "int", "b": "int", "out": "str"}
    coverage = Coverage(compiled_table(read_tables("t.dmn", content)[0], types, {"out": "out"}))
    monkeypatch.setattr("engine.core.decisions.coverage.MOST_LOOKS", 100)

    with pytest.raises(TooManyLooks):
        coverage.gap()


def _split(row):
    """The rule cut into four by two inputs."""
    age, n, rest = row[0], row[5].removeprefix("< "), row[1:4]
    return [
        [age, *rest, sums, ages, '"x"']
        for sums in ("< 0.5", ">= 0.5")
        for ages in (f"< {n}", f">= {n}")
    ]  # fmt: skip


def _tangled(random):
    """500 rules across one another, such that nearly every corner differs."""

    def interval():
        low = random.randint(0, 900)
        return f"[{low}..{low + random.randint(50, 700)}]"

    return [
        [interval(), random.choice(['"a"', 'not("a")', "-"]), interval(), random.choice(["true", "-"]),
         interval(), interval(), '"x"']
        for _ in range(500)
    ]  # fmt: skip
