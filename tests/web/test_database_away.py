"""While the database is away, a page says so and asks to come back; nothing looks broken."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import InterfaceError, OperationalError, connection
from django.test import Client

from .conftest import Visitor, text

pytestmark = pytest.mark.django_db


def gone(*_: Any) -> Any:
    raise OperationalError("server closed the connection unexpectedly")


def closed(*_: Any) -> Any:
    raise InterfaceError("the connection is closed")


@pytest.mark.parametrize("away", [gone, closed])
@pytest.mark.parametrize("address", ["/", "/uzdevumi/", "/saite/kads-kods/"])
def test_a_page_without_the_database_asks_to_wait(
    visit: Callable[[str], Visitor], away: Callable[..., Any], address: str
) -> None:
    browser = visit("ilze.piemere")
    browser.client.raise_request_exception = False

    with connection.execute_wrapper(away):
        answer = browser.get(address)

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "3")
    assert "VIIS uz brīdi nav pieejams" in text(answer)
    assert browser.get("/").status_code == 200


def test_what_is_broken_otherwise_still_is_an_error(settings: Any, client: Client) -> None:
    client.raise_request_exception = False
    settings.ROOT_URLCONF = "tests.web.broken"

    answer = client.get("/")

    assert answer.status_code == 500
    assert "Retry-After" not in answer.headers
