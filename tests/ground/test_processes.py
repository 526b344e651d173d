"""Processes are started in groups, and nothing that was started stays behind."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from config.launcher import processes
from config.launcher.errors import CannotStart
from config.launcher.processes import Identity, Processes

# A process with a child of its own, as a web server has.
PARENT = """
import subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
print(child.pid, flush=True)
time.sleep(60)
"""


@pytest.fixture
def record(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(processes, "VAR", tmp_path)
    return tmp_path / "demo.json"


def printed(name: str) -> str:
    deadline = time.monotonic() + 20
    while not (text := Processes.log(name).read_text().strip()):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return text


def is_gone(identity: Identity) -> bool:
    deadline = time.monotonic() + 10
    while identity.is_alive and time.monotonic() < deadline:
        time.sleep(0.02)
    return not identity.is_alive


def test_stopping_ends_the_children_of_children(record: Path) -> None:
    run = Processes(record)
    run.begin()
    run.start("web", [sys.executable, "-c", PARENT])
    grandchild = Identity.of(int(printed("web")))
    assert grandchild.is_alive

    run.stop()

    assert is_gone(grandchild)
    assert not record.exists()


def test_the_next_run_ends_what_a_killed_one_left(record: Path) -> None:
    left = subprocess.Popen([sys.executable, "-c", PARENT], start_new_session=True, stdout=subprocess.PIPE)
    assert left.stdout
    grandchild = Identity.of(int(left.stdout.readline()))
    left.stdout.close()
    record.write_text(json.dumps([[2**22 + 1, "gone"], [left.pid, Identity.of(left.pid).born]]))

    Processes(record).begin()

    assert left.wait(timeout=10) != 0
    assert is_gone(grandchild)


def test_a_number_that_now_belongs_to_another_process_is_left_alone(record: Path) -> None:
    record.write_text(json.dumps([[2**22 + 1, "gone"], [os.getpid(), "born at another time"]]))

    Processes(record).begin()

    assert json.loads(record.read_text()) == [[os.getpid(), Identity.of(os.getpid()).born]]


def test_a_second_run_says_who_runs_already(record: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"]) as other:
        record.write_text(json.dumps([[other.pid, Identity.of(other.pid).born]]))

        with pytest.raises(CannotStart, match=rf"already runs from this folder \(process {other.pid}\)"):
            Processes(record).begin()

        other.kill()


def test_a_process_that_ends_is_reported_with_its_last_line(record: Path) -> None:
    run = Processes(record)
    run.begin()
    run.start("worker", [sys.executable, "-c", "print('no such table')"])

    run._started["worker"].wait(timeout=20)
    with pytest.raises(CannotStart, match=r"The worker \(log: .*\) failed \(no such table\)"):
        run.check()

    run.stop()
