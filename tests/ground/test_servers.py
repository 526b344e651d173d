"""The product on the servers of this machine: PostgreSQL over TCP with its roles, and Celery on RabbitMQ."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from kombu import Connection
from psycopg import sql

from config.launcher import roles
from config.launcher.errors import ROOT

from .test_demo import free_port

SUPERUSER = "postgresql://postgres@127.0.0.1:5432/postgres"
BROKER = "amqp://guest:guest@127.0.0.1:5672//"

pytestmark = pytest.mark.servers


@pytest.fixture
def database() -> Iterator[str]:
    """A database of the owner's on the server, dropped afterwards."""
    name = f"viis_servers_{os.getpid()}"
    with closing(psycopg.connect(SUPERUSER, autocommit=True)) as connection:
        roles.prepare(connection, name)
        yield name
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def run(folder: Path, database: str, **environment: str) -> subprocess.CompletedProcess[str]:
    settings = {
        "DATABASE_URL": f"postgresql://viis_app@127.0.0.1:5432/{database}",
        "DATABASE_OWNER_URL": f"postgresql://viis_owner@127.0.0.1:5432/{database}",
        "DJANGO_SETTINGS_MODULE": "config.settings.development",
        "VIIS_NO_BOOTSTRAP": "1",
        "VIIS_VAR": str(folder),
        **environment,
    }
    return subprocess.run(
        [sys.executable, "manage.py", "demo", "--once", "--port", str(free_port())],
        cwd=ROOT,
        env={**os.environ, **settings},
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )


def left_over(database: str) -> list[tuple[str, int]]:
    """The jobs that are due or gave up, by topic."""
    with psycopg.connect(f"postgresql://postgres@127.0.0.1:5432/{database}") as connection:
        return connection.execute(
            "SELECT topic, count(*) FROM engine_wait WHERE kind = 'job' AND status <> 'done' "
            "AND status <> 'cancelled' AND due_at <= now() GROUP BY topic"
        ).fetchall()


def test_an_access_request_runs_on_this_machines_postgresql(folder: Path, database: str) -> None:
    done = run(folder, database)

    assert done.returncode == 0, done.stdout + done.stderr
    assert left_over(database) == []
    assert not (folder / "postgres").exists()


def test_an_access_request_runs_with_celery_on_rabbitmq(folder: Path, database: str) -> None:
    done = run(folder, database, CELERY_BROKER_URL=BROKER)

    assert done.returncode == 0, done.stdout + done.stderr
    assert left_over(database) == []
    with Connection(BROKER) as connection, connection.channel() as channel:
        # A queue of another kind under this name would be refused.
        declared = channel.queue_declare(
            "viis", durable=True, auto_delete=False, arguments={"x-queue-type": "quorum"}
        )
    assert declared.queue == "viis"
