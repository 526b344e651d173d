"""Nothing that is known to go wrong is without its test: each fault of the library, each rule of the gate."""

from __future__ import annotations

import re
from pathlib import Path

from tests.core.test_refusals import REFUSED

FAULTS = 27
RULES = 16
FEWEST_REFUSED = 25
_NUMBERED = re.compile(r"def test_faults?_(\d+)(?:_and_(\d+))?_")


def test_every_fault_has_a_test_of_its_number():
    found = set()
    for module in Path(__file__).parents[1].rglob("test_*.py"):
        for numbers in _NUMBERED.findall(module.read_text(encoding="utf-8")):
            found |= {int(number) for number in numbers if number}

    assert found == set(range(1, FAULTS + 1))


def test_every_rule_has_a_diagram_that_it_refuses():
    rules = {rule for _, rule, *_ in REFUSED.values()}

    assert rules == {f"P{number}" for number in range(1, RULES + 1)}
    assert len(REFUSED) >= FEWEST_REFUSED
