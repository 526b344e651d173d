"""Limits: by kind, for all processes together, told in every answer."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from api import rates
from cases.models import AuditEntry
from tests.api.conftest import Api, token_of
from tests.cases.people import World


def test_each_kind_has_its_own_limit_and_every_answer_says_what_is_left(
    world: World, head: Api, settings: Any
) -> None:
    settings.API_RATE = "read=3 write=1 export=1 sign_in=1"

    reads = [head.get("me") for _ in range(4)]

    assert [answer.status_code for answer in reads] == [200, 200, 200, 429]
    assert reads[0]["RateLimit-Policy"] == '"read";q=3;w=60'
    left = [answer["RateLimit"].split(";")[1] for answer in reads]
    assert left == ["r=2", "r=1", "r=0", "r=0"]
    problem = reads[3]
    assert problem["Content-Type"] == "application/problem+json"
    assert problem.json()["code"] == "too_many_requests"
    assert problem.json()["title"] == "Pārāk daudz pieprasījumu; brīdi uzgaidiet."
    assert 0 < int(problem["Retry-After"]) <= 61
    changed = [head.put("me/profile", {"language": "en"}) for _ in range(2)]
    assert [answer.status_code for answer in changed] == [200, 429]


def test_processes_together_stay_within_the_limit(world: World, settings: Any) -> None:
    settings.API_RATE = "read=40"
    good = 0
    for number in range(60):
        if number % 7 == 0:
            # Another process begins here: it knows nothing of what was taken.
            rates.forget()
        good += not rates.spend("read", "head").refused

    # What processes took and did not spend is lost; never is more given than the limit.
    assert 20 <= good <= 40
    rates.forget()
    assert rates.spend("read", "head").refused
    assert not rates.spend("read", "clerk").refused


def test_most_requests_cost_no_statement(world: World, settings: Any) -> None:
    settings.API_RATE = "read=1200"

    with CaptureQueriesContext(connection) as queries:
        spent = [rates.spend("read", "head") for _ in range(120)]

    assert len(queries) == 2
    assert [spent[0].left, spent[-1].left] == [1199, 1080]


def test_a_flood_that_is_refused_costs_nothing_either(world: World, settings: Any) -> None:
    settings.API_RATE = "read=1"
    rates.spend("read", "head")
    rates.spend("read", "head")

    with CaptureQueriesContext(connection) as queries:
        assert all(rates.spend("read", "head").refused for _ in range(50))

    assert len(queries) == 0


def test_whoever_tries_tokens_is_counted_by_address_and_not_named(world: World, settings: Any) -> None:
    settings.API_RATE = "sign_in=2"
    thief = Client(REMOTE_ADDR="10.9.8.7", headers={"Authorization": "Bearer viis_wrong"})

    assert [thief.get("/api/v1/me").status_code for _ in range(3)] == [401, 401, 429]
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(who, ' ') FROM api_requestcount")
        assert "10.9.8.7" not in cursor.fetchone()[0]
    other = Client(REMOTE_ADDR="10.9.8.6", headers={"Authorization": f"Bearer {token_of('head')}"})
    assert other.get("/api/v1/me").status_code == 200


def test_what_a_token_may_not_do_is_counted_too(world: World, api: Any, settings: Any) -> None:
    settings.API_RATE = "read=2"
    narrow = api("head", "tasks:read")

    assert [narrow.get("cases").status_code for _ in range(3)] == [403, 403, 429]
    assert AuditEntry.objects.filter(action="refused").count() == 2


@pytest.mark.parametrize("written", ["reads=5", "read", "read=many"])
def test_a_limit_that_nobody_understands_is_an_error(written: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 (of whichever part)
        rates.limits(written)
