"""A crew of worker processes: one that hangs, eats memory or is killed stops no other."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from datetime import timedelta
from multiprocessing import get_context
from pathlib import Path
from urllib.parse import urlencode

import pytest
from django.db import connections

from engine import clock, crew, jobs
from engine.crew import Crew
from engine.models import Incident, Wait
from engine.worker import Worker

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _impatient(monkeypatch):
    """Leases, graces and the waits between attempts as short as a test can bear."""
    monkeypatch.setattr(jobs, "LEASE", "1 second")
    monkeypatch.setattr(jobs, "FIRST_DELAY", 0.1)
    monkeypatch.setattr(jobs, "LONGEST_DELAY", 0.1)
    monkeypatch.setattr(crew, "GRACE_SECONDS", 0.4)
    monkeypatch.setattr(crew, "LOOK_SECONDS", 0.05)


@contextmanager
def at_work(size=1, **said):
    """A crew in a process of its own; the process ends well."""
    connections.close_all()
    hired = Crew(size, make=lambda: Worker(poll_seconds=0.05), **said)

    def work():
        signal.signal(signal.SIGTERM, hired.stop)
        hired.run()

    process = get_context("fork").Process(target=work)
    process.start()
    try:
        yield process
        if process.is_alive():
            process.terminate()
            process.join(20)
            assert process.exitcode == 0
    finally:
        process.kill()
        process.join()


def until(holds, within=20.0):
    """How long it took until something holds."""
    began = time.monotonic()
    while time.monotonic() - began < within:
        if holds():
            return time.monotonic() - began
        time.sleep(0.02)
    raise AssertionError("it did not come to hold")


def is_done(key):
    return Wait.objects.get(pk=key).status == "done"


def ask(topic):
    return jobs.enqueue(topic, now=clock.now())


def swallow_the_alarm(_):
    while True:
        try:
            time.sleep(60)
        except BaseException:  # noqa: BLE001 (what no handler should do)
            continue


def eat_memory(_):
    hoard = []
    while True:
        hoard.append(bytearray(2**24))


def kill_the_worker(_):
    os.kill(os.getpid(), signal.SIGKILL)


def test_a_worker_that_cannot_be_interrupted_is_killed_and_the_next_job_is_done(fake):
    fake("hang", then=swallow_the_alarm)
    fake("mail")
    poison, mail = ask("hang"), ask("mail")

    with at_work(job_seconds=0.2):
        assert until(lambda: is_done(mail)) < 5
    assert Wait.objects.get(pk=poison).status == "due"
    assert Wait.objects.get(pk=poison).attempts >= 1


def test_a_job_that_eats_memory_fails_and_its_worker_goes_on(fake):
    fake("eat", then=eat_memory)
    fake("mail")
    poison, mail = ask("eat"), ask("mail")

    mine = int(Path("/proc/self/statm").read_text().split()[0]) * os.sysconf("SC_PAGE_SIZE") // 2**20
    with at_work(memory_mb=mine + 200) as process:
        (worker,) = children(process.pid, within=10)
        assert until(lambda: is_done(mail)) < 5
        until(lambda: Wait.objects.get(pk=poison).status == "incident")
        assert children(process.pid, within=10) == [worker]
    incident = Incident.objects.get(wait=poison)
    assert (incident.cause, incident.attempts) == ("handler_failed", 8)
    assert incident.detail.startswith("MemoryError")


@pytest.mark.parametrize("act", [swallow_the_alarm, kill_the_worker])
def test_a_job_that_takes_every_worker_with_it_is_an_incident_and_others_are_not_late(fake, monkeypatch, act):
    monkeypatch.setattr(jobs, "MOST_ATTEMPTS", 2)
    fake("poison", then=act)
    fake("mail")
    poison = ask("poison")

    late = []
    with at_work(size=2, job_seconds=0.2):
        while Wait.objects.get(pk=poison).status == "due":
            mail = ask("mail")
            late.append(until(lambda key=mail: is_done(key)))
            time.sleep(0.1)
    assert max(late) < 5
    incident = Incident.objects.get(wait=poison)
    assert (incident.cause, incident.attempts) == ("worker_lost", 3)


def test_a_crew_that_is_told_to_stop_lets_its_workers_finish(fake):
    fake("slow", then=lambda _: time.sleep(0.5))
    slow = ask("slow")

    with at_work():
        until(lambda: Wait.objects.get(pk=slow).attempts == 1)
    assert is_done(slow)


def test_workers_whose_parent_was_killed_stop(fake):
    fake("mail")
    with at_work(size=2) as process:
        orphans = children(process.pid, within=10, count=2)
        process.kill()
        process.join()
        until(lambda: not any(is_running(orphan) for orphan in orphans))


def test_the_worker_command_survives_a_killed_worker_and_ends_on_sigterm(settings):
    database = settings.DATABASES["default"]
    place = urlencode({"host": database["HOST"] or "localhost", "port": database["PORT"] or 5432})
    environment = {
        **os.environ,
        "DATABASE_URL": f"postgresql://{database['USER']}@/{database['NAME']}?{place}",
        "DJANGO_SETTINGS_MODULE": "config.settings.development",
    }
    command = [sys.executable, "manage.py", "worker", "--processes", "1"]
    process = subprocess.Popen(command, cwd=settings.BASE_DIR, env=environment)
    try:
        first = children(process.pid, within=60)
        os.kill(first[0], signal.SIGKILL)
        until(lambda: children(process.pid, within=20) != first)
        key = ask("nobody.does")
        until(lambda: Wait.objects.get(pk=key).attempts > 0)
        process.terminate()
        assert process.wait(20) == 0
    finally:
        process.kill()
        process.wait()
    job = Wait.objects.get(pk=key)
    assert (job.attempts, job.due_at > clock.now() - timedelta(minutes=1)) == (1, True)


def children(parent, within, count=1):
    """The worker processes of a crew."""
    path = Path(f"/proc/{parent}/task/{parent}/children")
    found: list[int] = []

    def all_there():
        found[:] = [int(pid) for pid in path.read_text().split()]
        return len(found) >= count

    until(all_there, within)
    return found


def is_running(pid):
    """Whether a process is there and no zombie."""
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except FileNotFoundError:
        return False
