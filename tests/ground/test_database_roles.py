"""Three roles: the superuser makes the cluster, the owner makes the tables, the application uses them."""

from __future__ import annotations

import psycopg
import pytest
from django.conf import settings
from django.db import connection

from config.launcher import roles
from config.launcher.postgres import Server
from config.settings.base import database

from .conftest import run_manage


@pytest.fixture(scope="module")
def migrated(server: Server) -> Server:
    """The server with the product's tables."""
    done = run_manage(
        "migrate",
        "--verbosity=0",
        DATABASE_URL=server.url(roles.APP, roles.DATABASE),
        DATABASE_OWNER_URL=server.url(roles.OWNER, roles.DATABASE),
    )
    assert done.returncode == 0, done.stderr
    return server


@pytest.mark.django_db
def test_the_suite_runs_on_a_supported_postgresql() -> None:
    assert connection.pg_version >= 150000


@pytest.mark.django_db
def test_the_suite_asks_as_the_application_does() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, has_schema_privilege('public', 'CREATE')")
        asking, may_create = cursor.fetchone()

    assert asking == database(settings.DATABASE_URL)["USER"]
    assert may_create is (settings.DATABASE_OWNER_URL == "")


def test_every_table_is_the_owners(migrated: Server) -> None:
    with migrated.connect(database=roles.DATABASE) as superuser:
        owners = superuser.execute(
            "SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'public'"
        ).fetchall()

    assert owners == [("viis_owner",)]


def test_the_application_reads_and_writes_every_table_it_needs(migrated: Server) -> None:
    with migrated.connect(roles.APP, roles.DATABASE) as app:
        app.execute("INSERT INTO django_session VALUES ('a', 'b', now())")
        app.execute("UPDATE django_session SET session_data = 'c' WHERE session_key = 'a'")
        deleted = app.execute(
            "DELETE FROM django_session WHERE session_key = 'a' RETURNING session_data"
        ).fetchone()
        unreadable = app.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace "
            "AND relkind = 'r' AND NOT has_table_privilege(oid, 'SELECT')"
        ).fetchall()

    assert deleted == ("c",)
    assert unreadable == []


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE mine (id int)",
        "DROP TABLE django_session",
        "ALTER TABLE django_session ADD COLUMN more int",
        "TRUNCATE django_session",
        "ALTER ROLE viis_app BYPASSRLS",
        "CREATE DATABASE mine",
        "SET ROLE viis_owner",
        "UPDATE cases_auditentry SET actor = 'somebody'",
        "DELETE FROM cases_auditentry",
        "TRUNCATE cases_auditentry",
        "UPDATE cases_auditseal SET rows = 0",
        "DELETE FROM cases_auditseal",
        "UPDATE cases_sealedend SET length = 0",
        "TRUNCATE cases_sealedend",
        "DELETE FROM django_migrations",
    ],
)
def test_the_application_owns_nothing(migrated: Server, statement: str) -> None:
    with (
        migrated.connect(roles.APP, roles.DATABASE) as app,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        app.execute(statement)


def test_migrate_without_the_owner_says_what_to_type(server: Server) -> None:
    done = run_manage("migrate", DATABASE_URL=server.url(roles.APP, roles.DATABASE))

    assert done.returncode == 1
    assert "viis_app may not make tables in viis" in done.stderr
    assert "DATABASE_OWNER_URL=postgresql://viis_owner:<password>@" in done.stderr
