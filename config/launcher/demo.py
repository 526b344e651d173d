"""`manage.py demo`: everything started, one access request run through, and then it keeps serving."""

from __future__ import annotations

import argparse
import os
import secrets
import shutil
import signal
import socket
import sys
import time
import urllib.error
import urllib.request
from contextlib import ExitStack
from io import StringIO
from types import FrameType
from typing import TYPE_CHECKING

from config.launcher.database import check_given, database
from config.launcher.environment import SECONDS
from config.launcher.errors import VAR, CannotStart
from config.launcher.processes import Processes
from config.launcher.stages import passed, stage

if TYPE_CHECKING:
    from config.launcher.postgres import Server

# Long: one that has ended is noticed at once, and a slow machine gets there.
READY_SECONDS = 180
# What a shell reports for a command that Ctrl-C cut off.
INTERRUPTED = 130
STOPPED = "Everything that was started is stopped."
BEFORE_THE_SERVERS = (
    ("migrations", "migrate"),
    ("processes deployed", "deploy_processes"),
    ("seed", "seed"),
)


def main(arguments: list[str]) -> int:
    """Run the demo; returns when it is stopped, or with `--once` after the access request."""
    options = _options(arguments)
    passed("environment", float(os.environ.pop(SECONDS, "0")))
    processes = Processes()
    _first_signal_stops()
    try:
        with ExitStack() as opened:
            processes.begin()
            _check_port(options.port)
            opened.callback(processes.stop)
            with stage("database"):
                check_given()
                server = opened.enter_context(database())
            _run(processes, options.port)
            if not options.once:
                _serve(processes, server, options.port)
    except KeyboardInterrupt:
        print(f"\n{STOPPED}")
        return INTERRUPTED
    if not options.once:
        print(STOPPED)
    return 0


def _options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="manage.py demo", description=__doc__)
    parser.add_argument("--once", action="store_true", help="end after the access request")
    parser.add_argument("--port", type=int, default=8000, help="the port of the pages (8000)")
    return parser.parse_args(arguments)


def _first_signal_stops() -> None:
    """Treat a polite kill and a closed terminal as Ctrl-C; all that follow are ignored while it clears up."""
    # Whoever started it with nohup wants it to outlive the terminal.
    known = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    ours = [sign for sign in known if signal.getsignal(sign) != signal.SIG_IGN]

    def stop(_signal: int, _frame: FrameType | None) -> None:
        for sign in ours:
            signal.signal(sign, signal.SIG_IGN)
        raise KeyboardInterrupt

    for sign in ours:
        signal.signal(sign, stop)


def _check_port(port: int) -> None:
    with socket.socket() as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind(("127.0.0.1", port))
        except PermissionError:
            raise CannotStart(
                f"Port {port} is not for ordinary users: choose one above 1023, `--port 8001`."
            ) from None
        except OverflowError:
            raise CannotStart(f"There is no port {port}: choose one from 1024 to 65535.") from None
        except OSError:
            raise CannotStart(
                f"Port {port} is taken: type `python3 manage.py demo --port {_free_port()}`."
            ) from None


def _free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


def _run(processes: Processes, port: int) -> None:
    os.environ["SECRET_KEY"] = _secret()
    os.environ["VIIS_BASE_URL"] = f"http://127.0.0.1:{port}"
    import django
    from django.core.management import CommandError, call_command

    django.setup()
    try:
        for name, command in BEFORE_THE_SERVERS:
            with stage(name):
                call_command(command, verbosity=0, stdout=StringIO())
        with stage("web server and worker"):
            _start(processes, port)
        with stage("an access request, start to end"):
            call_command("play_access_request", verbosity=0, stdout=StringIO())
            processes.check()
        print(f"\nReady at http://127.0.0.1:{port}/\n")
        call_command("demo_sign_ins")
    except CommandError as error:
        raise CannotStart(str(error)) from error


def _start(processes: Processes, port: int) -> None:
    gunicorn = [sys.executable, "-m", "gunicorn", "config.wsgi:application", "--worker-class", "gthread"]
    gunicorn += ["--preload", "--workers", "2", "--threads", "4", "--bind", f"127.0.0.1:{port}"]
    # Nothing is left in the person's home, and two demos do not share a socket there.
    gunicorn += ["--no-control-socket"]
    numbers = VAR / "metrics"
    shutil.rmtree(numbers, ignore_errors=True)
    numbers.mkdir(parents=True)
    processes.start("web", gunicorn, {"PROMETHEUS_MULTIPROC_DIR": str(numbers)})
    processes.start("worker", _worker())
    deadline = time.monotonic() + READY_SECONDS
    while not _is_ready(port):
        processes.check()
        if time.monotonic() > deadline:
            raise CannotStart(
                f"The web server did not answer in {READY_SECONDS} s: see {processes.log('web')}."
            )
        time.sleep(0.1)


def _worker() -> list[str]:
    """The built-in worker, or Celery's with its own clock where a broker is configured."""
    if not os.environ.get("CELERY_BROKER_URL"):
        return [sys.executable, "manage.py", "worker"]
    celery = [sys.executable, "-m", "celery", "--app", "config.celery", "worker", "--beat"]
    return [*celery, "--concurrency", "2", "--loglevel", "WARNING"]


def _is_ready(port: int) -> bool:
    # Without a proxy: the address is this machine's.
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with direct.open(f"http://127.0.0.1:{port}/health/ready", timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _serve(processes: Processes, server: Server | None, port: int) -> None:
    """Return at Ctrl-C; a database that ended is started again, another process that ends is CannotStart."""
    print(f"\nServing http://127.0.0.1:{port}/ until Ctrl-C.", flush=True)
    try:
        while True:
            time.sleep(0.5)
            processes.check()
            if server is not None and server.keep_up():
                print("PostgreSQL had ended and runs again.", flush=True)
    except KeyboardInterrupt:
        print("\nStopping.", flush=True)


def _secret() -> str:
    """The secret key of this folder's demo, made once."""
    place = VAR / "secret_key"
    if not place.exists():
        place.touch(mode=0o600)
        place.write_text(secrets.token_urlsafe(50))
    return place.read_text()
