"""Sessions end by idleness, by age, with the user, and with the password."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.http import HttpResponse
from django.test import Client
from django.urls import path

from accounts.actors import actor_of
from accounts.scope import scope_of
from accounts.services import change_password, deactivate, revoke_role

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
PASSWORD = "kalni-un-lejas-7"


def who(request):
    return HttpResponse(f"{request.user.username}|{request.session_ended}")


def reach(request):
    return HttpResponse(
        ",".join(held.role for held in scope_of(actor_of(request.user, "page"), at=NOW).roles)
    )


urlpatterns = [path("who/", who), path("reach/", reach)]
pytestmark = pytest.mark.urls(__name__)


@pytest.fixture
def clock():
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def head(world):
    return world.user("ilze.piemere", "institution_head", world.school, password=PASSWORD)


@pytest.fixture
def client(clock, head):
    client = Client()
    client.force_login(head, backend="django.contrib.auth.backends.ModelBackend")
    assert seen(client) == "ilze.piemere|None"
    return client


def seen(client):
    return client.get("/who/", headers={"host": "localhost"}).content.decode()


def test_half_an_hour_without_a_request_ends_the_session(client, clock):
    clock.shift(timedelta(minutes=29, seconds=59))
    assert seen(client) == "ilze.piemere|None"
    clock.shift(timedelta(minutes=30))
    assert seen(client) == "|idle"
    assert seen(client) == "|None"


def test_eight_hours_end_even_a_busy_session(client, clock):
    for _ in range(23):
        clock.shift(timedelta(minutes=20))
        assert seen(client) == "ilze.piemere|None"
    clock.shift(timedelta(minutes=20))
    assert seen(client) == "|absolute"


def test_requests_within_a_minute_write_nothing(client, clock, django_assert_num_queries):
    clock.shift(timedelta(seconds=30))
    with django_assert_num_queries(2):  # the session and the user
        seen(client)


def test_a_closed_user_is_out_with_the_next_request(client, head):
    deactivate(head, now=NOW)
    assert seen(client) == "|None"


def test_a_revoked_role_reaches_nothing_with_the_next_request(client, head, world):
    assert client.get("/reach/", headers={"host": "localhost"}).content == b"institution_head"

    revoke_role(head, "institution_head", world.school, case_number="VIIS-PIE-2026-0009", now=NOW)

    assert client.get("/reach/", headers={"host": "localhost"}).content == b""
    assert seen(client) == "ilze.piemere|None"


def test_a_changed_password_ends_the_sessions_begun_with_the_old(client, head):
    change_password(head, old=PASSWORD, new="cita-gara-parole-9")
    assert seen(client) == "|None"


def test_a_visitor_without_a_session_is_nobody(db):
    assert seen(Client()) == "|None"
