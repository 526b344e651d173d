"""Files that would hurt are refused when they are deployed, quickly, and nothing of them is kept."""

from __future__ import annotations

import pytest

from engine import catalog
from engine.core.errors import DiagramRefused
from engine.models import ProcessDefinition
from tests.core.diagrams import (
    chain,
    decide,
    each,
    end,
    exclusive,
    files,
    flow,
    manual,
    script,
    start,
    subprocess,
    table,
    user,
)
from tests.engine.ungated import without_hanging

pytestmark = pytest.mark.django_db

PATH = chain("start", "x", "end")
LAUGH = "<!DOCTYPE d [<!ENTITY a 'ha'>" + "".join(
    f"<!ENTITY {other} '{f'&{one};' * 10}'>" for one, other in zip("abcdefgh", "bcdefghi", strict=True)
)


def straight(element: str, **defined) -> dict[str, bytes]:
    return files(start(), element, end(), PATH, **defined)


def laughing(content: dict[str, bytes], name: str) -> dict[str, bytes]:
    """Entities of entities: a gigabyte of text in a thousand characters."""
    return {**content, name: LAUGH.encode() + b"]>" + content[name].replace(b"text", b"&i;")}


def long_line(count: int) -> dict[str, bytes]:
    keys = [f"m{number}" for number in range(count)]
    return files(start(), *map(manual, keys), end(), chain("start", *keys, "end"))


def many_elements(count: int) -> dict[str, bytes]:
    """As many elements as fit into a file that may still be read: nothing but what makes them elements."""
    inside = "".join(
        f'<task id="m{at}"/><sequenceFlow id="f{at}" sourceRef="m{at}" targetRef="m{at + 1}"/>'
        for at in range(count)
    )
    space = "http://www.omg.org/spec/BPMN/20100524/MODEL"
    body = (
        f'<definitions xmlns="{space}"><process id="p" isExecutable="true">{inside}</process></definitions>'
    )
    return {"process.bpmn": body.encode()}


def nested(levels: int) -> dict[str, bytes]:
    inside = user("x", group="clerk@1")
    for at in range(levels):
        inside = subprocess(f"s{at}", start(f"b{at}"), inside, end(f"e{at}"))
    return files(start(), inside, end())


def celled(cell: str) -> bytes:
    return table("t", [("kind", "string")], ["n"], [[cell, "1"]])


TABLE = table("t", [("n", "integer")], ["n"], [["-", "1"]])
DECIDED = {"variables": {"kind": "str", "n": "int"}}
CELLS = ("]1..", '"a" or', "< <", "not(", "(" * 5000, '"' + "a" * 100_000, "1" * 5000, "eval(n)", "[9..1]")
BAD = {
    "endless": (
        files(
            start(), exclusive("m"), exclusive("g", "g_m"), end(), chain("start", "m", "g", "m"),
            flow("g", "end", "never"), variables={"never": "bool"},
        ),
        "P5",
    ),
    "a-million-instances": (straight(each(user("x", group="clerk@1"), number="1000000")), "P3"),
    "a-thousand-elements": (long_line(1000), "P10"),
    "ten-thousand-elements-in-a-megabyte": (many_elements(10_000), "P10"),
    "ten-thousand-elements": (long_line(10_000), "P10"),
    "two-hundred-levels": (nested(200), "P10"),
    "entities": (laughing(straight(script("x", "n = 1"), variables={"n": "int"}), "process.bpmn"), "P10"),
    "entities-in-a-table": (
        laughing(
            straight(decide("x", "t", "n"), tables=TABLE, **DECIDED),
            "tables0.dmn",
        ),
        "P10",
    ),
    "a-power-of-powers": (straight(script("x", "n = 9**9**9"), variables={"n": "int"}), "P3"),
    "a-text-of-texts": (straight(script("x", 't = "a" * 999999999'), variables={"t": "str"}), "P3"),
    "a-sum-of-sums": (straight(script("x", f"n = {'+'.join('1' * 20_000)}"), variables={"n": "int"}), "P3"),
    "brackets": (straight(script("x", f"n = {'(' * 5000}1{')' * 5000}"), variables={"n": "int"}), "P3"),
    "a-comprehension": (straight(script("x", "n = len([i for i in k])"), variables={"n": "int"}), "P3"),
    **{
        f"a-cell-{at}": (
            straight(decide("x", "t", "n"), tables=celled(cell), **DECIDED),
            "P8",
        )
        for at, cell in enumerate(CELLS)
    },
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_it_is_refused_at_once_and_nothing_is_kept(case):
    content, rule = BAD[case]

    with without_hanging(), pytest.raises(DiagramRefused) as refusal:
        catalog.deploy(content)

    told = refusal.value.violations
    assert rule in {violation.rule for violation in told}, told[:5]
    assert len(told) < 1000
    assert not ProcessDefinition.objects.exists()
