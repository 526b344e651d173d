"""The three database roles: the cluster's superuser, the owner of the tables, and the application."""

from __future__ import annotations

from pathlib import Path

import psycopg
from psycopg import sql

OWNER, APP, DATABASE = "viis_owner", "viis_app", "viis"
ROLES_SQL = Path(__file__).with_name("roles.sql")


def prepare(connection: psycopg.Connection, database: str = DATABASE) -> None:
    """Make the roles and the owner's database where they are missing; needs a superuser in autocommit."""
    # A constant file of this package, hence bytes: not composed from anything.
    connection.execute(ROLES_SQL.read_bytes())
    if connection.execute("SELECT FROM pg_database WHERE datname = %s", [database]).fetchone() is None:
        statement = sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE template0 ENCODING 'UTF8'")
        connection.execute(statement.format(sql.Identifier(database), sql.Identifier(OWNER)))
