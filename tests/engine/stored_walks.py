"""Walks of random processes through the engine's services and rows, beside a machine that is never stored."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any, Final

from django.db import connection, transaction

from engine import catalog, clock, jobs
from engine.core.definition import Element
from engine.core.machine import Machine
from engine.core.waits import ServiceWait, UserTaskWait, Wait
from engine.handlers import BpmnError, HandlerContext
from engine.messages import DELIVER
from engine.models import ProcessDefinition, ProcessInstance, ProcessStart
from engine.models import Wait as WaitRow
from engine.services import (
    broadcast_signal,
    complete_task,
    correlate_message,
    lock_instance,
    start_instance,
)
from engine.starts import START, TICK
from tests.core.random_processes import brought, starts

COMMANDS: Final = 40
FIRST: Final = datetime(2000, 1, 1, tzinfo=UTC)
ERROR: Final = "E"
# One statement, so that thousands of walks are quick: all that shows an instance, and what is new of it.
STORED: Final = """
SELECT state, status,
  coalesce((SELECT jsonb_agg(jsonb_build_array(wait_id, element, id, 'task', '', ''))
    FROM engine_task WHERE instance_id = i.id AND status = 'open'), '[]')
  || coalesce((SELECT jsonb_agg(jsonb_build_array(wait_id, element, id, kind, topic, correlation_key))
    FROM engine_wait WHERE instance_id = i.id AND wait_id <> ''
      AND status IN ('due', 'stopped', 'waiting', 'incident')), '[]') AS rows,
  (SELECT jsonb_agg(wait_id) FROM engine_wait WHERE instance_id = i.id AND status = 'done') AS done,
  (SELECT jsonb_agg(jsonb_build_array(c.version, c.kind, c.element, t.wait_id, c.passed) ORDER BY c.version)
    FROM engine_completion c LEFT JOIN engine_task t ON t.id = c.task_id
    WHERE c.instance_id = i.id AND c.version > %s) AS steps,
  (SELECT min(id) FROM engine_wait WHERE topic = 'engine.deliver' AND status = 'due') AS delivery
FROM engine_processinstance i WHERE i.id = %s
"""


@dataclass(frozen=True)
class Row:
    """The row of an open wait state."""

    wait_id: str
    element: str
    id: int
    kind: str
    topic: str
    key: str


class Answers:
    """The handler of every service task: it answers what the walk has decided, or throws."""

    def __init__(self) -> None:
        self.values: dict[str, Any] = {}
        self.throws = False

    def __call__(self, _: HandlerContext) -> dict[str, Any]:
        if self.throws:
            raise BpmnError(ERROR)
        return self.values


class Walk:
    """One instance in PostgreSQL and its twin in memory, which does what the rows say has been done."""

    def __init__(self, row: ProcessDefinition, answers: Answers, random: Random) -> None:
        self.random, self.answers = random, answers
        self.definition, self.now = catalog.definition(row.pk), clock.now()
        self.version = self.passed = self.sent = 0
        self.rows: dict[str, Row] = {}
        self.delivery: int | None = None
        at = random.choice(starts(self.definition))
        values = brought(self.definition, at, {"pick": random.randint(0, 9), "total": 0})
        self.instance = self._begun(row, self.definition.elements[at], values)
        self.twin = Machine.start(self.definition, values, at=at)
        self._follow()
        self._deliver()

    def _begun(self, row: ProcessDefinition, start: Element, values: dict[str, Any]) -> int:
        """The one instance that begins, by a person or as its start event says."""
        if not start.is_triggered:
            given = {"variables": values, "business_key": "", "actor": "clerk", "now": self.now}
            return start_instance(row, **given).instance.id
        known = set(ProcessInstance.objects.values_list("pk", flat=True))
        if start.schedule is not None:
            live = ProcessStart.objects.filter(definition=row, element=start.id)
            live.update(due_at=self.now - timedelta(days=1))
            self._do(TICK)
        else:
            self._post(start.catches, start.code, "started", values)
            self._do(DELIVER)
        if start.catches != "message":
            self._do(START)
        (instance,) = set(ProcessInstance.objects.values_list("pk", flat=True)) - known
        return instance

    def to_the_end(self) -> None:
        """Moves until nothing is left to do or the walk is long enough; the two agree after every step."""
        for _ in range(COMMANDS):
            if self.twin.ended:
                return
            self._move(self.random.choice(self.twin.waits()))

    def _move(self, wait: Wait) -> None:
        self._choose(wait)
        row = self.rows[wait.id]
        if row.kind == "task":
            with transaction.atomic():
                locked = lock_instance(self.instance)
                given = self.answers.values
                complete_task(locked, row.id, variables=given, actor="clerk", now=self.now)
            self._follow()
        elif row.kind == WaitRow.Kind.SUBSCRIPTION:
            self._send(row)
            self._follow()
        else:
            self._run(row.id)
        self._deliver()

    def _choose(self, wait: Wait) -> None:
        """What a person or handler answers; a message or timer brings nothing."""
        element = self.definition.elements[wait.element]
        free = isinstance(wait, UserTaskWait | ServiceWait) and element.many is None
        free = free and wait.element not in self.twin._net.writable
        self.answers.values = {"pick": self.random.randint(0, 9)} if free else {}
        caught = any(event.catches == "error" for event in self.definition.boundaries(wait.element))
        self.answers.throws = caught and self.random.random() < 0.5

    def _send(self, row: Row) -> None:
        kind, _, name = row.topic.partition(":")
        self._post(kind, name, row.key, {})

    def _post(self, kind: str, name: str, key: str, values: dict[str, Any]) -> None:
        self.sent += 1
        said: dict[str, Any] = {"message_id": f"walk {self.sent}", "variables": values, "now": self.now}
        if kind == "signal":
            broadcast_signal(name, **said)
        else:
            correlate_message(name, key=key, **said)

    def _deliver(self) -> None:
        """Whatever was sent reaches whoever waits, one delivery after another."""
        while self.delivery is not None:
            self._run(self.delivery)

    def _run(self, row: int) -> None:
        self._leased(row)
        self._follow()

    def _do(self, topic: str) -> None:
        """The one open job of the engine with this topic."""
        self._leased(WaitRow.objects.get(topic=topic, status=WaitRow.Status.DUE).pk)

    def _leased(self, row: int) -> None:
        WaitRow.objects.filter(pk=row).update(due_at=FIRST)
        job = jobs.lease("walk")
        assert job is not None
        assert job.id == row
        assert jobs.run(job) is None

    def _follow(self) -> None:
        """The twin takes the steps that are new in the rows; then state, rows and history are as its own."""
        with connection.cursor() as cursor:
            cursor.execute(STORED, [self.version, self.instance])
            state, status, *columns, self.delivery = cursor.fetchone()
        rows, done, steps = (json.loads(column or "[]") for column in columns)
        for version, kind, element, wait_id, passed in steps:
            self.version = version
            if kind != "start":
                self._repeat(kind, wait_id or self._finished(element, done))
            own = [[thing.kind, thing.element] for thing in self.twin.passed()[self.passed :]]
            assert passed == own
            self.passed += len(own)
        self.rows = {row[0]: Row(*row) for row in rows}
        stored = Machine.load(self.definition, bytes(state))
        assert stored.waits() == self.twin.waits()
        assert stored.variables == self.twin.variables
        assert stored.ended is self.twin.ended is (status == "completed")
        shown = sorted((row.wait_id, row.element) for row in self.rows.values())
        assert shown == sorted((wait.id, wait.element) for wait in self.twin.waits())

    def _finished(self, element: str, done: list[str]) -> str:
        """The wait state that a step finished: open in the twin, done in the rows."""
        (wait_id,) = (wait.id for wait in self.twin.waits() if wait.element == element and wait.id in done)
        return wait_id

    def _repeat(self, kind: str, wait_id: str) -> None:
        match kind:
            case "task" | "job":
                self.twin.complete(wait_id, self.answers.values)
            case "error":
                self.twin.throw(wait_id, ERROR)
            case "timer":
                self.twin.fire(wait_id)
            case "event":
                self.twin.receive(wait_id)
