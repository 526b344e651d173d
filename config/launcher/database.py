"""Gives a command its database: the server that DATABASE_URL names, else an embedded one."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from config.launcher.errors import VAR, CannotStart

if TYPE_CHECKING:
    from config.launcher.postgres import Server

OLDEST_VERSION = 150000
NAMES = ("DATABASE_OWNER_URL", "DATABASE_URL")
FORM = "postgresql://user:password@host:5432/database"


def is_given() -> bool:
    """Whether the environment names a server, so that none is started."""
    return bool(os.environ.get("DATABASE_URL"))


@contextmanager
def database(folder: Path = VAR / "postgres") -> Iterator[Server | None]:
    """While open, DATABASE_URL and DATABASE_OWNER_URL name a database with its roles; the server, if ours."""
    if is_given():
        yield None
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
            yield server
        finally:
            del os.environ["DATABASE_URL"], os.environ["DATABASE_OWNER_URL"]


def check_form() -> None:
    """Raise CannotStart when a named server's address cannot be one; the address may hold a password."""
    for name in NAMES:
        if not (url := os.environ.get(name)):
            continue
        try:
            parts = urlsplit(url)
            is_address = parts.scheme in ("postgresql", "postgres") and bool(parts.path.strip("/"))
            is_address = is_address and parts.port != 0
        except ValueError:
            is_address = False
        if not is_address:
            raise CannotStart(f"{name} is no address of a PostgreSQL: write it as {FORM}.")


def check_given() -> None:
    """Raise CannotStart when a named server does not answer, or is too old."""
    import psycopg

    for name in NAMES:
        if not (url := os.environ.get(name)):
            continue
        try:
            with psycopg.connect(url, connect_timeout=10) as connection:
                version = connection.info.server_version
        except psycopg.ProgrammingError:
            raise CannotStart(f"{name} has a setting that PostgreSQL does not know: write {FORM}.") from None
        except psycopg.OperationalError as error:
            # What is indented only guesses at the reason.
            said = [line for line in str(error).strip().splitlines() if line == line.lstrip()]
            reason = said[-1].removeprefix("connection failed: ")
            raise CannotStart(
                f"The server of {name} refuses ({reason}): start it, mend the address, or unset it to use "
                "the embedded server."
            ) from None
        if version < OLDEST_VERSION:
            raise CannotStart(
                f"The server of {name} is PostgreSQL {version // 10000}: 15 or later is needed."
            )
