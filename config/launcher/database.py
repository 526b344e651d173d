"""Gives a command its database: the server that DATABASE_URL names, else an embedded one."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from config.launcher.errors import VAR


def is_given() -> bool:
    """Whether the environment names a server, so that none is started."""
    return bool(os.environ.get("DATABASE_URL"))


@contextmanager
def database(folder: Path = VAR / "postgres") -> Iterator[None]:
    """While open, DATABASE_URL and DATABASE_OWNER_URL name a database with its roles."""
    if is_given():
        yield
        return
    # Imported late: psycopg is there only in the environment.
    from config.launcher import roles
    from config.launcher.postgres import Server

    with Server(folder) as server:
        with server.connect() as connection:
            roles.prepare(connection)
        os.environ["DATABASE_URL"] = server.url(roles.APP, roles.DATABASE)
        os.environ["DATABASE_OWNER_URL"] = server.url(roles.OWNER, roles.DATABASE)
        try:
            yield
        finally:
            del os.environ["DATABASE_URL"], os.environ["DATABASE_OWNER_URL"]
