"""A database of their own for measurements: migrated, seeded, with the benchmark's processes deployed."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

from config.launcher import database as given
from config.launcher.errors import VAR

NAME = f"viis_benchmark_{os.getpid()}"
PROCESSES = Path(__file__).parent / "processes"


@contextmanager
def ground(*, seeded: bool = True) -> Iterator[None]:
    """While open, Django stands on a fresh database of DATABASE_URL's server, else of an embedded one.

    The database goes when the measurement ends or is interrupted; one whose process was killed goes with the
    next measurement.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.development")
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with given.database(VAR / "benchmark"), _own_database():
        import django
        from django.conf import settings
        from django.core.management import call_command

        django.setup()
        settings.SEED_ALLOWED = True
        call_command("migrate", verbosity=0, interactive=False)
        if seeded:
            call_command("seed", verbosity=0)
            _deploy()
        yield


def owner_url() -> str:
    """The address of the same database for the role that may make tables."""
    return os.environ.get("DATABASE_OWNER_URL") or os.environ["DATABASE_URL"]


@contextmanager
def _own_database() -> Iterator[None]:
    server = owner_url()
    with psycopg.connect(server, autocommit=True) as connection:
        for name in (*_left_behind(connection), NAME):
            _drop(connection, name)
        create = sql.SQL("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8'")
        connection.execute(create.format(sql.Identifier(NAME)))
    for variable in ("DATABASE_URL", "DATABASE_OWNER_URL"):
        if os.environ.get(variable):
            os.environ[variable] = _renamed(os.environ[variable])
    try:
        # Somebody is connected all the time, so that another measurement leaves it alone.
        with psycopg.connect(owner_url()):
            yield
    finally:
        with psycopg.connect(server, autocommit=True) as connection:
            _drop(connection, NAME)


def _left_behind(connection: psycopg.Connection) -> list[str]:
    """The databases of measurements that were killed: nobody is connected to them."""
    rows = connection.execute(
        "SELECT datname FROM pg_database d WHERE datname ~ '^viis_benchmark(_[0-9]+)?$'"
        " AND NOT EXISTS (SELECT 1 FROM pg_stat_activity a WHERE a.datname = d.datname)"
    )
    return [row[0] for row in rows]


def _drop(connection: psycopg.Connection, name: str) -> None:
    connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def _renamed(url: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{NAME}"))


def _deploy() -> None:
    from engine.catalog import deploy_all

    deploy_all(PROCESSES)


def files_of(folder: str) -> dict[str, bytes]:
    """The files of one of the benchmark's processes, as a deployment keeps them."""
    from engine.catalog import read_folder

    return read_folder(PROCESSES / folder)


def shown(name: str, values: list[float], unit: str) -> str:
    """One line: name, median, and the spread of the middle half."""
    ordered = sorted(values)
    low, high = ordered[len(ordered) // 4], ordered[(3 * len(ordered)) // 4]
    return f"{name:<44} {median(values):>10.2f} {unit}   (middle half {low:.2f} to {high:.2f})"
