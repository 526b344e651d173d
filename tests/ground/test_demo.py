"""`manage.py demo`, as a stranger runs it: once, killed, again, and stopped."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import psycopg
import pytest

from config.launcher import demo
from config.launcher.errors import ROOT, CannotStart
from config.launcher.places import place_for, socket_folder

from .conftest import run_manage


def free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


def home_of(folder: Path) -> Path:
    """An empty home for whoever runs the demo."""
    home = folder / "home"
    home.mkdir(exist_ok=True)
    return home


class Demo:
    """A run of the demo with a folder and a port of its own."""

    def __init__(self, folder: Path, port: int, *options: str) -> None:
        inherited = {key: value for key, value in os.environ.items() if not key.startswith("DATABASE_")}
        settings = {"VIIS_VAR": str(folder), "VIIS_NO_BOOTSTRAP": "1", "PYTHONUNBUFFERED": "1"}
        settings["HOME"] = settings["XDG_RUNTIME_DIR"] = str(home_of(folder))
        settings["DJANGO_SETTINGS_MODULE"] = "config.settings.development"
        self.printed = folder / "printed.txt"
        with self.printed.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "demo", "--port", str(port), *options],
                cwd=ROOT,
                env={**inherited, **settings},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def wait_until_serving(self) -> None:
        self.wait_until("until Ctrl-C")

    def wait_until(self, printed: str) -> None:
        deadline = time.monotonic() + 240
        while printed not in self.text:
            assert self.process.poll() is None, self.text
            assert time.monotonic() < deadline, self.text
            time.sleep(0.05)

    def end(self, sign: int) -> int:
        os.killpg(self.process.pid, sign)
        return self.process.wait(timeout=60)

    def end_impatiently(self) -> int:
        while self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGINT)
            time.sleep(0.05)
        return self.process.wait()

    @property
    def text(self) -> str:
        return self.printed.read_text()


def answers(port: int) -> bool:
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with direct.open(f"http://127.0.0.1:{port}/health/ready", timeout=10) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def test_the_demo_runs_once_survives_a_kill_and_stops_everything(folder: Path) -> None:
    port = free_port()

    once = Demo(folder, port, "--once")
    assert once.process.wait(timeout=250) == 0, once.text
    stages = re.findall(r"^(.+?) \.+ +[\d.]+ s$", once.text, re.MULTILINE)
    assert stages == [
        "environment",
        "database",
        "migrations",
        "processes deployed",
        "seed",
        "web server and worker",
        "an access request, start to end",
    ]
    assert f"http://127.0.0.1:{port}/" in once.text
    assert "ilze.piemere" in once.text
    assert not answers(port)

    killed = Demo(folder, port)
    killed.wait_until_serving()
    assert killed.end(signal.SIGKILL) == -signal.SIGKILL
    assert answers(port), "the web server outlives a killed launcher"

    again = Demo(folder, port)
    again.wait_until_serving()
    assert answers(port)
    assert again.end_impatiently() == 0, again.text
    assert again.text.endswith("Stopping.\nEverything that was started is stopped.\n")
    assert not answers(port)
    assert not (folder / "demo.json").exists()
    assert list(home_of(folder).iterdir()) == []

    cut_off = Demo(folder, port, "--once")
    cut_off.wait_until("database")
    assert cut_off.end_impatiently() == 130, cut_off.text
    assert not answers(port)
    place = place_for(folder / "postgres")
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(host=str(socket_folder(place)), user="postgres", dbname="postgres").close()


def test_a_taken_port_is_said_before_anything_is_started(folder: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        run = Demo(folder, port)
        status = run.process.wait(timeout=60)

    assert status == 1
    assert re.search(rf"Port {port} is taken: type `python3 manage.py demo --port \d+`\.", run.text)
    assert not (folder / "postgres").exists()


@pytest.mark.parametrize("port", [70000, -1])
def test_a_port_that_does_not_exist_is_refused(port: int) -> None:
    with pytest.raises(CannotStart, match=f"There is no port {port}: choose one from 1024 to 65535"):
        demo._check_port(port)


def test_a_server_that_does_not_answer_is_named(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    port = free_port()
    with monkeypatch.context() as patched:
        patched.setenv("VIIS_VAR", str(folder))
        done = subprocess.run(
            [sys.executable, "manage.py", "demo", "--once", "--port", str(port)],
            cwd=ROOT,
            env={
                **os.environ,
                "VIIS_NO_BOOTSTRAP": "1",
                "DATABASE_URL": "postgresql://viis_app@127.0.0.1:9/viis",
            },
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )

    assert done.returncode == 1
    refused = (
        r"The server of DATABASE_URL refuses \(connection to server .+ failed: Connection refused\): start"
    )
    assert re.search(refused, done.stderr)


def test_any_command_says_in_one_sentence_that_the_server_refuses() -> None:
    done = run_manage("migrate", DATABASE_URL="postgresql://viis_app@127.0.0.1:9/viis")

    assert done.returncode == 1
    assert re.fullmatch(r"\nThe server of DATABASE_URL refuses \(.+\): start it, .+\.\n", done.stderr)


@pytest.mark.parametrize(
    "url",
    ["mysql://viis:s3cret@127.0.0.1/viis", "postgresql://viis:s3cret@127.0.0.1:99999/viis", "viis:s3cret"],
)
def test_an_address_that_cannot_be_one_is_refused_and_not_shown(url: str) -> None:
    done = run_manage("migrate", DATABASE_URL=url)

    assert done.returncode == 1
    assert done.stderr == (
        "\nDATABASE_URL is no address of a PostgreSQL: write it as "
        "postgresql://user:password@host:5432/database.\n"
    )


def test_a_setting_that_postgresql_does_not_know_is_refused() -> None:
    done = run_manage("migrate", DATABASE_URL="postgresql://viis:s3cret@127.0.0.1/viis?colour=blue")

    assert done.returncode == 1
    assert "DATABASE_URL has a setting that PostgreSQL does not know: write postgresql://" in done.stderr
    assert "s3cret" not in done.stderr
