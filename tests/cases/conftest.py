"""People, two processes of the tests, and a case on its way."""

from __future__ import annotations

from pathlib import Path

import pytest

from cases.services.start import Started, start_case
from cases.services.tasks import Completed, complete_task
from engine import catalog
from engine.models import Task
from tests.cases.people import World, build

PROCESSES = Path(__file__).parent / "processes"
ASKED = {"title": "Mikroskopi", "amount": 250}


@pytest.fixture
def world(db: None) -> World:
    """Everybody and their organisations, with the processes deployed."""
    catalog.forget()
    catalog.deploy_all(PROCESSES)
    return build()


@pytest.fixture
def lasting_world(transactional_db: None) -> World:
    """The same in real transactions, for what several threads do at once."""
    catalog.forget()
    catalog.deploy_all(PROCESSES)
    return build()


@pytest.fixture
def started(world: World) -> Started:
    """A request that the head has begun."""
    return start_case("request", user=world.actor("head"), organisation=world.school)


@pytest.fixture
def submitted(world: World, started: Started) -> Completed:
    """A request that the head has sent; the ministry is to decide."""
    assert started.task is not None
    return complete_task(started.task.public_id, user=world.actor("head"), answers=ASKED)


def open_task(of: Completed | Started) -> Task:
    """The one open task of a case."""
    public_id = of.case.public_id if isinstance(of, Started) else of.case_public_id
    return Task.objects.get(instance__case__public_id=public_id, status="open")
