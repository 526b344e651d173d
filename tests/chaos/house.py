"""A whole product of its own, to be broken: database server, web processes, workers."""

from __future__ import annotations

import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from config.launcher import roles
from config.launcher.errors import ROOT
from config.launcher.postgres import Server

READY_SECONDS = 120
# How often a kill takes the whole server or worker and not one of its processes.
WHOLE = 0.1
# How PostgreSQL goes down.
STOPPED, KILLED, HURT = (
    "PostgreSQL stopped at once",
    "PostgreSQL killed",
    "one process of PostgreSQL killed",
)
A_CONNECTION = """
SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend' AND usename = %s ORDER BY pid
"""


@dataclass(frozen=True, slots=True)
class Fault:
    """What was broken: in a few words that can be counted, and the number of the process."""

    what: str
    pid: int = 0


@dataclass(slots=True)
class Kept:
    """A process that is started again whenever it is gone."""

    name: str
    command: Sequence[str]
    log: Path
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it in a group of its own."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command,
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def kill(self) -> int:
        """Kill the whole group at once, as a lost machine would; its number."""
        assert self.process is not None
        pid = self.process.pid
        with suppress(ProcessLookupError):
            os.killpg(pid, signal.SIGKILL)
        self.process.wait()
        return pid

    def stop(self) -> None:
        """End it politely."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                self.kill()


@dataclass(slots=True)
class House:
    """The product on a port, in a folder that is thrown away."""

    folder: Path
    port: int = 0
    web: list[Kept] = field(default_factory=list)
    workers: list[Kept] = field(default_factory=list)
    closing: threading.Event = field(default_factory=threading.Event)
    server: Server | None = None
    _keeper: threading.Thread | None = None

    def open(self) -> None:
        """Database, migrations, processes and seed; nothing of the product runs yet."""
        self.port = self.port or _free_port()
        self.server = Server(self.folder / "postgres")
        self.server.__enter__()
        with self.server.connect() as connection:
            roles.prepare(connection)
        os.environ |= {
            "DATABASE_URL": self.server.url(roles.APP, roles.DATABASE),
            "DATABASE_OWNER_URL": self.server.url(roles.OWNER, roles.DATABASE),
            "DJANGO_SETTINGS_MODULE": "tests.chaos.settings",
            "SECRET_KEY": "chaos-only",
            "VIIS_VAR": str(self.folder / "var"),
            "VIIS_BASE_URL": f"http://127.0.0.1:{self.port}",
            "CHAOS_MAIL": str(self.folder / "mail"),
            "API_RATE": "",
            "PYTHONPATH": str(ROOT),
        }
        for command in ("migrate", "deploy_processes", "seed"):
            subprocess.run(
                [sys.executable, "manage.py", command], cwd=ROOT, check=True, stdout=subprocess.DEVNULL
            )

    def start(self, *, web: int = 1, workers: int = 2) -> None:
        """Web servers behind one port and job workers, each kept alive."""
        gunicorn = [sys.executable, "-m", "gunicorn", "config.wsgi:application", "--worker-class", "gthread"]
        gunicorn += [
            "--preload",
            "--workers",
            "3",
            "--threads",
            "4",
            "--bind",
            f"127.0.0.1:{self.port}",
            "--graceful-timeout",
            "5",
            "--no-control-socket",
        ]
        worker = [sys.executable, "manage.py", "worker"]
        self.web = [Kept(f"web{n}", gunicorn, self.folder / f"web{n}.log") for n in range(web)]
        self.workers = [Kept(f"worker{n}", worker, self.folder / f"worker{n}.log") for n in range(workers)]
        for kept in (*self.web, *self.workers):
            kept.start()
        self._keeper = threading.Thread(target=self._keep, daemon=True)
        self._keeper.start()
        self.wait_until_ready()

    def wait_until_ready(self) -> None:
        """Return when the health page says so."""
        deadline = time.monotonic() + READY_SECONDS
        while time.monotonic() < deadline:
            if self._answers():
                return
            time.sleep(0.2)
        raise SystemExit(f"The web server did not answer in {READY_SECONDS} s: see {self.folder}.")

    def kill_worker(self, chance: random.Random) -> Fault | None:
        """Kill -9 one process that runs jobs, or at times a worker with all its processes."""
        return _kill(chance.choice(self.workers), "worker", chance)

    def kill_web(self, chance: random.Random) -> Fault | None:
        """Kill -9 one process that answers requests, or at times the whole web server."""
        return _kill(chance.choice(self.web), "web", chance)

    def break_database(self, how: str, chance: random.Random) -> Fault:
        """Stop PostgreSQL as a crash would and start it again, or kill what serves one connection."""
        assert self.server is not None
        if how == STOPPED:
            self.server.restart_immediately()
        elif how == KILLED:
            _kill_server(self.server)
        else:
            return Fault(how, self._kill_connection(chance))
        return Fault(how)

    def _kill_connection(self, chance: random.Random) -> int:
        """PostgreSQL takes this for a crash: it throws everybody out and recovers by itself."""
        assert self.server is not None
        found: list[tuple[int]] = []
        while not found:
            with self.server.connect() as connection:
                found = connection.execute(A_CONNECTION, [roles.APP]).fetchall()
        pid = chance.choice(found)[0]
        os.kill(pid, signal.SIGKILL)
        return int(pid)

    def is_up(self) -> bool:
        """Whether everything that was killed works again."""
        processes = [kept.process for kept in (*self.web, *self.workers)]
        return all(process and _children(process.pid) for process in processes) and self._answers()

    def stop(self) -> None:
        """End the product; the database goes on, for the checks."""
        self.closing.set()
        if self._keeper is not None:
            self._keeper.join(timeout=10)
        for kept in (*self.web, *self.workers):
            kept.stop()

    def close(self) -> None:
        """End the database too."""
        if self.server is not None:
            self.server.__exit__(None, None, None)

    def _keep(self) -> None:
        while not self.closing.wait(0.2):
            for kept in (*self.web, *self.workers):
                if kept.process is not None and kept.process.poll() is not None:
                    kept.start()

    def _answers(self) -> bool:
        direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with direct.open(f"http://127.0.0.1:{self.port}/health/ready", timeout=5) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False


def _kill_server(server: Server) -> None:
    """Kill -9 the server itself, whose children have to notice, and start it again."""
    assert server.process is not None
    pid = int((server.place.cluster / "postmaster.pid").read_text().split()[0])
    os.kill(pid, signal.SIGKILL)
    server.process.wait(timeout=30)
    server._start()


def _kill(kept: Kept, kind: str, chance: random.Random) -> Fault | None:
    """What was killed; None when nothing was there to be killed."""
    assert kept.process is not None
    children = _children(kept.process.pid)
    if not children:
        # It is only just coming up again: a kill would find nothing at work.
        return None
    if chance.random() < WHOLE:
        return Fault(f"{kind} killed as a whole", kept.kill())
    pid = chance.choice(children)
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
    return Fault(f"{kind} process killed", pid)


def _children(pid: int) -> list[int]:
    found = subprocess.run(["pgrep", "-P", str(pid)], capture_output=True, text=True, check=False)
    return [int(line) for line in found.stdout.split()]


def _free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])
