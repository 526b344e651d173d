"""Workers: they listen, stop when told, survive what jobs do, and refuse a wrong clock."""

from __future__ import annotations

import time
from datetime import timedelta
from threading import Timer

import psycopg
import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import OperationalError

from engine import checks, clock, handlers, jobs, wake
from engine import worker as workers
from engine.causes import JobTimedOut
from engine.due import RIGA
from engine.errors import ClockMayNotMove, ClockSkewed
from engine.models import ClockOffset, Incident, Wait
from engine.worker import Worker, time_limit

from . import diagrams as d
from .conftest import begin, later


@pytest.mark.django_db(transaction=True)
def test_a_worker_runs_what_is_due_and_stops_when_told(fake):
    worker = Worker(poll_seconds=0.1)
    handler = fake("mail", then=lambda _: worker.stop())
    jobs.enqueue("mail", now=clock.now())

    worker.run()

    assert len(handler.calls) == 1
    assert Wait.objects.get().status == "done"


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_loses_the_database_goes_on_when_it_is_back(fake, monkeypatch):
    worker = Worker(poll_seconds=0.05)
    fake("mail", then=lambda _: worker.stop())
    jobs.enqueue("mail", now=clock.now())
    real, broken = jobs.lease, [1, 2]

    def lease(name):
        if broken:
            broken.pop()
            raise OperationalError("gone")
        return real(name)

    monkeypatch.setattr(jobs, "lease", lease)
    worker.run()

    assert Wait.objects.get().status == "done"


@pytest.mark.django_db(transaction=True)
def test_a_worker_whose_connection_is_cut_while_it_listens_connects_again(fake):
    worker = Worker(poll_seconds=0.3)
    fake("mail", then=lambda _: worker.stop())

    def cut():
        connection = psycopg.connect(dbname=settings.DATABASES["default"]["NAME"], **place(), autocommit=True)
        with connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            connection.execute(
                "INSERT INTO engine_wait (public_id, wait_id, kind, element, topic, arguments, natural_key,"
                " correlation_key, status, due_at, attempts, leased_by, created_at) VALUES"
                " (gen_random_uuid(), '', 'job', '', 'mail', '{}', '', '', 'due', now(), 0, '', now())"
            )
        connection.close()

    Timer(0.2, cut).start()
    worker.run()

    assert Wait.objects.get().status == "done"


def place():
    """Where the test database is."""
    database = settings.DATABASES["default"]
    return {"user": database["USER"], "host": database["HOST"], "port": database["PORT"] or None}


@pytest.mark.django_db(transaction=True)
def test_a_worker_whose_clock_is_wrong_does_not_work(fake, monkeypatch):
    handler = fake("mail")
    jobs.enqueue("mail", now=clock.now())
    monkeypatch.setattr(clock, "skew", lambda: timedelta(seconds=3))
    worker = Worker(poll_seconds=0.05)
    Timer(0.2, worker.stop).start()

    worker.run()

    assert handler.calls == []
    with pytest.raises(ClockSkewed):
        workers.look()
    monkeypatch.setattr(clock, "skew", lambda: timedelta(seconds=2))
    workers.look()
    assert len(handler.calls) == 1


@pytest.mark.django_db(transaction=True)
def test_a_job_that_hangs_is_stopped_and_tried_again(fake):
    fake("mail", then=lambda _: time.sleep(30))
    key = jobs.enqueue("mail", now=clock.now())
    worker = Worker(job_seconds=0.1)

    assert worker.run_one()

    job = Wait.objects.get(pk=key)
    assert (job.status, job.attempts, job.leased_by) == ("due", 1, "")
    assert job.due_at > clock.now()
    assert not Incident.objects.exists()


@pytest.mark.django_db
def test_a_handler_cannot_swallow_the_end_of_its_time():
    def handler():
        try:
            time.sleep(30)
        except Exception:  # noqa: BLE001 (what a careless handler does)
            return

    with pytest.raises(JobTimedOut), time_limit(0.05):
        handler()


@pytest.mark.django_db
def test_the_clocks_agree_here_and_business_time_moves(settings):
    assert clock.skew() == timedelta(0)
    clock.refuse_if_skewed()
    before = clock.now()
    later(days=3)
    assert clock.now() - before == timedelta(days=3)
    settings.CLOCK_MAY_MOVE = False
    with pytest.raises(ClockMayNotMove):
        clock.set_offset(timedelta(0))
    assert ClockOffset.objects.get().ahead == timedelta(days=3)


@pytest.mark.django_db
def test_the_demonstration_goes_to_a_time_in_riga_and_back(settings, capsys):
    call_command("demo_clock", "2027-03-26T09:30")
    assert capsys.readouterr().out == "It is 2027-03-26 09:30 in Riga.\n"
    assert clock.now().astimezone(RIGA).isoformat(timespec="minutes") == "2027-03-26T09:30+02:00"

    settings.CLOCK_MAY_MOVE = False
    with pytest.raises(CommandError, match="in the demo and in development only"):
        call_command("demo_clock", "now")
    with pytest.raises(CommandError, match="write 2027-03-25T09:00"):
        call_command("demo_clock", "rīt")
    assert clock.offset() > timedelta(days=1)
    settings.CLOCK_MAY_MOVE = True
    call_command("demo_clock", "now")
    assert clock.offset() == timedelta(0)


@pytest.mark.django_db
def test_sweeping_runs_everything_that_is_due(fake, capsys):
    fake("mail")
    for _ in range(3):
        jobs.enqueue("mail", now=clock.now())

    call_command("sweep")

    assert capsys.readouterr().out == "3 job(s) and timer(s) ran.\n"


@pytest.mark.django_db(transaction=True)
def test_a_step_that_wants_a_job_rings_after_its_commit_and_a_broken_bell_is_no_harm(
    deploy, fake, monkeypatch
):
    fake("work")
    rung = []

    def broken():
        raise ConnectionError

    monkeypatch.setattr(wake, "_bells", [broken, lambda: rung.append(Wait.objects.count())])
    begin(deploy(d.sequence("worked", d.service("work", "work"))))

    assert rung == [1]


def test_an_unreachable_broker_is_left_alone_for_a_while(monkeypatch):
    tries = []

    def send(**said):
        tries.append(said)
        raise ConnectionError

    monkeypatch.setattr(workers.look, "apply_async", send)
    monkeypatch.setattr(workers, "_quiet_until", float("-inf"))
    with pytest.raises(ConnectionError):
        workers.ring()
    workers.ring()

    assert tries == [{"retry": False, "expires": 60}]


@pytest.mark.django_db
def test_the_checks_say_what_to_type(deploy, fake, settings, tmp_path):
    assert checks.processes_are_there() == []
    assert checks.database_is_new_enough(databases=["default"]) == []
    settings.PROCESSES_DIR = tmp_path / "none"
    assert [found.id for found in checks.processes_are_there()] == ["engine.E001"]
    assert [found.id for found in checks.clock_stands()] == ["engine.E003"]
    settings.CLOCK_MAY_MOVE = False
    assert checks.clock_stands() == []
    fake("work")
    deploy(d.sequence("worked", d.service("work", "work")))
    assert checks.topics_have_handlers(databases=["default"]) == []
    del handlers._handlers["work"]
    (found,) = checks.topics_have_handlers(databases=["default"])
    assert (found.id, '@handler("work"' in found.hint) == ("engine.W001", True)
