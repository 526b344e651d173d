"""Logs are JSON with a request id, and a person's values never reach them."""

from __future__ import annotations

import io
import json
import logging
import logging.config
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from django.db import DataError, connection
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import path

from config.logs import LOGGING
from config.requests import RequestLog

CANARY = "Kanārija-Bērziņa-010101-12345"


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """What the product's own logging writes."""
    stream = io.StringIO()
    handler = logging.config.DictConfigurator(LOGGING)
    handler.configure()
    root = logging.getLogger()
    ours = next(
        item for item in root.handlers if isinstance(item.formatter, structlog.stdlib.ProcessorFormatter)
    )
    ours.setStream(stream)  # type: ignore[attr-defined]
    yield stream
    logging.config.dictConfig(LOGGING)


def records(lines: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in lines.getvalue().splitlines()]


@pytest.mark.django_db
def test_a_request_is_logged_by_its_route_with_its_id(client: Client, lines: io.StringIO) -> None:
    answer = client.get(f"/nowhere/{CANARY}?q={CANARY}", headers={"X-Request-Id": "abcdef12-3456"})

    record = next(record for record in records(lines) if record["event"] == "answered")
    assert answer.status_code == 404
    assert answer.headers["X-Request-Id"] == "abcdef12-3456"
    assert record["request_id"] == "abcdef12-3456"
    assert record["status"] == 404
    assert record["method"] == "GET"
    assert CANARY not in lines.getvalue()


def test_an_id_that_could_forge_a_line_is_replaced(client: Client) -> None:
    answer = client.get("/health/live", headers={"X-Request-Id": 'x"}{"y":1'})

    assert len(answer.headers["X-Request-Id"]) == 32


def test_an_exception_is_logged_without_its_message(lines: io.StringIO) -> None:
    try:
        raise ValueError(f"Key (code)=({CANARY}) already exists")
    except ValueError:
        logging.getLogger("cases").exception("failed")

    (record,) = records(lines)
    assert record["error"]["types"] == ["builtins.ValueError"]
    assert record["error"]["frames"][0].startswith("test_logs.py:")
    assert CANARY not in lines.getvalue()


def test_a_view_that_fails_shows_no_value_in_the_log(lines: io.StringIO) -> None:
    def fail(_request: HttpRequest) -> HttpResponse:
        logging.getLogger("django.request").error(
            "%s: %s", "Internal Server Error", f"/saite/{CANARY}/", extra={"request": CANARY}
        )
        return HttpResponse(status=500)

    RequestLog(fail)(RequestFactory().post(f"/saite/{CANARY}/", {"code": CANARY}))

    assert [record["event"] for record in records(lines)] == ["Internal Server Error", "answered"]
    assert CANARY not in lines.getvalue()


def broken(request: HttpRequest, name: str) -> HttpResponse:
    """Ask the database what it refuses, as a fault of ours would."""
    with connection.cursor() as cursor:
        try:
            cursor.execute("SELECT %s::text::integer", [request.POST["code"]])
        except DataError as error:
            error.add_note(CANARY)
            raise LookupError(f"no such person: {CANARY}") from error
    raise AssertionError("the database took it")


urlpatterns = [path("broken/<str:name>/", broken)]


@pytest.mark.django_db
@pytest.mark.urls(__name__)
def test_an_error_of_the_database_shows_no_value_in_the_log_nor_in_the_answer(lines: io.StringIO) -> None:
    client = Client(raise_request_exception=False)

    answer = client.post(f"/broken/{CANARY}/?q={CANARY}", {"code": CANARY}, headers={"user-agent": CANARY})

    assert answer.status_code == 500
    record = next(record for record in records(lines) if "error" in record)
    assert record["error"]["types"][:2] == ["builtins.LookupError", "django.db.utils.DataError"]
    assert [record["event"] for record in records(lines)][-1] == "answered"
    assert CANARY not in lines.getvalue()
    assert CANARY not in answer.content.decode()


@pytest.mark.parametrize(
    ("name", "message", "arguments", "said"),
    [
        ("gunicorn.error", f"Invalid request from ip=10.0.0.1: {CANARY}", (), "a request could not be read"),
        (
            "gunicorn.error",
            "Error handling request %s",
            (f"/saite/{CANARY}/",),
            "a request could not be read",
        ),
        ("gunicorn.error", "Worker (pid:%s) was sent SIGKILL!", (7,), "Worker (pid:7) was sent SIGKILL!"),
        (
            "celery.app.trace",
            "Task %(name)s raised %(exc)s",
            ({"name": "a", "exc": CANARY},),
            "a task of Celery failed",
        ),
    ],
)
def test_what_other_programs_say_is_kept_without_what_they_quote(
    lines: io.StringIO, name: str, message: str, arguments: tuple[Any, ...], said: str
) -> None:
    logging.getLogger(name).error(message, *arguments)

    (record,) = records(lines)
    assert record["event"] == said
    assert CANARY not in lines.getvalue()


def test_a_value_under_an_unlisted_name_is_left_out_and_its_name_kept(lines: io.StringIO) -> None:
    structlog.stdlib.get_logger("cases").info("decided", task=7, applicant=CANARY)

    (record,) = records(lines)
    assert record["task"] == 7
    assert record["left_out"] == ["applicant"]
    assert CANARY not in lines.getvalue()


@pytest.mark.parametrize("name", ["spiff", "spiff.task", "spiff.workflow", "spiff.data"])
def test_the_engines_library_is_pinned_to_warnings(name: str, lines: io.StringIO) -> None:
    logging.getLogger().setLevel(logging.DEBUG)

    logging.getLogger(name).info("Task completed", extra={"data": CANARY})

    assert logging.getLogger(name).getEffectiveLevel() == logging.WARNING
    assert lines.getvalue() == ""


def test_the_lock_outs_own_log_says_nothing(lines: io.StringIO) -> None:
    logging.getLogger("axes.handlers.database").warning("New login failure by %s", CANARY)

    assert lines.getvalue() == ""
