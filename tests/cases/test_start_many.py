"""Many cases started together: their rows are those of as many single starts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from django.db import connection, models, transaction
from django.test.utils import CaptureQueriesContext

import cases.models as case_models
import engine.models as engine_models
from accounts.actors import SYSTEM
from cases.invariants import invariants
from cases.models import AuditEntry, Case, Message
from cases.services.start import start_by_system
from cases.services.start_many import Begin, start_many
from engine import catalog, clock
from engine.core.machine import Machine
from engine.invariants import all_invariants
from engine.models import ProcessInstance
from tests.cases import survey
from tests.cases.people import World
from tests.cases.test_statements import BENCHMARKS

TABLES: tuple[type[models.Model], ...] = (
    engine_models.ProcessInstance,
    engine_models.Completion,
    engine_models.Task,
    engine_models.Wait,
    engine_models.Incident,
    engine_models.DecisionMade,
    engine_models.Message,
    case_models.Case,
    case_models.AuditEntry,
    case_models.ClockSegment,
    case_models.Message,
)
# What every row has of its own; the state is compared as what it means.
OWN = {"id", "public_id", "number", "business_key", "state", "state_sha256", "chain_head"}
OWN |= {"previous", "digest", "chain", "natural_key", "object"}


@pytest.fixture(autouse=True)
def _deployed(world: World) -> None:
    catalog.deploy_folder(survey.FOLDER)
    catalog.deploy_folder(BENCHMARKS / "approval")


def rows_of(table: type[models.Model], before: set[int]) -> list[dict[str, Any]]:
    """The new rows of a table, with what stands for one of them named by its place."""
    found = []
    for row in table._default_manager.exclude(pk__in=before).order_by("pk"):
        values = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
        plain = {name: value for name, value in values.items() if name not in OWN}
        for field in row._meta.concrete_fields:
            if isinstance(field, models.ForeignKey | models.OneToOneField) and field.related_model in TABLES:
                plain[field.attname] = plain[field.attname] is not None
        if isinstance(row, ProcessInstance):
            machine = Machine.load(catalog.definition(row.definition_id), bytes(row.state))
            plain |= {"waits": machine.waits(), "variables": dict(machine.variables)}
        if "arguments" in plain:
            plain["arguments"] = sorted(plain["arguments"])
        found.append(plain)
    return found


def written(act: Callable[[], object]) -> Mapping[str, list[dict[str, Any]]]:
    """What an act writes, by table; it is undone again."""
    before = {table: set(table._default_manager.values_list("pk", flat=True)) for table in TABLES}
    with transaction.atomic():
        act()
        found = {table._meta.label: rows_of(table, before[table]) for table in TABLES}
        transaction.set_rollback(True)
    return found


@pytest.mark.parametrize("process", ["survey", "request", "pair", "approval"])
def test_the_rows_are_those_of_single_starts(world: World, process: str) -> None:
    row, now = catalog.current(process), clock.now()
    where = [world.school, world.other_school]

    single = written(
        lambda: [start_by_system(process, organisation=one, now=now, key="survey:1") for one in where]
    )
    together = written(lambda: start_many(Begin(row, SYSTEM, now, "survey:1"), where))

    for table, rows in single.items():
        assert sorted(map(repr, together[table])) == sorted(map(repr, rows)), table
    assert len(single["cases.Case"]) == 2
    assert len(single["engine.Task"]) >= 2
    assert len(single["engine.Wait"]) >= 2


def test_every_case_has_its_own_number_chain_and_history(world: World) -> None:
    begin = Begin(catalog.current("survey"), SYSTEM, clock.now(), "survey:1")

    with transaction.atomic():
        started = start_many(begin, [world.school, world.other_school])

    assert list(started) == [world.school.pk, world.other_school.pk]
    numbers = [case.number for case in started.values()]
    assert numbers == [f"VIIS-APT-{begin.now.year}-0001", f"VIIS-APT-{begin.now.year}-0002"]
    assert [case.instance.business_key for case in Case.objects.order_by("id")] == numbers
    assert {case.status for case in Case.objects.all()} == {"submitted"}
    assert {case.outcome for case in Case.objects.all()} == {"asked"}
    assert Message.objects.filter(kind="task.opened").count() == 3
    assert AuditEntry.objects.filter(action="case.started").count() == 2
    assert list(invariants()) == []
    assert all_invariants() == []


def test_one_that_fails_undoes_all(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(survey, "broken", {world.other_school.name})
    begin = Begin(catalog.current("survey"), SYSTEM, clock.now(), "survey:1")

    with pytest.raises(RuntimeError), transaction.atomic():
        start_many(begin, [world.school, world.other_school])

    assert Case.objects.count() == 0
    assert ProcessInstance.objects.count() == 0


def test_two_take_no_more_statements_than_one(world: World) -> None:
    row, now = catalog.current("pair"), clock.now()
    taken = []
    for where in ([world.school], [world.school, world.other_school]):
        with CaptureQueriesContext(connection) as queries, transaction.atomic():
            start_many(Begin(row, SYSTEM, now, ""), where)
        taken.append(len(queries))

    # The first start of a process reads the calendar too.
    assert taken[1] <= taken[0]
