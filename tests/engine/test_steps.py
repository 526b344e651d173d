"""Completing tasks: rows equal wait states, all or nothing, a known number of statements."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from engine import clock, due, events, sql
from engine.checks import invariants
from engine.core.errors import ErrorNotCaught, UndeclaredVariable
from engine.core.waits import Duration, WorkingDays
from engine.errors import (
    InstanceEnded,
    InstanceNotFound,
    KeyReused,
    RuleUnresolved,
    StaleVersion,
    StateDamaged,
    StepTooLong,
    TaskNotOpen,
    TaskTaken,
)
from engine.handlers import BpmnError
from engine.locked import tasks_of
from engine.models import Completion, ProcessInstance, Task, Wait
from engine.queries import history, marks, open_tasks, tokens
from engine.services import (
    assign_task,
    cancel_instance,
    claim_task,
    complete_task,
    lock_instance,
    release_task,
    start_instance,
)

from . import diagrams as d
from .conftest import begin, complete, complete_by_id

pytestmark = pytest.mark.django_db


def rows(model, **found):
    return list(model.objects.filter(**found).order_by("id").values_list("element", "status"))


def test_starting_opens_the_first_task_with_its_group_form_and_due_date(deploy):
    step = begin(deploy(d.sequence("one", d.user("ask", group="clerk@${org}"), org="int")), org=7)

    (task,) = step.opened
    assert (task.element, task.group, task.form_key, task.assignee) == ("ask", "clerk@7", "form", "")
    assert task.due_at == due.resolve(Duration(days=10), instance_id=step.instance.id, start=step.now)
    assert (step.instance.status, step.instance.version, step.kind) == ("running", 1, "start")
    assert invariants() == []


def test_completing_the_last_task_ends_the_instance(deploy):
    step = begin(deploy(d.sequence("one", d.user("ask"))))

    done = complete(step, "ask", actor="ilze")

    assert done.ended
    assert [(task.task.element, task.how) for task in done.closed] == [("ask", "completed")]
    task = Task.objects.get()
    assert (task.status, task.completed_by, task.closed_at) == ("completed", "ilze", done.now)
    instance = ProcessInstance.objects.get()
    assert (instance.status, instance.version, instance.ended_at) == ("completed", 2, done.now)
    assert invariants() == []


def test_the_same_task_twice_is_refused_and_changes_nothing(deploy):
    step = begin(deploy(d.sequence("two", d.user("first"), d.user("second"))))
    complete(step, "first")
    before = ProcessInstance.objects.values().get()

    with pytest.raises(TaskNotOpen):
        complete(step, "first")

    assert ProcessInstance.objects.values().get() == before
    assert Completion.objects.count() == 2


def test_a_task_of_an_ended_instance_is_not_open(deploy):
    step = begin(deploy(d.sequence("one", d.user("ask"))))
    complete(step, "ask")

    with pytest.raises(TaskNotOpen):
        complete(step, "ask")


def test_both_of_two_parallel_tasks_count(deploy):
    files = d.process(
        "both",
        *(d.start(), d.parallel("split"), d.user("left"), d.user("right"), d.parallel("join"), d.end()),
        d.flows("start split left join end", "split right join"),
    )
    step = begin(deploy(files))

    first = complete(step, "right")
    second = complete(step, "left")

    assert not first.ended
    assert second.ended
    assert rows(Task) == [("left", "completed"), ("right", "completed")]


def test_a_variable_that_is_not_declared_is_refused_and_nothing_moves(deploy):
    step = begin(deploy(d.sequence("one", d.user("ask"))))

    with pytest.raises(UndeclaredVariable):
        complete(step, "ask", typename="x")

    assert rows(Task) == [("ask", "open")]
    assert ProcessInstance.objects.get().version == 1


def test_an_in_step_service_task_runs_in_the_same_step_and_its_result_counts(deploy, fake):
    handler = fake("count", runs="in_step", answer={"number": 3})
    files = d.sequence("auto", d.user("ask"), d.service("count", "count"), d.user("then"), number="int")
    step = begin(deploy(files))

    done = complete(step, "ask", actor="ilze")

    (context,) = handler.calls
    assert (context.element, context.actor, context.job_id) == ("count", "ilze", None)
    assert done.variables["number"] == 3
    assert [task.element for task in done.opened] == ["then"]
    assert ("completed", "count") in done.passed
    assert Wait.objects.count() == 0


def test_what_an_in_step_handler_raises_undoes_the_whole_step(deploy, fake):
    fake("count", runs="in_step", raises=ValueError("no"))
    step = begin(deploy(d.sequence("auto", d.user("ask"), d.service("count", "count"))))

    with pytest.raises(ValueError, match="no"):
        complete(step, "ask")

    assert rows(Task) == [("ask", "open")]
    assert (ProcessInstance.objects.get().version, Completion.objects.count()) == (1, 1)
    assert invariants() == []


def test_what_a_listener_raises_undoes_the_whole_step(deploy):
    step = begin(deploy(d.sequence("one", d.user("ask"))))

    def refuse(_):
        raise ValueError("no")

    events.subscribe(refuse)
    with pytest.raises(ValueError, match="no"):
        complete(step, "ask")

    assert rows(Task) == [("ask", "open")]
    assert ProcessInstance.objects.get().version == 1


def with_error(runs):
    return d.process(
        "caught",
        *(d.start(), d.user("ask"), d.service("work", "work"), d.error("failed", "work", "late")),
        *(d.end(), d.user("mend"), d.end("end2")),
        d.flows("start ask work end", "failed mend end2"),
        codes=("late",),
    )


def test_a_bpmn_error_in_step_goes_to_its_boundary_event(deploy, fake):
    fake("work", runs="in_step", raises=BpmnError("late"))
    step = begin(deploy(with_error("in_step")))

    done = complete(step, "ask")

    assert [task.element for task in done.opened] == ["mend"]


def test_a_bpmn_error_in_step_that_nothing_catches_undoes_the_step(deploy, fake):
    fake("work", runs="in_step", raises=BpmnError("other"))
    step = begin(deploy(with_error("in_step")))

    with pytest.raises(ErrorNotCaught):
        complete(step, "ask")

    assert rows(Task) == [("ask", "open")]


def test_twenty_service_tasks_run_in_one_step_and_one_more_is_too_many(deploy, fake):
    fake("work", runs="job")
    services = [d.service(f"s{number}", "work") for number in range(21)]
    twenty = begin(deploy(d.sequence("twenty", d.user("ask"), *services[:20])))
    more = begin(deploy(d.sequence("more", d.user("ask"), *services)))
    # The gate refuses 21 in a row; a handler may still come to run otherwise than it did then.
    fake("work", runs="in_step")

    assert complete(twenty, "ask").ended
    with pytest.raises(StepTooLong):
        complete(more, "ask")


def test_the_last_person_gets_a_task_back_that_returns_to_the_same(deploy):
    files = d.process(
        "loop",
        *(d.start(), d.user("review", returns_to_same="true"), d.choice("good", "good_end")),
        *(d.user("mend"), d.end()),
        d.flows("start review good end", "good mend review", good_mend="again"),
        again="bool",
    )
    step = begin(deploy(files), again=False)
    complete(step, "review", actor="anna", again=True)

    done = complete(step, "mend", actor="ilze")

    assert [(task.element, task.assignee, task.group) for task in done.opened] == [
        ("review", "anna", "clerk@1")
    ]


def test_a_task_that_is_opened_again_by_its_own_completion_stays_with_the_same_person(deploy):
    files = d.process(
        "self",
        *(d.start(), d.user("review", returns_to_same="true"), d.choice("good", "good_end"), d.end()),
        d.flows("start review good end", "good review", good_review="again"),
        again="bool",
    )
    step = begin(deploy(files), again=False)

    done = complete(step, "review", actor="anna", again=True)

    assert [(task.element, task.assignee) for task in done.opened] == [("review", "anna")]


def test_an_assignee_comes_from_a_variable(deploy):
    step = begin(deploy(d.sequence("mine", d.user("ask", assignee="${who}"), who="str")), who="ilze")

    assert step.opened[0].assignee == "ilze"


def statements(act):
    with CaptureQueriesContext(
        connection,
    ) as caught:
        act()
    return [query["sql"] for query in caught if not query["sql"].startswith(("SAVEPOINT", "RELEASE"))]


def locked_with_rows(step):
    """What a caller hands over whose own statement has read the open rows too."""
    row = sql.row(sql.OPEN_ROWS, {"instance": step.instance.id, "now": step.now})
    tasks, timers = tasks_of(row["tasks"]), tuple(row["due_timers"])
    return replace(lock_instance(step.instance.id), tasks=tasks, due_timers=timers)


@pytest.mark.parametrize("steps_before", [0, 12])
def test_a_completion_takes_two_statements_whatever_the_history(deploy, fake, steps_before):
    fake("mail", runs="job")
    files = d.process(
        "long",
        *(d.start(), d.user("review"), d.choice("good", "good_mail"), d.service("mail", "mail"), d.end()),
        d.flows("start review good mail end", "good review", good_review="again"),
        again="bool",
    )
    step = begin(deploy(files), again=False)
    for _ in range(steps_before):
        complete(step, "review", again=True)
    locked = locked_with_rows(step)

    said = statements(
        lambda: complete_task(
            locked, locked.tasks[0].id, variables={"again": False}, actor="clerk", now=step.now
        )
    )

    assert [text.split()[0] for text in said] == ["WITH", "WITH"]
    assert rows(Wait) == [("mail", "due")]


def test_what_the_caller_does_not_bring_costs_one_statement(deploy):
    step = begin(deploy(d.sequence("two", d.user("first"), d.user("second"))))
    locked = lock_instance(step.instance.id)

    said = statements(
        lambda: complete_task(locked, step.opened[0].id, variables={}, actor="clerk", now=step.now)
    )

    assert len(said) == 2  # open rows, the step; no job or timer changed


def test_a_state_that_does_not_match_its_hash_is_refused(deploy):
    step = begin(deploy(d.sequence("one", d.user("ask"))))
    ProcessInstance.objects.update(state_sha256=b"0" * 32)

    with pytest.raises(StateDamaged):
        complete(step, "ask")

    assert invariants() == [f"instance {step.instance.id}: its state does not match its hash"]


def test_an_instance_that_moved_meanwhile_is_refused(deploy):
    step = begin(deploy(d.sequence("two", d.user("first"), d.user("second"))))
    stale = replace(lock_instance(step.instance.id), tasks=step.opened, due_timers=())
    complete(step, "first")

    with pytest.raises(StaleVersion), transaction.atomic():
        complete_task(stale, step.opened[0].id, variables={}, actor="clerk", now=step.now)
    assert ProcessInstance.objects.get().version == 2


def test_an_idempotency_key_is_used_once_per_person(deploy):
    definition = deploy(d.sequence("one", d.user("ask")))
    first, second, third = begin(definition), begin(definition), begin(definition)

    def with_key(step, actor):
        with transaction.atomic():
            locked = lock_instance(step.instance.id)
            return complete_task(
                locked, step.opened[0].id, variables={}, actor=actor, now=step.now, idempotency_key="k"
            )

    with_key(first, "ilze")
    with_key(second, "anna")
    with pytest.raises(KeyReused):
        with_key(third, "ilze")
    assert Task.objects.filter(status="open").count() == 1


def test_cancelling_closes_everything_that_is_open(deploy, fake):
    fake("work")
    files = d.process(
        "open",
        *(d.start(), d.user("ask", remind="P3D"), d.end(), d.timer("late", "ask", "P5D"), d.end("end2")),
        d.flows("start ask end", "late end2"),
    )
    step = begin(deploy(files))

    with transaction.atomic():
        done = cancel_instance(
            lock_instance(step.instance.id), actor="ilze", reason="withdrawn", now=step.now
        )

    assert (done.kind, done.ended, done.instance.status) == ("cancel", True, "cancelled")
    assert [(task.task.element, task.how) for task in done.closed] == [("ask", "cancelled")]
    assert {status for _, status in rows(Wait)} == {"cancelled"}
    assert invariants() == []
    with pytest.raises(InstanceEnded), transaction.atomic():
        cancel_instance(lock_instance(step.instance.id), actor="ilze", reason="again", now=step.now)


def test_history_marks_and_tokens_tell_where_an_instance_is(deploy):
    step = begin(deploy(d.sequence("two", d.user("first"), d.user("second"))))
    complete(step, "first", actor="ilze")

    assert [(item.version, item.kind, item.element, item.actor) for item in history(step.instance.id)] == [
        (1, "start", "", "clerk"),
        (2, "task", "first", "ilze"),
    ]
    assert tokens(step.instance.id) == ("second",)
    assert [task.element for task in open_tasks(instance_id=step.instance.id)] == ["second"]
    found = marks(step.instance.id)
    assert (found.done, found.now) == (("start", "first"), ("second",))
    assert found.flows == ("start_first", "first_second")


def test_claiming_is_exclusive_until_released_or_taken_over(deploy):
    (task,) = begin(deploy(d.sequence("one", d.user("ask")))).opened
    now = clock.now()

    assert claim_task(task.id, assignee="ilze", actor="ilze", now=now).assignee == "ilze"
    with pytest.raises(TaskTaken):
        claim_task(task.id, assignee="anna", actor="anna", now=now)
    with pytest.raises(TaskTaken):
        release_task(task.id, assignee="anna", actor="anna", now=now)
    assert claim_task(task.id, assignee="anna", actor="anna", now=now, take_over=True).assignee == "anna"
    assert release_task(task.id, assignee="anna", actor="anna", now=now).assignee == ""
    assert assign_task(task.id, assignee="dace", actor="boss", now=now).assignee == "dace"
    assert Task.objects.get().claimed_at == now


def test_a_closed_task_cannot_be_claimed(deploy):
    step = begin(deploy(d.sequence("one", d.user("ask"))))
    complete(step, "ask")

    with pytest.raises(TaskNotOpen):
        claim_task(step.opened[0].id, assignee="ilze", actor="ilze", now=step.now)


def test_an_instance_that_is_not_there_cannot_be_locked():
    with pytest.raises(InstanceNotFound), transaction.atomic():
        lock_instance(12345)


def test_days_are_days_of_the_wall_clock_over_a_clock_change():
    riga = ZoneInfo("Europe/Riga")
    start = datetime(2026, 3, 28, 10, 0, tzinfo=riga)

    assert due.after(Duration(days=1), start).astimezone(riga) == datetime(2026, 3, 29, 10, 0, tzinfo=riga)
    assert due.after(Duration(minutes=24 * 60), start) - start.astimezone(UTC) == timedelta(hours=24)


def test_working_days_need_somebody_who_knows_the_calendar(monkeypatch):
    monkeypatch.setattr(due, "_resolvers", [])
    with pytest.raises(RuleUnresolved):
        due.resolve(WorkingDays(3), instance_id=1, start=datetime(2026, 1, 1, tzinfo=UTC))

    due.register_resolver(lambda rule, **said: said["start"] + timedelta(days=rule.days))
    found = due.resolve(WorkingDays(3), instance_id=1, start=datetime(2026, 1, 1, tzinfo=UTC))
    assert found == datetime(2026, 1, 4, tzinfo=UTC)


def test_a_double_start_with_one_key_starts_once(deploy):
    definition = deploy(d.sequence("one", d.user("ask")))

    def start():
        with transaction.atomic():
            start_instance(
                definition, variables={}, business_key="", actor="ilze", now=clock.now(), idempotency_key="k"
            )

    start()
    with pytest.raises(KeyReused):
        start()
    assert ProcessInstance.objects.count() == 1


def test_completing_by_the_id_of_a_foreign_task_is_refused(deploy):
    definition = deploy(d.sequence("one", d.user("ask")))
    mine, foreign = begin(definition), begin(definition)

    with pytest.raises(TaskNotOpen):
        complete_by_id(mine.instance.id, foreign.opened[0].id)
    assert Task.objects.filter(status="open").count() == 2
