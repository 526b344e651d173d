"""A worker that is killed at any point of a job: another runs it again once, and its effect stands once."""

from __future__ import annotations

import os
import signal
from multiprocessing import get_context

import pytest
from django.core.management import call_command
from django.db import connections, transaction

from engine import clock, events, jobs
from engine.checks import invariants
from engine.models import Completion, Incident, ProcessInstance, Task, Wait
from engine.worker import Worker

from . import diagrams as d
from .conftest import begin

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def runs(fake, tmp_path):
    """A handler whose effect is a row by its job's id; it counts its runs and, told so, dies in the first."""
    told = tmp_path / "runs"
    told.touch()

    def then(context):
        with told.open("a") as book:
            book.write(f"{context.job_id}\n")
        jobs.enqueue(
            "effect",
            now=context.now,
            due_at=context.now.replace(year=2100),
            natural_key=f"effect:{context.job_id}",
        )
        if handler.dies and told.read_text().count("\n") == 1:
            die()

    handler = fake("work", then=then)
    handler.dies = False
    handler.count = lambda: told.read_text().count("\n")
    return handler


def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)


def in_the_handler(handler):
    handler.dies = True


def in_the_step(_):
    events.subscribe(die)


def after_the_step(_):
    events.subscribe(lambda _: transaction.on_commit(die))


def a_worker_dies(dying, handler):
    """One job is leased and begun in a process that is killed on the way."""
    connections.close_all()

    def work():
        dying(handler)
        Worker().run_one()

    process = get_context("fork").Process(target=work)
    process.start()
    process.join(30)
    assert process.exitcode == -signal.SIGKILL


def swept(capsys):
    """How many jobs a sweep ran."""
    capsys.readouterr()
    call_command("sweep")
    return int(capsys.readouterr().out.split()[0])


def the_lease_runs_out():
    Wait.objects.exclude(lease_until=None).update(lease_until=clock.now().replace(year=2000))


def effects():
    return Wait.objects.filter(topic="effect").count()


@pytest.mark.parametrize("dying", [in_the_handler, in_the_step])
def test_a_service_task_whose_worker_died_is_run_again_once_and_counts_once(deploy, runs, capsys, dying):
    step = begin(deploy(d.sequence("worked", d.service("work", "work"), d.user("then"))))
    a_worker_dies(dying, runs)

    job = Wait.objects.get(topic="work")
    assert (job.status, job.attempts, bool(job.leased_by)) == ("due", 1, True)
    assert (ProcessInstance.objects.get().version, runs.count(), effects()) == (1, 1, 1)
    assert swept(capsys) == 0

    the_lease_runs_out()
    assert swept(capsys) == 1
    assert swept(capsys) == 0

    job.refresh_from_db()
    assert (job.status, job.attempts, job.leased_by, job.lease_until) == ("done", 2, "", None)
    assert (runs.count(), effects()) == (2, 1)
    assert ProcessInstance.objects.get().version == 2
    assert Completion.objects.filter(instance=step.instance.id, kind="job").count() == 1
    assert [task.element for task in Task.objects.all()] == ["then"]
    assert not Incident.objects.exists()
    assert invariants() == []


def test_a_step_that_was_committed_before_its_worker_died_is_not_run_again(deploy, runs, capsys):
    begin(deploy(d.sequence("worked", d.service("work", "work"), d.user("then"))))
    a_worker_dies(after_the_step, runs)
    the_lease_runs_out()

    assert swept(capsys) == 0

    job = Wait.objects.get(topic="work")
    assert (job.status, job.attempts, job.leased_by) == ("done", 1, "")
    assert (runs.count(), effects(), ProcessInstance.objects.get().version) == (1, 1, 2)
    assert invariants() == []


def test_a_job_without_an_element_whose_worker_died_is_run_again_once(runs, capsys):
    key = jobs.enqueue("work", now=clock.now())
    a_worker_dies(in_the_handler, runs)
    assert swept(capsys) == 0

    the_lease_runs_out()
    assert swept(capsys) == 1
    assert swept(capsys) == 0

    job = Wait.objects.get(pk=key)
    assert (job.status, job.attempts, job.leased_by) == ("done", 2, "")
    assert (runs.count(), effects()) == (2, 1)


def test_two_sweepers_after_a_death_run_the_job_once(deploy, runs, capsys):
    begin(deploy(d.sequence("worked", d.service("work", "work"), d.user("then"))))
    a_worker_dies(in_the_handler, runs)
    the_lease_runs_out()
    connections.close_all()

    def sweep():
        call_command("sweep")

    sweepers = [get_context("fork").Process(target=sweep) for _ in range(2)]
    for sweeper in sweepers:
        sweeper.start()
    for sweeper in sweepers:
        sweeper.join(30)

    assert [sweeper.exitcode for sweeper in sweepers] == [0, 0]
    assert (runs.count(), effects(), Wait.objects.get(topic="work").attempts) == (2, 1, 2)
    assert ProcessInstance.objects.get().version == 2
    assert invariants() == []
