"""A PostgreSQL of the ground's own tests, and a way to run the product's commands."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from config.launcher import roles
from config.launcher.errors import ROOT
from config.launcher.postgres import Server


@pytest.fixture
def folder() -> Iterator[Path]:
    """A short folder: a socket's address may not be long."""
    with tempfile.TemporaryDirectory(prefix="viis-ground-") as name:
        yield Path(name)


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """An embedded server with the product's roles and an empty database."""
    with tempfile.TemporaryDirectory(prefix="viis-ground-") as name, Server(Path(name)) as started:
        with closing(started.connect()) as connection:
            roles.prepare(connection)
        yield started


def run_manage(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command of manage.py in this environment; keywords become environment variables."""
    inherited = {key: value for key, value in os.environ.items() if not key.startswith("DATABASE_")}
    settings = {"VIIS_NO_BOOTSTRAP": "1", "DJANGO_SETTINGS_MODULE": "config.settings.development"}
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env={**inherited, **settings, **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=200,
    )
