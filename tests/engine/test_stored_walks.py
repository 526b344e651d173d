"""Random processes on random paths: going through PostgreSQL after each step changes nothing."""

from __future__ import annotations

from random import Random

import pytest
from django.db import transaction

from engine import catalog, clock
from engine.starts import subscribe
from tests.core.random_processes import Blocks
from tests.engine.stored_walks import Answers, Walk
from tests.engine.ungated import put

pytestmark = pytest.mark.django_db


@pytest.fixture
def answers(fake):
    said = Answers()
    for topic in ("topic", "later"):
        fake(topic, then=said)
    return said


@pytest.mark.parametrize("batch", range(10))
def test_what_goes_through_postgresql_after_each_step_equals_what_was_never_stored(batch, answers):
    walk_all(range(batch * 10, batch * 10 + 10), 3, answers)


@pytest.mark.slow
@pytest.mark.parametrize("batch", range(150))
def test_many_more_go_through_postgresql(batch, answers):
    walk_all(range(1000 + batch * 10, 1010 + batch * 10), 6, answers)


def walk_all(seeds, paths, answers):
    for seed in seeds:
        row = put(Blocks(seed).files())
        subscribe(row, catalog.definition(row.pk), clock.now())
        for path in range(paths):
            print(f"seed {seed}, path {path}")
            with transaction.atomic():
                Walk(row, answers, Random(f"{seed}/{path}")).to_the_end()
                transaction.set_rollback(True)
