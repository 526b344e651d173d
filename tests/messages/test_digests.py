"""One mail per person and day gathers what can wait; nothing is lost and nothing comes twice."""

from __future__ import annotations

import os
import signal
from multiprocessing import get_context
from typing import Any

import pytest
from django.core import mail
from django.db import connection, connections

from accounts.models import User
from cases.invariants import invariants
from cases.models import Message, MessageDigest
from cases.notifications import digests, notify
from cases.notifications.digests import count_words
from cases.services.messages import set_read
from cases.services.start import start_case
from engine import clock, jobs
from engine.models import Task, Wait
from tests.cases.people import World
from tests.messages.conftest import Tell, at_digest_time

FORK = get_context("fork")


def test_what_can_wait_is_gathered_in_one_mail_with_everything_needed(tell: Tell, world: World) -> None:
    first, second = tell(), tell("case.closed")
    assert (first.delivery, second.delivery, mail.outbox) == ("digest", "digest", [])

    at_digest_time()
    jobs.run_due("test", until_empty=True)

    (digest,) = mail.outbox
    kept = MessageDigest.objects.get()
    assert digest.to == ["ilze@skola.example"]
    assert digest.subject == kept.subject == "VIIS: 2 jaunas ziņas"
    assert digest.body.startswith(kept.text)
    assert f"1. {first.subject}\n{first.text}" in kept.text
    assert f"2. {second.subject}\n{second.text}" in kept.text
    assert "Labdien!" not in first.text
    sent = Message.objects.exclude(sent_at=None).filter(digest=kept)
    assert set(sent) == {first, second}
    assert invariants() == []


def test_one_digest_a_day_and_the_next_day_another(tell: Tell) -> None:
    tell()
    at_digest_time()
    jobs.run_due("test", until_empty=True)
    late = tell("case.closed")
    jobs.run_due("test", until_empty=True)
    assert len(mail.outbox) == 1

    at_digest_time(days=2)
    jobs.run_due("test", until_empty=True)

    assert [one.subject for one in mail.outbox] == ["VIIS: 1 jauna ziņa"] * 2
    assert late.subject in mail.outbox[1].body


def test_what_was_read_or_done_meanwhile_is_not_told_again(tell: Tell, world: World) -> None:
    task = Task.objects.get(status="open")
    done, read = tell("task.opened", task_id=task.pk), tell()
    set_read(read.public_id, user=world.actor("head"))
    Task.objects.filter(pk=task.pk).update(status="completed")

    at_digest_time()
    jobs.run_due("test", until_empty=True)

    assert mail.outbox == []
    found = set(Message.objects.values_list("pk", "delivery", "sent_at", "digest"))
    assert found == {(done.pk, "app", None, None), (read.pk, "app", None, None)}


def test_the_digest_is_written_in_the_language_of_its_reader(tell: Tell, world: World) -> None:
    User.objects.filter(username="head").update(language="en")
    tell()

    at_digest_time()
    jobs.run_due("test", until_empty=True)

    (digest,) = mail.outbox
    assert digest.subject == "VIIS: 1 new message"
    assert "since the last digest you have 1 new message." in digest.body


@pytest.mark.parametrize(
    ("number", "told"),
    [
        (1, "1 jauna ziņa"), (2, "2 jaunas ziņas"), (10, "10 jaunas ziņas"), (11, "11 jaunas ziņas"),
        (21, "21 jauna ziņa"), (111, "111 jaunas ziņas"), (121, "121 jauna ziņa"),
    ],
)  # fmt: skip
def test_a_number_of_messages_has_the_right_plural(number: int, told: str) -> None:
    assert count_words(number, "lv") == told


def test_a_message_that_comes_while_its_digest_is_made_goes_into_the_next(tell: Tell, world: World) -> None:
    tell()
    at_digest_time()
    person, day = world.users["head"].person, clock.now().date()
    digests._gathered(person.pk, day, clock.now())

    tell("case.closed")

    asked = Wait.objects.filter(topic=digests.DIGEST).values_list("arguments", flat=True)
    assert len(asked) == 2
    assert {arguments["person"] for arguments in asked} == {person.pk}


@pytest.fixture
def lasting_message(lasting_world: World) -> Message:
    head = lasting_world.users["head"]
    head.password = "set"
    head.save()
    case = start_case("request", user=lasting_world.actor("head"), organisation=lasting_world.school).case
    told = notify(
        case.pk, kind="case.cancelled", recipient_id=head.person_id, natural_key="once", now=clock.now()
    )
    jobs.run_due("test", until_empty=True)
    return told


def killed_before(number: int, path: Any) -> bool:
    """Whether a worker was killed before its so-many-th statement; its mails are counted in the file."""
    connections.close_all()

    def work() -> None:
        left = iter(range(number, 0, -1))

        def kill(execute: Any, *said: Any) -> Any:
            if next(left) == 1:
                with path.open("a") as kept:
                    kept.writelines(f"{one.extra_headers['Message-ID']}\n" for one in mail.outbox)
                os.kill(os.getpid(), signal.SIGKILL)
            return execute(*said)

        mail.outbox = []
        Wait.objects.filter(topic=digests.DIGEST).update(lease_until=None, attempts=0)
        with connection.execute_wrapper(kill):
            jobs.run_due("w", until_empty=True)
        with path.open("a") as kept:
            kept.writelines(f"{one.extra_headers['Message-ID']}\n" for one in mail.outbox)
        os._exit(0)

    process = FORK.Process(target=work)
    process.start()
    process.join(30)
    assert process.exitcode in (0, -signal.SIGKILL)
    return process.exitcode != 0


def test_wherever_a_worker_dies_the_digest_comes_with_one_key(
    lasting_message: Message, tmp_path: Any
) -> None:
    path = tmp_path / "keys"
    path.touch()
    at_digest_time()

    deaths = 0
    while killed_before(deaths + 1, path):
        deaths += 1

    keys = path.read_text().split()
    assert deaths >= 8
    digest = MessageDigest.objects.get()
    assert set(keys) == {f"<digest-{digest.public_id}@127.0.0.1>"}
    assert digest.sent_at is not None
    assert Message.objects.get().sent_at is not None
