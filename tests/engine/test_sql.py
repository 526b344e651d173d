"""The cursor of a step's statements is used again; what may happen to its connection meanwhile."""

from __future__ import annotations

import pytest
from django.db import DataError, connection, transaction
from django.test.utils import CaptureQueriesContext

from engine import sql

ONE = "SELECT %(n)s::integer AS n"
SERVER = "SELECT pg_backend_pid() AS pid"


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_was_closed_is_opened_again():
    before = sql.rows(SERVER, {})
    assert sql.rows(SERVER, {}) == before
    connection.close()
    assert sql.rows(SERVER, {}) != before
    assert sql.row(ONE, {"n": 2}) == {"n": 2}


@pytest.mark.django_db
def test_a_statement_that_failed_leaves_the_cursor_usable():
    with pytest.raises(DataError), transaction.atomic():
        sql.rows(ONE, {"n": "two"})
    assert sql.row(ONE, {"n": 2}) == {"n": 2}


@pytest.mark.django_db
def test_statements_are_still_counted_and_wrapped():
    sql.rows(ONE, {"n": 1})
    with CaptureQueriesContext(connection) as captured:
        sql.rows(ONE, {"n": 1})
    seen = []

    def look(execute, statement, *rest):
        seen.append(statement)
        return execute(statement, *rest)

    with connection.execute_wrapper(look):
        sql.rows(ONE, {"n": 1})
    assert len(captured) == len(seen) == 1
