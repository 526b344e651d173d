"""Live, ready and the numbers."""

from __future__ import annotations

import time

import pytest
from django.db import OperationalError
from django.test import Client
from pytest_django import Settings

from config import health
from tests.plugins.database import as_owner


def test_live_needs_nothing(client: Client) -> None:
    assert client.get("/health/live").json() == {"status": "live"}


@pytest.mark.django_db
def test_ready_with_a_migrated_database(client: Client) -> None:
    answer = client.get("/health/ready")

    assert (answer.status_code, answer.json()) == (200, {"status": "ready"})


@pytest.mark.django_db
def test_not_ready_while_a_migration_of_this_code_is_missing(client: Client) -> None:
    with as_owner() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'engine' AND name = '0002_guards'")

    answer = client.get("/health/ready")

    assert (answer.status_code, answer.json()) == (503, {"status": "not ready", "reason": "migrations"})


@pytest.mark.django_db
def test_not_ready_with_a_database_that_was_never_migrated(client: Client) -> None:
    with as_owner() as cursor:
        cursor.execute("ALTER TABLE django_migrations RENAME TO elsewhere")

    answer = client.get("/health/ready")

    assert (answer.status_code, answer.json()) == (503, {"status": "not ready", "reason": "migrations"})


@pytest.mark.django_db
def test_not_ready_with_a_clock_that_is_three_seconds_off(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = time.time
    monkeypatch.setattr(health.time, "time", lambda: real() + 3)

    answer = client.get("/health/ready")

    assert (answer.status_code, answer.json()) == (503, {"status": "not ready", "reason": "clock"})


def test_not_ready_without_a_database(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> str:
        raise OperationalError

    monkeypatch.setattr(health, "_not_ready", refuse)

    answer = client.get("/health/ready")

    assert (answer.status_code, answer.json()) == (503, {"status": "not ready", "reason": "database"})


@pytest.mark.django_db
def test_the_numbers_count_rows_and_requests_and_name_nobody(client: Client) -> None:
    client.get("/health/live")

    text = client.get("/metrics").content.decode()

    assert "viis_open_tasks 0.0" in text
    assert "viis_open_incidents 0.0" in text
    assert "viis_oldest_due_job_seconds 0.0" in text
    assert 'viis_request_seconds_count{method="GET",route="health/live",status="200"}' in text


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("token", "given", "status"),
    [("t0ken", "Bearer t0ken", 200), ("t0ken", "Bearer wrong", 404), ("t0ken", "", 404), (None, "", 404)],
)
def test_the_numbers_are_for_the_bearer_of_the_token(
    client: Client, settings: Settings, token: str | None, given: str, status: int
) -> None:
    settings.METRICS_TOKEN = token

    assert client.get("/metrics", headers={"Authorization": given}).status_code == status


@pytest.mark.parametrize("path", ["/health/live", "/health/ready", "/metrics"])
def test_nothing_can_be_posted(client: Client, path: str) -> None:
    assert client.post(path).status_code == 405
