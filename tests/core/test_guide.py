"""The guide for writers of processes lists everything that the core reads, and its example runs."""

from __future__ import annotations

import importlib.util
import re
import sys
from decimal import Decimal
from pathlib import Path

import pytest

from engine import catalog, handlers, profile
from engine.core import diagram
from engine.core.machine import Machine
from engine.core.operations import FUNCTIONS
from engine.core.parser import parse
from engine.core.rules import check
from engine.core.rules.texts import TEXTS
from engine.core.specification import ELEMENTS
from engine.core.values import TYPES
from engine.core.waits import Passed
from tests.core.test_machine import again, at, elements

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs/processes/writing-one.md").read_text()
EXAMPLE = ROOT / "docs/processes/equipment_request"
PROPERTY = re.compile(r'<camunda:property name="([^"]+)"')


def test_the_guide_names_every_element_type_function_and_rule():
    words = {*ELEMENTS, *TYPES, *FUNCTIONS, *(text.rule for text in TEXTS.values())}
    assert [word for word in sorted(words) if not re.search(rf"(?<!\w){word}(?!\w)", GUIDE)] == []


def test_the_guide_names_every_property_that_the_core_reads_or_a_process_uses():
    read = re.findall(r'properties\.get\("([^"]+)"', Path(diagram.__file__).read_text())
    diagrams = [*ROOT.glob("processes/bpmn/*/*.bpmn"), EXAMPLE / "equipment_request.bpmn"]
    used = [name for path in diagrams for name in PROPERTY.findall(path.read_text())]
    names = {re.sub(r"^(var|start):.*", r"\1:", name) for name in [*read, *used]}
    assert {"var:", "start:", "remind", "writes", "name:en"} <= names
    assert [name for name in sorted(names) if f"`{name}" not in GUIDE] == []


@pytest.fixture
def topics():
    """The handlers of the example, registered for one test."""
    before = dict(handlers._handlers)
    name = "equipment_request_handlers"
    spec = importlib.util.spec_from_file_location(name, EXAMPLE / "handlers.py")
    sys.modules[name] = module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    yield {topic: found.runs for topic, found in handlers.topics().items()}
    del sys.modules[name]
    handlers._handlers.clear()
    handlers._handlers.update(before)


@pytest.mark.django_db
def test_the_example_can_be_deployed(topics):
    version = catalog.deploy_folder(EXAMPLE)
    assert (version.key, version.name_en, version.version) == ("equipment_request", "Equipment request", 1)
    catalog.forget()


def example():
    return parse(catalog.read_folder(EXAMPLE))


@pytest.mark.django_db
def test_the_example_passes_the_gate(topics):
    assert check(example(), profile.known()) == ()


def test_the_example_runs_to_its_end():
    definition = example()
    machine = Machine.start(definition, {"organisation": 7, "founder": 3, "ministry": 1})
    machine.complete(at(machine, "fill"), {"amount": Decimal(1200)})
    machine.complete(at(machine, "check_stock"), {"in_stock": False})
    machine = again(definition, machine)
    assert machine.variables["means"] == "founder"
    assert machine.waits()[0].group == "municipality_head@3"
    machine.complete(at(machine, "decide"), {"decision": "grant"})
    assert sorted(elements(machine)) == ["order", "place", "too_late"]
    machine.complete(at(machine, "place"), {"place": "101"})
    machine.complete(at(machine, "order"), {"order_number": "E-9"})
    assert machine.ended
    assert machine.variables["label"] == "E-9/101"


@pytest.mark.parametrize(("decision", "where"), [("return", ["fill"]), ("refuse", [])])
def test_the_example_returns_and_refuses(decision, where):
    machine = Machine.start(example(), {"organisation": 7, "founder": 3, "ministry": 1})
    machine.complete(at(machine, "fill"), {"amount": Decimal(5)})
    machine.complete(at(machine, "check_stock"), {"in_stock": True})
    machine.complete(at(machine, "decide"), {"decision": decision})
    assert elements(machine) == where


def test_the_example_ends_early_by_error_and_by_time():
    machine = Machine.start(example(), {"organisation": 7, "founder": 3, "ministry": 1})
    machine.complete(at(machine, "fill"), {"amount": Decimal(0)})
    machine.throw(at(machine, "check_stock"), "UNKNOWN_ITEM")
    assert machine.passed()[-1] == Passed("completed", "end_unknown")
