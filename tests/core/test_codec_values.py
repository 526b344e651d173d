"""Every value that the library's registry takes comes back as it was; what has no form is refused by name."""

from __future__ import annotations

import math
from collections import OrderedDict, namedtuple
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from enum import IntEnum
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.specs.event_definitions import SignalEventDefinition
from SpiffWorkflow.bpmn.util.event import BpmnEvent
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow

from engine.core.codec import Codec
from engine.core.errors import StateUnstorable
from engine.core.machine import CODEC, Machine
from tests.core.diagrams import APPROVAL_VALUES, approval
from tests.core.library_diagrams import DIAGRAMS
from tests.core.library_reading import specification

SPECIFICATION = specification(DIAGRAMS["joined"])

ATOMS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(st.characters()),
    st.binary(),
    st.dates(),
    st.times(),
    st.datetimes(timezones=st.none() | st.timezones()),
    st.timedeltas(),
    st.decimals(),
    st.uuids(),
)
KEYS = st.one_of(st.text(), st.integers(), st.booleans(), st.dates(), st.tuples(st.text(), st.integers()))
VALUES = st.recursive(
    ATOMS,
    lambda inside: st.one_of(
        st.lists(inside),
        st.dictionaries(KEYS, inside),
        st.tuples(inside, inside),
        st.sets(KEYS),
        st.frozensets(KEYS),
    ),
    max_leaves=12,
)


def returned(value, codec=CODEC):
    """A value in a task of the library after it was stored and loaded."""
    workflow = BpmnWorkflow(*SPECIFICATION)
    workflow.task_tree.data["value"] = value
    return codec.load(codec.dump(workflow), SPECIFICATION).task_tree.data["value"]


@given(VALUES)
@settings(max_examples=60, deadline=None)
def test_every_value_keeps_its_type_its_keys_and_their_order(value):
    assert told(returned(value)) == told(value)


def told(value):
    """A value by its types and what it shows of itself; the order in a set is nobody's."""
    match value:
        case dict():
            return [(told(key), told(inside)) for key, inside in value.items()]
        case list() | tuple():
            return type(value), [told(inside) for inside in value]
        case set() | frozenset():
            return type(value), sorted(repr(inside) for inside in value)
    return repr(value), getattr(value, "fold", 0)


@pytest.mark.parametrize(
    "value",
    [
        2**56 - 1,
        2**56,
        -1,
        10**500,
        -(10**500),
        -0.0,
        math.inf,
        Decimal("1.10"),
        Decimal("-Infinity"),
        datetime(2026, 10, 25, 3, 30, tzinfo=ZoneInfo("Europe/Riga"), fold=1),
        datetime(2026, 1, 1, tzinfo=timezone(timedelta(hours=5, minutes=45))),
        datetime(2026, 1, 1, microsecond=1, tzinfo=UTC),
        time(3, 30, tzinfo=ZoneInfo("Europe/Riga"), fold=1),
        timedelta(days=-1, microseconds=1),
        UUID(int=7),
        {1: "one", "1": "text", (1, 2): None, None: [], date(2026, 1, 1): {}},
        {"typename": "UUID", "value": "no"},
        {"typename": "nobody"},
        "\ud800",
        "",
        (),
        [[], {}, set(), frozenset()],
    ],
    ids=repr,
)
def test_what_json_would_change_or_break_comes_back(value):
    assert told(returned(value)) == told(value)


def test_nesting_has_no_limit():
    deep = []
    for _ in range(20_000):
        deep = [deep]

    back, depth = returned(deep), 0

    while back:
        back, depth = back[0], depth + 1
    assert depth == 20_000


def test_what_was_one_object_is_one_again_and_what_was_two_is_two():
    shared = {"rows": [1]}
    one, other, twin = returned([shared, shared, {"rows": [1]}])
    one["rows"].append(2)
    assert other == {"rows": [1, 2]}
    assert twin == {"rows": [1]}


def test_an_object_is_shared_between_tasks_as_the_library_shares_it():
    workflow = BpmnWorkflow(*SPECIFICATION)
    workflow.task_tree.data["rows"] = {"inside": [1]}
    workflow.do_engine_steps()
    first, *_, last = CODEC.load(CODEC.dump(workflow), SPECIFICATION).tasks.values()
    live_first, *_, live_last = workflow.tasks.values()
    for task in (first, live_first):
        task.data["rows"]["inside"].append(2)
    assert last.data == live_last.data


class Level(IntEnum):
    LOW = 1


Point = namedtuple("Point", "x y")


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        (OrderedDict(a=1), {"a": 1}),
        (Point(1, 2), (1, 2)),
        (Level.LOW, 1),
        ({"f": print, "m": math, "c": Level, "kept": 1}, {"kept": 1}),
        ([print], [None]),
    ],
)
def test_what_the_library_makes_plain_is_made_plain(value, plain):
    back = returned(value)
    assert back == plain
    assert type(back) is type(plain)


@dataclass
class Money:
    amount: Decimal
    spent: list[date]


def test_a_registered_class_comes_back_through_its_converter():
    registry = BpmnWorkflowSerializer.configure()
    registry.register(Money, lambda m: {"a": m.amount, "s": m.spent}, lambda d: Money(d["a"], d["s"]))
    money = Money(Decimal("1.50"), [date(2026, 1, 31)])

    first, other = returned([money, money], Codec(registry))

    assert first == money
    assert first is other


def test_an_event_nobody_took_comes_back_with_its_definition_and_all_that_it_carries():
    workflow = BpmnWorkflow(*SPECIFICATION)
    payload = {"typename": "no", "day": date(2026, 1, 1), (1,): {2}}
    workflow.catch(BpmnEvent(SignalEventDefinition("sig"), payload, {"key": {"about": 7}}))

    (event,) = CODEC.load(CODEC.dump(workflow), SPECIFICATION).get_events()

    assert event.event_definition == SignalEventDefinition("sig")
    assert (event.payload, event.correlations) == (payload, {"key": {"about": 7}})


@pytest.mark.parametrize(
    "value", [object(), 1j, range(3), Money(Decimal(1), [])], ids=lambda one: type(one).__name__
)
def test_what_has_no_form_is_refused_by_its_type(value):
    with pytest.raises(StateUnstorable, match=type(value).__name__):
        returned({"deep": [value]})


def test_what_holds_itself_is_refused():
    circle = []
    circle.append([circle])
    with pytest.raises(StateUnstorable, match="it holds itself"):
        returned(circle)


def test_our_own_instances_are_stored_by_the_same_object_with_any_value_at_all():
    definition = approval()
    machine = Machine.start(definition, APPROVAL_VALUES)
    instance = machine._instance
    values = {"institution": 10**30, "small": datetime(2026, 1, 1, tzinfo=UTC), "answer_00": "x" * 50_000}
    instance.data |= values | {"undeclared": [{"a": {1: None}}], "answer_01": [Decimal(1)]}

    back = CODEC.load(CODEC.dump(instance), instance.net)

    assert back.data == instance.data
    assert back.token(2).task_spec is instance.token(2).task_spec
