"""Cases a second with two processes against one: `python -m benchmarks.workers`."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from statistics import median

from benchmarks.ground import ground, shown
from benchmarks.targets import tell
from config.launcher.errors import ROOT


def main() -> None:
    """Run rounds of one process and of two, in turn, and print the ratio."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--seconds", type=float, default=6.0)
    options.add_argument("--walk", action="store_true", help=argparse.SUPPRESS)
    chosen = options.parse_args()
    if chosen.walk:
        walk(chosen.seconds)
        return
    print(f"{os.cpu_count()} processors")
    with ground():
        one, two = [], []
        for _ in range(chosen.rounds):
            one.append(together(1, chosen.seconds))
            two.append(together(2, chosen.seconds))
    print(shown("one process, cases a second", one, "/s"))
    print(shown("two processes, cases a second", two, "/s"))
    ratio = median(b / a for a, b in zip(one, two, strict=True))
    tell("workers", ratio)


def together(processes: int, seconds: float) -> float:
    """Cases a second of so many processes that begin at the same moment."""
    command = [sys.executable, "-m", "benchmarks.workers", "--walk", "--seconds", str(seconds)]
    started = [
        subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(processes)
    ]
    for process in started:
        assert process.stdout is not None
        process.stdout.readline()
    for process in started:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    return sum(float(process.communicate()[0]) for process in started)


def walk(seconds: float) -> None:
    """Walk cases until the time is up; say ready, wait for the word, and print cases a second."""
    import django

    django.setup()
    from benchmarks.approval import KEY
    from benchmarks.service import Service

    service = Service.prepare(KEY)
    for _ in range(3):
        service.case()
    print("ready", flush=True)
    sys.stdin.readline()
    begun, cases = time.monotonic(), 0
    while time.monotonic() - begun < seconds:
        service.case()
        cases += 1
    print(cases / (time.monotonic() - begun))


if __name__ == "__main__":
    main()
