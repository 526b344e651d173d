"""Starts processes in groups of their own and stops everything that was started."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from config.launcher.errors import ROOT, VAR, CannotStart, explain_output

STOP_SECONDS = 15
PROC = Path("/proc")


@dataclass(frozen=True, slots=True)
class Identity:
    """A process that cannot be mistaken for a later one with the same number."""

    pid: int
    born: str

    @classmethod
    def of(cls, pid: int) -> Identity:
        """The process that has this number now; `born` is empty when there is none."""
        return cls(pid, _born(pid))

    @property
    def is_alive(self) -> bool:
        """Whether it still runs."""
        return bool(self.born) and _born(self.pid) == self.born


class Processes:
    """What a run has started, recorded in a file so that the next run can clear up after a killed one."""

    def __init__(self, record: Path = VAR / "demo.json") -> None:
        self.record = record
        self._started: dict[str, subprocess.Popen[bytes]] = {}

    def begin(self) -> None:
        """Take the record over; raises CannotStart while the run that wrote it goes on."""
        earlier = self._read()
        if earlier and earlier[0].is_alive and earlier[0].pid != os.getpid():
            raise CannotStart(
                f"The demo already runs from this folder (process {earlier[0].pid}): use it, or stop it with "
                f"Ctrl-C where it was started or `kill {earlier[0].pid}`."
            )
        for left in earlier[1:]:
            _stop_group(left)
        self._write()

    def start(self, name: str, command: Sequence[str], environment: Mapping[str, str] | None = None) -> None:
        """Start a process; what it prints goes to `var/log/<name>.log`."""
        with self.log(name).open("wb") as log:
            self._started[name] = subprocess.Popen(
                command,
                cwd=ROOT,
                env={**os.environ, **(environment or {})},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._write()

    def check(self) -> None:
        """Raise CannotStart when one of the processes has ended."""
        for name, process in self._started.items():
            if process.poll() is not None:
                printed = self.log(name).read_text(errors="replace")
                raise CannotStart(explain_output(printed, what=f"The {name} (log: {self.log(name)})"))

    def stop(self) -> None:
        """Stop every process, the last started first, and forget the record."""
        for process in reversed(self._started.values()):
            _stop_group(Identity.of(process.pid), process.poll)
            process.wait(timeout=5)
        self._started.clear()
        self.record.unlink(missing_ok=True)

    @staticmethod
    def log(name: str) -> Path:
        """Where a process prints to."""
        folder = VAR / "log"
        folder.mkdir(parents=True, exist_ok=True)
        return folder / f"{name}.log"

    def _read(self) -> list[Identity]:
        try:
            return [Identity(pid, born) for pid, born in json.loads(self.record.read_text())]
        except (OSError, ValueError):
            return []

    def _write(self) -> None:
        pids = [os.getpid(), *(process.pid for process in self._started.values())]
        self.record.parent.mkdir(exist_ok=True)
        self.record.write_text(json.dumps([[pid, _born(pid)] for pid in pids]))


def _born(pid: int) -> str:
    """When a process began, in the words of the system; empty when it is gone."""
    if (PROC / "self").exists():
        fields = _status(PROC / str(pid))
        return fields[19] if fields and fields[0] != "Z" else ""
    shown = subprocess.run(
        ["ps", "-o", "lstart=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return shown.stdout.strip()


def _stop_group(leader: Identity, reap: Callable[[], object] = lambda: None) -> None:
    """End a process group, its last member included: asked first, then killed."""
    if not leader.is_alive:
        return
    for sign, seconds in ((signal.SIGTERM, STOP_SECONDS), (signal.SIGKILL, 5)):
        deadline = time.monotonic() + seconds
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(leader.pid, sign)
        while time.monotonic() < deadline:
            reap()
            if not _has_members(leader.pid):
                return
            time.sleep(0.05)


def _has_members(group: int) -> bool:
    """Whether anything of a process group still runs; what waits to be reaped does not count on Linux."""
    if (PROC / "self").exists():
        return any(
            fields[0] != "Z" and fields[2] == str(group) for fields in map(_status, PROC.iterdir()) if fields
        )
    try:
        os.killpg(group, 0)
    except (ProcessLookupError, PermissionError):
        return False
    return True


def _status(process: Path) -> list[str]:
    """The fields of a process's status, from its state on; none for what is no process."""
    try:
        return (process / "stat").read_text().rpartition(")")[2].split() if process.name.isdigit() else []
    except OSError:
        return []
