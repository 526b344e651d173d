"""The demonstration's people at the pages, each with a browser that runs no scripts."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from tests.access_request.conftest import begin, other_head, seeded, walk

__all__ = ["begin", "other_head", "seeded", "walk"]

BACKEND = "django.contrib.auth.backends.ModelBackend"


@dataclass
class Visitor:
    """A signed-in person; `get` and `post` give the response, pages as text in `.text`."""

    client: Client

    def get(self, address: str, **query: Any) -> Any:
        return self.client.get(address, query or None)

    def post(self, address: str, **fields: Any) -> Any:
        return self.client.post(address, fields)

    def follow(self, address: str, **fields: Any) -> Any:
        return self.client.post(address, fields, follow=True)


@pytest.fixture
def visit(seeded: None, db: None) -> Callable[[str], Visitor]:
    """Signs a person in."""

    def sign_in(username: str) -> Visitor:
        client = Client()
        client.force_login(User.objects.get(username=username), backend=BACKEND)
        return Visitor(client)

    return sign_in


def text(response: Any) -> str:
    return response.content.decode()
