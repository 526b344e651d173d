"""A message and the job that mails it stand together or not at all, wherever a worker dies."""

from __future__ import annotations

import os
import signal
from itertools import count
from multiprocessing import get_context
from typing import Any

import pytest
from django.core import mail
from django.db import connection, connections

from cases.invariants import invariants
from cases.models import Case, Message
from cases.notifications import notify
from cases.services.start import start_case
from engine import clock, jobs
from engine.models import Wait
from tests.cases.people import World

FORK = get_context("fork")


@pytest.fixture
def case(lasting_world: World) -> Case:
    head = lasting_world.actor("head")
    return start_case("request", user=head, organisation=lasting_world.school).case


def tell(case: Case) -> Message:
    """What a job's handler does, outside any transaction."""
    person = case.applicant.person_id if case.applicant else 0
    key = f"told:{case.pk}"
    return notify(case.pk, kind="case.cancelled", recipient_id=person, natural_key=key, now=clock.now())


def dies_before(number: int, case: Case) -> bool:
    """Whether a process that is killed before its so-many-th statement was killed; else it has finished."""
    connections.close_all()

    def work() -> None:
        left = iter(range(number, 0, -1))

        def kill(execute: Any, *said: Any) -> Any:
            if next(left) == 1:
                os.kill(os.getpid(), signal.SIGKILL)
            return execute(*said)

        with connection.execute_wrapper(kill):
            tell(case)
        os._exit(0)

    process = FORK.Process(target=work)
    process.start()
    process.join(30)
    assert process.exitcode in (0, -signal.SIGKILL)
    return process.exitcode != 0


def stands() -> tuple[int, int]:
    """How many messages and how many jobs that mail them."""
    return Message.objects.count(), Wait.objects.filter(topic="notifications.mail").count()


def test_whoever_dies_while_telling_leaves_nothing_half_done_and_the_next_one_tells_once(case: Case) -> None:
    deaths = 0
    for number in count(1):
        died = dies_before(number, case)
        assert stands() in ((0, 0), (1, 1)), number
        if not died:
            break
        deaths += 1
    assert deaths >= 4
    assert stands() == (1, 1)

    tell(case)

    assert stands() == (1, 1)
    assert jobs.run_due("w", until_empty=True) == 1
    assert len(mail.outbox) == 1
    assert invariants() == []


def test_a_message_that_no_job_mails_is_named(case: Case) -> None:
    message = tell(case)
    assert invariants() == []

    Wait.objects.filter(topic="notifications.mail").delete()
    assert invariants() == [f"message {message.pk}: was not mailed, and no job is there that mails it"]

    Message.objects.update(sent_at=clock.now())
    assert invariants() == []
