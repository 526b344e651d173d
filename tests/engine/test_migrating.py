"""Running instances brought to another version: their rows stay, follow or are armed anew; undone whole."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from engine import clock, events, jobs
from engine.core.errors import MigrationRefused
from engine.core.migrating import Choices, Verdict
from engine.errors import InstanceBusy, InstanceEnded, InstanceMoved
from engine.invariants import invariants
from engine.models import Completion, ProcessDefinition, ProcessInstance, Task, Wait
from engine.services import (
    cancel_instance,
    claim_task,
    correlate_message,
    judge_instances,
    lock_instance,
    migrate_instance,
    resume_instance,
    suspend_instance,
    unmigrate_instance,
)

from . import diagrams as d
from .conftest import begin, complete, later

pytestmark = pytest.mark.django_db


def version(*parts, key="case", **more):
    return d.sequence(key, *parts, **more)


def guarded(rule):
    files = (d.start(), d.user("task"), d.timer("late", "task", rule), d.end(), d.end("over"))
    return d.process("case", *files, d.flows("start task end", "late over"))


def conditional(condition, *over):
    """A task with a condition on it that leads to an end, past what is given."""
    files = (d.start(), d.user("task"), d.conditional("when", "task", condition), d.end(), d.end("over"))
    path = " ".join(("when", *over, "over"))
    return d.process("case", *files, *map(d.user, over), d.flows("start task end", path), pick="int")


def suspend(step) -> None:
    with transaction.atomic():
        suspend_instance(lock_instance(step.instance.id), reason="x", actor="admin", now=clock.now())


def judged(target: ProcessDefinition) -> list[tuple[Verdict, list[str]]]:
    found = [one.judgement for one in judge_instances("case", target, Choices())]
    return [(one.verdict, [finding.kind for finding in one.findings]) for one in found]


def rows_of(step):
    tasks = Task.objects.filter(instance=step.instance.id).order_by("id")
    waits = Wait.objects.filter(instance=step.instance.id).order_by("id")
    return ProcessInstance.objects.values().get(pk=step.instance.id), [*tasks.values()], [*waits.values()]


def migrate(step, target: ProcessDefinition, **chosen):
    with transaction.atomic():
        locked = lock_instance(step.instance.id)
        return migrate_instance(locked, target, choices=Choices(**chosen), actor="admin", now=clock.now())


def undo(step, migrated):
    with transaction.atomic():
        return unmigrate_instance(
            lock_instance(step.instance.id),
            definition_id=migrated.definition_id,
            state=migrated.state,
            version=migrated.step.instance.version,
            actor="admin",
            now=clock.now(),
        )


def task(step) -> Task:
    return Task.objects.get(instance=step.instance.id, status="open")


def test_a_task_keeps_its_row_and_its_assignee_and_the_instance_goes_the_new_way(deploy):
    step = begin(deploy(version(d.user("first"), d.user("last"))))
    claim_task(task(step).pk, assignee="clerk", actor="clerk", now=clock.now())
    before = Task.objects.values().get(pk=task(step).pk)
    target = deploy(version(d.user("first"), d.user("between"), d.user("last")))

    migrated = migrate(step, target)

    assert Task.objects.values().get(pk=before["id"]) == before
    instance = ProcessInstance.objects.get(pk=step.instance.id)
    assert (instance.definition_id, instance.version) == (target.pk, 2)
    last = Completion.objects.latest("id")
    assert (last.kind, last.element, last.actor) == ("migrate", "2", "admin")
    assert migrated.step.kind == "migrate"
    for element in ("first", "between", "last"):
        assert task(step).element == element
        complete(step, element)
    assert ProcessInstance.objects.get(pk=step.instance.id).status == "completed"
    assert invariants() == []


def test_a_due_date_is_counted_again_from_when_the_task_opened(deploy):
    step = begin(deploy(version(d.user("task", due="P10D"))))
    due_at = task(step).due_at
    later(days=3)

    migrate(step, deploy(version(d.user("task", due="P20D"))))

    assert (task(step).due_at - due_at).days in (9, 10)


def test_a_timer_is_armed_anew_and_what_has_passed_by_then_happens(deploy):
    step = begin(deploy(guarded("P30D")))
    wait = Wait.objects.get(kind="timer")
    later(days=5)

    migrate(step, deploy(guarded("P4D")))

    again = Wait.objects.get(kind="timer")
    assert again.pk == wait.pk
    assert again.due_at < clock.now()
    jobs.run_due("test", until_empty=True)
    assert ProcessInstance.objects.get(pk=step.instance.id).status == "completed"
    assert invariants() == []


def test_a_new_deadline_opens_and_undoing_closes_it_and_the_task_is_as_it_was(deploy):
    source = deploy(version(d.user("task")))
    step = begin(source)
    migrated = migrate(step, deploy(guarded("P4D")))
    assert Wait.objects.get(kind="timer").status == "due"

    undo(step, migrated)

    instance = ProcessInstance.objects.get(pk=step.instance.id)
    assert (instance.definition_id, instance.version) == (source.pk, 3)
    assert Wait.objects.get(kind="timer").status == "cancelled"
    assert invariants() == []
    complete(step, "task")


def test_an_old_deadline_closes_and_undoing_opens_its_row_again(deploy):
    step = begin(deploy(guarded("P4D")))
    before = Wait.objects.get(kind="timer")
    migrated = migrate(step, deploy(version(d.user("task"))))
    assert Wait.objects.get(kind="timer").status == "cancelled"

    undo(step, migrated)

    again = Wait.objects.get(kind="timer", status="due")
    assert (again.element, again.due_at, again.created_at) == ("late", before.due_at, before.created_at)
    assert invariants() == []
    complete(step, "task")
    assert invariants() == []


def test_a_task_with_another_form_is_another_task_and_undoing_opens_the_first_anew(deploy):
    step = begin(deploy(version(d.user("old"))))
    files = version(d.user("new", form="other"))
    target = deploy({**files, "forms/other.json": files["forms/form.json"]})
    old = task(step)
    claim_task(old.pk, assignee="clerk", actor="clerk", now=clock.now())

    migrated = migrate(step, target, elements={"old": "new"})

    assert (task(step).element, task(step).assignee) == ("new", "")
    undone = undo(step, migrated)
    assert undone.tasks == {old.pk: task(step).pk}
    assert (task(step).element, task(step).assignee, task(step).opened_at) == ("old", "clerk", old.opened_at)
    assert invariants() == []
    complete(step, "old")


def test_a_choice_moves_the_token_and_its_task_stays_the_same_row(deploy):
    step = begin(deploy(version(d.user("old"))))
    target = deploy(version(d.user("new")))
    old = task(step)
    with pytest.raises(MigrationRefused):
        migrate(step, target)

    migrated = migrate(step, target, elements={"old": "new"})

    assert (task(step).pk, task(step).element) == (old.pk, "new")
    undo(step, migrated)
    assert (task(step).pk, task(step).element) == (old.pk, "old")
    assert invariants() == []


def test_what_is_refused_changes_nothing(deploy):
    step = begin(deploy(version(d.user("old"))))
    before = ProcessInstance.objects.values().get(pk=step.instance.id)

    with pytest.raises(MigrationRefused):
        migrate(step, deploy(version(d.user("new"))))

    assert ProcessInstance.objects.values().get(pk=step.instance.id) == before
    assert task(step).element == "old"


def test_once_the_instance_has_moved_on_nothing_is_undone(deploy):
    step = begin(deploy(version(d.user("a"), d.user("b"))))
    migrated = migrate(step, deploy(version(d.user("a"), d.user("c"), d.user("b"))))
    complete(step, "a")

    with pytest.raises(InstanceMoved):
        undo(step, migrated)

    assert task(step).element == "c"


def test_what_has_moved_within_the_migration_is_not_undone(deploy):
    step = begin(deploy(conditional("pick &gt; 90", "next")), pick=9)
    migrated = migrate(step, deploy(conditional("pick &gt; 5", "next")))
    assert task(step).element == "next"

    with pytest.raises(InstanceMoved):
        undo(step, migrated)

    assert task(step).element == "next"
    assert invariants() == []


@pytest.mark.parametrize("over", [(), ("next",)])
def test_an_instance_that_rests_is_not_moved_by_a_condition_that_holds(deploy, over):
    step = begin(deploy(conditional("pick &gt; 90", *over)), pick=9)
    quiet = begin(deploy(conditional("pick &gt; 90", *over)), pick=1)
    suspend(step)
    suspend(quiet)
    target = deploy(conditional("pick &gt; 5", *over))
    before = rows_of(step)

    assert judged(target) == [
        (Verdict.BLOCKED, ["event_changed", "happens_at_once", "must_go_on"]),
        (Verdict.SAFE, ["event_changed"]),
    ]
    with pytest.raises(MigrationRefused):
        migrate(step, target)
    migrate(quiet, target)

    assert rows_of(step) == before
    instance = ProcessInstance.objects.get(pk=quiet.instance.id)
    assert (instance.definition_id, instance.status) == (target.pk, "suspended")
    assert invariants() == []


def test_an_instance_that_rests_is_not_moved_by_a_service_done_within_the_step(deploy, fake):
    fake("slow")
    quick = fake("quick", runs="in_step")
    step = begin(deploy(version(d.service("work", "slow"))))
    suspend(step)
    target = deploy(version(d.service("work", "quick")))
    before = rows_of(step)

    assert judged(target) == [(Verdict.BLOCKED, ["topic_changed", "must_go_on"])]
    with pytest.raises(MigrationRefused):
        migrate(step, target)

    assert (rows_of(step), len(quick.calls)) == (before, 0)


@pytest.mark.parametrize("rests", [False, True])
def test_what_people_were_reminded_of_before_is_not_sent_again_once_it_is_undone(deploy, rests):
    heard: list[str] = []
    events.on_reminder(lambda *_: heard.append("remind"))
    events.on_escalation(lambda *_: heard.append("escalate"))
    watch = {"due": "P4D", "remind": "P2D P9D", "escalate": "clerk"}
    step = begin(deploy(version(d.user("old", **watch))))
    files = version(d.user("new", form="other", **watch))
    target = deploy({**files, "forms/other.json": files["forms/form.json"]})
    later(days=5)
    jobs.run_due("test", until_empty=True)
    assert heard == ["remind", "escalate"]
    if rests:
        suspend(step)

    undo(step, migrate(step, target, elements={"old": "new"}))
    if rests:
        with transaction.atomic():
            resume_instance(lock_instance(step.instance.id), actor="admin", now=clock.now())
    jobs.run_due("test", until_empty=True)

    assert heard == ["remind", "escalate"]
    later(days=5)
    jobs.run_due("test", until_empty=True)
    assert heard == ["remind", "escalate", "remind"]
    assert invariants() == []


def test_a_task_that_keeps_its_row_is_not_reminded_of_again(deploy):
    heard: list[str] = []
    events.on_reminder(lambda *_: heard.append("remind"))
    step = begin(deploy(version(d.user("old", remind="P2D"))))
    later(days=3)
    jobs.run_due("test", until_empty=True)

    migrated = migrate(step, deploy(version(d.user("new", remind="P2D"))), elements={"old": "new"})
    jobs.run_due("test", until_empty=True)
    undo(step, migrated)
    jobs.run_due("test", until_empty=True)

    assert heard == ["remind"]


def test_a_job_that_is_being_done_is_waited_for_and_an_ended_instance_stays(deploy, fake):
    fake("work")
    source = deploy(version(d.service("work", "work")))
    step = begin(source)
    target = deploy(version(d.service("work", "work"), d.user("after")))
    job = jobs.lease("worker")
    assert job is not None
    with pytest.raises(InstanceBusy):
        migrate(step, target)
    jobs.run(job)
    with pytest.raises(InstanceEnded):
        migrate(step, target)


def test_a_job_with_another_topic_is_done_by_the_other_handler(deploy, fake):
    old, new = fake("old"), fake("new")
    step = begin(deploy(version(d.service("work", "old"))))

    migrate(step, deploy(version(d.service("work", "new"))))
    jobs.run_due("test", until_empty=True)

    assert (len(old.calls), len(new.calls)) == (0, 1)
    assert ProcessInstance.objects.get(pk=step.instance.id).status == "completed"


def test_a_message_kept_under_the_new_name_is_delivered_after_all(deploy):
    def waiting(name):
        return version(d.awaits("mail", name, correlation_key="${who}"), messages=("one", "two"), who="str")

    step = begin(deploy(waiting("one")), who="k")
    correlate_message("two", key="k", message_id="m", variables={}, now=clock.now())
    jobs.run_due("test", until_empty=True)

    migrate(step, deploy(waiting("two")))
    jobs.run_due("test", until_empty=True)

    assert ProcessInstance.objects.get(pk=step.instance.id).status == "completed"
    assert invariants() == []


def test_the_dry_run_judges_every_live_instance_of_other_versions_in_few_statements(
    deploy, django_assert_max_num_queries
):
    first = deploy(version(d.user("a"), d.user("b")))
    at_a, at_b, ended = begin(first), begin(first), begin(first)
    complete(at_b, "a")
    with transaction.atomic():
        cancel_instance(lock_instance(ended.instance.id), actor="x", reason="x", now=clock.now())
    target = deploy(version(d.user("a")))
    begin(target)
    before = list(ProcessInstance.objects.order_by("id").values())

    with django_assert_max_num_queries(6):
        judged = list(judge_instances("case", target, Choices()))

    assert [(one.instance_id, one.judgement.verdict) for one in judged] == [
        (at_a.instance.id, Verdict.SAFE),
        (at_b.instance.id, Verdict.CHOICE),
    ]
    assert list(ProcessInstance.objects.order_by("id").values()) == before


def test_deploying_alone_disturbs_no_running_instance(deploy):
    step = begin(deploy(version(d.user("a"), d.user("b"))))
    deploy(version(d.user("x")))

    complete(step, "a")
    complete(step, "b")

    assert ProcessInstance.objects.get(pk=step.instance.id).status == "completed"


def test_the_command_counts_what_would_become_of_open_instances_and_writes_nothing(deploy, capsys):
    step = begin(deploy(version(d.user("a"), d.user("b"))))
    target = deploy(version(d.user("b")))

    call_command("judge_instances", "case", str(target.version))

    assert capsys.readouterr().out == "1 choice: element_gone a\n"
    assert ProcessInstance.objects.get(pk=step.instance.id).definition_id != target.pk
    with pytest.raises(CommandError):
        call_command("judge_instances", "case", "9")
