"""What would hurt at run time, past the gate: an incident, the worker alive, the instance readable."""

from __future__ import annotations

import pytest
from django.db import transaction

from engine import catalog, clock, jobs
from engine.core.errors import CoreError, DiagramRefused, ExpressionInvalid
from engine.core.machine import Machine
from engine.errors import StepTooLong
from engine.models import Completion, Incident, ProcessInstance, Task
from engine.services import open_incident_of_step, start_instance
from engine.worker import Worker
from tests.core.diagrams import (
    again,
    chain,
    decide,
    each,
    end,
    exclusive,
    files,
    flow,
    inclusive,
    manual,
    mark,
    script,
    service,
    start,
    subprocess,
    table,
    tell,
    until,
    user,
)
from tests.engine.conftest import complete
from tests.engine.test_bad_files import LAUGH, many_elements
from tests.engine.ungated import put, without_hanging

pytestmark = pytest.mark.django_db

NAMES = {"n": "int", "go": "bool", "word": "str", "keys": "list", "pick": "int"}
ROUND = (exclusive("m"), exclusive("g", "g_m"), flow("g", "end", "go"))
DOUBLED = "\n".join(["word = word + word"] * 20)
SQUARED = "\n".join(["n = n * n"] * 20)
MANY = [f"s{number}" for number in range(1000)]
# After the first element nothing waits for anybody, and nothing comes to its end.
BAD = {
    "a-loop-of-gateways": (*ROUND, chain("first", "m", "g", "m")),
    "a-loop-of-inclusive-gateways": (
        exclusive("m"), inclusive("g", "g_m"), flow("g", "end", "go"), chain("first", "m", "g", "m"),
    ),
    "a-loop-of-messages-to-oneself": (*ROUND, tell("t"), chain("first", "m", "t", "g", "m")),
    "a-loop-of-conditions": (*ROUND, until("c", "n > 0"), chain("first", "m", "c", "g", "m")),
    "a-loop-of-scripts": (*ROUND, script("s", "n = n + 1"), chain("first", "m", "s", "g", "m")),
    "rounds-without-an-end": (
        again(subprocess("s", start("b"), mark("i"), end("e"), chain("b", "i", "e")), "n > 0"),
        chain("first", "s", "end"),
    ),
    "a-million-instances": (each(user("x"), number="n * 1000000"), chain("first", "x", "end")),
    "a-million-in-turn": (
        each(user("x"), number="n * 1000000", sequential=True), chain("first", "x", "end"),
    ),
    "a-million-subprocesses": (
        each(subprocess("x", start("b"), user("i"), end("e"), chain("b", "i", "e")), number="n * 1000000"),
        chain("first", "x", "end"),
    ),
    "subprocesses-of-subprocesses": (
        each(
            subprocess(
                "x", start("b"), end("e"), chain("b", "y", "e"),
                each(
                    subprocess("y", start("c"), user("i"), end("d"), chain("c", "i", "d")),
                    number="n * 100",
                ),
            ),
            number="n * 100",
        ),
        chain("first", "x", "end"),
    ),
    "a-thousand-scripts": (
        *(script(key, "n = n + 1") for key in MANY), chain("first", *MANY, "end"),
    ),
    "a-text-that-doubles": (script("x", DOUBLED), chain("first", "x", "end")),
    "a-number-that-squares": (script("x", SQUARED), chain("first", "x", "end")),
    "a-table-without-a-rule": (decide("x", "t", "n"), chain("first", "x", "end")),
}  # fmt: skip
TABLE = table("t", [("word", "string")], ["n"], [['"nobody says this"', "1"]])


def bad(case: str, first: str) -> dict[str, bytes]:
    parts = BAD[case]
    return files(start(), first, end(), chain("start", "first"), *parts, variables=NAMES, tables=TABLE)


def begun(content: dict[str, bytes]):
    given = {"n": 7, "go": False, "word": "text", "keys": ["a"], "pick": 1}
    with transaction.atomic():
        return start_instance(
            put(content), variables=given, business_key="T-1", actor="clerk", now=clock.now()
        )


def instance() -> ProcessInstance:
    return ProcessInstance.objects.get()


def readable() -> list[str]:
    """What waits in the instance, as it is stored."""
    row = instance()
    machine = Machine.load(catalog.definition(row.definition_id), bytes(row.state))
    assert machine.variables["n"] == 7
    return [wait.element for wait in machine.waits()]


@pytest.mark.parametrize("case", BAD)
def test_a_worker_makes_an_incident_of_it_and_goes_on_with_what_is_next(case, fake):
    fake("topic")
    after = fake("tests.after")
    begun(bad(case, service("first")))
    jobs.enqueue("tests.after", now=clock.now())
    worker = Worker(name="w")

    with without_hanging():
        while worker.run_one():
            pass

    (incident,) = Incident.objects.filter(resolved_at=None)
    assert (incident.cause, incident.element, incident.attempts) == ("process_stopped", "first", 1)
    assert len(after.calls) == 1
    assert (readable(), instance().version, instance().status) == (["first"], 1, "running")


@pytest.mark.parametrize("case", BAD)
def test_a_persons_step_is_undone_and_leaves_an_incident(case):
    step = begun(bad(case, user("first")))

    with without_hanging(), pytest.raises(CoreError) as refusal:
        complete(step, "first")

    open_incident_of_step(refusal.value)
    (incident,) = Incident.objects.filter(resolved_at=None)
    assert (incident.cause, incident.element) == ("step_undone", "first")
    assert (readable(), instance().version) == (["first"], 1)
    assert Task.objects.get().status == "open"
    assert Completion.objects.count() == 1


def test_handlers_that_call_one_another_for_ever_stop(fake):
    calls = fake("topic", runs="in_step")
    step = begun(
        files(
            start(), user("first"), exclusive("m"), service("x"), exclusive("g", "g_m"), end(),
            chain("start", "first", "m", "x", "g", "m"), flow("g", "end", "go"), variables=NAMES,
        )
    )  # fmt: skip

    with without_hanging(), pytest.raises(StepTooLong):
        complete(step, "first")

    assert len(calls.calls) <= 21
    assert readable() == ["first"]


@pytest.mark.parametrize(
    ("content", "refused"),
    [
        (files(start(), script("x", "n = 9**9**9"), end(), chain("start", "x", "end"), variables=NAMES),
         ExpressionInvalid),
        (files(start(), decide("x", "t", "n"), end(), chain("start", "x", "end"), variables=NAMES,
               tables=table("t", [("word", "string")], ["n"], [["]1..", "1"]])), ExpressionInvalid),
        ({"process.bpmn": LAUGH.encode() + b"]><definitions>&i;</definitions>"}, DiagramRefused),
        (files(start(), *(manual(f"m{at}") for at in range(10_000)), end(), variables=NAMES), DiagramRefused),
        (many_elements(10_000), CoreError),
    ],
    ids=["power", "cell", "entities", "too-large", "ten-thousand-elements"],
)  # fmt: skip
def test_what_cannot_be_read_starts_nothing(content, refused):
    with without_hanging(), pytest.raises(refused):
        begun(content)

    assert not ProcessInstance.objects.exists()
