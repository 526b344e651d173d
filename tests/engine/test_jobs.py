"""The life of a job: every edge between due, leased, done, retried, incident and cancelled."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction

from engine import causes, clock, events, jobs
from engine.checks import invariants
from engine.errors import IncidentBusy, IncidentResolved
from engine.handlers import BpmnError
from engine.models import Completion, Incident, ProcessInstance, Task, Wait
from engine.queries import incidents
from engine.queries import jobs as waiting_jobs
from engine.services import cancel_instance, lock_instance, retry_incident

from . import diagrams as d
from .conftest import begin, complete, later

pytestmark = pytest.mark.django_db


def ask(topic="mail", **said):
    return jobs.enqueue(topic, now=clock.now(), **said)


def wait(key=None):
    return Wait.objects.get(pk=key) if key else Wait.objects.get()


def with_job(deploy, topic="work"):
    return deploy(
        d.process(
            "worked",
            *(d.start(), d.service("work", topic), d.error("failed", "work", "late")),
            *(d.user("then"), d.end(), d.user("mend"), d.end("end2")),
            d.flows("start work then end", "failed mend end2"),
            codes=("late",),
            number="int",
        )
    )


def test_a_job_without_element_runs_once_with_its_arguments(fake):
    handler = fake("mail")
    key = ask(arguments={"message": 5})

    assert jobs.run_due("w") == 1
    assert jobs.run_due("w") == 0

    (context,) = handler.calls
    assert (context.topic, context.arguments, context.job_id, context.actor) == (
        "mail", {"message": 5}, key, "system",
    )  # fmt: skip
    done = wait(key)
    assert (done.status, done.attempts, done.leased_by, done.lease_until) == ("done", 1, "", None)
    assert done.closed_at == clock.now()


def test_a_job_that_is_asked_for_twice_by_one_key_is_there_once(fake):
    fake("mail")
    first, second = ask(natural_key="m-1"), ask(natural_key="m-1")

    assert first == second
    assert Wait.objects.count() == 1


def test_a_job_of_the_future_waits_for_business_time(fake):
    handler = fake("mail")
    ask(due_at=clock.now() + timedelta(days=2))

    assert jobs.run_due("w") == 0
    later(days=2)
    assert jobs.run_due("w") == 1
    assert len(handler.calls) == 1


def test_a_service_task_runs_as_a_job_and_the_process_goes_on(deploy, fake):
    handler = fake("work", answer={"number": 4})
    step = begin(with_job(deploy), number=1)
    assert [row.element for row in waiting_jobs()] == ["work"]

    heard = []
    events.subscribe(heard.append)
    assert jobs.run_due("w") == 1

    (context,) = handler.calls
    assert (context.instance_id, context.element, context.variables) == (
        step.instance.id, "work", {"number": 1},
    )  # fmt: skip
    (told,) = heard
    assert (told.kind, told.element, told.actor, told.variables) == ("job", "work", "system", {"number": 4})
    assert [task.element for task in told.opened] == ["then"]
    assert wait().status == "done"
    assert invariants() == []


def test_a_bpmn_error_of_a_job_goes_to_its_boundary_event(deploy, fake):
    fake("work", raises=BpmnError("late"))
    begin(with_job(deploy), number=1)

    jobs.run_due("w")

    assert Task.objects.get().element == "mend"
    assert wait().status == "done"
    assert Completion.objects.order_by("version").last().kind == "error"
    assert invariants() == []


def test_a_bpmn_error_that_nothing_catches_is_an_incident_at_once(deploy, fake):
    fake("work", raises=BpmnError("other"))
    begin(with_job(deploy), number=1)

    jobs.run_due("w")

    incident = Incident.objects.get()
    assert (incident.cause, incident.attempts, incident.element) == ("error_not_caught", 1, "work")
    assert wait().status == "incident"
    assert ProcessInstance.objects.get().version == 1
    assert invariants() == []


def test_a_failure_is_tried_again_later_and_later_and_then_is_an_incident(fake):
    handler = fake("mail", raises=RuntimeError("Anna Paraudziņa, 010190-12345"))
    heard = []
    events.on_incident(lambda key, _: heard.append(key))
    key = ask()

    delays = []
    for _ in range(8):
        assert jobs.run_due("w") == 1
        assert jobs.run_due("w") == 0
        delays.append((wait(key).due_at - clock.now()).total_seconds())
        later(hours=1)

    for nominal, delay in zip([10, 20, 40, 80, 160, 320, 640], delays, strict=False):
        assert nominal * 0.8 <= delay <= nominal * 1.2
    assert jobs.run_due("w") == 0
    assert len(handler.calls) == 8
    incident = incidents().get()
    assert (incident.cause, incident.attempts, incident.wait_id) == ("handler_failed", 8, key)
    assert heard == [incident.pk]
    assert incident.detail.startswith("RuntimeError (tests/engine/conftest.py:")
    assert causes.words(incident.cause)
    assert invariants() == []


def test_the_wait_before_a_retry_is_never_longer_than_an_hour():
    assert max(jobs.backoff(attempts) for attempts in range(1, 60)) <= timedelta(hours=1)


def test_a_topic_without_handler_is_tried_again_and_then_is_an_incident():
    key = ask("unknown.topic")
    for _ in range(8):
        jobs.run_due("w")
        later(hours=1)

    incident = Incident.objects.get(wait_id=key)
    assert incident.cause == "handler_missing"
    assert "unknown.topic" in incident.detail


def test_a_leased_job_is_left_alone_until_its_lease_runs_out(fake):
    handler = fake("mail")
    key = ask()
    first = jobs.lease("dead")

    assert jobs.lease("alive") is None
    Wait.objects.update(lease_until=clock.now() - timedelta(seconds=1))
    assert jobs.run_due("alive") == 1

    assert first.id == key
    assert len(handler.calls) == 1
    assert (wait(key).status, wait(key).attempts) == ("done", 2)


def test_a_worker_that_lost_its_lease_changes_nothing(deploy, fake):
    fake("work", answer={"number": 4})
    begin(with_job(deploy), number=1)
    slow = jobs.lease("slow")
    Wait.objects.update(lease_until=clock.now() - timedelta(seconds=1))
    assert jobs.run_due("fast") == 1

    assert jobs.run(slow) is None

    assert ProcessInstance.objects.get().version == 2
    assert Task.objects.count() == 1


def test_a_late_failure_of_a_lost_lease_changes_nothing(fake):
    fake("mail", raises=RuntimeError)
    key = ask()
    slow = jobs.lease("slow")
    Wait.objects.update(lease_until=clock.now() - timedelta(seconds=1))
    fast = jobs.lease("fast")

    jobs.run(slow)

    assert wait(key).leased_by == "fast"
    assert fast.attempts == 2


def test_a_job_that_kills_its_worker_every_time_is_an_incident(fake):
    handler = fake("mail")
    key = ask()
    for number in range(8):
        assert jobs.lease(f"dies {number}").id == key
        Wait.objects.update(lease_until=clock.now() - timedelta(seconds=1))

    assert jobs.run_due("w") == 1

    assert handler.calls == []
    assert Incident.objects.get().cause == "worker_lost"
    assert wait(key).status == "incident"


def test_poison_does_not_hold_up_the_others(fake):
    fake("bad", raises=RuntimeError)
    good = fake("mail")
    ask("bad")
    for _ in range(3):
        ask("mail")

    assert jobs.run_due("w", until_empty=True) == 4
    assert len(good.calls) == 3


def test_at_most_so_many_run_as_asked(fake):
    fake("mail")
    for _ in range(3):
        ask()

    assert jobs.run_due("w", 2) == 2
    assert jobs.run_due("w", until_empty=True) == 1


def failed(fake, **said):
    handler = fake("mail", raises=RuntimeError(), **said)
    key = ask()
    for _ in range(8):
        jobs.run_due("w")
        later(hours=1)
    return handler, Incident.objects.get(wait_id=key)


def test_a_retry_says_fixed_only_after_the_job_passed(fake):
    handler, incident = failed(fake)

    still = retry_incident(incident, actor="una")

    assert (still.passed, still.cause) == (False, "handler_failed")
    incident.refresh_from_db()
    assert (incident.resolved_at, wait().status) == (None, "incident")
    assert Incident.objects.count() == 1
    handler.raises = None
    assert retry_incident(incident, actor="una").passed
    incident.refresh_from_db()
    assert (incident.resolved_at, incident.resolved_by) == (clock.now(), "una")
    assert wait().status == "done"
    assert list(incidents(resolved=True)) == [incident]
    assert invariants() == []


def test_a_resolved_incident_is_not_tried_again(fake):
    handler, incident = failed(fake)
    handler.raises = None
    retry_incident(incident, actor="una")
    calls = len(handler.calls)

    with pytest.raises(IncidentResolved):
        retry_incident(incident, actor="una")
    assert len(handler.calls) == calls


def test_two_people_do_not_try_the_same_incident_at_once(fake):
    handler, incident = failed(fake)

    def meanwhile(_):
        with pytest.raises(IncidentBusy):
            retry_incident(incident, actor="anna")

    handler.then = meanwhile
    assert retry_incident(incident, actor="una").passed


def test_a_retry_of_a_service_task_moves_its_process(deploy, fake):
    handler = fake("work", raises=BpmnError("other"))
    begin(with_job(deploy), number=1)
    jobs.run_due("w")
    handler.raises = None

    assert retry_incident(Incident.objects.get(), actor="una").passed

    assert Task.objects.get().element == "then"
    assert Incident.objects.get().resolved_by == "una"
    assert invariants() == []


def test_what_only_a_person_may_repeat_is_not_repeated(fake):
    handler = fake("mail", repeat="by_hand", raises=RuntimeError())
    ask()

    jobs.run_due("w")

    incident = Incident.objects.get()
    assert (incident.cause, len(handler.calls)) == ("handler_failed", 1)
    handler.raises = None
    assert retry_incident(incident, actor="una").passed


def test_what_only_a_person_may_repeat_is_not_repeated_after_a_lost_worker_either(fake):
    handler = fake("mail", repeat="by_hand")
    ask()
    jobs.lease("dead")
    Wait.objects.update(lease_until=clock.now() - timedelta(seconds=1))

    jobs.run_due("w")

    assert handler.calls == []
    assert Incident.objects.get().cause == "repeat_refused"


def test_a_job_whose_result_the_process_refuses_is_an_incident_at_once(deploy, fake):
    fake("work", answer={"undeclared": 1})
    begin(with_job(deploy), number=1)

    jobs.run_due("w")

    assert Incident.objects.get().cause == "process_stopped"
    assert ProcessInstance.objects.get().version == 1


def test_a_cancelled_instance_takes_its_jobs_and_incidents_with_it(deploy, fake):
    fake("work", raises=BpmnError("other"))
    step = begin(with_job(deploy), number=1)
    jobs.run_due("w")

    with transaction.atomic():
        done = cancel_instance(lock_instance(step.instance.id), actor="ilze", reason="w", now=clock.now())

    incident = Incident.objects.get()
    assert done.incidents == (incident.pk,)
    assert (incident.resolved_at, wait().status) == (clock.now(), "cancelled")
    assert invariants() == []


def test_a_job_swept_away_while_its_handler_runs_changes_nothing(deploy, fake):
    handler = fake("work")
    step = begin(with_job(deploy), number=1)

    def cancel(_):
        with transaction.atomic():
            cancel_instance(lock_instance(step.instance.id), actor="ilze", reason="w", now=clock.now())

    handler.then = cancel
    jobs.run_due("w")

    assert (wait().status, ProcessInstance.objects.get().status) == ("cancelled", "cancelled")
    assert Task.objects.count() == 0
    assert invariants() == []


def reminded(deploy):
    return deploy(
        d.process(
            "reminded",
            *(d.start(), d.user("ask", due="P5D", remind="P1D P3D", escalate="ministry_officer"), d.end()),
            d.flows("start ask end"),
        )
    )


def test_reminders_and_the_escalation_come_when_due_and_once(deploy):
    heard = []
    events.on_reminder(lambda task, row, _: heard.append(("remind", task.element, row.version)))
    events.on_escalation(lambda task, row, _: heard.append(("escalate", task.element, row.version)))
    begin(reminded(deploy))
    later(hours=1)

    assert jobs.run_due("w") == 0
    later(days=2)
    assert jobs.run_due("w", until_empty=True) == 1
    later(days=2)
    assert jobs.run_due("w", until_empty=True) == 1
    later(days=2)
    assert jobs.run_due("w", until_empty=True) == 1

    assert heard == [("remind", "ask", 1), ("remind", "ask", 1), ("escalate", "ask", 1)]
    assert Task.objects.get().status == "open"
    assert invariants() == []


def test_reminders_go_with_their_task(deploy):
    heard = []
    events.on_reminder(lambda *told: heard.append(told))
    step = begin(reminded(deploy))

    complete(step, "ask")
    later(days=9)

    assert jobs.run_due("w", until_empty=True) == 0
    assert heard == []
    assert {row.status for row in Wait.objects.all()} == {"cancelled"}


def test_other_jobs_of_a_task_outlive_it(deploy, fake):
    handler = fake("mail")
    step = begin(reminded(deploy))
    ask(instance_id=step.instance.id, task_id=step.opened[0].id)

    complete(step, "ask")
    jobs.run_due("w", until_empty=True)

    assert [context.task_id for context in handler.calls] == [step.opened[0].id]
