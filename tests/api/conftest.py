"""The people of the tests of cases, each with a program that speaks to the API."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from accounts.services import create_token
from api import rates
from engine import catalog, clock
from exchange.webhooks import audience
from tests.cases import conftest as processes_of_cases
from tests.cases.people import World, build

EVERYTHING = (
    "cases:read",
    "cases:write",
    "tasks:read",
    "tasks:write",
    "documents:read",
    "documents:write",
    "processes:read",
    "operations:read",
    "operations:write",
    "correspondence:read",
    "correspondence:write",
    "webhooks:read",
    "webhooks:write",
    "directory:read",
    "directory:write",
    "directory:codes",
    "retention:read",
    "retention:write",
    "account:read",
    "account:write",
    "messages:read",
    "messages:write",
)
REQUEST = {"title": "Mikroskopi", "amount": 250}
# What it imports declares the deadline that the process names.
FOLDERS = (processes_of_cases.PROCESSES, Path(__file__).parent / "processes")


@dataclass
class Api:
    """One person's program: paths are those after /api/v1/."""

    client: Client

    def get(self, path: str, **headers: str) -> Any:
        return self.client.get(f"/api/v1/{path}", headers=headers)

    def post(self, path: str, body: object = None, **headers: str) -> Any:
        return self.client.post(
            f"/api/v1/{path}", {} if body is None else body, content_type="application/json", headers=headers
        )

    def put(self, path: str, body: object) -> Any:
        return self.client.put(f"/api/v1/{path}", body, content_type="application/json")

    def upload(self, path: str, **fields: object) -> Any:
        return self.client.post(f"/api/v1/{path}", fields)


def token_of(username: str, *scopes: str) -> str:
    now = clock.now()
    user = User.objects.get(username=username)
    ends = now + timedelta(days=1)
    return create_token(user, name="test", scopes=scopes or EVERYTHING, expires_at=ends, now=now).raw


@pytest.fixture(autouse=True)
def _unlimited(settings: Any) -> None:
    settings.API_RATE = ""
    rates.forget()


@pytest.fixture(autouse=True)
def _nobody_listens() -> Iterator[None]:
    """What one test's process knows of webhooks is of no other test."""
    audience.forget()
    yield
    audience.forget()


@pytest.fixture
def world(db: None) -> World:
    """Everybody, with the processes of these tests deployed."""
    catalog.forget()
    for folder in FOLDERS:
        catalog.deploy_all(folder)
    return build()


@pytest.fixture
def api(world: World) -> Callable[..., Api]:
    """The program of a person, with a token for everything or for the scopes given."""

    def make(username: str, *scopes: str) -> Api:
        return Api(Client(headers={"Authorization": f"Bearer {token_of(username, *scopes)}"}))

    return make


@pytest.fixture
def head(api: Callable[..., Api]) -> Api:
    """The head of the school."""
    return api("head")


@pytest.fixture
def officer(api: Callable[..., Api]) -> Api:
    """An officer of the ministry."""
    return api("officer")


@pytest.fixture
def begun(world: World, head: Api) -> dict[str, Any]:
    """A case that the head has begun, and its first task."""
    answer = head.post("cases", {"process": "request", "organisation": str(world.school.public_id)})
    assert answer.status_code == 201, answer.content
    started: dict[str, Any] = answer.json()
    return started


@pytest.fixture
def to_decide(begun: dict[str, Any], head: Api, officer: Api) -> dict[str, Any]:
    """The task that waits for the ministry after the head has sent the request."""
    done = head.post(f"tasks/{begun['task']}/complete", {"answers": REQUEST})
    assert done.status_code == 200, done.content
    (task,) = officer.get("tasks?queue=group").json()["items"]
    found: dict[str, Any] = task
    return found
