"""The first page of the inbox among very many open tasks: `python -m benchmarks.inbox --tasks 1000000`."""

from __future__ import annotations

import argparse
import logging
import time
from statistics import median, quantiles
from typing import Any

from benchmarks.ground import ground, shown
from benchmarks.targets import tell

FILL = """
WITH chosen AS (
    SELECT array_agg(id ORDER BY id) AS ids FROM registries_organisation
), made AS (
    INSERT INTO engine_processinstance
        (public_id, definition_id, business_key, status, state, state_sha256, version, started_at)
    SELECT gen_random_uuid(), %(definition)s, 'MER-' || n, 'running', '\\x00', '\\x00', 1,
           %(now)s - n * interval '1 second'
    FROM generate_series(%(first)s, %(last)s) AS n
    RETURNING id, business_key, started_at
), cases AS (
    INSERT INTO cases_case
        (public_id, number, process_key, instance_id, status, outcome, organisation_id, applicant_id,
         created_at, submitted_at, chain_head, chain_length)
    SELECT gen_random_uuid(), made.business_key, 'approval', made.id, 'submitted', '',
           chosen.ids[1 + made.id %% array_length(chosen.ids, 1)], %(applicant)s,
           made.started_at, made.started_at, '\\x00', 0
    FROM made, chosen
)
INSERT INTO engine_task
    (public_id, instance_id, wait_id, element, form_key, "group", assignee, status, opened_at, due_at,
     completed_by)
SELECT gen_random_uuid(), made.id, '1', 'ministry_decide', 'decision',
       CASE WHEN made.id %% 10 = 0 THEN %(group)s
            ELSE 'institution_head@' || chosen.ids[1 + made.id %% array_length(chosen.ids, 1)] END,
       CASE WHEN made.id %% 1000 = 0 THEN %(assignee)s ELSE '' END,
       'open', made.started_at, made.started_at + made.id %% 40 * interval '1 day', ''
FROM made, chosen
"""
BATCH = 50_000
ROUNDS = 40


def main() -> None:
    """Fill the tables, then time the query and the page."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--tasks", type=int, default=1_000_000)
    tasks = options.parse_args().tasks
    with ground():
        fill(tasks)
        measure(tasks)


def fill(tasks: int) -> None:
    """Open tasks spread over the organisations; a tenth wait for the ministry's officers."""
    from django.db import connection

    from accounts.models import User
    from engine import catalog, clock
    from registries.queries import ministry

    officer = User.objects.get(username="karlis.paraugs")
    values: dict[str, Any] = {
        "definition": catalog.current("approval").pk,
        "now": clock.now(),
        "applicant": User.objects.get(username="ilze.piemere").pk,
        "group": f"ministry_officer@{ministry().pk}",
        "assignee": officer.username,
    }
    begun = time.monotonic()
    with connection.cursor() as cursor:
        for first in range(1, tasks + 1, BATCH):
            last = min(first + BATCH - 1, tasks)
            cursor.execute(FILL, {**values, "first": first, "last": last})
            print(f"\r{last:>9} of {tasks} open tasks, {time.monotonic() - begun:.0f} s", end="", flush=True)
        # As autovacuum leaves tables that have stood for a while.
        cursor.execute("VACUUM (ANALYZE) engine_processinstance, cases_case, engine_task")
    print()


def measure(tasks: int) -> None:
    """The page's own query, the whole question of a page, and the API's address over the whole stack."""
    from django.db import connection

    from accounts.actors import actor_of
    from accounts.models import User
    from accounts.scope import scope_of
    from cases.queries import InboxFilters, inbox
    from engine import clock

    actor = actor_of(User.objects.get(username="karlis.paraugs"), "page")
    scope = scope_of(actor, at=clock.now())
    print(f"inbox, {tasks} open tasks")
    floor, slowest = _one_row(), 0.0
    for asked in (
        InboxFilters(queue="group"),
        InboxFilters(queue="group", sort="newest"),
        InboxFilters(queue="mine"),
        InboxFilters(queue="mine", sort="newest"),
    ):
        whole, statement = [], Timed("WITH picked AS")
        with connection.execute_wrapper(statement):
            for _ in range(ROUNDS):
                begun = time.perf_counter()
                page = inbox(scope, filters=asked, limit=25)
                whole.append((time.perf_counter() - begun) * 1000)
        assert page.items
        name = f"{asked.queue} by {asked.sort}"
        print(shown(f"{name}, the query of the page", statement.times, "ms"))
        print(f"{name}, against one row by its key: {median(statement.times) / floor:.1f}")
        slowest = max(slowest, median(statement.times))
        print(shown(f"{name}, with names and counts", whole, "ms"))
    requests = _over_the_stack()
    print(shown("the page through the API", requests, "ms"))
    tell("inbox", slowest)
    tell("inbox_http", quantiles(requests, n=20)[-1])


def _one_row() -> float:
    """The floor, ms: one task read by its key on the same connection."""
    from django.db import connection

    times = []
    with connection.cursor() as cursor:
        for number in range(ROUNDS):
            begun = time.perf_counter()
            cursor.execute("SELECT * FROM engine_task WHERE id = %s", [number + 1])
            cursor.fetchall()
            times.append((time.perf_counter() - begun) * 1000)
    return median(times)


class Timed:
    """Milliseconds of every statement that begins so; a wrapper of Django's."""

    def __init__(self, beginning: str) -> None:
        """Nothing measured yet."""
        self.beginning = beginning
        self.times: list[float] = []

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        """Run the statement; keep its time if it is one of ours."""
        begun = time.perf_counter()
        answer = execute(sql, params, many, context)
        if sql.lstrip().startswith(self.beginning):
            self.times.append((time.perf_counter() - begun) * 1000)
        return answer


def _over_the_stack() -> list[float]:
    """Requests through every layer of the web process, without the network."""
    from datetime import timedelta

    from django.test import Client

    from accounts.models import User
    from accounts.services import create_token
    from engine import clock

    user = User.objects.get(username="karlis.paraugs")
    now = clock.now()
    token = create_token(
        user, name="measurement", scopes=["tasks:read"], expires_at=now + timedelta(days=1), now=now
    )
    client = Client(headers={"Authorization": f"Bearer {token.raw}"})
    logging.getLogger("viis.request").setLevel(logging.WARNING)
    client.get("/api/v1/tasks?queue=group")
    times = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        answer = client.get("/api/v1/tasks?queue=group")
        times.append((time.perf_counter() - begun) * 1000)
        assert answer.status_code == 200, answer.content
    return times


if __name__ == "__main__":
    main()
