"""The test database: made by the owner of the tables, used as the application is by people and machines."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal

import pytest
from django.conf import settings
from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.test.utils import setup_databases, teardown_databases
from psycopg import sql

from config.settings.base import database


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None, django_db_modify_db_settings: None, django_db_blocker: Any
) -> Iterator[None]:
    """For whoever asks: a browser or a seed shared by a module asks without the mark that others carry.

    Each process of a run has a database of its own.
    """
    with django_db_blocker.unblock():
        made = setup_databases(verbosity=0, interactive=False, aliases={"default": False})
        become_the_application()
    yield
    with django_db_blocker.unblock():
        connection.close()
        connection.settings_dict["OPTIONS"].pop("assume_role", None)
        teardown_databases(made, verbosity=0)


def become_the_application() -> None:
    """From now on every connection is the application's, so that a grant which is missing is missed."""
    app = str(database(settings.DATABASE_URL)["USER"])
    if app == connection.settings_dict["USER"]:
        return
    # Tables are emptied after tests with real transactions.
    with connection.cursor() as cursor:
        cursor.execute(
            sql.SQL("GRANT TRUNCATE ON ALL TABLES IN SCHEMA public TO {}").format(sql.Identifier(app))
        )
    connection.close()
    connection.settings_dict["OPTIONS"]["assume_role"] = app


@contextmanager
def as_owner() -> Iterator[CursorWrapper]:
    """A cursor that may do what only who owns the tables may."""
    app = connection.settings_dict["OPTIONS"].get("assume_role")
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
        try:
            yield cursor
        except BaseException:
            # The end of a transaction takes the role back by itself.
            if not connection.in_atomic_block:
                connection.close()
            raise
        if app:
            cursor.execute(sql.SQL("SET ROLE {}").format(sql.Identifier(app)))


def tidy(how: Literal["VACUUM", "ANALYZE"]) -> None:
    """Clear dead rows away, or count the living ones for the planner, as a server does by itself in time."""
    with as_owner() as cursor:
        cursor.execute(how)
