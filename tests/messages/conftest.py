"""A case of the tests' world, ways to tell its head something, and its pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.core import mail
from django.test import Client

from accounts.models import User
from cases.models import Case, Message
from cases.notifications import notify
from cases.services.start import start_case
from engine import clock, jobs
from tests.cases.conftest import lasting_world, world
from tests.cases.people import World

__all__ = ["lasting_world", "world"]

BACKEND = "django.contrib.auth.backends.ModelBackend"
Tell = Callable[..., Message]


@pytest.fixture
def case(world: World) -> Case:
    """The head's request; she can sign in and has an address."""
    User.objects.filter(username="head").update(password="set")
    started = start_case("request", user=world.actor("head"), organisation=world.school)
    mail.outbox.clear()
    return started.case


@pytest.fixture
def tell(case: Case, world: World) -> Tell:
    """Tells somebody of the case, and lets the jobs that are due run."""
    told = 0

    def one(kind: str = "case.cancelled", to: str = "head", task_id: int | None = None) -> Message:
        nonlocal told
        told += 1
        message = notify(
            case.pk,
            kind=kind,
            recipient_id=world.users[to].person_id,
            natural_key=f"told:{told}",
            now=clock.now(),
            task_id=task_id,
        )
        jobs.run_due("test", until_empty=True)
        return Message.objects.get(pk=message.pk)

    return one


def signed_in(username: str) -> Client:
    client = Client()
    client.force_login(User.objects.get(username=username), backend=BACKEND)
    return client


def text(response: Any) -> str:
    return str(response.content.decode())


def at_digest_time(days: int = 1) -> None:
    """Business time moves to an hour after the digest goes out, so many days from now."""
    from datetime import datetime, time, timedelta
    from zoneinfo import ZoneInfo

    there = ZoneInfo("Europe/Riga")
    clock.set_offset(timedelta(0))
    day = clock.now().astimezone(there).date() + timedelta(days=days)
    wanted = datetime.combine(day, time(settings.DIGEST_HOUR + 1), tzinfo=there)
    clock.set_offset(wanted - clock.now())
