"""A password signs in; five wrong ones lock for a quarter of an hour."""

import logging
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.db import SessionStore
from django.test import RequestFactory

from accounts.errors import LockedOut, WrongCredentials
from accounts.services import deactivate, sign_in, sign_out
from accounts.services.sign_in import locked_out_response

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
PASSWORD = "kalni-un-lejas-7"


@pytest.fixture
def head(world):
    return world.user("ilze.piemere", "institution_head", world.school, password=PASSWORD)


def attempt(password, username="ilze.piemere", address="10.0.0.1"):
    request = RequestFactory().post("/pieslegties/", REMOTE_ADDR=address)
    request.session = SessionStore()
    request.user = AnonymousUser()
    return request, sign_in(request, username=username, password=password)


def fail(times, **where):
    causes = []
    for _ in range(times):
        with pytest.raises((WrongCredentials, LockedOut)) as refused:
            attempt("nepareiza-parole", **where)
        causes.append(refused.value.code)
    return causes


def test_the_right_password_signs_in_and_signing_out_ends_it(head):
    request, user = attempt(PASSWORD)
    assert (user, request.user) == (head, head)
    sign_out(request)
    assert request.user.is_anonymous


@pytest.mark.parametrize(
    ("username", "password"),
    [
        ("ilze.piemere", "nepareiza-parole"),
        ("nav.tada", PASSWORD),
        ("", PASSWORD),
        ("ilze.piemere", ""),
        ("ilze\x00piemere", PASSWORD),
        ("ilze.piemere", "nul\x00"),
        ("x" * 5000, PASSWORD),
        ("ilze.piemere", "x" * 1_000_000),
    ],
)
def test_wrong_names_and_passwords_are_answered_alike(head, username, password):
    with pytest.raises(WrongCredentials):
        attempt(password, username=username)


def test_somebody_closed_or_never_activated_is_answered_like_a_wrong_password(world, head):
    world.user("janis.paraugs", "institution_user", world.school)
    with pytest.raises(WrongCredentials):
        attempt("", username="janis.paraugs")
    deactivate(head, now=NOW)
    with pytest.raises(WrongCredentials):
        attempt(PASSWORD)


def test_the_fifth_wrong_password_locks_even_for_the_right_one(head):
    assert fail(5) == ["wrong_credentials"] * 4 + ["locked_out"]
    with pytest.raises(LockedOut) as refused:
        attempt(PASSWORD)
    assert "15" in str(refused.value)


def test_the_lock_ends_after_fifteen_minutes_and_trying_does_not_prolong_it(head):
    with time_machine.travel(NOW, tick=False) as clock:
        fail(5)
        clock.shift(timedelta(minutes=14))
        assert fail(1) == ["locked_out"]
        clock.shift(timedelta(minutes=1, seconds=1))
        assert attempt(PASSWORD)[1] == head


def test_nobody_is_locked_out_from_elsewhere_nor_by_somebody_elses_mistakes(world, head):
    world.user("maris.piemers", "municipality_officer", world.madona, password=PASSWORD)
    fail(5, address="10.6.6.6")
    assert attempt(PASSWORD, address="10.0.0.1")[1] == head
    fail(5, address="10.0.0.1")
    assert attempt(PASSWORD, username="maris.piemers", address="10.0.0.1")[1].username == "maris.piemers"


def test_signing_in_forgets_earlier_mistakes(head):
    fail(4)
    attempt(PASSWORD)
    assert fail(4) == ["wrong_credentials"] * 4


def test_the_page_that_tells_of_the_lock_has_the_status_for_it():
    from django.http import HttpResponse

    response = locked_out_response(RequestFactory().get("/"), HttpResponse("words"), {})
    assert (response.status_code, response.content) == (429, b"words")


def test_no_name_or_address_reaches_the_log(head, caplog, monkeypatch):
    # Even if somebody turns the library's own log on.
    monkeypatch.setattr(logging.getLogger("axes"), "propagate", True)
    with caplog.at_level(logging.DEBUG, logger="axes"):
        fail(5)
    assert "login failure by a client" in caplog.text
    assert "ilze" not in caplog.text
    assert "10.0.0.1" not in caplog.text
