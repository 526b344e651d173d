"""The owner's connection: migrations run as the role that owns the tables, everything else does not."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.core.management.base import CommandError
from django.db import connection
from psycopg import sql

from config.settings.base import database

# New tables are the application's to read and write.
GRANTS = (
    "GRANT USAGE ON SCHEMA public TO {app}",
    "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {app}",
    "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO {app}",
)

# What it may not do to some of them: the audit only grows, and migrations are the owner's to note.
TAKEN_AWAY = {
    "cases_auditentry": "UPDATE, DELETE, TRUNCATE",
    "cases_auditseal": "UPDATE, DELETE, TRUNCATE",
    "cases_sealedend": "UPDATE, DELETE, TRUNCATE",
    "django_migrations": "INSERT, UPDATE, DELETE, TRUNCATE",
}


@contextmanager
def as_owner() -> Iterator[None]:
    """While open, the connection is the owner's, and what it creates is granted to the application."""
    app = str(database(settings.DATABASE_URL)["USER"])
    owner = database(settings.DATABASE_OWNER_URL) if settings.DATABASE_OWNER_URL else {}
    is_other = bool(owner) and owner["USER"] != connection.settings_dict["USER"]
    kept = {key: connection.settings_dict[key] for key in ("USER", "PASSWORD", "HOST", "PORT")}
    if is_other:
        connection.close()
        connection.settings_dict.update({key: owner[key] for key in kept})
    try:
        _check_may_create()
        is_apart = bool(owner) and owner["USER"] != app
        if is_apart:
            _grant(app)
        yield
        if is_apart:
            _take_away(app)
    finally:
        if is_other:
            connection.close()
            connection.settings_dict.update(kept)


def _check_may_create() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT has_schema_privilege('public', 'CREATE'), current_user, current_database()")
        may, user, name = cursor.fetchone()
    if not may:
        host = connection.settings_dict["HOST"] or "127.0.0.1"
        raise CommandError(
            f"The role {user} may not make tables in {name}, and that is right. Type: DATABASE_OWNER_URL="
            f"postgresql://viis_owner:<password>@{host}/{name} python3 manage.py migrate"
        )


def _grant(app: str) -> None:
    with connection.cursor() as cursor:
        for statement in GRANTS:
            cursor.execute(sql.SQL(statement).format(app=sql.Identifier(app)))


def _take_away(app: str) -> None:
    present = connection.introspection.table_names()
    with connection.cursor() as cursor:
        for table, privileges in TAKEN_AWAY.items():
            if table in present:
                statement = sql.SQL("REVOKE {privileges} ON {table} FROM {app}").format(
                    privileges=sql.SQL(privileges), table=sql.Identifier(table), app=sql.Identifier(app)
                )
                cursor.execute(statement)
